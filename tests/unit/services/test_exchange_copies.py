"""Rounds of exchange in which a whole copy comes."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from interview_desk.services.exchange_round import ExchangeRound
from interview_desk.services.server_errors import (
    ServerUnreachableError,
)
from interview_desk.services.whole_copy import CopyPlace, CopyProgress
from tests.helpers.copies import copy_text
from tests.helpers.exchanging import (
    SENT_ROW,
    Desk,
    Desks,
)
from tests.helpers.fakes import MemoryApi


async def test_a_desk_that_was_away_too_long_pulls_everything_again(
    desks: Desks, desk: Desk
) -> None:
    desks.server.put("startups", "s1", name="Acme")
    desks.server.put("startups", "s2", name="Gone since")
    await desk.round.run()
    del desks.server.rows["startups", "s2"]
    desks.server.seq, desks.server.horizon = 9, 9
    await desk.rename("Mine", record_id="s3")
    await desk.round.run()
    assert await desk.name() == "Acme"
    assert await desk.name("s2") is None
    assert await desk.name("s3") == "Mine"


async def test_what_is_typed_during_a_long_first_sync_does_not_wait_for_its_end(
    desks: Desks, desk: Desk
) -> None:
    for number in range(60):
        desks.server.put("startups", f"s{number}", name=str(number))
    desk.api.part_bytes = 50
    acknowledged: list[int] = []

    async def typing(place: CopyPlace | None) -> AsyncGenerator[bytes, None]:
        parts = 0
        async for part in MemoryApi.snapshot(desk.api, place):
            yield part
            if (parts := parts + 1) == 3:
                await desk.rename("Mine", record_id="mine")
                await desk.type("a sentence")
                desk.round.interrupt.set()
            acknowledged.append((await desk.store.pending()).unsent)

    desk.api.snapshot = typing  # type: ignore[method-assign]  # a server that sees us type
    await desk.round.run()
    # It waits while the part after the typing comes, and is sent before anything more is read.
    assert len(acknowledged) > 10
    assert max(acknowledged[5:]) == 0
    assert await desk.name("s5") == "5"
    assert await desk.name("mine") == "Mine"
    assert await desk.text() == "a sentence"


async def test_a_copy_that_is_cut_off_goes_on_where_it_was(desks: Desks, desk: Desk) -> None:
    for number in range(60):
        desks.server.put("startups", f"s{number:02}", name=str(number))
    desk.api.part_bytes = 50
    places: list[CopyPlace | None] = []
    told: list[CopyProgress] = []

    async def cut(place: CopyPlace | None) -> AsyncGenerator[bytes, None]:
        places.append(place)
        sent = 0
        async for part in MemoryApi.snapshot(desk.api, place):
            yield part
            sent += len(part)
            if place is None and sent >= 600:
                raise ServerUnreachableError

    desk.api.snapshot = cut  # type: ignore[method-assign]  # a server on a bad line
    round_ = ExchangeRound(desk.store, desk.api, desk.clock, told=told.append)
    with pytest.raises(ServerUnreachableError):
        await round_.run()
    assert await desk.name("s01") is None
    await round_.run()
    assert places[0] is None
    assert places[1] is not None
    assert await desk.name("s59") == "59"
    assert told[0].rows == 0
    assert told[-1].rows == 60


async def test_a_copy_whose_beginning_is_too_old_is_begun_anew(desks: Desks, desk: Desk) -> None:
    desks.server.put("startups", "s1", name="Acme")
    desks.server.put("startups", "s2", name="Bold")
    await desk.store.begin_copy()
    body = copy_text([SENT_ROW], cursor="another epoch:1", epoch="epoch-1")
    await desk.store.take_copy(body)
    await desk.store.pause_copy()
    await desk.round.run()
    assert await desk.name() == "Acme"
    assert desk.api.calls.count("snapshot") == 2


async def test_an_answer_of_no_bytes_changes_nothing(desks: Desks, desk: Desk) -> None:
    desks.server.put("startups", "s1", name="Acme")

    async def nothing(place: CopyPlace | None) -> AsyncGenerator[bytes, None]:
        for part in list[bytes]():
            yield part

    desk.api.snapshot = nothing  # type: ignore[method-assign]  # a server that only says OK
    with pytest.raises(ServerUnreachableError):
        await desk.round.run()
    assert await desk.name() is None
    assert (await desk.store.position()).cursor is None


async def test_what_changes_while_a_new_epoch_is_fetched_comes_in_pages(
    desks: Desks, desk: Desk
) -> None:
    await desk.rename("Acme")
    await desk.round.run()
    desks.server.restore("epoch-2", {})

    async def busy(place: CopyPlace | None) -> AsyncGenerator[bytes, None]:
        async for part in MemoryApi.snapshot(desk.api, place):
            yield part
        for number in range(5):
            desks.server.put("startups", f"x{number}", name=f"at {desks.server.seq}")

    desk.api.snapshot = busy  # type: ignore[method-assign]  # a team at work
    desk.api.page_rows = 2
    await desk.round.run()
    assert desks.server.rows["startups", "s1"].fields["name"] == "Acme"
    assert await desk.name("x4") == desks.server.rows["startups", "x4"].fields["name"]


async def test_an_end_while_a_copy_comes_leaves_nothing_behind(desks: Desks, desk: Desk) -> None:
    desks.server.put("startups", "s1", name="Acme")
    waiting = asyncio.Event()

    async def never(place: CopyPlace | None) -> AsyncGenerator[bytes, None]:
        waiting.set()
        await asyncio.Event().wait()
        yield b""

    desk.api.snapshot = never  # type: ignore[method-assign]  # a server that says nothing
    task = asyncio.ensure_future(desk.round.run())
    await waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await desk.name() is None
