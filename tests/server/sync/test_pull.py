"""Pulling: everything the caller may see arrives, nothing else does, and what is lost is told."""

import pytest
import sqlalchemy as sa

from interview_desk.domain.ids import sheet_id
from interview_desk.domain.roles import Role
from interview_desk.wire import routes
from interview_desk.wire.sync import PullResponse
from sync_server.models.workspace import workspace
from tests.helpers.server import EPOCH
from tests.helpers.team import Team, new_id
from tests.server.sync.given import assign, interview_with_everything, sheet_of, unassign


async def test_a_page_is_of_the_agreed_shape(team: Team) -> None:
    ada = await team.member("Ada")
    await ada.change("startups", new_id(), name="Example GmbH")
    response = await ada.call("GET", routes.PULL)
    page = PullResponse.model_validate_json(response.content)
    assert (page.last_n, page.more, page.epoch) == (1, False, EPOCH)
    assert [row.entity for row in page.rows] == ["poblysh_team_members", "startups"]
    assert page.rows[1].updated_by == ada.member_id
    assert page.rows[1].field_versions == {"name": page.rows[1].ver}


@pytest.mark.parametrize("limit", [1, 2, 7])
async def test_pages_of_any_size_bring_the_same(team: Team, limit: int) -> None:
    ada = await team.member("Ada")
    await interview_with_everything(team)
    rows = await ada.pull(limit)
    versions = [row["ver"] for row in rows]
    assert versions == sorted(set(versions))
    assert len(rows) == 8
    assert await ada.pull(limit) == []


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "many"])
async def test_a_page_has_1_to_1000_rows(team: Team, limit: str) -> None:
    ada = await team.member("Ada")
    answer = await ada.call("GET", routes.PULL, params={"limit": limit})
    assert answer.status_code == 422


async def test_only_what_changed_comes_again(team: Team) -> None:
    ada = await team.member("Ada")
    ids = await interview_with_everything(team)
    await ada.pull()
    await team.server_writes("interviews", ids["interview"], title="Another")
    assert [row["id"] for row in await ada.pull()] == [ids["interview"]]


async def test_a_deleted_row_comes_empty(team: Team) -> None:
    ada, startup = await team.member("Ada"), new_id()
    await ada.change("startups", startup, name="Example GmbH")
    await ada.pull()
    await ada.remove("startups", startup)
    [row] = await ada.pull()
    assert (row["deleted"], row["fields"], row["field_versions"]) == (True, {}, {})


@pytest.mark.parametrize(
    "cursor", ["", "???", "aGVsbG8", "W10", "WzEsMl0", "ä", "eyJhIjoxfQ", "WyIxIl0"]
)
async def test_a_cursor_that_this_server_did_not_make_means_beginning_anew(
    team: Team, cursor: str
) -> None:
    ada = await team.member("Ada")
    answer = await ada.call("GET", routes.PULL, params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (410, "resync_required")


async def test_a_cursor_is_good_only_for_its_reader_and_epoch(team: Team) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    await ada.pull()
    params = {"cursor": ada.cursor}
    assert (await ben.call("GET", routes.PULL, params=params)).status_code == 410
    await team.parts.database.write(
        lambda tx: tx.connection.execute(sa.update(workspace).values(epoch="restored"))
    )
    assert (await ada.call("GET", routes.PULL, params=params)).status_code == 410


async def test_a_cursor_from_the_future_means_beginning_anew(team: Team) -> None:
    ada = await team.member("Ada")
    await ada.pull()
    await team.parts.database.write(
        lambda tx: tx.connection.execute(sa.update(workspace).values(seq=0))
    )
    answer = await ada.call("GET", routes.PULL, params={"cursor": ada.cursor})
    assert answer.status_code == 410


async def test_who_has_everything_can_compare_it_after_the_horizon_rose(team: Team) -> None:
    ada = await team.member("Ada")
    await ada.pull()
    await ada.change("startups", new_id(), name="Acme")
    await team.parts.database.write(
        lambda tx: tx.connection.execute(sa.update(workspace).values(horizon=workspace.c.seq - 1))
    )
    await ada.pull()
    answer = await ada.call("GET", routes.DIGEST, params={"entity": "startups"})
    assert answer.json()["cursor"] == ada.cursor


async def test_below_the_horizon_a_reader_begins_anew_but_not_in_the_middle(team: Team) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    await interview_with_everything(team)
    old = (await ada.page(limit=1))["cursor"]

    await team.parts.database.write(
        lambda tx: tx.connection.execute(sa.update(workspace).values(horizon=5))
    )
    answer = await ada.call("GET", routes.PULL, params={"cursor": old})
    assert (answer.status_code, answer.json()["code"]) == (410, "resync_required")
    # Whoever begins after the horizon rose may take as many pages as they like.
    assert len(await ben.pull(1)) == 9


async def test_an_external_member_sees_nothing_of_interviews_of_others(team: Team) -> None:
    eve = await team.member("Eve", Role.EXTERNAL)
    await interview_with_everything(team)
    await eve.pull()
    assert eve.sees("poblysh_team_members") == {eve.member_id: {"name": "Eve"}}
    assert {entity for entity, _ in eve.rows} == {"poblysh_team_members"}


async def test_an_assignment_brings_the_whole_interview_and_only_what_is_theirs(
    team: Team,
) -> None:
    eve = await team.member("Eve", Role.EXTERNAL)
    ids = await interview_with_everything(team)
    await eve.pull()
    await assign(team, eve, ids["interview"])
    await eve.pull(2)
    assert eve.sees("interview_guests") == {
        ids["guest"]: {
            "name": "Gundula Gast",
            "zone": "Europe/Berlin",
            "interview_id": ids["interview"],
        }
    }
    assert eve.sees("startups") == {ids["startup"]: {"name": "Example GmbH"}}
    assert eve.sees("guides")[ids["guide"]]["name"] == "Switch"
    assert set(eve.sees("interview_answers")) == {ids["answer"]}
    assert set(eve.sees("interview_insights")) == {ids["insight"]}
    interview = eve.sees("interviews")[ids["interview"]]
    assert interview["title"] == "Switching"
    assert not {"location", "booking_uids", "priority"} & set(interview)
    for row in eve.rows.values():
        assert set(row["field_versions"]) == set(row["fields"])
    assert not {"contacts", "evaluations", "booking_requests"} & {key[0] for key in eve.rows}


async def test_a_lost_assignment_takes_everything_back(team: Team) -> None:
    eve = await team.member("Eve", Role.EXTERNAL)
    ids = await interview_with_everything(team)
    assignment = await assign(team, eve, ids["interview"])
    await eve.pull()
    await unassign(team, assignment)
    came = await eve.pull(2)
    assert {row["id"] for row in came if row.get("gone")} == {
        assignment,
        *(ids[name] for name in ("interview", "startup", "guide", "guest", "answer", "insight")),
    }
    assert all(set(row) == {"entity", "id", "ver", "gone"} for row in came if row.get("gone"))
    assert {entity for entity, _ in eve.rows} == {"poblysh_team_members"}
    await team.server_writes("interviews", ids["interview"], title="Secret")
    assert await eve.pull() == []


async def test_a_part_that_is_given_again_under_its_id_brings_everything_back(team: Team) -> None:
    eve, olivia = await team.member("Eve", Role.EXTERNAL), await team.member("Ola", Role.OWNER)
    ids = await interview_with_everything(team)
    assignment = await assign(team, eve, ids["interview"])
    await eve.pull()
    before = {key for key in eve.rows if key[0] != "poblysh_team_members"}
    await unassign(team, assignment)
    await eve.pull()
    part = {"interview_id": ids["interview"], "member_id": eve.member_id, "role": "observer"}
    again = olivia.put("interview_assignments", assignment, base={}, **part, state="proposed")
    [given] = await olivia.push(again)
    assert given["status"] == "ok"
    await eve.pull(2)
    assert {key for key in eve.rows if key[0] != "poblysh_team_members"} == before
    assert eve.sees("interview_assignments")[assignment] == {**part, "state": "proposed"}


async def test_a_startup_stays_while_another_interview_needs_it(team: Team) -> None:
    eve = await team.member("Eve", Role.EXTERNAL)
    ids, other = await interview_with_everything(team), new_id()
    await team.server_writes("interviews", other, title="Second", startup_id=ids["startup"])
    first = await assign(team, eve, ids["interview"])
    await assign(team, eve, other)
    await eve.pull()
    await unassign(team, first)
    await eve.pull()
    assert set(eve.sees("startups")) == {ids["startup"]}
    assert set(eve.sees("interviews")) == {other}


async def test_an_interview_that_comes_after_its_assignment_is_seen(team: Team) -> None:
    eve, interview, startup = await team.member("Eve", Role.EXTERNAL), new_id(), new_id()
    await assign(team, eve, interview)
    await team.server_writes("startups", startup, name="Example GmbH")
    await team.server_writes("interviews", interview, title="Late", startup_id=startup)
    await eve.pull()
    assert eve.sees("startups") == {startup: {"name": "Example GmbH"}}
    await team.server_writes("interviews", interview, startup_id=None)
    await eve.pull()
    assert eve.sees("startups") == {}


async def test_a_conflict_is_seen_where_its_field_is(team: Team) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    eve = await team.member("Eve", Role.EXTERNAL)
    ids = await interview_with_everything(team)
    await assign(team, eve, ids["interview"])
    for name, value in (("title", "Ours"), ("priority", 2), ("zone", "Europe/Paris")):
        await ada.change("interviews", ids["interview"], base={}, **{name: value})
        await ben.change("interviews", ids["interview"], base={}, **{name: f"{value}"})
    await ada.change("interview_guests", ids["guest"], base={}, email="new@example.org")
    await ada.pull()
    await eve.pull()
    assert {c["field"] for c in ada.sees("conflicts").values()} == {"title", "email"}
    assert {c["field"] for c in eve.sees("conflicts").values()} == {"title"}


async def test_a_draft_sheet_is_its_authors_only(team: Team) -> None:
    ada, owner = await team.member("Ada"), await team.member("Olivia", Role.OWNER)
    ids = await interview_with_everything(team)
    sheet = await sheet_of(ada, ids["interview"], state="draft", ratings={})
    for laptop in (ada, owner):
        await laptop.pull()
    assert set(ada.sees("rating_sheets")) == {sheet}
    assert owner.sees("rating_sheets") == {}
    assert (await owner.change("rating_sheets", sheet, state="submitted"))["code"] == "not_found"


async def test_a_rater_sees_the_others_after_submitting(team: Team) -> None:
    ada, ben, cleo = [await team.member(name) for name in ("Ada", "Ben", "Cleo")]
    ids = await interview_with_everything(team)
    interview, evaluation = ids["interview"], new_id()
    await assign(team, ada, interview)
    await assign(team, ben, interview, "lead")
    await team.server_writes("evaluations", evaluation, interview_id=interview, score=70)
    await sheet_of(ada, interview, state="submitted")
    for laptop in (ada, ben, cleo):
        await laptop.pull(2)
    assert len(ada.sees("rating_sheets")) == 1
    assert set(ada.sees("evaluations")) == {evaluation}
    assert ben.sees("rating_sheets") == cleo.sees("rating_sheets") == {}
    assert ben.sees("evaluations") == cleo.sees("evaluations") == {}

    await sheet_of(ben, interview, state="submitted")
    for laptop in (ada, ben, cleo):
        await laptop.pull(1)
        assert len(laptop.sees("rating_sheets")) == 2
        assert set(laptop.sees("evaluations")) == {evaluation}


async def test_a_reopened_sheet_disappears_and_the_round_with_it(team: Team) -> None:
    ada, ben, cleo = [await team.member(name) for name in ("Ada", "Ben", "Cleo")]
    ids = await interview_with_everything(team)
    interview = ids["interview"]
    for laptop in (ada, ben):
        await assign(team, laptop, interview)
        await sheet_of(laptop, interview, state="submitted")
    for laptop in (ada, ben, cleo):
        await laptop.pull()
        assert len(laptop.sees("rating_sheets")) == 2
    adas = sheet_id(interview, ada.member_id)
    assert (await ada.change("rating_sheets", adas, state="draft"))["status"] == "ok"
    for laptop in (ada, ben, cleo):
        await laptop.pull(1)
    assert set(ben.sees("rating_sheets")) == {sheet_id(interview, ben.member_id)}
    assert cleo.sees("rating_sheets") == {}
    assert ada.sees("rating_sheets")[adas]["after_seeing_others"] is True


async def test_the_lead_closes_the_round_for_everybody(team: Team) -> None:
    ada, ben, cleo = [await team.member(name) for name in ("Ada", "Ben", "Cleo")]
    ids = await interview_with_everything(team)
    await assign(team, ada, ids["interview"], "lead")
    await assign(team, ben, ids["interview"])
    await sheet_of(ada, ids["interview"], state="submitted")
    await cleo.pull()
    assert cleo.sees("rating_sheets") == {}
    close = {"ratings_closed": True}
    assert (await ben.change("interviews", ids["interview"], **close))["code"] == "forbidden"
    assert (await ada.change("interviews", ids["interview"], **close))["status"] == "ok"
    await cleo.pull()
    assert len(cleo.sees("rating_sheets")) == 1


async def test_a_sheet_has_the_id_of_its_member_and_interview(team: Team) -> None:
    ada, interview = await team.member("Ada"), new_id()
    fields = {"interview_id": interview, "member_id": ada.member_id}
    assert (await ada.change("rating_sheets", new_id(), **fields))["code"] == "invalid_id"
    result = await ada.change("rating_sheets", sheet_id(interview, ada.member_id), state="draft")
    assert result["code"] == "invalid_value"
