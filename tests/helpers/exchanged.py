"""What a server tells a database of, and what a person writes into it."""

from datetime import UTC, datetime

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.records import Edit
from interview_desk.domain.values import Json
from interview_desk.notes.document import NoteDocument
from interview_desk.services.exchange import (
    Page,
    ServerRow,
)
from interview_desk.services.ports import NoteAddress
from interview_desk.store import LocalStore
from tests.helpers.copies import copy_of, take_whole
from tests.helpers.desk import StoppedClock

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


INTERVIEW = "0199c0de-0000-7000-8000-000000000001"


NOTE = NoteAddress(INTERVIEW, "first_thought")


DOC = note_document_id(*NOTE)


def startup(ver: int, *, record_id: str = "s1", deleted: bool = False, **fields: Json) -> ServerRow:
    return ServerRow(
        "startups", record_id, ver, fields, dict.fromkeys(fields, ver), deleted=deleted
    )


def page(*rows: ServerRow, cursor: str = "c", more: bool = False, epoch: str = "e") -> Page:
    return Page(rows=rows, cursor=cursor, more=more, last_n=0, epoch=epoch)


def written(text: str) -> bytes:
    """The update that makes an empty note say `text`."""
    document = NoteDocument()
    before = document.state_vector()
    document.insert(0, text)
    return document.updates_since(before)


async def copied(store: LocalStore, *rows: ServerRow, epoch: str = "e") -> None:
    await take_whole(store, copy_of(rows, cursor="c", epoch=epoch), StoppedClock(NOW))


def note_row(seq: int) -> ServerRow:
    fields: dict[str, Json] = {"interview_id": INTERVIEW, "stage": NOTE.stage, "seq": seq}
    return ServerRow("note_documents", DOC, seq, fields, dict.fromkeys(fields, seq))


async def batch(store: LocalStore, limit: int = 500, size: int = 4_000_000):
    return await store.next_batch(limit=limit, size=size)


async def shown(store: LocalStore, record_id: str = "s1") -> dict[str, object] | None:
    record = await store.get("startups", record_id)
    return None if record is None else dict(record.fields)


async def rename(store: LocalStore, name: str, record_id: str = "s1") -> None:
    await store.write([Edit("startups", record_id, {"name": name})])


async def typed(store: LocalStore, *texts: str, into: NoteDocument | None = None) -> None:
    updates: list[bytes] = []
    document = NoteDocument(updates.append)
    document.apply((await store.load(NOTE)).confirmed)
    document.apply((await store.load(NOTE)).pending)
    for text in texts:
        document.insert(document.length, text)
    for update in updates:
        await store.append(NOTE, update)
