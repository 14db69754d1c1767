"""What a desk brings along from a long time offline: each batch costs the same, however much waits.

Counted in steps of the database's engine, which no other program on the machine disturbs.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.records import Edit
from interview_desk.notes import NoteDocument, text_of
from interview_desk.services.exchange import (
    NotePage,
    NoteReceipt,
    Page,
    Result,
    SequencedUpdate,
    ServerRow,
)
from interview_desk.services.ports import NoteAddress
from interview_desk.store import LocalStore

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOTE = NoteAddress("0199c0de-0000-7000-8000-000000000001", "first_thought")
DOC = note_document_id(*NOTE)
A_LITTLE, MUCH = 600, 2_400
_EVERY = 20


async def steps(store: LocalStore, doing: Callable[[], Awaitable[object]]) -> int:
    """How many steps the database's engine takes for it, in twenties."""
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += 1
        return 0

    writer = store._engine._writer
    assert writer is not None
    writer.set_progress_handler(count, _EVERY)
    await doing()
    writer.set_progress_handler(None, 0)
    return counted


async def send_notes(store: LocalStore) -> None:
    (batch,) = await store.note_batches(limit=20, size=500)
    last = batch.updates[-1].n
    await store.settle_notes(DOC, NoteReceipt(last, last))
    sent = tuple(SequencedUpdate(one.n, one.update) for one in batch.updates)
    assert await store.apply_notes(NotePage(DOC, 0, last, sent))


async def send_edits(store: LocalStore, limit: int = 20) -> None:
    batch = await store.next_batch(limit=limit, size=4_000_000)
    await store.settle([Result(one.n, "ok", one.n) for one in batch], NOW)
    rows = tuple(ServerRow(one.entity, one.id, one.n, one.fields) for one in batch[:20])
    await store.apply_page(Page(rows, "c", more=True, last_n=20, epoch="e"), NOW)


async def backlog(store: LocalStore, size: int) -> list[bytes]:
    log: list[bytes] = []
    document = NoteDocument(log.append)
    for number in range(size):
        document.insert(document.length, f"word{number} ")

    def type_offline(connection, _):
        connection.execute(
            "INSERT INTO notes (doc, interview_id, stage) VALUES (?, ?, ?)", (DOC, *NOTE)
        )
        connection.executemany(
            "INSERT INTO own_note_updates (doc, body) VALUES (?, ?)", ((DOC, one) for one in log)
        )

    await store._engine.write(type_offline, durable=False)
    await store.write([Edit("startups", f"s{number}", {"name": "N"}) for number in range(size)])
    return log


async def test_a_batch_costs_the_same_however_much_waits_behind_it(
    store: LocalStore, tmp_path, key: bytes
) -> None:
    beside = await LocalStore.open(tmp_path / "beside.db", key)
    await backlog(store, A_LITTLE)
    await backlog(beside, MUCH)
    # Some has been sent already, and is still to come back.
    await send_edits(store, A_LITTLE // 2)
    await send_edits(beside, MUCH // 2)
    for doing in (
        send_notes,
        send_edits,
        lambda desk: desk.append(NOTE, b"typed meanwhile"),
        lambda desk: desk.write([Edit("startups", "s1", {"name": "Other"})]),
    ):
        few = await steps(store, partial(doing, store))
        many = await steps(beside, partial(doing, beside))
        assert few > 0
        assert many <= 1.25 * few + 5
    await beside.close()


async def test_what_comes_back_inside_a_snapshot_no_longer_waits_for_it(store: LocalStore) -> None:
    log = await backlog(store, 30)
    await store.note_batches(limit=20, size=4_000_000)
    await store.settle_notes(DOC, NoteReceipt(30, 30))
    folded = NoteDocument()
    folded.apply(log)
    snapshot = folded.updates_since()
    await store.apply_notes(NotePage(DOC, 0, 30, snapshot=snapshot, snapshot_seq=30))
    note = await store.load(NOTE)
    assert note.pending == ()
    assert text_of(note.confirmed) == text_of(log)


async def test_a_snapshot_that_lacks_what_was_taken_lets_go_of_nothing(store: LocalStore) -> None:
    log = await backlog(store, 30)
    await store.note_batches(limit=20, size=4_000_000)
    await store.settle_notes(DOC, NoteReceipt(30, 40))
    folded = NoteDocument()
    folded.apply(log[:20])
    snapshot = folded.updates_since()
    await store.apply_notes(NotePage(DOC, 0, 20, snapshot=snapshot, snapshot_seq=20))
    assert (await store.load(NOTE)).pending == tuple(log[20:])


async def test_a_snapshot_nobody_can_read_lets_go_of_nothing(store: LocalStore) -> None:
    log = await backlog(store, 3)
    await store.note_batches(limit=20, size=4_000_000)
    await store.settle_notes(DOC, NoteReceipt(3, 3))
    await store.apply_notes(NotePage(DOC, 0, 3, snapshot=b"torn", snapshot_seq=3))
    held = await store._engine.read(
        lambda connection: connection.execute("SELECT body FROM own_note_updates").fetchall()
    )
    assert [row[0] for row in held] == log


async def test_what_was_heard_of_before_its_answer_is_let_go_with_it(store: LocalStore) -> None:
    log = await backlog(store, 3)
    await store.note_batches(limit=20, size=4_000_000)
    heard = tuple(SequencedUpdate(n, update) for n, update in enumerate(log, 1))
    await store.apply_notes(NotePage(DOC, 0, 3, heard))
    assert (await store.load(NOTE)).pending == tuple(log)
    await store.settle_notes(DOC, NoteReceipt(3, 3))
    assert (await store.load(NOTE)).pending == ()
