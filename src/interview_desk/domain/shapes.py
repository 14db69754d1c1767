"""Whether what was sent can be what it claims to be; says no with a reason, never repairs."""

import json
import math
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain

from interview_desk.domain.instants import format_instant, is_rfc3339, parse_instant
from interview_desk.domain.records import ENTITIES, Entity, Field, Kind, Policy
from interview_desk.domain.refusals import ChangeRefusedError, Rejection
from interview_desk.domain.values import Fields, Json

# One field as JSON, in bytes of UTF-8.
MAX_FIELD_BYTES = 1024 * 1024
# Lists and objects within each other in one field; readers of JSON give up soon after.
MAX_FIELD_DEPTH = 100
# Beyond it a whole number is another one in some program that reads JSON.
_LARGEST_WHOLE = 2**53

_CONSENTS = ("yes", "no", "unknown")


def entity_named(name: str) -> Entity:
    """The kind of record called `name`."""
    entity = ENTITIES.get(name)
    if entity is None:
        raise ChangeRefusedError(Rejection.UNKNOWN_ENTITY, "There is no such kind of record.")
    return entity


def checked_id(record_id: str) -> str:
    """`record_id`, where it is a UUID as we write them: lower case, with hyphens."""
    if not _is_id(record_id):
        raise ChangeRefusedError(Rejection.INVALID_ID, "An id must be a UUID in its usual form.")
    return record_id


def checked_fields(entity: Entity, fields: Fields) -> dict[str, Json]:
    """The fields of an edit as they will be stored; a time is written in UTC with Z."""
    return {name: _checked(entity, name, value) for name, value in fields.items()}


def _checked(entity: Entity, name: str, value: Json) -> Json:
    field = entity.fields.get(name)
    if field is None:
        raise ChangeRefusedError(Rejection.UNKNOWN_FIELD, f"{entity.name} have no such field.")
    if not _is_sound(value):
        raise _invalid(field)
    if len(json.dumps(value, ensure_ascii=False).encode()) > MAX_FIELD_BYTES:
        raise ChangeRefusedError(Rejection.TOO_LARGE, f"{field.name} is too large.")
    return _typed(field, value)


def _typed(field: Field, value: Json) -> Json:
    if field.policy is Policy.SET:
        return _set_operation(field, value)
    if value is None:
        return None
    if not _IS_KIND[field.kind](value) or (field.choices and value not in field.choices):
        raise _invalid(field)
    return format_instant(parse_instant(str(value))) if field.kind is Kind.INSTANT else value


def _set_operation(field: Field, value: Json) -> Json:
    if not isinstance(value, Mapping) or not set(value) <= {"add", "remove"}:
        raise _invalid(field)
    if not all(_is_texts(part) for part in value.values()):
        raise _invalid(field)
    return value


def _invalid(field: Field) -> ChangeRefusedError:
    return ChangeRefusedError(Rejection.INVALID_VALUE, f"{field.name} cannot hold this value.")


def _is_sound(value: Json, room: int = MAX_FIELD_DEPTH) -> bool:
    """Whether every reader of JSON takes it alike: no NaN, no half of a surrogate pair."""
    if isinstance(value, str):
        return not any("\ud800" <= sign <= "\udfff" for sign in value)
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return abs(value) <= _LARGEST_WHOLE
    if isinstance(value, Mapping):
        parts: Iterable[Json] = chain(value, value.values())
    elif isinstance(value, Sequence):
        parts = value
    else:
        return True
    return room > 0 and all(_is_sound(part, room - 1) for part in parts)


def _is_text(value: Json) -> bool:
    return isinstance(value, str)


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_flag(value: Json) -> bool:
    return isinstance(value, bool)


def _is_instant(value: Json) -> bool:
    # A date alone or a time without an offset names no instant; Python would read weeks, too.
    if not isinstance(value, str) or not is_rfc3339(value):
        return False
    try:
        parse_instant(value)
    except ValueError:
        return False
    return True


def _is_id(value: Json) -> bool:
    if not isinstance(value, str):
        return False
    try:
        return str(uuid.UUID(value)) == value
    except ValueError:
        return False


def _is_texts(value: Json) -> bool:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return False
    return all(isinstance(item, str) for item in value)


def _is_consent(value: Json) -> bool:
    if not isinstance(value, Mapping) or value.get("value") not in _CONSENTS:
        return False
    at, by = value.get("at"), value.get("by")
    return (at is None or _is_instant(at)) and (by is None or isinstance(by, str))


def _is_data(_value: Json) -> bool:
    return True


_IS_KIND: Mapping[Kind, Callable[[Json], bool]] = {
    Kind.TEXT: _is_text,
    Kind.NUMBER: _is_number,
    Kind.FLAG: _is_flag,
    Kind.INSTANT: _is_instant,
    Kind.ID: _is_id,
    Kind.TEXTS: _is_texts,
    Kind.CONSENT: _is_consent,
    Kind.DATA: _is_data,
}
