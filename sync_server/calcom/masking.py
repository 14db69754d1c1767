"""A webhook body as an operator may see it: whole, but without what opens doors."""

import json
import re
from collections.abc import Mapping
from typing import Any

MASK = "(hidden)"
_TELLING = r"password|passcode|token|secret|downloadlink|connectandjoinurl"
_SECRET_NAMES = re.compile(rf"{_TELLING}|^link$|^recording$|^pin$", re.IGNORECASE)
# In a text that is no JSON: a name, a colon or an equals sign, and what it is.
_SAID = re.compile(
    rf"(?i)(\b(?:[\w.-]*(?:{_TELLING})[\w.-]*|link|recording|pin)[\"']?\s*[:=]\s*)"
    r"(\"[^\"]*\"?|'[^']*'?|[^&\s,;{}]+)"
)
_RAW_ROOM = re.compile(r"https?://[\w.-]*\.daily\.co/[^\s\"'<>]*", re.IGNORECASE)
_SECRET_PARAMETER = re.compile(
    r"(?i)([?&#](?:[\w-]*token|pwd|p|passcode|password|t|sig\w*|x-amz-\w+|key)=)[^&#\s\"<>]+"
)


def masked_body(body: bytes) -> Any:
    """A body that is no event: what it says where that is JSON, else its text, without secrets."""
    text = body.decode("utf-8", "replace")
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        said = None
    if isinstance(said, dict | list):
        return masked(said)
    return masked(_SAID.sub(rf"\1{MASK}", _RAW_ROOM.sub(MASK, text)))


def masked(value: Any) -> Any:
    """`value` with every password, token and private link in it replaced by a mark."""
    if isinstance(value, Mapping):
        return {name: _masked_member(str(name), inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [masked(inner) for inner in value]
    if isinstance(value, str):
        return MASK if _RAW_ROOM.search(value) else _SECRET_PARAMETER.sub(rf"\1{MASK}", value)
    return value


def _masked_member(name: str, value: Any) -> Any:
    if _SECRET_NAMES.search(name) and value is not None and not isinstance(value, Mapping | list):
        return MASK
    return masked(value)
