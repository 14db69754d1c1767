"""Whoever becomes external, or stops being it, is told row by row what that means."""

import pytest

from interview_desk.wire import routes
from sync_server.sync.removal.erasing import all_named, erase
from tests.helpers.server import WORKSPACE_ID
from tests.helpers.team import Laptop, Team, new_id
from tests.server.sync.given import assign, interview_with_everything, sheet_of


async def everything_of_a_team(team: Team, ben: Laptop) -> dict[str, str]:
    """What Ben sees of it depends on his role: two interviews, of which one is his, and more."""
    ada = await team.member("Ada")
    ids = await interview_with_everything(team)
    other = await interview_with_everything(team)
    await assign(team, ben, ids["interview"])
    for interview in (ids["interview"], other["interview"]):
        await sheet_of(ada, interview, state="submitted")
        await ada.change("interviews", interview, base={}, title="Mine")
        await ada.write_notes(interview, "welcome", "Hello")
    await sheet_of(ben, ids["interview"], state="submitted")
    await ada.change("startups", gone := new_id(), name="Gone")
    await ada.pull()
    await ada.remove("startups", gone)
    return {**ids, "other": other["interview"], "other guest": other["guest"]}


async def goes_on(team: Team, ben: Laptop, limit: int) -> None:
    """Ben pulls in pages, without beginning anew, and has what a new laptop of his has."""
    await ben.pull(limit)
    fresh = await team.laptop(ben.member_id)
    await fresh.pull()
    assert ben.rows == fresh.rows


@pytest.mark.parametrize("limit", [1, 3, 500])
async def test_whoever_becomes_external_or_stops_being_it_is_told_row_by_row(
    team: Team, limit: int
) -> None:
    ben = await team.member("Ben")
    ids = await everything_of_a_team(team, ben)
    await ben.pull()
    await team.server_writes("poblysh_team_members", ben.member_id, role="external")
    await goes_on(team, ben, limit)
    assert set(ben.sees("interviews")) == {ids["interview"]}
    assert "email" not in ben.sees("interview_guests")[ids["guest"]]
    assert ben.sees("contacts") == {}
    await team.server_writes("poblysh_team_members", ben.member_id, role="admin")
    await goes_on(team, ben, limit)
    assert ids["other"] in ben.sees("interviews")
    assert "email" in ben.sees("interview_guests")[ids["guest"]]


async def test_what_happens_while_somebody_is_told_of_their_other_eyes_is_told_too(
    team: Team,
) -> None:
    ben, ada = await team.member("Ben"), await team.member("Ada")
    ids = await everything_of_a_team(team, ben)
    mine = await assign(team, ben, ids["other"])
    hidden = [new_id() for _ in range(3)]
    for startup in hidden:
        await team.server_writes("startups", startup, name="Hidden")
    await ben.pull()
    for role, before in (("external", ids["other"]), ("interviewer", ids["interview"])):
        await team.server_writes("poblysh_team_members", ben.member_id, role=role)
        await team.server_writes("startups", hidden[0], name=f"Hidden from {role}")
        await ada.pull()
        await ada.remove("startups", hidden.pop())
        for turn in range(3):
            page = await ben.page(cursor=ben.cursor, limit=2)
            assert page["more"]
            ben.take(page)
            await team.server_writes("interviews", before, title=f"Changed {turn}")
            await team.server_writes("interviews", new_id(), title=f"New {turn}")
        await ada.pull()
        await ada.remove("interview_guests", ids["other guest"])
        await team.server_writes("interview_assignments", mine, member_id=new_id())
        # And back and forth in the middle of it.
        for back in ("observer", "external", role):
            await team.server_writes("poblysh_team_members", ben.member_id, role=back)
            ben.take(await ben.page(cursor=ben.cursor, limit=2))
        await goes_on(team, ben, 2)


async def test_what_was_erased_before_somebody_is_told_of_their_other_eyes_is_told_as_such(
    team: Team,
) -> None:
    ben, startup = await team.member("Ben"), new_id()
    await team.server_writes("startups", startup, name="Gone for good")
    await ben.pull()
    await team.server_writes("poblysh_team_members", ben.member_id, role="external")
    await team.parts.database.write(
        lambda tx: erase(tx, WORKSPACE_ID, all_named(tx, WORKSPACE_ID, [startup]))
    )
    # So his desk also drops what he had not sent about it.
    [row] = [one for one in await ben.pull() if one["id"] == startup]
    assert row["erased"] is True


async def test_ratings_taken_back_before_somebody_is_told_of_their_other_eyes_go_too(
    team: Team,
) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    interview = new_id()
    await team.server_writes("interviews", interview, title="Not Ben's")
    sheet = await sheet_of(ada, interview, state="submitted")
    await ben.pull()
    assert set(ben.sees("rating_sheets")) == {sheet}
    assert (await ada.change("rating_sheets", sheet, state="draft"))["status"] == "ok"
    await team.server_writes("poblysh_team_members", ben.member_id, role="external")
    await goes_on(team, ben, 500)
    assert ben.sees("rating_sheets") == {}


async def test_a_copy_for_other_eyes_is_not_gone_on_with(team: Team) -> None:
    ben = await team.member("Ben")
    await everything_of_a_team(team, ben)
    await ben.pull()
    await team.server_writes("poblysh_team_members", ben.member_id, role="external")
    params = {"cursor": ben.cursor, "after": f"startups/{new_id()}"}
    answer = await ben.call("GET", routes.SNAPSHOT, params=params)
    assert (answer.status_code, answer.json()["code"]) == (410, "resync_required")
