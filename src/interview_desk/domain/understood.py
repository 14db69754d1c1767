"""What of a record this program can read: a newer server may know more than it does.

What it cannot read stays in the database for the program that can, and reads as not set.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from interview_desk.domain.instants import instant_in
from interview_desk.domain.records import ENTITIES, Field, Kind
from interview_desk.domain.values import Fields, Json

# Beyond it a whole number is another one in some program that reads JSON.
_LARGEST: Final = 2**53
# What JSON makes of each kind.
_TYPES: Final[Mapping[Kind, tuple[type, ...]]] = {
    Kind.TEXT: (str,),
    Kind.NUMBER: (int, float),
    Kind.FLAG: (bool,),
    Kind.INSTANT: (str,),
    Kind.ID: (str,),
    Kind.TEXTS: (list,),
    Kind.CONSENT: (dict,),
}


def understood(entity: str, fields: Fields) -> Fields:
    """The fields without values that are none of theirs: of another kind, or an unknown choice."""
    types, checks = _of(entity)
    unread = [
        name
        for name, value in fields.items()
        if value is not None
        and name in types
        and (type(value) not in types[name] or (name in checks and not checks[name](value)))
    ]
    if not unread:
        return fields
    return {name: value for name, value in fields.items() if name not in unread}


@cache
def _of(
    entity: str,
) -> tuple[Mapping[str, tuple[type, ...]], Mapping[str, Callable[[Json], bool]]]:
    fields = ENTITIES[entity].fields if entity in ENTITIES else {}
    types = {name: _TYPES[field.kind] for name, field in fields.items() if field.kind in _TYPES}
    checks = {name: check for name, field in fields.items() if (check := _check(field))}
    return types, checks


def _check(field: Field) -> Callable[[Json], bool] | None:
    if field.choices:
        return frozenset(field.choices).__contains__
    return {
        Kind.INSTANT: _is_instant,
        Kind.NUMBER: _is_exact,
        Kind.TEXTS: _are_texts,
    }.get(field.kind)


def _is_instant(value: Json) -> bool:
    return instant_in(value) is not None


def _is_exact(value: Json) -> bool:
    return isinstance(value, int | float) and abs(value) <= _LARGEST


def _are_texts(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
