"""What was set aside goes back into the queue when a person asks for it."""

from datetime import UTC, datetime

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.records import Edit
from interview_desk.notes.updates import text_of
from interview_desk.services.exchange import Result, ServerRow
from interview_desk.services.ports import NoteAddress
from interview_desk.store import LocalStore
from tests.helpers.exchanged import page, written

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOTE = NoteAddress("0199c0de-0000-7000-8000-000000000001", "context")
DOC = note_document_id(*NOTE)


async def refuse(store: LocalStore) -> int:
    (mutation,) = await store.next_batch(limit=5, size=10_000)
    await store.settle([Result(mutation.n, "rejected", code="forbidden")], NOW)
    (item,) = await store.quarantined()
    return item.id


async def test_a_refused_edit_is_sent_again_on_what_is_seen_now(store: LocalStore) -> None:
    await store.write([Edit("startups", "s1", {"name": "Mine"})])
    item = await refuse(store)
    assert await store.get("startups", "s1") is None
    told = ServerRow("startups", "s1", 7, {"name": "Theirs"}, {"name": 7})
    await store.apply_page(page(told), NOW)
    await store.retry(item)
    assert await store.quarantined() == []
    record = await store.get("startups", "s1")
    assert record is not None
    assert record.fields["name"] == "Mine"
    (mutation,) = await store.next_batch(limit=5, size=10_000)
    assert (mutation.n, dict(mutation.base)) == (2, {"name": 7})
    await store.retry(item)  # pressed twice
    assert await store.pending_count() == 1


async def test_a_refused_deletion_is_tried_again(store: LocalStore) -> None:
    await store.apply_page(page(ServerRow("startups", "s1", 7, {"name": "A"}, {"name": 7})), NOW)
    await store.write([Edit("startups", "s1", {}, delete=True)])
    item = await refuse(store)
    assert await store.get("startups", "s1") is not None
    await store.retry(item)
    assert await store.get("startups", "s1") is None


async def test_refused_notes_are_sent_again_as_they_are(store: LocalStore) -> None:
    await store.append(NOTE, written("My words"))
    await store.set_note_aside(DOC, code="too_large", detail=None, now=NOW)
    (item,) = await store.quarantined()
    await store.retry(item.id)
    assert await store.quarantined() == []
    (batch,) = await store.note_batches(limit=5, size=10_000)
    assert text_of(update.update for update in batch.updates) == "My words"


async def test_words_whose_note_is_gone_are_written_again(store: LocalStore) -> None:
    told = ServerRow(
        "note_documents",
        DOC,
        1,
        {"interview_id": NOTE.interview_id, "stage": NOTE.stage, "seq": 0},
        {"seq": 1},
    )
    await store.apply_page(page(told), NOW)
    await store.append(NOTE, written("My words"))
    await store.apply_page(page(ServerRow("note_documents", DOC, 2, gone=True)), NOW)
    (item,) = await store.quarantined()
    heard: list[bytes] = []
    store.on_remote_updates(NOTE, heard.extend)
    await store.retry(item.id)
    note = await store.load(NOTE)
    assert text_of((*note.confirmed, *note.pending)) == "My words"
    assert len(heard) == 1
