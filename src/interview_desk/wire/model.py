"""The base of everything that crosses the network."""

from datetime import datetime
from typing import Annotated, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
)

from interview_desk.domain.instants import format_instant, is_rfc3339, parse_instant

# The largest number that every JSON reader takes for itself; no counter gets there.
MAX_COUNT = 2**53

Count: TypeAlias = Annotated[int, Field(ge=0, le=MAX_COUNT, strict=True)]
Number: TypeAlias = Annotated[int, Field(ge=1, le=MAX_COUNT, strict=True)]
# Opaque, but it has to fit into the address of the next call.
Cursor: TypeAlias = Annotated[str, Field(max_length=4096)]


class WireModel(BaseModel):
    """A message: immutable, and blind to fields that a newer program has added."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def _instant(value: object) -> object:
    if isinstance(value, str):
        if not is_rfc3339(value):
            raise ValueError("must be an RFC 3339 time with an offset")
        return parse_instant(value)
    if isinstance(value, datetime):
        return value
    raise ValueError("must be an RFC 3339 time with an offset")


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("must have an offset")
    return value


Instant: TypeAlias = Annotated[
    datetime,
    BeforeValidator(_instant),
    AfterValidator(_aware),
    PlainSerializer(format_instant, return_type=str, when_used="json-unless-none"),
]
