"""The log of a note on this computer: short, whole, and with everything that ever was typed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from interview_desk.domain.ids import note_document_id
from interview_desk.notes import NoteDocument, text_of
from interview_desk.services.exchange import NotePage, NoteReceipt, SequencedUpdate
from interview_desk.services.ports import KeptUpdate, NoteAddress
from interview_desk.store import LocalStore
from interview_desk.store.note_log import MOST_UPDATES

NOTE = NoteAddress("0199c0de-0000-7000-8000-000000000001", "first_thought")
DOC = note_document_id(*NOTE)
BEGAN = datetime(2026, 11, 18, 14, tzinfo=UTC)


def typed(count: int, *, word: str = "w", on: Sequence[bytes] = ()) -> list[bytes]:
    log: list[bytes] = []
    document = NoteDocument(log.append)
    document.apply(on)
    for number in range(count):
        document.insert(document.length, f"{word}{number} ")
    return log


async def told(store: LocalStore, updates: Sequence[bytes], *, after: int = 0) -> None:
    """The server tells these updates, typed a second apart by Ben."""
    await known(store)
    sequenced = tuple(
        SequencedUpdate(after + n, update, "ben", BEGAN + timedelta(seconds=after + n))
        for n, update in enumerate(updates, 1)
    )
    page = NotePage(DOC, after, after + len(updates), sequenced)
    assert await store.apply_notes(page)


async def known(store: LocalStore) -> None:
    def work(connection, news):
        connection.execute(
            "INSERT OR IGNORE INTO notes (doc, interview_id, stage) VALUES (?, ?, ?)", (DOC, *NOTE)
        )

    await store._engine.write(work)


async def run(store: LocalStore, statement: str, *values: object):
    return await store._engine.write(
        lambda connection, _: connection.execute(statement, values).fetchall()
    )


async def text(store: LocalStore) -> str:
    note = await store.load(NOTE)
    return text_of((*note.confirmed, *note.pending))


async def test_a_long_log_is_joined_at_the_next_opening(store: LocalStore) -> None:
    updates = typed(MOST_UPDATES + 1)
    await told(store, updates)
    note = await store.load(NOTE)
    assert (len(note.confirmed), note.checked, note.seq) == (1, 1, MOST_UPDATES + 1)
    assert text_of(note.confirmed) == text_of(updates)
    more = typed(2, word="more", on=note.confirmed)
    await told(store, more, after=MOST_UPDATES + 1)
    note = await store.load(NOTE)
    assert (len(note.confirmed), note.checked) == (3, 1)
    assert text_of(note.confirmed) == text_of((*updates, *more))


async def test_a_short_log_is_left_as_it_is(store: LocalStore) -> None:
    updates = typed(MOST_UPDATES)
    await told(store, updates)
    note = await store.load(NOTE)
    assert (note.confirmed, note.checked) == (tuple(updates), 0)


async def test_a_heavy_log_is_joined_however_few_its_updates_are(store: LocalStore) -> None:
    updates = typed(3, word="x" * 30_000)
    await told(store, updates)
    note = await store.load(NOTE)
    assert (len(note.confirmed), note.checked) == (1, 1)
    assert text_of(note.confirmed) == text_of(updates)


async def test_nothing_is_joined_while_an_update_is_missing(store: LocalStore) -> None:
    updates = typed(MOST_UPDATES + 3)
    del updates[4]  # somebody else's program never sent it
    await told(store, updates)
    note = await store.load(NOTE)
    assert note.confirmed == tuple(updates)


async def test_unsent_updates_outlive_the_joining(store: LocalStore) -> None:
    updates = typed(MOST_UPDATES + 1)
    await told(store, updates)
    own = typed(3, word="mine", on=updates)
    for update in own:
        await store.append(NOTE, update, at=BEGAN)
    note = await store.load(NOTE)
    assert note.pending == tuple(own)
    assert await text(store) == text_of((*updates, *own))
    (batch,) = await store.note_batches(limit=9, size=10**6)
    assert [update.update for update in batch.updates] == own


async def test_a_desk_alone_joins_its_own_updates_into_one_that_can_be_sent(
    store: LocalStore,
) -> None:
    own = typed(MOST_UPDATES + 1)
    for update in own:
        await store.append(NOTE, update, at=BEGAN)
    note = await store.load(NOTE)
    assert len(note.pending) == 1
    assert text_of(note.pending) == text_of(own)
    more = typed(1, word="more", on=note.pending)
    await store.append(NOTE, more[0])
    assert await text(store) == text_of((*own, *more))
    assert [kept.body for kept in await store.history(NOTE)][: len(own)] == own


async def test_own_updates_that_have_a_number_keep_their_bytes(store: LocalStore) -> None:
    own = typed(MOST_UPDATES + 1)
    for update in own:
        await store.append(NOTE, update)
    (batch,) = await store.note_batches(limit=9, size=30)
    numbered = len(batch.updates)
    assert 0 < numbered < len(own)
    note = await store.load(NOTE)
    assert note.pending[:numbered] == tuple(own[:numbered])
    assert len(note.pending) == numbered + 1
    assert text_of(note.pending) == text_of(own)


async def test_own_updates_that_were_set_aside_are_not_joined(store: LocalStore) -> None:
    own = typed(MOST_UPDATES + 1)
    for update in own:
        await store.append(NOTE, update)
    await store.set_note_aside(DOC, code="not_found", detail=None, now=BEGAN)
    assert (await store.load(NOTE)).pending == tuple(own)


async def test_own_updates_too_large_to_be_sent_as_one_stay_apart(store: LocalStore) -> None:
    own = typed(4, word="x" * 60_000)
    for update in own:
        await store.append(NOTE, update)
    assert (await store.load(NOTE)).pending == tuple(own)


async def test_own_updates_on_missing_ground_are_not_joined(store: LocalStore) -> None:
    own = typed(MOST_UPDATES + 3)[1:]
    for update in own:
        await store.append(NOTE, update)
    assert (await store.load(NOTE)).pending == tuple(own)


async def test_a_damaged_joined_update_is_fetched_again(store: LocalStore) -> None:
    updates = typed(MOST_UPDATES + 1)
    await told(store, updates)
    await store.load(NOTE)
    await run(store, "UPDATE note_updates SET body = ? WHERE doc = ?", b"rubbish", DOC)
    note = await store.load(NOTE)
    assert (note.confirmed, note.seq) == ((), 0)
    assert await store.notes_behind(9) == {DOC: 0}
    await told(store, updates)
    assert await text(store) == text_of(updates)


@pytest.mark.parametrize(("lost", "kept"), [(1, 0), (3, 2), (5, 4)])
async def test_what_follows_a_lost_update_is_fetched_again(
    store: LocalStore, lost: int, kept: int
) -> None:
    updates = typed(5)
    await told(store, updates)
    await run(store, "DELETE FROM note_updates WHERE doc = ? AND seq = ?", DOC, lost)
    note = await store.load(NOTE)
    assert (note.confirmed, note.seq) == (tuple(updates[:kept]), kept)
    assert await store.notes_behind(9) == {DOC: kept}


async def test_a_log_whose_beginning_is_lost_behind_the_joined_update_is_fetched_again(
    store: LocalStore,
) -> None:
    updates = typed(MOST_UPDATES + 1)
    await told(store, updates)
    await store.load(NOTE)
    await told(store, typed(3, on=updates), after=len(updates))
    await run(store, "DELETE FROM note_updates WHERE seq = ?", len(updates) + 1)
    note = await store.load(NOTE)
    assert (len(note.confirmed), note.seq) == (1, len(updates))


async def test_what_the_server_took_and_does_not_have_is_sent_once_more(store: LocalStore) -> None:
    own = typed(3)
    for update in own:
        await store.append(NOTE, update)
    await store.note_batches(limit=9, size=10**6)
    await store.settle_notes(DOC, NoteReceipt(last_n=3, seq=2))
    assert await store.note_batches(limit=9, size=10**6) == []
    # The server lost the last one, and tells the first two as one.
    both = NoteDocument()
    both.apply(own[:2])
    await told(store, [both.updates_since(), b"\x00\x00"])
    note = await store.load(NOTE)
    assert note.pending == (own[2],)
    (batch,) = await store.note_batches(limit=9, size=10**6)
    assert [(update.n, update.update) for update in batch.updates] == [(4, own[2])]


async def test_a_lost_deletion_is_sent_once_more_too(store: LocalStore) -> None:
    own: list[bytes] = []
    document = NoteDocument(own.append)
    document.insert(0, "word")
    document.delete(0, 2)
    for update in own:
        await store.append(NOTE, update)
    await store.note_batches(limit=9, size=10**6)
    await store.settle_notes(DOC, NoteReceipt(last_n=2, seq=1))
    await told(store, own[:1])
    assert (await store.load(NOTE)).pending == (own[1],)
    (batch,) = await store.note_batches(limit=9, size=10**6)
    assert [update.update for update in batch.updates] == [own[1]]


async def test_what_the_server_has_taken_but_not_told_yet_waits(store: LocalStore) -> None:
    own = typed(1)
    await store.append(NOTE, own[0])
    await store.note_batches(limit=9, size=10**6)
    await store.settle_notes(DOC, NoteReceipt(last_n=1, seq=1))
    assert (await store.load(NOTE)).pending == (own[0],)
    assert await store.note_batches(limit=9, size=10**6) == []


async def test_the_history_keeps_every_update_with_its_typist_and_time(store: LocalStore) -> None:
    updates = typed(MOST_UPDATES + 1)
    await told(store, updates)
    await store.load(NOTE)
    more = typed(1, word="more", on=updates)
    await told(store, more, after=len(updates))
    own = typed(1, word="mine", on=[*updates, *more])
    await store.append(NOTE, own[0], at=BEGAN)
    kept = await store.history(NOTE)
    # What was joined says nothing new after what it was joined from.
    assert text_of(update.body for update in kept) == text_of((*updates, *more, *own))
    assert kept[1] == KeptUpdate(updates[1], "ben", BEGAN + timedelta(seconds=2))
    assert kept[-1] == KeptUpdate(own[0], None, BEGAN, is_own=True)


async def test_forgetting_a_note_forgets_its_history(store: LocalStore) -> None:
    await told(store, typed(MOST_UPDATES + 1))
    await store.append(NOTE, typed(1)[0], at=BEGAN)
    await store.load(NOTE)
    await run(store, "DELETE FROM own_note_updates WHERE doc = ?", DOC)
    await run(store, "DELETE FROM notes WHERE doc = ?", DOC)
    assert await run(store, "SELECT 1 FROM note_archives") == []
    assert await run(store, "SELECT 1 FROM own_note_times") == []


async def test_words_discarded_under_an_open_editor_stay_the_ground_of_the_next(
    store: LocalStore,
) -> None:
    own: list[bytes] = []
    document = NoteDocument(own.append)
    document.insert(0, "refused ")
    await store.append(NOTE, own[0])
    await store.set_note_aside(DOC, code="not_found", detail=None, now=BEGAN)
    close = store.on_remote_updates(NOTE, lambda _: None)
    (item,) = await store.quarantined()
    await store.discard(item.id)
    assert await store.quarantined() == []
    document.insert(document.length, "and more")
    await store.append(NOTE, own[1])
    close()
    assert await text(store) == "refused and more"
    (batch,) = await store.note_batches(limit=9, size=10**6)
    assert [update.update for update in batch.updates] == own
