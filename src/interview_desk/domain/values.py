"""The shapes that records are made of."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

# What a field may hold: exactly what JSON can say.
Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
Fields: TypeAlias = Mapping[str, Json]
