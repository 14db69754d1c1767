"""Who is in an interview, as its members see each other over real sockets."""

from contextlib import AsyncExitStack

import pytest

from sync_server.sync.live import hub
from tests.helpers.live import LiveServer
from tests.helpers.team import Team


async def test_those_in_an_interview_see_each_other(team: Team, server: LiveServer) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    interview = await team.interview()
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


async def test_a_device_that_comes_back_is_there_once_and_its_old_line_takes_nobody_away(
    team: Team, server: LiveServer
) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    interview = await team.interview()
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
    ada, interview = await team.member("Ada"), await team.interview()
    async with server.line(ada) as line:
        await line.send(type="presence", interview=interview, stage="welcome", cursor="x" * 3000)
        said = await line.next("presence")
        assert (len(said["members"]), said["cursors"]) == (1, {})


async def test_nobody_is_in_any_number_of_interviews(
    team: Team, server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "_ROOMS", 1)
    ada, interviews = await team.member("Ada"), [await team.interview(), await team.interview()]
    async with server.line(ada) as line:
        for stage in ("welcome", "x" * 101):
            await line.send(type="presence", interview=interviews[0], stage=stage)
        await line.send(type="presence", interview=interviews[1], stage="welcome")
        await line.send(type="presence", interview=interviews[0], stage="debrief")
        said = [await line.next("presence") for _ in range(3)]
        assert {one["interview"] for one in said} == {interviews[0]}
        assert {one["stage"] for one in said} == {"welcome", "debrief"}


async def test_five_people_see_each_other_move(team: Team, server: LiveServer) -> None:
    interview = await team.interview()
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
