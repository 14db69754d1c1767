"""What ends a live connection, and what it outlasts."""

import os
from contextlib import suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from interview_desk.domain.ids import note_document_id
from interview_desk.wire import live as wire
from interview_desk.wire import notes as wire_notes
from sync_server.auth.repository import mark_revoked
from sync_server.auth.service import revoke
from sync_server.infra.bus import Missed
from sync_server.sync.counter import Poke, Reaching
from sync_server.sync.live import connection, hub
from tests.helpers.live import LiveServer, typed
from tests.helpers.server import WORKSPACE_ID
from tests.helpers.team import Team, new_id


async def test_a_device_that_is_signed_out_is_cut_off_at_once(
    team: Team, server: LiveServer
) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    async with server.line(ada) as hers, server.line(ben) as his:
        await team.parts.database.write(lambda tx: revoke(tx, ada.device_id))
        assert await hers.ended() == wire.CLOSE_REVOKED
        await ben.change("startups", new_id(), name="Example GmbH")
        await his.next("poke")
    async with server.open({"token": ada.token}) as line:
        assert await line.ended() == wire.CLOSE_REVOKED


async def test_a_line_is_asked_whether_it_is_still_there(
    team: Team, server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "PING_SECONDS", 0.2)
    ada = await team.member("Ada")
    async with server.line(ada) as line:
        await line.next("ping")
        # It may have given up already where the machine stood still for longer than a ping waits.
        with suppress(ConnectionClosed):
            await line.send(type="pong")
        # No second pong: the server gives up by itself.
        assert await line.ended() == 1001


async def test_a_token_that_expires_on_the_way_ends_it(
    team: Team, server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "PING_SECONDS", 0.4)
    ada = await team.member("Ada")
    clock: Any = team.parts.clock
    async with server.line(ada) as line:
        clock.advance(hours=2)
        assert await line.ended() == wire.CLOSE_UNAUTHORIZED


async def test_a_reader_who_cannot_keep_up_is_cut_off(
    team: Team, server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, interview = await team.member("Ada"), await team.interview()
    async with server.line(ada, note_document_id(interview, "welcome")) as line:
        # No room for what waits: the same as a reader who has left megabytes unread.
        monkeypatch.setattr(connection, "BACKLOG", 100)
        await ada.write_notes(interview, "welcome", "x" * 200)
        assert await line.ended() == wire.CLOSE_TOO_SLOW


async def test_a_reader_who_stops_reading_is_cut_off_when_all_buffers_are_full(
    team: Team, server: LiveServer
) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    interview = await team.interview()
    doc = note_document_id(interview, "welcome")
    # Nothing that a compression on the way could make small.
    update = os.urandom(wire_notes.MAX_OWN_UPDATE_BYTES)
    async with server.line(ada, doc) as stalled, server.line(ben, doc) as reading:
        # Read from here on by nobody: the client's queue, the kernel's buffers and ours fill up.
        for seq in range(1, 121):
            team.parts.bus.publish(typed(team, interview, seq, update=update))
            assert (await reading.next("note"))["seq"] == seq
        assert await stalled.ended() == wire.CLOSE_TOO_SLOW


async def test_news_that_fell_behind_is_made_up_for(team: Team, server: LiveServer) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    interview = await team.interview()
    async with server.line(ada) as line, server.line(ben) as his:
        await his.send(type="presence", interview=interview, stage="welcome")
        await his.next("presence")
        changed = await ben.change("startups", new_id(), name="Example GmbH")
        await line.next("poke")
        await his.next("poke")
        # Its tokens are worthless, and the news of that was lost.
        await team.parts.database.write(lambda tx: mark_revoked(tx, ben.device_id))
        team.parts.bus.publish(Missed())
        assert (await line.next("poke"))["seq"] == changed["ver"]
        assert await his.ended() == wire.CLOSE_REVOKED


async def test_a_bus_that_overflows_loses_nobody_a_change(team: Team, server: LiveServer) -> None:
    ada = await team.member("Ada")
    async with server.line(ada) as line:
        for _ in range(2000):
            team.parts.bus.publish("noise")
        changed = await ada.change("startups", new_id(), name="Example GmbH")
        while (await line.next("poke"))["seq"] != changed["ver"]:
            pass


async def test_a_database_that_is_away_costs_only_what_needs_it(
    team: Team, server: LiveServer
) -> None:
    ada, interview = await team.member("Ada"), await team.interview()
    doc = note_document_id(interview, "welcome")
    async with server.line(ada, doc) as line:
        await team.parts.database.close()
        team.parts.bus.publish(typed(team, interview, 1))
        await line.send(type="presence", interview=interview, stage="welcome")
        for news in (Poke(WORKSPACE_ID, 77), Reaching(Poke(WORKSPACE_ID, 77))):
            team.parts.bus.publish(news)
        assert (await line.next("poke"))["seq"] == 77
    async with server.open({"token": ada.token}) as line:
        assert await line.ended() == 1013


async def test_a_failure_of_the_hub_ends_all_lines_and_the_next_one_begins_anew(
    team: Team, server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await team.member("Ada")

    def broken(*_: object) -> None:
        raise LookupError

    with monkeypatch.context() as patched:
        patched.setattr("sync_server.sync.live.pokes.JoinedPokes.at_once", broken)
        async with server.line(ada) as line:
            await ada.change("startups", new_id(), name="Example GmbH")
            assert await line.ended() == 1011
    async with server.line(ada) as line:
        changed = await ada.change("startups", new_id(), name="Example AG")
        assert (await line.next("poke"))["seq"] == changed["ver"]
