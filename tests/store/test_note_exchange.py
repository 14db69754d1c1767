"""The database's side of the exchange of notes: in order, counted, and nothing lost."""

import pytest

from interview_desk.domain.values import Json
from interview_desk.notes.document import NoteDocument
from interview_desk.notes.updates import text_of
from interview_desk.services.exchange import (
    NotePage,
    NoteReceipt,
    SequencedUpdate,
    ServerRow,
)
from interview_desk.store import LocalStore
from tests.helpers.exchanged import (
    DOC,
    NOTE,
    NOW,
    copied,
    note_row,
    page,
    typed,
)


async def test_own_note_updates_are_numbered_sent_and_replaced_by_the_servers(
    store: LocalStore,
) -> None:
    await typed(store, "one ", "two")
    (sent,) = await store.note_batches(limit=5, size=100_000)
    assert (sent.doc, sent.note, [u.n for u in sent.updates]) == (DOC, NOTE, [1, 2])
    await store.settle_notes(DOC, NoteReceipt(last_n=2, seq=2))
    assert await store.pending_count() == 0
    assert len((await store.load(NOTE)).pending) == 2
    updates = tuple(SequencedUpdate(u.n, u.update) for u in sent.updates)
    heard: list[object] = []
    stop = store.on_remote_updates(NOTE, heard.append)
    assert store.watched_notes() == [DOC]
    assert await store.notes_behind(10) == {DOC: 0}
    assert await store.apply_notes(NotePage(DOC, 0, 2, updates))
    stop()
    assert store.watched_notes() == []
    note = await store.load(NOTE)
    assert (text_of(note.confirmed), note.pending, note.seq) == ("one two", (), 2)
    assert heard == []
    assert await store.notes_behind(10) == {}


async def test_a_batch_of_notes_ends_before_it_is_too_large_but_always_moves(
    store: LocalStore,
) -> None:
    await typed(store, "x" * 50, "y" * 50)
    (sent,) = await store.note_batches(limit=5, size=10)
    assert len(sent.updates) == 1
    (again,) = await store.note_batches(limit=5, size=100_000)
    assert [u.n for u in again.updates] == [1, 2]


async def test_others_updates_reach_who_listens_and_a_gap_is_refused(store: LocalStore) -> None:
    updates: list[bytes] = []
    theirs = NoteDocument(updates.append)
    theirs.insert(0, "hello")
    theirs.insert(5, " there")
    await store.apply_page(page(note_row(1)), NOW)
    heard: list[bytes] = []
    store.on_remote_updates(NOTE, heard.extend)
    late = NotePage(DOC, 1, 2, (SequencedUpdate(2, updates[1]),))
    assert not await store.apply_notes(late)
    assert heard == []
    first = NotePage(DOC, 0, 1, (SequencedUpdate(1, updates[0]),))
    assert await store.apply_notes(first)
    assert await store.apply_notes(first)
    assert await store.apply_notes(late)
    assert heard == updates
    assert text_of((await store.load(NOTE)).confirmed) == "hello there"


async def test_updates_are_taken_in_order_and_none_behind_a_gap(store: LocalStore) -> None:
    updates: list[bytes] = []
    theirs = NoteDocument(updates.append)
    for word in ("one ", "two ", "three ", "four"):
        theirs.insert(theirs.length, word)
    told = [SequencedUpdate(seq, update) for seq, update in enumerate(updates, 1)]
    await store.apply_page(page(note_row(4)), NOW)
    assert await store.apply_notes(NotePage(DOC, 0, 4, (told[3], told[1], told[0])))
    assert text_of((await store.load(NOTE)).confirmed) == "one two "
    assert await store.notes_behind(10) == {DOC: 2}
    assert await store.apply_notes(NotePage(DOC, 2, 4, (told[3], told[2])))
    assert text_of((await store.load(NOTE)).confirmed) == "one two three four"
    assert await store.notes_behind(10) == {}


@pytest.mark.parametrize("snapshot", [NoteDocument().updates_since(), b"no update at all"])
async def test_a_snapshot_without_what_was_told_before_takes_nothing_away(
    store: LocalStore, snapshot: bytes
) -> None:
    updates: list[bytes] = []
    NoteDocument(updates.append).insert(0, "kept")
    await store.apply_page(page(note_row(9)), NOW)
    await store.apply_notes(NotePage(DOC, 0, 1, (SequencedUpdate(1, updates[0]),)))
    poorer = NotePage(DOC, 1, 9, (), snapshot=snapshot, snapshot_seq=9)
    assert not await store.apply_notes(poorer)
    assert text_of((await store.load(NOTE)).confirmed) == "kept"
    assert await store.notes_behind(10) == {DOC: 1}


async def test_notes_of_an_unknown_document_are_not_taken(store: LocalStore) -> None:
    assert not await store.apply_notes(NotePage(DOC, 0, 1, (SequencedUpdate(1, b"x"),)))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"interview_id": None, "stage": "welcome", "seq": 1},
        {"interview_id": ["x"], "stage": {"a": 1}, "seq": 1},
    ],
)
async def test_a_document_that_does_not_say_where_it_belongs_is_not_asked_for(
    store: LocalStore, fields: dict[str, Json]
) -> None:
    await store.apply_page(page(ServerRow("note_documents", DOC, 1, fields=fields)), NOW)
    assert await store.notes_behind(10) == {}


@pytest.mark.parametrize("seq", [10**30, -1, {"a": 1}, "many"])
async def test_a_document_of_no_known_length_is_not_asked_for(store: LocalStore, seq: Json) -> None:
    fields = {"interview_id": NOTE.interview_id, "stage": NOTE.stage, "seq": seq}
    await store.apply_page(page(ServerRow("note_documents", DOC, 1, fields=fields)), NOW)
    assert await store.notes_behind(10) == {}


async def test_a_snapshot_stands_for_everything_before_it(store: LocalStore) -> None:
    updates: list[bytes] = []
    theirs = NoteDocument(updates.append)
    theirs.insert(0, "hello")
    await store.apply_page(page(note_row(9)), NOW)
    await store.apply_notes(NotePage(DOC, 0, 1, (SequencedUpdate(1, updates[0]),)))
    theirs.insert(5, "!")
    whole = NotePage(DOC, 1, 9, (), snapshot=theirs.updates_since(), snapshot_seq=9)
    assert await store.apply_notes(whole)
    note = await store.load(NOTE)
    assert (len(note.confirmed), note.seq, text_of(note.confirmed)) == (1, 9, "hello!")


async def test_a_gone_note_leaves_the_own_unsent_words_in_quarantine(store: LocalStore) -> None:
    updates: list[bytes] = []
    theirs = NoteDocument(updates.append)
    theirs.insert(0, "their words ")
    await store.apply_page(page(note_row(1)), NOW)
    await store.apply_notes(NotePage(DOC, 0, 1, (SequencedUpdate(1, updates[0]),)))
    await typed(store, "my own words")
    await store.apply_page(page(ServerRow("note_documents", DOC, 5, gone=True)), NOW)
    (item,) = await store.quarantined()
    assert (item.kind, item.record_id, item.text) == ("note", DOC, "my own words")
    note = await store.load(NOTE)
    assert (note.confirmed, note.pending, note.seq) == ((), (), 0)


async def test_a_gone_note_without_own_words_leaves_nothing(store: LocalStore) -> None:
    await store.apply_page(page(note_row(1)), NOW)
    await store.apply_page(page(ServerRow("note_documents", DOC, 5, gone=True)), NOW)
    assert await store.quarantined() == []


async def test_notes_the_server_refuses_are_set_aside_readable(store: LocalStore) -> None:
    await typed(store, "precious")
    await store.set_note_aside(DOC, code="not_found", detail="No such interview.", now=NOW)
    (item,) = await store.quarantined()
    assert (item.text, item.code, item.detail) == ("precious", "not_found", "No such interview.")
    assert await store.pending_count() == 0


async def test_a_restored_server_gets_every_notes_whole_text_as_one_update(
    store: LocalStore,
) -> None:
    await typed(store, "one ", "two ")
    (sent,) = await store.note_batches(limit=5, size=100_000)
    await store.settle_notes(DOC, NoteReceipt(2, 2))
    await store.apply_notes(
        NotePage(DOC, 0, 2, tuple(SequencedUpdate(u.n, u.update) for u in sent.updates))
    )
    await typed(store, "three")
    await store.leave_epoch()
    await copied(store, epoch="e2")
    await store.enter_epoch(last_n=0, now=NOW)
    (again,) = await store.note_batches(limit=5, size=100_000)
    assert [u.n for u in again.updates] == [1]
    assert text_of(u.update for u in again.updates) == "one two three"
    assert text_of((await store.load(NOTE)).pending) == "one two three"


async def test_renumbered_notes_go_on_from_the_servers_count(store: LocalStore) -> None:
    await typed(store, "a", "b")
    await store.note_batches(limit=5, size=100_000)
    await store.renumber_notes(DOC, 4)
    (again,) = await store.note_batches(limit=5, size=100_000)
    assert [u.n for u in again.updates] == [5, 6]
