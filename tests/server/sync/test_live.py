"""The live connection, over real sockets."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.asyncio.client import connect

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.roles import Role
from interview_desk.notes import text_of
from interview_desk.wire import live as wire
from interview_desk.wire import routes
from interview_desk.wire.notes import decode_update
from sync_server.app import app_on
from sync_server.auth.service import revoke
from sync_server.sync import connection, hub, live, pokes
from tests.helpers.live import Line, LiveServer, serving
from tests.helpers.server import EPOCH
from tests.helpers.team import Team, new_id


@pytest.fixture
async def server(team: Team) -> AsyncIterator[LiveServer]:
    async with serving(app_on(team.parts)) as server:
        yield server


async def test_the_first_word_is_where_the_server_stands(team: Team, server: LiveServer) -> None:
    ada = await team.member("Ada")
    result = await ada.change("startups", new_id(), name="Example GmbH")
    async with server.open({"token": ada.token, "epoch": EPOCH}) as line:
        assert await line.next("poke") == {"type": "poke", "seq": result["ver"]}


async def test_a_change_pokes_everybody(team: Team, server: LiveServer) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    async with server.line(ben) as line:
        result = await ada.change("startups", new_id(), name="Example GmbH")
        assert (await line.next("poke"))["seq"] == result["ver"]


async def test_notes_arrive_as_they_are_typed_where_they_are_watched(
    team: Team, server: LiveServer
) -> None:
    ada, ben, interview = await team.member("Ada"), await team.member("Ben"), new_id()
    await team.server_writes("interviews", interview, title="Switching")
    welcome = note_document_id(interview, "welcome")
    async with server.line(ben, welcome) as line:
        await ada.write_notes(interview, "debrief", "elsewhere")
        await ada.write_notes(interview, "welcome", "Hello")
        note = await line.next("note")
        assert (note["doc"], note["seq"]) == (welcome, 1)
        assert text_of([decode_update(note["update"])]) == "Hello"
        await line.send(type="watch", docs=[note_document_id(interview, "debrief")])
        await line.send(type="presence", interview=interview, stage="debrief")
        await line.next("presence")
        await ada.write_notes(interview, "debrief", " more")
        assert (await line.next("note"))["seq"] == 2


async def test_pokes_of_notes_are_joined(
    team: Team, server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, ben, interview = await team.member("Ada"), await team.member("Ben"), new_id()
    await team.server_writes("interviews", interview, title="Switching")
    # The wait between two pokes never ends here, so the second can only be another's.
    monkeypatch.setattr(pokes, "NOTES_POKE_SECONDS", 3600.0)
    async with server.line(ben) as line:
        for update in range(3):
            await ada.write_notes(interview, "welcome", f"{update}")
        first = await line.next("poke")
        result = await ada.change("startups", new_id(), name="Example GmbH")
        assert (await line.next("poke"))["seq"] == result["ver"]
        assert first["seq"] < result["ver"]


async def test_an_external_member_hears_only_their_interviews(
    team: Team, server: LiveServer
) -> None:
    ada, eve = await team.member("Ada"), await team.member("Eve", Role.EXTERNAL)
    mine, other = new_id(), new_id()
    for interview in (mine, other):
        await team.server_writes("interviews", interview, title="Switching")
    assignment: dict[str, Any] = {"interview_id": mine, "member_id": eve.member_id}
    await team.server_writes("interview_assignments", new_id(), **assignment)
    docs = [note_document_id(interview, "welcome") for interview in (mine, other)]
    async with server.line(eve, *docs) as line:
        await line.send(type="presence", interview=other, stage="welcome")
        await ada.write_notes(other, "welcome", "secret")
        await ada.write_notes(mine, "welcome", "Hello")
        assert (await line.next("note"))["doc"] == docs[0]


async def test_those_in_an_interview_see_each_other(team: Team, server: LiveServer) -> None:
    ada, ben, interview = await team.member("Ada"), await team.member("Ben"), new_id()
    await team.server_writes("interviews", interview, title="Switching")
    async with server.line(ada) as hers:
        await hers.send(type="presence", interview=interview, stage="welcome", cursor=[1, 2])
        alone = await hers.next("presence")
        assert [member["name"] for member in alone["members"]] == ["Ada"]
        assert alone["cursors"] == {ada.device_id: [1, 2]}
        async with server.line(ben) as his:
            await his.send(type="presence", interview=interview, stage="debrief")
            shown = {(await his.next("presence"))["stage"] for _ in range(2)}
            assert shown == {"welcome", "debrief"}
            arrived = await hers.next("presence")
            assert (arrived["stage"], arrived["members"][0]["name"]) == ("debrief", "Ben")
            await his.send(type="presence", interview=interview, stage="welcome")
            stages = {}
            for _ in range(2):
                message = await hers.next("presence")
                stages[message["stage"]] = [member["name"] for member in message["members"]]
            assert stages == {"debrief": [], "welcome": ["Ada", "Ben"]}
            await his.send(type="presence", interview=interview, here=False)
            left = await hers.next("presence")
            assert [member["name"] for member in left["members"]] == ["Ada"]
            await his.send(type="presence", interview=interview, stage="welcome")
            await hers.next("presence")
        # Whoever is cut off is not there any more.
        gone = await hers.next("presence")
        assert [member["name"] for member in gone["members"]] == ["Ada"]


async def test_what_is_not_understood_is_passed_over(team: Team, server: LiveServer) -> None:
    ada = await team.member("Ada")
    async with server.line(ada) as line:
        await line.send(type="shout", loud=True)
        await line.socket.send("no json")
        await line.send(type="pong")
        await ada.change("startups", new_id(), name="Example GmbH")
        await line.next("poke")


@pytest.mark.parametrize("first", ["no json", "{}", b"bytes"])
async def test_a_first_message_of_another_shape_ends_it(
    server: LiveServer, first: str | bytes
) -> None:
    async with server.open(first) as line:
        assert await line.ended() == wire.CLOSE_NOT_UNDERSTOOD


async def test_whoever_says_nothing_is_not_waited_for(
    server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HELLO_SECONDS", 0.01)
    async with connect(server.url + routes.LIVE) as socket:
        assert await Line(socket).ended() == wire.CLOSE_NOT_UNDERSTOOD


async def test_a_stranger_is_not_let_in(server: LiveServer) -> None:
    async with server.open({"token": "nobody"}) as line:
        assert await line.ended() == wire.CLOSE_UNAUTHORIZED


async def test_another_epoch_is_told(team: Team, server: LiveServer) -> None:
    ada = await team.member("Ada")
    async with server.open({"token": ada.token, "epoch": "before"}) as line:
        assert await line.ended() == wire.CLOSE_EPOCH_CHANGED


async def test_a_giant_message_ends_it(team: Team, server: LiveServer) -> None:
    ada = await team.member("Ada")
    async with server.line(ada) as line:
        await line.socket.send("x" * (wire.MAX_MESSAGE_BYTES + 1))
        assert await line.ended() == 1009


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
    monkeypatch.setattr(hub, "PING_SECONDS", 0.02)
    ada = await team.member("Ada")
    async with server.line(ada) as line:
        await line.next("ping")
        await line.send(type="pong")
        # No second pong: the server gives up by itself.
        assert await line.ended() == 1001


async def test_a_token_that_expires_on_the_way_ends_it(
    team: Team, server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "PING_SECONDS", 0.02)
    ada = await team.member("Ada")
    clock: Any = team.parts.clock
    async with server.line(ada) as line:
        clock.advance(hours=2)
        assert await line.ended() == wire.CLOSE_UNAUTHORIZED


async def test_a_reader_who_cannot_keep_up_is_cut_off(
    team: Team, server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, interview = await team.member("Ada"), new_id()
    await team.server_writes("interviews", interview, title="Switching")
    async with server.line(ada, note_document_id(interview, "welcome")) as line:
        # No room for what waits: the same as a reader who has left megabytes unread.
        monkeypatch.setattr(connection, "BACKLOG", 100)
        await ada.write_notes(interview, "welcome", "x" * 200)
        assert await line.ended() == wire.CLOSE_TOO_SLOW
