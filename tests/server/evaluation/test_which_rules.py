"""By which rules an interview is judged, and what judges it anew."""

from functools import partial

from interview_desk.wire.shipped import SHIPPED_RULES_ID
from sync_server.evaluation.repository import keep_judged_by_shipped, of_kind
from sync_server.evaluation.tasks import Evaluator
from tests.helpers.team import new_id
from tests.server.evaluation.conftest import RULES, Desk


async def test_a_new_version_judges_everything_anew_and_keeps_what_was(desk: Desk) -> None:
    interview = await desk.interview(desk.ada)
    await desk.rate(interview, desk.ada, fit=5, pain=1)
    await desk.evaluator.catch_up()
    only_pain = [{"id": "pain", "label": "Pain"}]
    newer = await desk.publish(criteria=only_pain, version=2, replaces=desk.rules_id)
    assert (await desk.ada.change("evaluation_rules", desk.rules_id, state="retired"))[
        "status"
    ] == ("ok")
    assert await desk.evaluator.catch_up() == 1
    first, second = await desk.evaluations(interview)
    assert (first["rules_id"], first["score"]) == (desk.rules_id, 75)
    assert (second["rules_id"], second["score"]) == (newer, 0)
    assert second["result"]["rules_version"] == 2


async def test_a_draft_judges_nobody(desk: Desk) -> None:
    interview = await desk.interview(desk.ada)
    await desk.rate(interview, desk.ada, fit=5, pain=1)
    await desk.evaluator.catch_up()
    await desk.ada.change("evaluation_rules", new_id(), **{**RULES, "state": "draft"})
    assert await desk.evaluator.catch_up() == 0


async def test_the_event_type_says_which_rules(desk: Desk) -> None:
    own = await desk.publish(name="Own", criteria=[{"id": "pain", "label": "Pain"}])
    general = await desk.publish(name="Last")
    await desk.team.server_writes("event_types", new_id(), calcom_id=7, rule_set_id=own)
    typed = await desk.interview(desk.ada, event_type_id=7)
    other = await desk.interview(desk.ada, event_type_id=8)
    await desk.evaluator.catch_up()
    assert (await desk.evaluations(typed))[0]["rules_id"] == own
    assert (await desk.evaluations(other))[0]["rules_id"] == general


async def test_without_rules_of_its_own_a_team_is_judged_by_those_that_come_along(
    desk: Desk,
) -> None:
    await desk.ada.change("evaluation_rules", desk.rules_id, state="retired")
    interview = await desk.interview(desk.ada)
    await desk.rate(interview, desk.ada, struggle=5, switch=5, decider=5, evidence=5)
    await desk.evaluator.catch_up()
    (found,) = await desk.evaluations(interview)
    assert found["rules_id"] == SHIPPED_RULES_ID
    assert found["result"]["verdict"] == "strong_yes"


async def test_a_program_with_other_rules_judges_anew_without_waiting_for_a_change(
    desk: Desk,
) -> None:
    await desk.ada.change("evaluation_rules", desk.rules_id, state="retired")
    interview = await desk.interview(desk.ada)
    await desk.rate(interview, desk.ada, struggle=5, switch=5, decider=5, evidence=5)
    assert await desk.evaluator.catch_up() == 1
    assert await Evaluator(desk.team.parts).catch_up() == 0
    # As the program before would have left it.
    (before,) = await desk.team.parts.database.read(lambda tx: of_kind(tx, "evaluations"))
    await desk.team.server_writes("evaluations", before.id, rules_id=new_id())
    earlier = partial(keep_judged_by_shipped, rules_id=new_id())
    await desk.team.parts.database.write(earlier)
    assert await Evaluator(desk.team.parts).catch_up() == 1
    assert (await desk.evaluations(interview))[-1]["rules_id"] == SHIPPED_RULES_ID
    assert await Evaluator(desk.team.parts).catch_up() == 0


async def test_rules_that_cannot_be_used_judge_nobody(desk: Desk) -> None:
    await desk.team.server_writes("evaluation_rules", desk.rules_id, criteria=[{"id": "x"}])
    interview = await desk.interview(desk.ada)
    assert await desk.evaluator.catch_up() == 0
    assert await desk.evaluations(interview) == []
