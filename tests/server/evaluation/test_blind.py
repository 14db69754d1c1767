"""Ratings are given blind: no way of reading tells what others gave before one's own are in.

Every way that the protocol has is tried with one planted text: pull, whole copy, fingerprint,
history, conflicts and live; what a desk finds by searching comes from the same rows.
"""

import json
from typing import Any

import pytest

from interview_desk.domain.ids import sheet_id
from interview_desk.domain.roles import Role
from interview_desk.store.search_texts import record_text
from interview_desk.wire import routes
from sync_server.app import app_on
from tests.helpers.live import serving
from tests.helpers.team import Laptop
from tests.server.evaluation.conftest import Desk

SECRET = "quince-and-thunder"
HIDDEN = ("rating_sheets", "evaluations")


async def rate_secretly(desk: Desk, interview: str, rater: Laptop) -> None:
    """Submit ratings whose evidence is the planted text, after a draft and a crossed edit."""
    own = sheet_id(interview, rater.member_id)
    await rater.pull()
    fields: dict[str, Any] = {"interview_id": interview, "member_id": rater.member_id}
    for state, level in (("draft", 1), ("submitted", 5)):
        ratings = {"fit": {"value": level, "evidence": SECRET}, "pain": {"value": 5}}
        result = await rater.change("rating_sheets", own, **fields, ratings=ratings, state=state)
        assert result["status"] == "ok"
        await rater.pull()
    other = await desk.team.laptop(rater.member_id)
    crossed = {"fit": {"value": 2, "evidence": SECRET}}
    result = await other.change("rating_sheets", own, ratings=crossed, base={})
    assert result["status"] == "conflict"
    await desk.evaluator.catch_up()


async def all_that_is_told(laptop: Laptop, interview: str, rater: Laptop) -> str:
    """Everything that the server says to `laptop`, in every way there is."""
    told: list[str] = []
    fresh = Laptop(laptop.client, laptop.member_id, laptop.device_id, laptop.token)
    told.append(json.dumps(await fresh.pull()))
    told.append((await laptop.call("GET", routes.SNAPSHOT)).text)
    for kind in (*HIDDEN, "conflicts"):
        digest = await laptop.call("GET", routes.DIGEST, params={"entity": kind})
        told.append(f"{kind} count {digest.json()['count']}")
    for entity, record_id in await hidden_records(laptop, interview, rater):
        params = {"entity": entity, "id": record_id}
        told.append((await laptop.call("GET", routes.HISTORY, params=params)).text)
    return "\n".join(told)


async def hidden_records(laptop: Laptop, interview: str, rater: Laptop) -> list[tuple[str, str]]:
    """The sheet, its conflict and the evaluation, by names that `laptop` could guess."""
    rater.cursor, rater.rows = None, {}
    await rater.pull()
    own = ("rating_sheets", sheet_id(interview, rater.member_id))
    others = [key for key in rater.rows if key[0] in {"evaluations", "conflicts"}]
    assert own in rater.rows
    assert {key[0] for key in others} == {"evaluations", "conflicts"}
    return [own, *others]


def counts_in(told: str) -> list[str]:
    return [line for line in told.splitlines() if " count " in line]


NONE = ["rating_sheets count 0", "evaluations count 0", "conflicts count 0"]
ALL = ["rating_sheets count 1", "evaluations count 1", "conflicts count 1"]


async def test_nobody_is_told_what_others_gave_before_their_own_are_in(desk: Desk) -> None:
    ben, cy = await desk.member("Ben"), await desk.member("Cy", Role.ADMIN)
    eve = await desk.member("Eve", Role.EXTERNAL)
    interview = await desk.interview(desk.ada, ben)
    await desk.ask(interview, eve, "shadow")
    await rate_secretly(desk, interview, desk.ada)
    for laptop in (ben, cy, eve):
        told = await all_that_is_told(laptop, interview, desk.ada)
        assert SECRET not in told
        assert "strong_yes" not in told
        assert counts_in(told) == NONE
    mine = await all_that_is_told(desk.ada, interview, desk.ada)
    assert SECRET in mine
    assert counts_in(mine) == ALL


async def test_after_their_own_a_rater_is_told_and_the_others_at_the_end(desk: Desk) -> None:
    ben, cy, olga = (
        await desk.member("Ben"),
        await desk.member("Cy", Role.OBSERVER),
        await desk.member("Olga"),
    )
    eve = await desk.member("Eve", Role.EXTERNAL)
    interview = await desk.interview(desk.ada, ben, olga)
    await rate_secretly(desk, interview, desk.ada)
    await desk.rate(interview, ben, fit=2, pain=2)
    assert SECRET in await all_that_is_told(ben, interview, desk.ada)
    for laptop in (cy, olga, eve):
        assert SECRET not in await all_that_is_told(laptop, interview, desk.ada)
    await desk.rate(interview, olga, fit=3, pain=3)
    assert SECRET in await all_that_is_told(cy, interview, desk.ada)
    assert SECRET not in await all_that_is_told(eve, interview, desk.ada)


async def test_the_lead_shows_a_round_to_everybody_by_closing_it(desk: Desk) -> None:
    ben, cy = await desk.member("Ben"), await desk.member("Cy")
    interview = await desk.interview(ben)
    await desk.ask(interview, desk.ada, "lead")
    await rate_secretly(desk, interview, desk.ada)
    await cy.pull()
    assert (await cy.change("interviews", interview, ratings_closed=True))["code"] == "forbidden"
    await desk.ada.pull()
    result = await desk.ada.change("interviews", interview, ratings_closed=True)
    assert result["status"] == "ok"
    assert SECRET in await all_that_is_told(cy, interview, desk.ada)


async def test_who_reopens_still_sees_the_others_and_that_is_on_record(desk: Desk) -> None:
    ben = await desk.member("Ben")
    interview = await desk.interview(desk.ada, ben)
    await rate_secretly(desk, interview, desk.ada)
    await desk.rate(interview, ben, fit=2, pain=2)
    own = sheet_id(interview, ben.member_id)
    await ben.pull()
    result = await ben.change("rating_sheets", own, state="draft", reopened_because="Misread it.")
    assert result["status"] == "ok"
    await ben.pull()
    sheet = ben.rows["rating_sheets", own]["fields"]
    assert (sheet["after_seeing_others"], sheet["reopened_because"]) == (True, "Misread it.")
    assert SECRET in await all_that_is_told(ben, interview, desk.ada)
    await desk.ada.pull()
    assert ("rating_sheets", own) not in desk.ada.rows
    answer = await ben.call("GET", routes.HISTORY, params={"entity": "rating_sheets", "id": own})
    steps = {(one["field"], json.dumps(one["to"])) for one in answer.json()["changes"]}
    assert {("state", '"draft"'), ("reopened_because", '"Misread it."')} <= steps


async def test_a_reopened_sheet_is_taken_back_from_those_who_saw_it(desk: Desk) -> None:
    ben = await desk.member("Ben")
    interview = await desk.interview(desk.ada, ben)
    await rate_secretly(desk, interview, desk.ada)
    await desk.rate(interview, ben, fit=2, pain=2)
    await ben.pull()
    own = sheet_id(interview, desk.ada.member_id)
    assert ("rating_sheets", own) in ben.rows
    await desk.ada.pull()
    await desk.ada.change("rating_sheets", own, state="draft", reopened_because="Misread it.")
    await ben.pull()
    assert ("rating_sheets", own) not in ben.rows
    params = {"entity": "rating_sheets", "id": own}
    assert (await ben.call("GET", routes.HISTORY, params=params)).status_code == 404


async def test_nobody_writes_or_hands_in_a_sheet_for_somebody_else(desk: Desk) -> None:
    ben = await desk.member("Ben")
    interview = await desk.interview(desk.ada, ben)
    fields = {"interview_id": interview, "member_id": ben.member_id, "state": "submitted"}
    own = sheet_id(interview, ben.member_id)
    result = await desk.ada.change("rating_sheets", own, **fields, ratings={})
    assert result["code"] in {"forbidden", "not_found"}
    assert await desk.evaluator.catch_up() == 1
    assert (await desk.evaluations(interview))[0]["score"] is None


async def test_a_tag_that_states_a_verdict_waits_for_the_last_rater(desk: Desk) -> None:
    tag = {
        "id": "warm",
        "title": "Warm",
        "when": {"fact": "score.points", "op": "at_least", "value": 80},
        "then": {"effect": "tag", "tag": SECRET},
    }
    await desk.publish(rules=[tag], replaces=desk.rules_id)
    ben = await desk.member("Ben")
    interview = await desk.interview(desk.ada, ben)
    await desk.rate(interview, desk.ada, fit=5, pain=5)
    await desk.evaluator.catch_up()
    await ben.pull()
    # The rules themselves are no secret.
    rows = [row for key, row in ben.rows.items() if key[0] != "evaluation_rules"]
    assert SECRET not in json.dumps(rows)


async def test_live_tells_that_something_changed_and_not_what(desk: Desk) -> None:
    ben = await desk.member("Ben")
    interview = await desk.interview(desk.ada, ben)
    async with serving(app_on(desk.team.parts)) as live, live.line(ben) as line:
        await rate_secretly(desk, interview, desk.ada)
        poke = await line.next("poke")
    assert set(poke) == {"type", "seq"}


@pytest.mark.parametrize("entity", HIDDEN)
def test_neither_sheets_nor_results_are_searched(entity: str) -> None:
    fields: Any = {
        "ratings": {"fit": {"evidence": SECRET}},
        "result": SECRET,
        "interview_id": "i",
    }
    assert record_text(entity, "r", fields) is None
