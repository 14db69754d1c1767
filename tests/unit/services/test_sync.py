"""The sync service: when it exchanges, what it says, and how it takes failures."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typing_extensions import override

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.records import Edit
from interview_desk.domain.roles import Role
from interview_desk.services.exchange import (
    LiveNote,
    LivePresence,
    Page,
    Pending,
    Poke,
    Position,
    SequencedUpdate,
)
from interview_desk.services.ports import Me, NoteAddress
from interview_desk.services.server_errors import (
    CopyDamagedError,
    NotPairedError,
    ProtocolTooOldError,
    ServerBusyError,
    ServerUnreachableError,
)
from interview_desk.services.sync import SLOW_POLL, SyncService
from interview_desk.services.sync_state import (
    SyncKind,
    SyncState,
    words,
)
from interview_desk.services.waking import LOOK_EVERY
from interview_desk.store import LocalStore
from interview_desk.store.engine import Engine
from tests.helpers.desk import StoppedClock
from tests.helpers.fakes import NOON, MemoryApi, MemoryFeed, MemoryServer, Naps

NOTE = NoteAddress("0199c0de-0000-7000-8000-000000000001", "welcome")
DOC = note_document_id(*NOTE)
BERLIN = ZoneInfo("Europe/Berlin")


class Running:
    """A sync service at work, with everything around it in a test's hands."""

    def __init__(self, store: LocalStore, server: MemoryServer) -> None:
        self.store = store
        self.server = server
        self.api: MemoryApi = server.api("d1")
        self.feed = MemoryFeed()
        self.clock = StoppedClock(NOON)
        self.naps = Naps()
        self.service = SyncService(
            store, self.api, self.feed, self.clock, jitter=lambda: 0.0, nap=self.naps
        )
        self.states: list[SyncState] = []
        self.stop_hearing = self.service.on_state(self.states.append)

    async def until(self, holds: Callable[[SyncState], bool]) -> SyncState:
        """Wait until the state is as wanted."""
        changed = asyncio.Event()
        stop = self.service.on_state(lambda _: changed.set())
        while not holds(self.service.state):
            changed.clear()
            await changed.wait()
        stop()
        return self.service.state

    async def reached(self, kind: SyncKind) -> SyncState:
        return await self.until(lambda state: state.kind is kind)

    async def rename(self, name: str) -> None:
        await self.store.write([Edit("startups", "s1", {"name": name})])


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[LocalStore]:
    store = await LocalStore.open(tmp_path / "desk.db", bytes(32))
    yield store
    await store.close()


def paired(device_id: str | None = "d1") -> Me:
    return Me("m1", "Ann", None, Role.OWNER, "Team", "https://desk.test", device_id)


@pytest.fixture
async def idle(store: LocalStore) -> Running:
    """Paired, not running yet."""
    server = MemoryServer()
    await store.become(paired(), epoch=server.epoch)
    return Running(store, server)


@pytest.fixture
async def running(idle: Running) -> AsyncIterator[Running]:
    """Paired and running."""
    task = asyncio.ensure_future(idle.service.run())
    yield idle
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_desk_alone_says_so_and_starts_once_it_is_paired(store: LocalStore) -> None:
    server = MemoryServer()
    desk = Running(store, server)
    task = asyncio.ensure_future(desk.service.run())
    await desk.rename("Acme")
    state = await desk.until(lambda state: state.kind is SyncKind.ALONE and state.pending == 1)
    assert words(state, NOON, UTC) == "Saved on this device"
    await desk.naps.asleep(None)
    await store.become(paired(), epoch=server.epoch)
    desk.service.poke()
    await desk.reached(SyncKind.SYNCED)
    assert server.rows["startups", "s1"].fields["name"] == "Acme"
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_what_was_made_alone_is_sent_when_its_author_has_seen_it(
    store: LocalStore,
) -> None:
    server = MemoryServer()
    server.put("startups", "s9", name="Theirs")
    await store.become(paired(None)._replace(server=None, member_id="local"))
    desk = Running(store, server)
    await desk.rename("Mine")
    await store.become(paired(), epoch=server.epoch)
    task = asyncio.ensure_future(desk.service.run())
    state = await desk.reached(SyncKind.HELD)
    assert words(state, NOON, UTC) == "Choose what your team gets (1)"
    await desk.naps.asleep(SLOW_POLL)
    await desk.rename("Mine too")
    await desk.until(lambda state: state.pending == 2)
    assert ("startups", "s1") not in server.rows
    assert (await store.get("startups", "s9")) is not None
    await store.handover.release([])
    await desk.reached(SyncKind.SYNCED)
    assert server.rows["startups", "s1"].fields["name"] == "Mine too"
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_synced_says_when_in_the_users_time(running: Running) -> None:
    state = await running.reached(SyncKind.SYNCED)
    assert words(state, NOON, BERLIN) == "Synced 13:00"


async def test_an_edit_made_while_connected_is_sent_at_once(running: Running) -> None:
    await running.reached(SyncKind.SYNCED)
    await running.naps.asleep(SLOW_POLL)
    await running.rename("Acme")
    await running.until(lambda state: state.pending == 1)
    await running.until(lambda state: state.pending == 0)
    assert running.server.rows["startups", "s1"].fields["name"] == "Acme"
    kinds = [state.kind for state in running.states]
    assert kinds[-2:] == [SyncKind.SAVING, SyncKind.SYNCED]
    saving = running.states[-2]
    assert words(saving, NOON, UTC) == "Saved on this device, will sync (1)"


async def test_an_edit_made_during_an_exchange_is_sent_right_after_it(
    idle: Running,
) -> None:
    writes: list[asyncio.Future[None]] = []

    def on_call(call: str) -> None:
        if call == "pull" and not writes:
            writes.append(asyncio.ensure_future(idle.rename("meanwhile")))

    idle.api.on_call = on_call
    task = asyncio.ensure_future(idle.service.run())
    while ("startups", "s1") not in idle.server.rows:
        await idle.until(lambda state: state.kind is SyncKind.SYNCED)
        await asyncio.sleep(0)
    await asyncio.gather(*writes)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


class NotingStore(LocalStore):
    """Notes in which order it is asked, and says when the counting has come."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.asked: list[str] = []
        self.counted = asyncio.Event()

    @override
    async def pending(self) -> Pending:
        self.asked.append("count")
        self.counted.set()
        return await super().pending()

    @override
    async def apply_page(self, page: Page, now: datetime) -> bool:
        self.asked.append("taken")
        return await super().apply_page(page, now)

    @override
    async def position(self) -> Position:
        self.asked.append("position")
        return await super().position()


async def test_who_shows_news_reads_them_before_the_exchange_asks_for_anything_else(
    tmp_path: Path,
) -> None:
    server = MemoryServer()
    store = await NotingStore.open(tmp_path / "desk.db", bytes(32))
    await store.become(paired(), epoch=server.epoch)
    desk = Running(store, server)
    task = asyncio.ensure_future(desk.service.run())
    await desk.naps.asleep(SLOW_POLL)
    store.asked.clear()
    store.counted.clear()
    server.put("startups", "s2", name="Theirs")
    heard = asyncio.Event()
    store.on_change(lambda _: heard.set())

    async def show() -> None:
        await heard.wait()
        store.asked.append("shown")

    showing = asyncio.ensure_future(show())
    desk.service.poke()
    await store.counted.wait()
    assert store.asked[:5] == ["position", "taken", "shown", "position", "count"]
    await showing
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await store.close()


async def test_offline_since_the_first_failure_with_longer_waits(idle: Running) -> None:
    idle.api.before = [ServerUnreachableError() for _ in range(3)]
    await idle.rename("Acme")
    task = asyncio.ensure_future(idle.service.run())
    state = await idle.reached(SyncKind.OFFLINE)
    assert words(state, NOON, UTC) == "Offline since 12:00, will sync (1)"
    assert state.sentence == str(ServerUnreachableError())
    await idle.naps.end(0.5)
    idle.clock.advance(minutes=5)
    await idle.naps.end(1.0)
    await idle.naps.asleep(2.0)
    assert idle.service.state.since == NOON
    idle.service.poke()
    await idle.reached(SyncKind.SYNCED)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_an_edit_made_offline_waits_for_the_next_try(idle: Running) -> None:
    idle.api.before = [ServerUnreachableError()]
    task = asyncio.ensure_future(idle.service.run())
    await idle.naps.asleep(0.5)
    await idle.rename("Acme")
    await idle.until(lambda state: state.pending == 1)
    assert idle.api.calls == ["snapshot"]
    await idle.naps.end(0.5)
    await idle.reached(SyncKind.SYNCED)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_busy_server_is_left_alone_for_as_long_as_it_asks(idle: Running) -> None:
    idle.api.before = [ServerBusyError(retry_after=30)]
    task = asyncio.ensure_future(idle.service.run())
    await idle.naps.end(30.0)
    await idle.reached(SyncKind.SYNCED)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_revoked_device_pauses_keeps_everything_and_goes_on_when_paired(
    running: Running,
) -> None:
    await running.reached(SyncKind.SYNCED)
    await running.naps.asleep(SLOW_POLL)
    running.api.before = [NotPairedError()]
    await running.rename("Kept")
    state = await running.until(lambda state: state.kind is SyncKind.PAUSED and state.pending == 1)
    assert words(state, NOON, UTC) == "Sync paused, join your team again"
    await running.naps.asleep(None)
    running.service.poke()
    await running.reached(SyncKind.SYNCED)
    assert running.server.rows["startups", "s1"].fields["name"] == "Kept"


async def test_what_a_person_must_see_to_needs_attention(running: Running) -> None:
    running.server.forbidden["startups", "s1"] = "forbidden"
    await running.reached(SyncKind.SYNCED)
    await running.rename("No")
    state = await running.reached(SyncKind.ATTENTION)
    assert words(state, NOON, UTC) == "Needs attention (1)"


async def test_a_server_that_needs_a_newer_program_needs_attention(idle: Running) -> None:
    idle.api.before = [ProtocolTooOldError()]
    task = asyncio.ensure_future(idle.service.run())
    state = await idle.reached(SyncKind.ATTENTION)
    assert words(state, NOON, UTC) == "Update Interview Desk to sync"
    assert state.sentence == str(ProtocolTooOldError())
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_poke_from_the_server_brings_its_news(running: Running) -> None:
    await running.feed.connected.wait()
    await running.naps.asleep(SLOW_POLL)
    assert running.feed.connections == [("epoch-1:0", "epoch-1", [])]
    running.server.put("startups", "s9", name="News")
    arrived = asyncio.Event()
    running.store.on_change(lambda _: arrived.set())
    running.feed.said.put_nowait(Poke(1))
    await arrived.wait()
    record = await running.store.get("startups", "s9")
    assert record is not None
    assert record.fields["name"] == "News"


async def test_what_others_type_arrives_without_asking(running: Running) -> None:
    running.server.add_note(NOTE, DOC, b"one")
    await running.naps.asleep(SLOW_POLL)
    await running.feed.connected.wait()
    heard: asyncio.Queue[object] = asyncio.Queue()
    stop = running.store.on_remote_updates(NOTE, heard.put_nowait)
    assert running.feed.watched == [[DOC]]
    calls = len(running.api.calls)
    running.feed.said.put_nowait(LiveNote(DOC, SequencedUpdate(2, b"two")))
    assert await heard.get() == [b"two"]
    assert len(running.api.calls) == calls
    running.server.notes[DOC] += [b"two", b"three", b"four"]
    running.feed.said.put_nowait(LiveNote(DOC, SequencedUpdate(4, b"four")))
    assert await heard.get() == [b"three", b"four"]
    stop()
    assert running.feed.watched[-1] == []


async def test_who_is_there_is_told_to_the_editors(running: Running) -> None:
    await running.feed.connected.wait()
    presence = LivePresence(NOTE.interview_id, NOTE.stage, ())
    running.feed.said.put_nowait(presence)
    running.feed.connected.clear()
    running.feed.said.put_nowait(None)
    await running.naps.end(0.5)
    await running.feed.connected.wait()
    assert running.service.state.kind is SyncKind.SYNCED


async def test_a_lost_live_connection_is_taken_up_again(running: Running) -> None:
    await running.feed.connected.wait()
    for ending in (ServerUnreachableError(), None):
        running.feed.connected.clear()
        running.feed.said.put_nowait(ending)
        await running.naps.end(0.5 if ending else 1.0)
        await running.feed.connected.wait()
    assert len(running.feed.connections) == 3
    running.feed.said.put_nowait(Poke(1))
    running.feed.said.put_nowait(None)
    await running.naps.asleep(0.5)


async def test_a_state_that_stays_the_same_is_not_told_again(running: Running) -> None:
    await running.naps.asleep(SLOW_POLL)
    told = len(running.states)
    assert running.states[-1].kind is SyncKind.SYNCED
    await running.naps.end(SLOW_POLL)
    await running.naps.asleep(SLOW_POLL)
    assert len(running.states) == told
    running.stop_hearing()
    running.clock.advance(minutes=1)
    await running.naps.end(SLOW_POLL)
    await running.until(lambda state: state.since == NOON + timedelta(minutes=1))
    assert len(running.states) == told


async def test_a_first_sync_says_how_much_has_come(idle: Running) -> None:
    for number in range(40):
        idle.server.put("startups", f"x{number}", name=str(number))
    idle.api.part_bytes = 100
    await idle.rename("Mine")
    idle.server.forbidden["startups", "never"] = "forbidden"
    task = asyncio.ensure_future(idle.service.run())
    await idle.reached(SyncKind.SYNCED)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    fetching = [state for state in idle.states if state.kind is SyncKind.FETCHING]
    said = [words(state, NOON, UTC) for state in fetching]
    assert said[0].startswith("Fetching your team's data, 0")
    assert said[-1].startswith("Fetching your team's data, 41 of 41")


async def test_a_damaged_copy_is_fetched_again_later(idle: Running) -> None:
    idle.api.after = [CopyDamagedError()]
    task = asyncio.ensure_future(idle.service.run())
    state = await idle.reached(SyncKind.OFFLINE)
    assert state.sentence == str(CopyDamagedError())
    await idle.naps.end(0.5)
    await idle.reached(SyncKind.SYNCED)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_copies_that_differ_are_made_alike_and_unsent_work_stays(running: Running) -> None:
    running.server.put("startups", "s9", name="Theirs")
    running.feed.said.put_nowait(Poke(1))
    await running.naps.asleep(SLOW_POLL)
    await running.store._engine.write(
        lambda c, _: c.execute("UPDATE records SET ver = 77, fields = '{}' WHERE id = 's9'")
    )
    changed = asyncio.Event()
    running.store.on_change(lambda _: changed.set())
    running.clock.advance(days=2)
    await running.naps.end(SLOW_POLL)
    await changed.wait()
    record = await running.store.get("startups", "s9")
    assert record is not None
    assert record.fields["name"] == "Theirs"
    assert running.api.calls.count("snapshot") == 2


async def test_a_comparison_that_fails_is_a_failed_exchange(idle: Running) -> None:
    def on_call(call: str) -> None:
        if call == "digest":
            idle.api.on_call = None
            idle.api.before = [ServerUnreachableError()]

    idle.api.on_call = on_call
    task = asyncio.ensure_future(idle.service.run())
    await idle.reached(SyncKind.OFFLINE)
    await idle.naps.end(0.5)
    await idle.reached(SyncKind.SYNCED)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_after_a_sleep_the_exchange_and_the_live_connection_begin_again_at_once(
    idle: Running,
) -> None:
    let_go: list[None] = []
    counted = [0.0]
    stuck = asyncio.Event()

    async def dropped() -> None:
        let_go.append(None)

    async def hang(cursor: str | None, *, limit: int) -> Page:
        stuck.set()
        await asyncio.Event().wait()
        raise AssertionError

    service = SyncService(
        idle.store,
        idle.api,
        idle.feed,
        idle.clock,
        jitter=lambda: 0.0,
        nap=idle.naps,
        let_go=dropped,
        counting=lambda: counted[0],
    )
    task = asyncio.ensure_future(service.run())
    await idle.feed.connected.wait()
    await idle.naps.asleep(SLOW_POLL)
    counted[0] += LOOK_EVERY
    idle.clock.advance(seconds=LOOK_EVERY)
    await idle.naps.end(LOOK_EVERY)
    idle.api.pull, pull = hang, idle.api.pull  # type: ignore[method-assign]  # a dead connection
    service.poke()
    await stuck.wait()
    idle.api.pull = pull  # type: ignore[method-assign]  # the line is back
    idle.feed.connected.clear()
    counted[0] += LOOK_EVERY
    idle.clock.advance(hours=8)
    await idle.naps.end(LOOK_EVERY)
    await idle.naps.end(0.5)
    await idle.feed.connected.wait()
    assert let_go == [None]
    assert service.state.kind is SyncKind.SYNCED
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_sleep_while_nothing_goes_on_is_harmless(idle: Running) -> None:
    service = SyncService(
        idle.store, idle.api, idle.feed, idle.clock, jitter=lambda: 0.0, nap=idle.naps
    )
    await service._begin_again()
    assert idle.api.calls == []
