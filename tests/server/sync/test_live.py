"""The live connection, over real sockets."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.roles import Role
from interview_desk.notes import text_of
from interview_desk.wire import live as wire
from interview_desk.wire import notes as wire_notes
from interview_desk.wire import routes
from interview_desk.wire.notes import decode_update
from sync_server.app import app_on
from sync_server.auth.repository import mark_revoked
from sync_server.auth.service import revoke
from sync_server.infra.bus import Missed
from sync_server.infra.tally import CONNECTIONS
from sync_server.sync.counter import Poke
from sync_server.sync.live import connection, door, hub, pokes
from sync_server.sync.notes.note_log import Kept
from sync_server.sync.notes.taking import NoteAppended
from tests.helpers.live import Line, LiveServer, serving
from tests.helpers.server import EPOCH, WORKSPACE_ID
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


async def test_an_interview_that_cannot_be_named_so_ends_no_connection(
    team: Team, server: LiveServer
) -> None:
    ada, interview = await team.member("Ada"), new_id()
    await team.server_writes("interviews", interview, title="Switching")
    async with server.line(ada) as line:
        for name in ("\0", "nothing", interview):
            await line.send(type="presence", interview=name, stage="welcome")
        assert (await line.next("presence"))["interview"] == interview


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
    ada, interview = await team.member("Ada"), new_id()
    await team.server_writes("interviews", interview, title="Switching")
    async with server.line(ada, note_document_id(interview, "welcome")) as line:
        # No room for what waits: the same as a reader who has left megabytes unread.
        monkeypatch.setattr(connection, "BACKLOG", 100)
        await ada.write_notes(interview, "welcome", "x" * 200)
        assert await line.ended() == wire.CLOSE_TOO_SLOW


async def test_a_reader_who_stops_reading_is_cut_off_when_all_buffers_are_full(
    team: Team, server: LiveServer
) -> None:
    ada, ben, interview = await team.member("Ada"), await team.member("Ben"), new_id()
    await team.server_writes("interviews", interview, title="Switching")
    doc = note_document_id(interview, "welcome")
    # Nothing that a compression on the way could make small.
    update = os.urandom(wire_notes.MAX_OWN_UPDATE_BYTES)
    async with server.line(ada, doc) as stalled, server.line(ben, doc) as reading:
        # Read from here on by nobody: the client's queue, the kernel's buffers and ours fill up.
        for seq in range(1, 121):
            kept = Kept(seq, update, team.parts.clock.now())
            team.parts.bus.publish(NoteAppended(WORKSPACE_ID, doc, interview, kept, None))
            assert (await reading.next("note"))["seq"] == seq
        assert await stalled.ended() == wire.CLOSE_TOO_SLOW


async def test_updates_that_overtake_each_other_arrive_in_order(
    team: Team, server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "LATE_SECONDS", 3600.0)
    ada, interview = await team.member("Ada"), new_id()
    await team.server_writes("interviews", interview, title="Switching")
    doc = note_document_id(interview, "welcome")
    async with server.line(ada, doc) as line:
        for seq in (1, 4, 3, 2, 2, 5):
            team.parts.bus.publish(typed(team, interview, seq))
        assert [(await line.next("note"))["seq"] for _ in range(5)] == [1, 2, 3, 4, 5]


async def test_what_waits_for_a_lost_update_goes_out_after_a_moment(
    team: Team, server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "LATE_SECONDS", 0.01)
    ada, interview = await team.member("Ada"), new_id()
    await team.server_writes("interviews", interview, title="Switching")
    doc = note_document_id(interview, "welcome")
    async with server.line(ada, doc) as line:
        for seq in (1, 3, 4, 6):
            team.parts.bus.publish(typed(team, interview, seq))
        assert [(await line.next("note"))["seq"] for _ in range(4)] == [1, 3, 4, 6]


def typed(team: Team, interview: str, seq: int) -> NoteAppended:
    """News of an update, as its writer publishes it."""
    doc = note_document_id(interview, "welcome")
    kept = Kept(seq, b"update", team.parts.clock.now())
    return NoteAppended(WORKSPACE_ID, doc, interview, kept, None)


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


async def test_a_device_that_comes_back_is_there_once_and_its_old_line_takes_nobody_away(
    team: Team, server: LiveServer
) -> None:
    ada, ben, interview = await team.member("Ada"), await team.member("Ben"), new_id()
    await team.server_writes("interviews", interview, title="Switching")
    async with server.line(ada) as hers, server.line(ben) as before, server.line(ben) as now:
        await hers.send(type="presence", interview=interview, stage="welcome")
        await hers.next("presence")
        await before.send(type="presence", interview=interview, stage="welcome", cursor=[1])
        assert (await hers.next("presence"))["cursors"] == {ben.device_id: [1]}
        await now.send(type="presence", interview=interview, stage="debrief", cursor=[2])
        shown = {}
        for _ in range(2):
            said = await hers.next("presence")
            shown[said["stage"]] = [member["name"] for member in said["members"]]
        assert shown == {"welcome": ["Ada"], "debrief": ["Ben"]}
        await before.socket.close()
        for _ in range(2):
            said = await hers.next("presence")
            shown[said["stage"]] = [member["name"] for member in said["members"]]
        assert shown == {"welcome": ["Ada"], "debrief": ["Ben"]}


async def test_a_cursor_that_is_no_place_is_not_shown(team: Team, server: LiveServer) -> None:
    ada, interview = await team.member("Ada"), new_id()
    await team.server_writes("interviews", interview, title="Switching")
    async with server.line(ada) as line:
        await line.send(type="presence", interview=interview, stage="welcome", cursor="x" * 3000)
        said = await line.next("presence")
        assert (len(said["members"]), said["cursors"]) == (1, {})


async def test_nobody_is_in_any_number_of_interviews(
    team: Team, server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "_ROOMS", 1)
    ada, interviews = await team.member("Ada"), [new_id(), new_id()]
    for interview in interviews:
        await team.server_writes("interviews", interview, title="Switching")
    async with server.line(ada) as line:
        for stage in ("welcome", "x" * 101):
            await line.send(type="presence", interview=interviews[0], stage=stage)
        await line.send(type="presence", interview=interviews[1], stage="welcome")
        await line.send(type="presence", interview=interviews[0], stage="debrief")
        said = [await line.next("presence") for _ in range(3)]
        assert {one["interview"] for one in said} == {interviews[0]}
        assert {one["stage"] for one in said} == {"welcome", "debrief"}


async def test_five_people_see_each_other_move(team: Team, server: LiveServer) -> None:
    interview = new_id()
    await team.server_writes("interviews", interview, title="Switching")
    names = ["Ada", "Ben", "Cid", "Dan", "Eva"]
    people = [await team.member(name) for name in names]
    async with AsyncExitStack() as stack:
        lines = [await stack.enter_async_context(server.line(person)) for person in people]
        for place, line in enumerate(lines):
            await line.send(type="presence", interview=interview, stage="welcome", cursor=place)
        wanted = {person.device_id: place for place, person in enumerate(people)}
        for line in lines:
            while (said := await line.next("presence"))["cursors"] != wanted:
                pass
            assert [member["name"] for member in said["members"]] == names
        for place, line in enumerate(lines):
            await line.send(type="presence", interview=interview, stage="welcome", cursor=place + 9)
        wanted = {device: place + 9 for device, place in wanted.items()}
        for line in lines:
            while (await line.next("presence"))["cursors"] != wanted:
                pass


async def test_news_that_fell_behind_is_made_up_for(team: Team, server: LiveServer) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    interview = new_id()
    await team.server_writes("interviews", interview, title="Switching")
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
    ada, interview = await team.member("Ada"), new_id()
    await team.server_writes("interviews", interview, title="Switching")
    doc = note_document_id(interview, "welcome")
    async with server.line(ada, doc) as line:
        await team.parts.database.close()
        team.parts.bus.publish(typed(team, interview, 1))
        await line.send(type="presence", interview=interview, stage="welcome")
        team.parts.bus.publish(Poke(WORKSPACE_ID, 77))
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


async def test_pokes_of_notes_go_on_after_the_pause(
    team: Team, server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pokes, "NOTES_POKE_SECONDS", 0.01)
    ada, ben, interview = await team.member("Ada"), await team.member("Ben"), new_id()
    await team.server_writes("interviews", interview, title="Switching")
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
