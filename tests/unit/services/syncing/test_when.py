"""When a desk exchanges with the server, and what it says of it."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from typing_extensions import override

from interview_desk.services.exchange import (
    Page,
    Pending,
    Position,
)
from interview_desk.services.sync import SLOW_POLL
from interview_desk.services.sync_state import (
    SyncKind,
    words,
)
from interview_desk.store import LocalStore
from interview_desk.store.engine import Engine
from tests.helpers.fakes import NOON, MemoryServer
from tests.helpers.syncing import Running, paired

BERLIN = ZoneInfo("Europe/Berlin")


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
    assert said[0] == "Fetching your team's data"
    assert said[-1].startswith("Fetching your team's data, 41 of 41")
