"""The live connection, over real sockets."""

import json
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.roles import Role
from interview_desk.notes import text_of
from interview_desk.wire import live as wire
from interview_desk.wire import routes
from interview_desk.wire.notes import decode_update
from sync_server.infra.tally import CONNECTIONS
from sync_server.sync.live import door, hub, pokes
from tests.helpers.live import Line, LiveServer, typed
from tests.helpers.server import EPOCH
from tests.helpers.team import Team, new_id


async def test_the_first_word_is_where_the_server_stands(team: Team, server: LiveServer) -> None:
    ada = await team.member("Ada")
    result = await ada.change("startups", new_id(), name="Example GmbH")
    async with server.open({"token": ada.token, "epoch": EPOCH}) as line:
        assert await line.next("poke") == {"type": "poke", "seq": result["ver"]}


async def test_open_connections_are_counted(team: Team, server: LiveServer) -> None:
    ada, counted = await team.member("Ada"), team.parts.tally
    async with server.line(ada), server.line(ada):
        assert counted.of(CONNECTIONS) == {(): 2}


async def test_a_change_pokes_everybody(team: Team, server: LiveServer) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    async with server.line(ben) as line:
        result = await ada.change("startups", new_id(), name="Example GmbH")
        assert (await line.next("poke"))["seq"] == result["ver"]


async def test_notes_arrive_as_they_are_typed_where_they_are_watched(
    team: Team, server: LiveServer
) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    interview = await team.interview()
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


async def test_an_interview_that_cannot_be_named_so_ends_no_connection(
    team: Team, server: LiveServer
) -> None:
    ada, interview = await team.member("Ada"), await team.interview()
    async with server.line(ada) as line:
        for name in ("\0", "nothing", interview):
            await line.send(type="presence", interview=name, stage="welcome")
        assert (await line.next("presence"))["interview"] == interview


async def test_pokes_of_notes_are_joined(
    team: Team, server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    interview = await team.interview()
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
    monkeypatch.setattr(door, "HELLO_SECONDS", 0.01)
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


async def test_updates_that_overtake_each_other_arrive_in_order(
    team: Team, server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "LATE_SECONDS", 3600.0)
    ada, interview = await team.member("Ada"), await team.interview()
    doc = note_document_id(interview, "welcome")
    async with server.line(ada, doc) as line:
        for seq in (1, 4, 3, 2, 2, 5):
            team.parts.bus.publish(typed(team, interview, seq))
        assert [(await line.next("note"))["seq"] for _ in range(5)] == [1, 2, 3, 4, 5]


async def test_what_waits_for_a_lost_update_goes_out_after_a_moment(
    team: Team, server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "LATE_SECONDS", 0.01)
    ada, interview = await team.member("Ada"), await team.interview()
    doc = note_document_id(interview, "welcome")
    async with server.line(ada, doc) as line:
        for seq in (1, 3, 4, 6):
            team.parts.bus.publish(typed(team, interview, seq))
        assert [(await line.next("note"))["seq"] for _ in range(4)] == [1, 3, 4, 6]


async def test_who_loses_sight_of_an_interview_hears_nothing_more_of_it(
    team: Team, server: LiveServer
) -> None:
    ada, eve, interview = (
        await team.member("Ada"),
        await team.member("Eve", Role.EXTERNAL),
        new_id(),
    )
    await team.server_writes("interviews", interview, title="Switching")
    fields: dict[str, Any] = {"interview_id": interview, "member_id": eve.member_id}
    assignment = new_id()
    await team.server_writes("interview_assignments", assignment, **fields)
    doc = note_document_id(interview, "welcome")
    async with server.line(ada) as hers, server.line(eve, doc) as line:
        await hers.send(type="presence", interview=interview, stage="welcome")
        await hers.next("presence")
        await line.send(type="presence", interview=interview, stage="welcome")
        assert len((await line.next("presence"))["members"]) == 2
        await hers.next("presence")
        await ada.write_notes(interview, "welcome", "seen")
        assert (await line.next("note"))["seq"] == 1
        await ada.pull()
        assert (await ada.remove("interview_assignments", assignment))["status"] == "ok"
        await ada.write_notes(interview, "welcome", " and not seen")
        await hers.send(type="presence", interview=interview, stage="welcome", cursor=[1])
        # Ada moves, and then is told that Eve is not there any more.
        while len((await hers.next("presence"))["members"]) != 1:
            pass
        last = await ada.change("startups", new_id(), name="Example GmbH")
        heard = []
        while (message := json.loads(await line.socket.recv())).get("seq") != last["ver"]:
            heard.append(message["type"])
        assert set(heard) <= {"poke"}


async def test_who_leaves_the_team_is_cut_off_at_once(team: Team, server: LiveServer) -> None:
    ada, ben = await team.member("Ada", Role.OWNER), await team.member("Ben")
    async with server.line(ben) as line:
        await ada.pull()
        removed = await ada.remove("poblysh_team_members", ben.member_id)
        assert removed["status"] == "ok"
        # Nobody else has to write, and nobody has to ask who is still there.
        assert await line.ended() == wire.CLOSE_REVOKED


async def test_pokes_of_notes_go_on_after_the_pause(
    team: Team, server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pokes, "NOTES_POKE_SECONDS", 0.01)
    ada, ben = await team.member("Ada"), await team.member("Ben")
    interview = await team.interview()
    async with server.line(ben) as line:
        seen = []
        for word in ("one", "two", "three"):
            await ada.write_notes(interview, "welcome", word)
            seen.append((await line.next("poke"))["seq"])
        assert seen == sorted(set(seen))


async def test_a_protocol_that_is_not_spoken_here_is_not_let_in(server: LiveServer) -> None:
    headers = {routes.PROTOCOL_HEADER: "99"}
    with pytest.raises(InvalidStatus) as refused:
        async with connect(server.url + routes.LIVE, additional_headers=headers):
            pass
    assert refused.value.response.status_code == 426
    assert json.loads(refused.value.response.body)["min"] == routes.PROTOCOL_MIN


async def test_other_sockets_are_not_served(server: LiveServer) -> None:
    with pytest.raises(InvalidStatus):
        async with connect(server.url + "/v1/other"):
            pass
