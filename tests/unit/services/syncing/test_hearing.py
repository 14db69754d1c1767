"""What a desk hears over its live connection, and how it takes it up again, also after a sleep."""

import asyncio
from contextlib import suppress

from interview_desk.domain.ids import note_document_id
from interview_desk.services.exchange import (
    LiveNote,
    LivePresence,
    Page,
    Poke,
    SequencedUpdate,
)
from interview_desk.services.ports import NoteAddress
from interview_desk.services.server_errors import (
    ServerBusyError,
    ServerUnreachableError,
)
from interview_desk.services.sync import _BREATH as BREATH
from interview_desk.services.sync import SLOW_POLL, SyncService
from interview_desk.services.sync_state import (
    SyncKind,
)
from interview_desk.services.waking import LOOK_EVERY
from tests.helpers.syncing import Running

NOTE = NoteAddress("0199c0de-0000-7000-8000-000000000001", "welcome")
DOC = note_document_id(*NOTE)


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
    await idle.feed.connected.wait()
    assert let_go == [None]
    assert service.state.kind is SyncKind.SYNCED
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_once_the_network_is_back_the_exchange_waits_no_longer(idle: Running) -> None:
    idle.api.before = [ServerUnreachableError() for _ in range(3)]
    task = asyncio.ensure_future(idle.service.run())
    await idle.naps.end(0.5)
    await idle.naps.end(1.0)
    await idle.naps.asleep(2.0)
    assert idle.service.state.kind is SyncKind.OFFLINE
    idle.service.network_is_back()
    await idle.reached(SyncKind.SYNCED)
    await idle.feed.connected.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_once_the_network_is_back_the_live_connection_waits_no_longer(
    running: Running,
) -> None:
    for wait in (0.5, 1.0):
        await running.feed.connected.wait()
        running.feed.connected.clear()
        running.feed.said.put_nowait(ServerUnreachableError())
        await running.naps.end(wait)
    await running.feed.connected.wait()
    running.feed.connected.clear()
    running.feed.said.put_nowait(ServerUnreachableError())
    await running.naps.asleep(2.0)
    running.service.network_is_back()
    await running.feed.connected.wait()
    # And what failed before counts no longer.
    running.feed.said.put_nowait(ServerUnreachableError())
    await running.naps.asleep(0.5)


async def test_a_sleep_while_nothing_goes_on_is_harmless(idle: Running) -> None:
    service = SyncService(
        idle.store, idle.api, idle.feed, idle.clock, jitter=lambda: 0.0, nap=idle.naps
    )
    await service._begin_again()
    assert idle.api.calls == []


async def test_word_of_news_that_never_comes_is_heeded_less_often(running: Running) -> None:
    await running.feed.connected.wait()
    await running.naps.asleep(SLOW_POLL)
    pulled = running.api.calls.count("pull")

    async def poke_without_end() -> None:
        while True:
            running.feed.said.put_nowait(Poke(10**9))
            await asyncio.sleep(0)

    poking = asyncio.ensure_future(poke_without_end())
    await running.naps.asleep(BREATH)
    poking.cancel()
    assert running.api.calls.count("pull") - pulled <= 6
    await running.rename("Mine")
    await running.until(lambda state: state.pending == 1)
    await running.until(lambda state: state.pending == 0)
    assert running.server.rows["startups", "s1"].fields["name"] == "Mine"


async def test_a_server_that_asked_to_be_left_alone_is_not_asked_for_its_own_news(
    running: Running,
) -> None:
    await running.feed.connected.wait()
    await running.naps.asleep(SLOW_POLL)
    running.api.before = [ServerBusyError(retry_after=30)]
    running.service.poke()
    await running.naps.asleep(30.0)
    running.server.put("startups", "s9", name="News")
    running.feed.said.put_nowait(Poke(1))
    for _ in range(20):
        await asyncio.sleep(0)
    await running.naps.end(30.0)
    await running.reached(SyncKind.SYNCED)
    assert await running.store.get("startups", "s9") is not None
