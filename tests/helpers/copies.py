"""Whole copies as a server sends them."""

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict

from interview_desk.domain.values import Json
from interview_desk.services.exchange import ServerRow
from interview_desk.services.ports import Clock
from interview_desk.store import LocalStore

SENT = ("entity", "id", "ver", "deleted", "fields", "field_versions", "updated_by", "updated_at")


def copy_line(item: object) -> bytes:
    """One line of a copy."""
    return json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def copy_text(rows: Iterable[dict[str, Json]], *, cursor: str, epoch: str, **head: Json) -> bytes:
    """A copy before it is packed."""
    rows = list(rows)
    counts = Counter(str(row["entity"]) for row in rows)
    begin = {"cursor": cursor, "epoch": epoch, "counts": counts, **head}
    body = b"".join(copy_line(item) for item in (begin, *rows))
    return body + copy_line({"sha256": hashlib.sha256(body).hexdigest()})


def copy_of(rows: Iterable[ServerRow], *, cursor: str, epoch: str, **head: Json) -> bytes:
    """A whole answer with these rows."""
    sent = [{name: asdict(row)[name] for name in SENT} for row in rows]
    return gzip.compress(copy_text(sent, cursor=cursor, epoch=epoch, **head), mtime=0)


async def take_whole(store: LocalStore, body: bytes, clock: Clock, *, size: int = 1000) -> None:
    """Let the store take an answer in parts of `size` bytes."""
    await store.begin_copy()
    try:
        for start in range(0, len(body), size):
            await store.take_copy(body[start : start + size])
        await store.finish_copy(clock)
    finally:
        await store.pause_copy()
