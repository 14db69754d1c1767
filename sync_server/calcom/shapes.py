"""Reading JSON that may hold anything: a value of another type counts as not there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from interview_desk.domain.instants import instant_in


def mapping(value: Any) -> Mapping[str, Any]:
    """`value` where it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def items(value: Any) -> list[Any]:
    """`value` where it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def text(value: Any) -> str | None:
    """`value` where it is a text that says something; what a database cannot keep is left out."""
    if not isinstance(value, str):
        return None
    kept = value.replace("\x00", "")
    if not kept.isascii():
        kept = kept.encode("utf-8", "ignore").decode()
    return None if not kept or kept.isspace() else kept


def number(value: Any) -> int | None:
    """`value` where it is a whole number, also when it was written as text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:18])
    return value if isinstance(value, int) and abs(value) < 1 << 53 else None


def flag(value: Any) -> bool | None:
    """`value` where it is true or false."""
    return value if isinstance(value, bool) else None


def instant(value: Any) -> datetime | None:
    """The instant that `value` names in any of Cal.com's spellings; None without an offset."""
    written = text(value)
    return None if written is None else instant_in(written.strip())
