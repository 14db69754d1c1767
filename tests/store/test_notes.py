"""The note journal on this device."""

from interview_desk.domain.ids import note_document_id
from interview_desk.services.ports import Change, NoteAddress
from interview_desk.store import LocalStore

NOTE = NoteAddress("0199c0de-0000-7000-8000-000000000001", "first_thought")


async def test_a_new_document_is_empty(store: LocalStore) -> None:
    note = await store.load(NOTE)
    assert (note.confirmed, note.pending, note.seq) == ((), (), 0)


async def test_appended_updates_come_back_in_order(store: LocalStore) -> None:
    for update in (b"one", b"two", b"\x00three"):
        await store.append(NOTE, update)
    note = await store.load(NOTE)
    assert note.pending == (b"one", b"two", b"\x00three")
    assert await store.pending_count() == 3


async def test_an_append_tells_listeners_of_the_document(store: LocalStore) -> None:
    heard: list[frozenset[Change]] = []
    store.on_change(heard.append)
    await store.append(NOTE, b"one")
    assert heard == [frozenset({Change("note_documents", note_document_id(*NOTE))})]
