"""Reading a batch in which one change cannot be read, so that it alone is refused.

JSON can spell what no database and no other program keeps: half of a surrogate pair, a number
without end, a thousand lists within each other. Whoever sends that would send it for ever, and all
that waits behind it.
"""

import asyncio
import json
import math
import re
from hashlib import blake2b
from typing import Any, Final

from interview_desk.wire.sync import PushRequest
from sync_server.infra.problems import InvalidRequest
from sync_server.sync.body import parsed

# Deeper than any field may be, with what is around it, and less than our reader takes.
_DEEPEST: Final = 150
# A text comes in pieces, each from its beginning or an escaped sign to the next. One that does not
# end goes to the end, or it would be looked for again at each of its signs.
_MARKS: Final = re.compile(r'(?:"|\\.)[^"\\]*+"?|[\[\]{}]', re.DOTALL)
_LONGEST_NUMBER: Final = 400


async def read_batch(body: bytes) -> PushRequest:
    """The batch, with something that no field takes in the place of what cannot be read.

    InvalidRequest where the body is no JSON or no batch.
    """
    try:
        return parsed(body, PushRequest)
    except InvalidRequest:
        # The longest takes seconds, in which others are served.
        return await asyncio.to_thread(_salvaged, body)


def _salvaged(body: bytes) -> PushRequest:
    try:
        told = read_anyhow(body.decode())
    except ValueError:
        return parsed(body, PushRequest)
    for mutation in _mutations(told):
        mutation["fields"] = {
            name: _standing_in(value) for name, value in mutation["fields"].items()
        }
    # Outside of fields a question mark is enough: no id, entity or field is spelled with one.
    return parsed(json.dumps(told, ensure_ascii=False).encode(errors="replace"), PushRequest)


def read_anyhow(text: str) -> Any:
    """The JSON in `text`, with a stand-in for what is too deep or too long; ValueError for none."""
    return json.loads(_shallow(text), parse_int=_whole)


def _shallow(text: str) -> str:
    """`text` with the fingerprint of whatever lies too deep in its place."""
    kept, depth, at, cut = [], 0, 0, 0
    for mark in _MARKS.finditer(text):
        if mark[0] in ("[", "{"):
            depth += 1
            cut = mark.start() if depth == _DEEPEST else cut
        elif mark[0] in ("]", "}"):
            if depth == _DEEPEST:
                deep = text[cut : mark.end()].encode(errors="replace")
                kept += [text[at:cut], f'"{blake2b(deep, digest_size=16).hexdigest()}"']
                at = mark.end()
            depth -= 1
    # What never ends again is no JSON, however much of it is read.
    return "".join([*kept, text[at:] if depth < _DEEPEST else ""])


def _whole(digits: str) -> float:
    return int(digits) if len(digits) < _LONGEST_NUMBER else math.inf


def _mutations(told: Any) -> list[dict[str, Any]]:
    mutations = told.get("mutations") if isinstance(told, dict) else None
    if not isinstance(mutations, list):
        return []
    return [
        mutation
        for mutation in mutations
        if isinstance(mutation, dict) and isinstance(mutation.get("fields"), dict)
    ]


def _standing_in(value: Any) -> Any:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        # Refused like NaN; its text tells it from another when it is sent again.
        return [math.nan, json.dumps(value)]
    return value
