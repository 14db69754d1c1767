"""What a desk that is used alone erases for good: its rows first, then every trace in its files.

The cipher's SQLite overwrites what is deleted (`secure_delete`). It stays, for who has the key, in
the log, in the search index until its parts are merged, and in each backup made before: so the
log is emptied, the index made anew, and the backups go. What stops that half way is seen at the
next start.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from interview_desk.domain.errors import DeskError
from interview_desk.store.connection import Connection, connect, in_our_words
from interview_desk.store.errors import StoreUnavailableError
from interview_desk.store.meta import get_meta, set_meta
from interview_desk.store.news import News
from interview_desk.store.part import Part
from interview_desk.store.rows import forget_read

if TYPE_CHECKING:
    from interview_desk.domain.records import Record
    from interview_desk.services.erasing import Subject

# Rows are erased, and the files may still hold what they said.
_TRACES: Final = "traces"
_MAIL_OF: Final = ("guest_id", "enrolment_id")


class StoredErasure(Part):
    """The `ErasesHere` port on the encrypted database."""

    async def erase(self, kind: "Subject", subject_id: str) -> None:
        """Erase an interview or a guest; TracesLeftError where the files could not be wiped yet."""
        await self._engine.write(lambda c, news: _erase(c, news, kind, subject_id))
        await self.finish()

    async def finish(self) -> None:
        """Wipe what an erasure has left in the files, where it did not come to that."""
        if not await self._engine.read(_has_traces):
            return
        from interview_desk.services.erasing import TracesLeftError

        try:
            await self._engine.replace_file(_wipe)
        except (DeskError, OSError) as error:
            raise TracesLeftError from error


def _has_traces(connection: Connection) -> bool:
    return bool(get_meta(connection, _TRACES, default=False))


def _erase(connection: Connection, news: News, kind: "Subject", subject_id: str) -> None:
    from interview_desk.domain.erasure import KINDS_WITH_GUESTS
    from interview_desk.store.erasing import drop, let_go_of_texts

    known = list(_records(connection, KINDS_WITH_GUESTS, live_only=False))
    interviews = {subject_id}
    found: set[tuple[str, str]] = set()
    if kind == "guest":
        interviews, found = _of_guest(connection, known, subject_id)
    found |= {("interviews", one) for one in interviews}
    found |= _mails_of(connection, known, interviews)
    inside = {(one.entity, one.id) for one in known if one.fields.get("interview_id") in interviews}
    let_go_of_texts(connection, found | inside)
    # Interviews last: what belongs to them goes along with each.
    for entity, record_id in sorted(found, key=lambda key: (key[0] == "interviews", key)):
        drop(connection, news, entity=entity, record_id=record_id)
    set_meta(connection, _TRACES, value=True)


def _of_guest(
    connection: Connection, known: "Iterable[Record]", who: str
) -> tuple[set[str], set[tuple[str, str]]]:
    """The interviews that go whole with a guest, and what is about them alone, deleted or not."""
    from interview_desk.domain.erasure import (
        KINDS_WITH_GUESTS,
        concerns,
        interviews_with,
        traces_of,
    )

    everything = list(known)
    traces = traces_of(everything, who)
    # Who was taken out of an interview takes part no more.
    live = list(_records(connection, KINDS_WITH_GUESTS, live_only=True))
    whole, _ = interviews_with(live, traces)
    return set(whole), {(one.entity, one.id) for one in everything if concerns(one, traces)}


def _mails_of(
    connection: Connection, known: "Iterable[Record]", interviews: set[str]
) -> set[tuple[str, str]]:
    """Mails name the guest or the enrolment, and not the interview they are of."""
    ids = {
        record_id
        for interview_id in interviews
        for (record_id,) in connection.execute(
            "SELECT id FROM records WHERE interview_id = ?", (interview_id,)
        )
    }
    return {
        (one.entity, one.id)
        for one in known
        if one.entity == "follow_up_messages" and ids & {*map(one.fields.get, _MAIL_OF)}
    }


def _records(
    connection: Connection, kinds: Iterable[str], *, live_only: bool
) -> "Iterator[Record]":
    from interview_desk.domain.records import Record

    for entity, record_id, fields in connection.execute(
        "SELECT entity, id, coalesce(shown, fields) FROM records "
        "WHERE entity IN (SELECT value FROM json_each(?)) AND live >= ? ORDER BY id",
        (json.dumps(sorted(kinds)), int(live_only)),
    ):
        yield Record(entity, record_id, json.loads(fields))


def _wipe(path: Path, key: bytes) -> News:
    """Leave no trace in the database, nor in what was copied from it before."""
    forget_read()
    # First, as it makes the room that the rest may need.
    _remove_copies(path)
    with closing(connect(path, key)) as connection, in_our_words():
        connection.execute("INSERT INTO search (search) VALUES ('rebuild')")
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            # A stranger reads the old pages, which are still in the file.
            raise StoreUnavailableError
        set_meta(connection, _TRACES, value=None)
    return News()


def _remove_copies(path: Path) -> None:
    """The mirror, which is made anew, what a damage or a crash has left, and the backups."""
    from interview_desk.store.backups import remove_backups

    for file in path.parent.glob(f"{path.name}.*"):
        if ".check" not in file.suffixes:
            file.unlink()
    remove_backups(path)
