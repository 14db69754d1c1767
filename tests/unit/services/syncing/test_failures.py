"""How a desk takes failures of its exchange: in words, and when it tries again."""

import asyncio
from contextlib import suppress
from datetime import UTC

from interview_desk.services.exchange import (
    Poke,
)
from interview_desk.services.server_errors import (
    CopyDamagedError,
    NotPairedError,
    ProtocolTooOldError,
    ServerBusyError,
    ServerUnreachableError,
)
from interview_desk.services.sync import SLOW_POLL
from interview_desk.services.sync_state import (
    SyncKind,
    words,
)
from tests.helpers.fakes import NOON
from tests.helpers.syncing import Running


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
