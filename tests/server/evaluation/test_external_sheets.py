"""An external member is told what their sheet asks, of interviews they are assigned to, no more."""

import json
from typing import Any

import pytest

from interview_desk.domain.ids import rating_form_id
from interview_desk.domain.roles import Role
from interview_desk.services.debrief import DebriefService
from interview_desk.wire import routes
from sync_server.app import app_on
from tests.helpers.desk import ME
from tests.helpers.live import serving
from tests.helpers.team import Laptop, new_id
from tests.server.evaluation.conftest import Desk
from tests.server.evaluation.test_same_bytes import on_the_desk

SECRET = "quince-and-thunder"
CRITERIA: list[dict[str, Any]] = [
    {
        "id": "fit",
        "label": "Fit",
        "weight": 3,
        "must_have": True,
        "anchors": {"1": "None", "5": "All"},
        "evidence_required": True,
        "applies_when": {"fact": "startup.tags", "op": "contains", "value": SECRET},
    },
    {"id": "paid", "label": "They paid", "kind": "boolean"},
    {
        "id": "quince",
        "label": SECRET,
        "kind": "computed",
        "fact": "insights.count",
        "levels": [1, 2, 3, 4],
    },
]
ASKED = [
    {
        "id": "fit",
        "label": "Fit",
        "kind": "rated",
        "anchors": {"1": "None", "5": "All"},
        "evidence_required": True,
    },
    {
        "id": "paid",
        "label": "They paid",
        "kind": "boolean",
        "anchors": {},
        "evidence_required": False,
    },
]
RULE = {
    "id": "secret",
    "title": SECRET,
    "when": {"fact": "ratings.fit", "op": "at_least", "value": 4},
    "then": {"effect": "tag", "tag": SECRET},
}


@pytest.fixture
async def eve(desk: Desk) -> Laptop:
    """An external member, in a team whose rules hold what she is not to read."""
    desk.rules_id = await desk.publish(criteria=CRITERIA, rules=[RULE], replaces=desk.rules_id)
    return await desk.member("Eve", Role.EXTERNAL)


async def everything_told(laptop: Laptop) -> str:
    fresh = Laptop(laptop.client, laptop.member_id, laptop.device_id, laptop.token)
    pulled = json.dumps(await fresh.pull())
    return pulled + (await laptop.call("GET", routes.SNAPSHOT)).text


async def test_whoever_is_assigned_is_told_texts_and_scales_and_nothing_of_the_rules(
    desk: Desk, eve: Laptop
) -> None:
    interview = await desk.interview(desk.ada, eve)
    other = await desk.interview(desk.ada)
    await desk.rate(interview, desk.ada, fit=5)
    await desk.evaluator.catch_up()
    await eve.pull()
    form = eve.sees("rating_forms")[rating_form_id(interview)]
    assert form["criteria"] == ASKED
    assert set(form) == {"interview_id", "name", "version", "criteria"}
    assert list(eve.sees("rating_forms")) == [rating_form_id(interview)]
    assert SECRET not in await everything_told(eve)
    params = {"entity": "rating_forms", "id": rating_form_id(other)}
    assert (await eve.call("GET", routes.HISTORY, params=params)).status_code == 404


async def test_what_does_not_apply_to_the_interview_is_not_asked(desk: Desk, eve: Laptop) -> None:
    startup = new_id()
    plain = {"add": ["young"]}
    assert (await desk.ada.change("startups", startup, name="Acme", tags=plain))["status"] == "ok"
    interview = await desk.interview(desk.ada, eve)
    assert (await desk.ada.change("interviews", interview, startup_id=startup))["status"] == "ok"
    assert await asked_of(desk, eve) == ["They paid"]
    tags = {"add": [SECRET]}
    assert (await desk.ada.change("startups", startup, tags=tags))["status"] == "ok"
    assert await asked_of(desk, eve) == ["Fit", "They paid"]
    assert SECRET not in await everything_told(eve)


async def test_what_others_have_given_does_not_show_in_what_is_asked(
    desk: Desk, eve: Laptop
) -> None:
    unless_paid = {"not": {"fact": "ratings.paid", "op": "is", "value": True}}
    criteria = [{**CRITERIA[0], "applies_when": unless_paid}, CRITERIA[1]]
    await desk.publish(criteria=criteria, rules=[], version=3, replaces=desk.rules_id)
    interview = await desk.interview(desk.ada, eve)
    await desk.rate(interview, desk.ada, paid=True)
    assert await asked_of(desk, eve) == ["Fit", "They paid"]


async def asked_of(desk: Desk, laptop: Laptop) -> list[str]:
    """What the only interview of an external member asks them now."""
    await desk.evaluator.catch_up()
    await laptop.pull()
    (form,) = laptop.sees("rating_forms").values()
    return [one["label"] for one in form["criteria"]]


async def test_their_desk_lets_them_rate_and_their_sheet_counts(desk: Desk, eve: Laptop) -> None:
    interview = await desk.interview(eve)
    await desk.evaluator.catch_up()
    await eve.pull()
    me = ME._replace(member_id=eve.member_id, role=Role.EXTERNAL)
    records = on_the_desk(eve)
    debriefs = DebriefService(records, me=me)
    debrief = await debriefs.read(interview)
    assert debrief.may_rate
    assert [one.label for one in debrief.rules.asked] == ["Fit", "They paid"]
    ratings: dict[str, Any] = {
        "fit": {"value": 5, "evidence": "She said so."},
        "paid": {"value": True},
    }
    await debriefs.submit(interview, debrief.rules, ratings)
    written = records.written[-1]
    result = await eve.change(written.entity, written.id, **written.fields)
    assert result["status"] == "ok", result
    await desk.evaluator.catch_up()
    first, newest = await desk.evaluations(interview)
    assert (first["score"], newest["score"]) == (0, 50)


async def test_new_rules_reach_them_by_live_and_taking_the_part_away_takes_the_form(
    desk: Desk, eve: Laptop
) -> None:
    await desk.interview(eve)
    await desk.evaluator.catch_up()
    await eve.pull()
    async with serving(app_on(desk.team.parts)) as live, live.line(eve) as line:
        newer = [{**CRITERIA[0], "label": "Fit, as we see it now"}]
        await desk.publish(criteria=newer, rules=[RULE], version=2, replaces=desk.rules_id)
        await desk.evaluator.catch_up()
        await line.next("poke")
    await eve.pull()
    (form,) = eve.sees("rating_forms").values()
    assert [one["label"] for one in form["criteria"]] == ["Fit, as we see it now"]
    part = next(iter(eve.sees("interview_assignments")))
    await desk.ada.pull()
    assert (await desk.ada.remove("interview_assignments", part))["status"] == "ok"
    await eve.pull()
    assert eve.sees("rating_forms") == {}
    assert '"label"' not in await everything_told(eve)  # no cursor can spell the quotes by chance


async def test_who_becomes_external_is_given_forms_of_what_they_are_assigned_to(
    desk: Desk, eve: Laptop
) -> None:
    ben = await desk.member("Ben")
    interview = await desk.interview(ben, status="scheduled")
    await desk.evaluator.catch_up()
    await ben.pull()
    assert ben.sees("rating_forms") == {}
    await desk.team.server_writes("poblysh_team_members", ben.member_id, role="external")
    await desk.evaluator.catch_up()
    assert (await desk.fields("rating_forms", rating_form_id(interview)))["criteria"] == ASKED


async def test_nobody_but_the_server_writes_a_form_and_it_writes_none_twice(
    desk: Desk, eve: Laptop
) -> None:
    interview = await desk.interview(eve)
    await desk.evaluator.catch_up()
    await eve.pull()
    before = eve.rows["rating_forms", rating_form_id(interview)]["ver"]
    await desk.answer(interview, "wrap_up.follow_up_ok", value=True)
    await desk.evaluator.catch_up()
    await eve.pull()
    assert eve.rows["rating_forms", rating_form_id(interview)]["ver"] == before
    for laptop in (eve, desk.ada):
        result = await laptop.change("rating_forms", rating_form_id(interview), criteria=[])
        assert result["code"] == "forbidden"


async def test_without_evaluation_or_usable_rules_no_form_is_made(desk: Desk, eve: Laptop) -> None:
    flag = new_id()
    await desk.team.server_writes("flags", flag, key="evaluation", on=False)
    interview = await desk.interview(eve)
    await desk.evaluator.catch_up()
    await eve.pull()
    assert eve.sees("rating_forms") == {}
    await desk.team.server_writes("interviews", interview, merged_into=new_id())
    await desk.team.server_writes("flags", flag, on=True)
    await desk.evaluator.catch_up()
    await eve.pull()
    assert eve.sees("rating_forms") == {}
