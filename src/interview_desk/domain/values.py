"""The shapes that records are made of."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias, TypeGuard

# What a field may hold: exactly what JSON can say.
Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
Fields: TypeAlias = Mapping[str, Json]


def same_value(one: Json, other: Json) -> bool:
    """Whether both are the same JSON: 1 is 1.0 but, unlike in Python, not true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(
            same_value(value, other[name]) for name, value in one.items()
        )
    if _is_list(one) and _is_list(other):
        return len(one) == len(other) and all(map(same_value, one, other))
    return one == other


def _is_list(value: Json) -> TypeGuard[Sequence[Json]]:
    return isinstance(value, Sequence) and not isinstance(value, str)
