"""Telling what a machine answered from what a person wrote: an absence is no reply."""

from collections.abc import Mapping
from typing import Any

# What programs that answer by themselves put into the header of that name (RFC 3834, and custom).
_PRECEDENCES = frozenset({"auto_reply", "auto-reply", "bulk", "junk", "list"})


def is_automatic(headers: Any) -> bool:
    """Whether these headers, by name or as a list of names and values, are of a machine's mail."""
    said = _lowered(headers)
    if said.get("auto-submitted", "no").partition(";")[0].strip() != "no":
        return True
    return "x-autoreply" in said or said.get("precedence", "").strip() in _PRECEDENCES


def _lowered(headers: Any) -> Mapping[str, str]:
    if isinstance(headers, dict):
        pairs = list(headers.items())
    else:
        listed = headers if isinstance(headers, list) else []
        pairs = [(one.get("name"), one.get("value")) for one in listed if isinstance(one, dict)]
    return {str(name).lower(): str(value).lower() for name, value in pairs}
