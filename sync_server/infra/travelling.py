"""News on its way to the other processes on the same database, as PostgreSQL's NOTIFY carries it.

A payload holds ids and numbers only, and less than PostgreSQL's 8,000 bytes: what was written is
read from the database by whoever needs it.
"""

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple
from typing import Any, TypeVar

_log = logging.getLogger(__name__)

CHANNEL = "interview_desk"
# PostgreSQL refuses 8,000 bytes and more.
_LARGEST = 7900
_FRAME = 32

T = TypeVar("T")
_KINDS: dict[str, type[Any]] = {}


def travels(kind: str) -> Callable[[type[T]], type[T]]:
    """Mark a dataclass of plain values as news that other processes hear as well."""

    def mark(news: type[T]) -> type[T]:
        _KINDS[kind] = news
        return news

    return mark


def packed(news: Iterable[object], *, origin: str) -> Iterator[str]:
    """The payloads that tell of `news`, as far as it travels; the same news once."""
    kinds = {cls: kind for kind, cls in _KINDS.items()}
    said = dict.fromkeys(
        _text([kinds[type(message)], *astuple(message)])  # type: ignore[call-overload]  # marked
        for message in news
        if type(message) in kinds
    )
    load: list[str] = []
    for text in said:
        if len(text) > _LARGEST - _FRAME:
            _log.error("news of %d characters is too large to travel", len(text))
            continue
        if load and _size(load) + len(text) > _LARGEST:
            yield _payload(origin, load)
            load = []
        load.append(text)
    if load:
        yield _payload(origin, load)


def unpacked(payload: str) -> tuple[str, list[object]]:
    """Who said it and what was said; what a newer server says besides is passed over."""
    try:
        origin, *said = json.loads(payload)
        return str(origin), [_KINDS[kind](*values) for kind, *values in said if kind in _KINDS]
    except (ValueError, TypeError):
        _log.warning("a notification could not be read")
        return "", []


def _text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _size(load: list[str]) -> int:
    return sum(len(text) + 1 for text in load) + _FRAME


def _payload(origin: str, load: list[str]) -> str:
    return f"[{_text(origin)},{','.join(load)}]"
