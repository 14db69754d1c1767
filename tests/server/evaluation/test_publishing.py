"""Rules that could not be used are not published, and the sentence says why."""

from interview_desk.domain.roles import Role
from tests.helpers.team import new_id
from tests.server.evaluation.conftest import RULES, Desk

BAD = {
    **RULES,
    "rules": [
        {
            "id": "r",
            "title": "R",
            "when": {"fact": "gests.count", "op": "is", "value": 1},
            "then": {"effect": "knockout"},
        }
    ],
}


async def test_rules_with_an_unknown_fact_stay_a_draft(desk: Desk) -> None:
    rules = new_id()
    result = await desk.ada.change("evaluation_rules", rules, **BAD)
    assert (result["status"], result["code"]) == ("rejected", "invalid_value")
    assert result["detail"] == (
        "rules, R, when: There is no fact gests.count. Did you mean guests.count?"
    )
    assert (await desk.ada.change("evaluation_rules", rules, **{**BAD, "state": "draft"}))[
        "status"
    ] == "ok"
    await desk.ada.pull()
    result = await desk.ada.change("evaluation_rules", rules, state="published")
    assert result["code"] == "invalid_value"


async def test_what_cannot_even_be_read_is_told_in_words(desk: Desk) -> None:
    result = await desk.ada.change("evaluation_rules", new_id(), **{**RULES, "criteria": [3]})
    assert result["detail"] == "criteria, 1: 3 must be an object."


async def test_rules_for_a_guide_are_checked_with_its_questions(desk: Desk) -> None:
    guide = new_id()
    asks = {"fact": "answers.talk.mood", "op": "is", "value": "good"}
    rule = {"id": "m", "title": "Mood", "when": asks, "then": {"effect": "flag", "label": "Mood"}}
    fields = {**RULES, "rules": [rule]}
    assert (await desk.ada.change("evaluation_rules", new_id(), **fields))["code"] == (
        "invalid_value"
    )
    mood = {"key": "mood", "type": "choice", "choices": ["good", "bad"]}
    stages = [{"key": "talk", "title": "Talk", "fields": [mood]}]
    await desk.ada.change("guides", guide, name="Own", stages=stages)
    result = await desk.ada.change("evaluation_rules", new_id(), **fields, guide_id=guide)
    assert result["status"] == "ok"


async def test_rules_for_a_broken_guide_are_refused_with_what_is_wrong_there(desk: Desk) -> None:
    guide = new_id()
    await desk.team.server_writes("guides", guide, name="Broken", stages=[])
    result = await desk.ada.change("evaluation_rules", new_id(), **RULES, guide_id=guide)
    assert result["detail"] == "The guide has no stages."


async def test_published_rules_are_never_rewritten(desk: Desk) -> None:
    await desk.ada.pull()
    result = await desk.ada.change("evaluation_rules", desk.rules_id, criteria=[])
    assert result["code"] == "forbidden"
    assert (await desk.ada.remove("evaluation_rules", desk.rules_id))["code"] == "forbidden"
    assert (await desk.ada.change("evaluation_rules", desk.rules_id, state="retired"))[
        "status"
    ] == "ok"


async def test_only_who_runs_the_team_publishes(desk: Desk) -> None:
    for name, role in (("Ivo", Role.INTERVIEWER), ("Olga", Role.OBSERVER)):
        laptop = await desk.member(name, role)
        result = await laptop.change("evaluation_rules", new_id(), **RULES)
        assert result["code"] == "forbidden"
    outside = await desk.member("Eve", Role.EXTERNAL)
    assert (await outside.change("evaluation_rules", new_id(), **RULES))["code"] == "not_found"
