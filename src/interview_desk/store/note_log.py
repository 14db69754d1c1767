"""The log of one note on this computer: kept short, compared with the server, never thinned out.

What is joined into one update is put in an archive first, so that every version can still be read.
Nothing is joined while an update is missing, and nothing that waits to be sent is dropped.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from interview_desk.services.ports import KeptUpdate
from interview_desk.store.connection import Connection
from interview_desk.store.news import News

MOST_UPDATES: Final = 500
MOST_BYTES: Final = 64 * 1024
# Well below what one update may have on the wire.
_LARGEST_OWN: Final = 192 * 1024


class _Told(NamedTuple):
    """One row of the server's log as it is kept here; with a digest it stands for all before."""

    seq: int
    body: bytes
    digest: bytes | None
    author: str | None
    typed_at: int | None


class _Own(NamedTuple):
    position: int
    body: bytes
    state: str
    n: int | None
    typed_at: int | None


def wants_care(connection: Connection, doc: str) -> bool:
    """Whether `take_care` would change anything; cheap enough for every opening."""
    count, size = connection.execute(
        "SELECT count(*), coalesce(sum(length(body)), 0) FROM note_updates "
        "WHERE doc = ? AND digest IS NULL",
        (doc,),
    ).fetchone()
    told = connection.execute(
        "SELECT seq, body, digest, author, typed_at FROM note_updates "
        "WHERE doc = ? AND digest IS NOT NULL",
        (doc,),
    ).fetchall()
    own = _own(connection, doc)
    return (
        _is_long(count, size)
        or _is_long(len(own), sum(len(row.body) for row in own[1:]))
        or not _is_whole(connection, doc)
        or any(row.state == "taken" for row in own)
        or any(_is_damaged(_Told(*row)) for row in told)
    )


def take_care(connection: Connection, news: News, doc: str) -> None:
    """Ask again for what is damaged or lost, send again what the server lacks, join what is old."""
    told = _told(connection, doc)
    if not _is_whole(connection, doc) or any(map(_is_damaged, told)):
        _ask_again(connection, doc, told)
        news.record("note_documents", doc)
        return
    _compare(connection, doc)
    fresh = [row for row in told if row.digest is None]
    if _is_long(len(fresh), sum(len(row.body) for row in fresh)):
        _join_told(connection, doc, told)
    own = _own(connection, doc)
    if _is_long(len(own), sum(len(row.body) for row in own[1:])):
        _join_own(connection, doc, own)


def kept_updates(connection: Connection, doc: str) -> list[KeptUpdate]:
    """Every update that is known here, in the order in which they can be applied."""
    archived = connection.execute(
        "SELECT body FROM note_archives WHERE doc = ? ORDER BY id", (doc,)
    ).fetchall()
    kept = [update for row in archived for update in _unpacked(row[0])]
    kept += [_kept(row.body, row.author, row.typed_at) for row in _told(connection, doc)]
    # What waits has no author yet: it is this person's own.
    kept += [_kept(row.body, None, row.typed_at, is_own=True) for row in _own(connection, doc)]
    return kept


def _is_long(count: int, size: int) -> bool:
    return count > MOST_UPDATES or size > MOST_BYTES


def _is_damaged(row: _Told) -> bool:
    return row.digest is not None and hashlib.sha256(row.body).digest() != bytes(row.digest)


def _is_whole(connection: Connection, doc: str) -> bool:
    """Whether the log has every place, from its beginning or what stands for it to its end."""
    row = connection.execute(
        "SELECT count(*), min(seq), max(seq), max(digest IS NOT NULL), "
        "(SELECT seq FROM notes WHERE doc = :doc) FROM note_updates WHERE doc = :doc",
        {"doc": doc},
    ).fetchone()
    count, first, last, has_joined, seq = row
    if not count:
        return not seq
    return bool((first == 1 or has_joined) and last == seq and last - first + 1 == count)


def _ask_again(connection: Connection, doc: str, told: Sequence[_Told]) -> None:
    """Keep what is sure, and let everything after it be pulled anew."""
    sure = 0
    for row in told:
        if _is_damaged(row) or not (row.seq == sure + 1 or (row.digest is not None and not sure)):
            break
        sure = row.seq
    connection.execute("DELETE FROM note_updates WHERE doc = ? AND seq > ?", (doc, sure))
    connection.execute(
        "UPDATE notes SET known_seq = max(known_seq, seq, ?), seq = ? WHERE doc = ?",
        (sure + 1, sure, doc),
    )


def drop_confirmed(connection: Connection, doc: str) -> None:
    """Let go of what the server has taken and says in other words: as a part of something joined.

    Costs as much as opening the note.
    """
    from interview_desk.notes.encoding import NoteUpdateInvalid
    from interview_desk.notes.updates import bring_news

    own = [row for row in _own(connection, doc) if row.state == "taken"]
    if not own:
        return
    try:
        news = bring_news((row.body for row in _told(connection, doc)), (row.body for row in own))
    except NoteUpdateInvalid:
        return
    said = [(row.position,) for row, is_news in zip(own, news, strict=True) if not is_news]
    connection.executemany("DELETE FROM own_note_updates WHERE position = ?", said)


def _compare(connection: Connection, doc: str) -> None:
    """What the server has taken and does not have after all is sent once more."""
    drop_confirmed(connection, doc)
    connection.execute(
        "UPDATE own_note_updates SET state = 'waiting', n = NULL WHERE doc = :doc "
        "AND state = 'taken' AND (SELECT taken_seq <= seq FROM notes WHERE doc = :doc)",
        {"doc": doc},
    )


def _join_told(connection: Connection, doc: str, told: Sequence[_Told]) -> None:
    from interview_desk.notes.updates import NoteUpdatesIncomplete, merge

    try:
        joined = merge(row.body for row in told)
    except NoteUpdatesIncomplete:
        return
    fresh = [row for row in told if row.digest is None]
    _archive(connection, doc, (_kept(row.body, row.author, row.typed_at) for row in fresh))
    connection.execute("DELETE FROM note_updates WHERE doc = ?", (doc,))
    connection.execute(
        "INSERT INTO note_updates (doc, seq, body, digest, author, typed_at) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (doc, told[-1].seq, joined, hashlib.sha256(joined).digest(), *told[-1][3:]),
    )


def _join_own(connection: Connection, doc: str, own: Sequence[_Own]) -> None:
    """Join what has no number yet; a number stands for its bytes on the server."""
    from interview_desk.notes.updates import NoteUpdatesIncomplete, addition

    if any(row.state != "waiting" for row in own):
        return
    fresh = [row for row in own if row.n is None]
    before = [row.body for row in _told(connection, doc)]
    before += [row.body for row in own if row.n is not None]
    try:
        joined = addition(before, (row.body for row in fresh))
    except NoteUpdatesIncomplete:
        return
    if len(joined) > _LARGEST_OWN or len(fresh) <= 1:
        return
    _archive(connection, doc, (_kept(row.body, None, row.typed_at, is_own=True) for row in fresh))
    first, last = fresh[0], fresh[-1]
    connection.execute(
        "DELETE FROM own_note_updates WHERE doc = ? AND n IS NULL AND position > ?",
        (doc, first.position),
    )
    connection.execute(
        "UPDATE own_note_updates SET body = ? WHERE position = ?", (joined, first.position)
    )
    if last.typed_at is not None:
        connection.execute(
            "INSERT OR REPLACE INTO own_note_times VALUES (?, ?)", (first.position, last.typed_at)
        )


def _told(connection: Connection, doc: str) -> list[_Told]:
    rows = connection.execute(
        "SELECT seq, body, digest, author, typed_at FROM note_updates WHERE doc = ? ORDER BY seq",
        (doc,),
    )
    return [_Told(seq, bytes(body), *rest) for seq, body, *rest in rows]


def _own(connection: Connection, doc: str) -> list[_Own]:
    rows = connection.execute(
        "SELECT own.position, body, state, n, typed_at FROM own_note_updates AS own "
        "LEFT JOIN own_note_times AS times ON times.position = own.position "
        "WHERE doc = ? ORDER BY own.position",
        (doc,),
    )
    return [_Own(position, bytes(body), *rest) for position, body, *rest in rows]


def _kept(
    body: bytes, author: str | None, typed_at: int | None, *, is_own: bool = False
) -> KeptUpdate:
    at = None if typed_at is None else datetime.fromtimestamp(typed_at / 1000, UTC)
    return KeptUpdate(bytes(body), author, at, is_own)


def _archive(connection: Connection, doc: str, kept: Iterable[KeptUpdate]) -> None:
    packed = json.dumps([_packed(update) for update in kept]).encode()
    connection.execute(
        "INSERT INTO note_archives (doc, body) VALUES (?, ?)", (doc, zlib.compress(packed))
    )


def _packed(update: KeptUpdate) -> list[Any]:
    at = None if update.at is None else round(update.at.timestamp() * 1000)
    return [base64.b64encode(update.body).decode("ascii"), update.author, at, update.is_own]


def _unpacked(body: bytes) -> Iterator[KeptUpdate]:
    for packed, author, at, is_own in json.loads(zlib.decompress(body)):
        yield _kept(base64.b64decode(packed), author, at, is_own=is_own)
