"""An interview is judged when something about it has changed, and each result stays."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from typing_extensions import override

from interview_desk.domain.evaluation.engine import Judge
from interview_desk.domain.evaluation.gathering import Inputs
from interview_desk.domain.evaluation.results import Evaluation
from interview_desk.domain.evaluation.rule_sets import RuleSet
from interview_desk.domain.roles import Role
from sync_server.evaluation import tasks
from sync_server.evaluation.judges import Bench, Judges
from sync_server.evaluation.service import evaluate
from sync_server.evaluation.tasks import Evaluator
from sync_server.infra.database import Tx
from tests.helpers.team import new_id
from tests.server.evaluation.conftest import Desk


async def test_a_rated_interview_has_a_result_that_explains_itself(desk: Desk) -> None:
    interview = await desk.interview(desk.ada)
    await desk.rate(interview, desk.ada, fit=5, pain=3)
    await desk.answer(interview, "wrap_up.follow_up_ok", value=True)
    assert await desk.evaluator.catch_up() == 1
    (found,) = await desk.evaluations(interview)
    assert (found["score"], found["coverage"]) == (87.5, 1)
    assert found["rules_id"] == desk.rules_id
    result = found["result"]
    assert (result["verdict"], result["rules_version"], result["final"]) == ("strong_yes", 1, True)
    assert result["effects"] == [
        {"effect": "enrol", "sequence": "Thank you", "rule": "open", "because": "They said yes."}
    ]
    (trace,) = found["trace"]
    assert trace["why"] == {
        "fact": "answers.wrap_up.follow_up_ok",
        "op": "is",
        "value": True,
        "actual": True,
        "truth": True,
    }
    assert result["recommendations"] == [
        {"action": "introduce", "because": "Strong yes: 87.5 of 100, from 80 up."}
    ]


async def test_nothing_new_is_kept_while_nothing_that_rules_look_at_changes(desk: Desk) -> None:
    interview = await desk.interview(desk.ada)
    await desk.rate(interview, desk.ada, fit=4, pain=4)
    assert await desk.evaluator.catch_up() == 1
    await desk.answer(interview, "deciding.price", value="20 a month")
    await desk.team.server_writes("interviews", interview, priority=2)
    assert await desk.evaluator.catch_up() == 0
    assert await Evaluator(desk.team.parts).catch_up() == 0
    assert len(await desk.evaluations(interview)) == 1


class _Slow(Judge):
    """A judge to whom something happens between what was read and what is kept of it."""

    def __init__(self, rules: RuleSet, happens: Callable[[], None]) -> None:
        super().__init__(rules)
        self._happens = happens

    @override
    def evaluate(self, inputs: Inputs, **how: Any) -> Evaluation:
        self._happens()
        return super().evaluate(inputs, **how)


class _SlowJudges(Judges):
    """Judges of whom each is slow."""

    def __init__(self, happens: Callable[[], None]) -> None:
        super().__init__()
        self._happens = happens

    @override
    def bench(self, tx: Tx) -> Bench:
        bench = super().bench(tx)
        slow = {
            one: _Slow(judge.rules, self._happens) for one, judge in bench.judges.items() if judge
        }
        return replace(bench, judges=slow)


async def test_a_rating_that_comes_while_its_interview_is_judged_is_not_passed_over(
    desk: Desk,
) -> None:
    interview = await desk.interview(desk.ada, await desk.member("Ben"))
    await desk.evaluator.catch_up()
    await desk.rate(interview, desk.ada, fit=4, pain=4)
    loop, ratings = asyncio.get_running_loop(), []

    def rate_again() -> None:
        rating = desk.rate(interview, desk.ada, fit=5, pain=5)
        ratings.append(asyncio.run_coroutine_threadsafe(rating, loop))
        with suppress(TimeoutError):
            # Where it has to wait for us, it does.
            ratings[0].result(0.5)

    work = partial(evaluate, interview_id=interview, judges=_SlowJudges(rate_again))
    assert await desk.team.parts.database.write(work)
    await asyncio.wrap_future(ratings[0])
    await desk.evaluator.catch_up()
    assert (await desk.evaluations(interview))[-1]["score"] == 100


async def test_earlier_results_are_kept_beside_the_new_one(desk: Desk) -> None:
    interview = await desk.interview(desk.ada)
    await desk.rate(interview, desk.ada, fit=4, pain=4)
    await desk.evaluator.catch_up()
    await desk.rate(interview, desk.ada, fit=2, pain=4)
    assert await desk.evaluator.catch_up() == 1
    first, second = await desk.evaluations(interview)
    assert (first["score"], second["score"]) == (75, 37.5)
    assert first["inputs_hash"] != second["inputs_hash"]


async def test_what_did_not_take_place_is_not_judged(desk: Desk) -> None:
    for status in ("scheduled", "in_progress", "cancelled", "archived", "draft"):
        interview = await desk.interview(desk.ada, status=status)
        await desk.rate(interview, desk.ada, fit=4, pain=4)
        assert await desk.evaluator.catch_up() == 0
        assert await desk.evaluations(interview) == []


async def test_what_is_put_away_is_passed_over_without_hiding_what_is_judged(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_SORTED_AT_ONCE", 20)
    await desk.team.server_writes("interviews", new_id(), title="First", status="archived")
    early = await desk.interview(desk.ada)
    for _ in range(45):
        await desk.team.server_writes("interviews", new_id(), title="Old", status="archived")
    late = await desk.interview(desk.ada)
    database, read = type(desk.team.parts.database), desk.team.parts.database.read
    asked: list[Any] = []

    async def counted(work: Any) -> Any:
        asked.append(work)
        return await read(work)

    with monkeypatch.context() as patch:
        patch.setattr(database, "read", lambda _, work: counted(work))
        assert await Evaluator(desk.team.parts).catch_up() == 2
    assert await desk.evaluations(early)
    assert await desk.evaluations(late)
    # What changed, the switch, the program's rules, the team's; three sortings, two judgements.
    assert len(asked) == 9


async def test_a_merged_or_deleted_interview_is_not_judged(desk: Desk) -> None:
    merged = await desk.interview(merged_into=new_id())
    deleted = await desk.interview()
    await desk.ada.pull()
    assert (await desk.ada.remove("interviews", deleted))["status"] == "ok"
    assert await desk.evaluator.catch_up() == 0
    assert await desk.evaluations(merged) == await desk.evaluations(deleted) == []


async def test_an_interview_is_evaluated_once_everybody_has_rated(desk: Desk) -> None:
    ben = await desk.member("Ben")
    interview = await desk.interview(desk.ada, ben)
    await desk.rate(interview, desk.ada, fit=4, pain=4)
    await desk.evaluator.catch_up()
    assert (await desk.fields("interviews", interview))["status"] == "held"
    await desk.rate(interview, ben, fit=5, pain=4)
    await desk.evaluator.catch_up()
    assert (await desk.fields("interviews", interview))["status"] == "evaluated"
    assert await desk.evaluator.catch_up() == 0
    first, second = await desk.evaluations(interview)
    assert (first["result"]["final"], second["result"]["final"]) == (False, True)


async def test_too_little_evidence_leaves_an_interview_held(desk: Desk) -> None:
    interview = await desk.interview(desk.ada)
    await desk.rate(interview, desk.ada, pain=5)
    await desk.evaluator.catch_up()
    (found,) = await desk.evaluations(interview)
    assert found["result"]["verdict"] == "insufficient_evidence"
    assert found["result"]["recommendations"][0]["action"] == "ask"
    assert (await desk.fields("interviews", interview))["status"] == "held"


async def test_who_moves_an_interview_back_is_not_overruled(desk: Desk) -> None:
    interview = await desk.interview(desk.ada)
    await desk.rate(interview, desk.ada, fit=4, pain=4)
    await desk.evaluator.catch_up()
    await desk.ada.pull()
    assert (await desk.ada.change("interviews", interview, status="held"))["status"] == "ok"
    await desk.rate(interview, desk.ada, fit=5, pain=4)
    assert await desk.evaluator.catch_up() == 1
    assert (await desk.fields("interviews", interview))["status"] == "held"


async def test_nobody_came_and_what_follows_is_still_said(desk: Desk) -> None:
    late = {
        "id": "late",
        "title": "Nobody came",
        "when": {"fact": "interview.no_show", "op": "is", "value": True},
        "then": {"effect": "enrol", "sequence": "Missed you"},
    }
    await desk.publish(rules=[late], replaces=desk.rules_id)
    interview = await desk.interview(desk.ada, status="no_show")
    await desk.evaluator.catch_up()
    (found,) = await desk.evaluations(interview)
    assert [one["sequence"] for one in found["result"]["effects"]] == ["Missed you"]
    assert (await desk.fields("interviews", interview))["status"] == "no_show"


async def test_a_tag_is_put_on_once_and_stays_off_when_taken_off(desk: Desk) -> None:
    tag = {
        "id": "warm",
        "title": "Warm",
        "when": {"fact": "ratings.fit", "op": "at_least", "value": 4},
        "then": {"effect": "tag", "tag": "warm"},
    }
    await desk.publish(rules=[tag], replaces=desk.rules_id)
    ben = await desk.member("Ben")
    interview = await desk.interview(desk.ada, ben, tags={"add": ["b2b"]})
    await desk.rate(interview, desk.ada, fit=5, pain=4)
    await desk.evaluator.catch_up()
    assert (await desk.fields("interviews", interview))["tags"] == ["b2b"]
    await desk.rate(interview, ben, fit=5, pain=4)
    await desk.evaluator.catch_up()
    assert (await desk.fields("interviews", interview))["tags"] == ["b2b", "warm"]
    await desk.ada.pull()
    await desk.ada.change("interviews", interview, tags={"remove": ["warm"]})
    await desk.rate(interview, ben, fit=4, pain=4)
    assert await desk.evaluator.catch_up() == 1
    assert (await desk.fields("interviews", interview))["tags"] == ["b2b"]


async def test_switched_off_nothing_is_judged_and_on_again_everything_is(desk: Desk) -> None:
    flag = new_id()
    await desk.team.server_writes("flags", flag, key="evaluation", on=False)
    interview = await desk.interview(desk.ada)
    await desk.rate(interview, desk.ada, fit=4, pain=4)
    assert await desk.evaluator.catch_up() == 0
    await desk.team.server_writes("flags", flag, on=True)
    assert await desk.evaluator.catch_up() == 1
    assert len(await desk.evaluations(interview)) == 1


async def test_switched_off_between_looking_and_writing_nothing_is_written(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    interview = await desk.interview(desk.ada)
    await desk.rate(interview, desk.ada, fit=4, pain=4)
    write, database = desk.team.parts.database.write, desk.team.parts.database

    async def switching_off(work: Any) -> Any:
        monkeypatch.undo()
        await desk.team.server_writes("flags", new_id(), key="evaluation", on=False)
        return await write(work)

    monkeypatch.setattr(type(database), "write", lambda _, work: switching_off(work))
    assert await desk.evaluator.catch_up() == 0
    assert await desk.evaluations(interview) == []


async def test_a_server_that_starts_anew_judges_only_what_changed_meanwhile(desk: Desk) -> None:
    first, second = await desk.interview(desk.ada), await desk.interview(desk.ada)
    for interview in (first, second):
        await desk.rate(interview, desk.ada, fit=5, pain=1)
    await desk.evaluator.catch_up()
    await desk.rate(second, desk.ada, fit=1, pain=1)
    assert await Evaluator(desk.team.parts).catch_up() == 1
    assert [len(await desk.evaluations(one)) for one in (first, second)] == [1, 2]


async def test_what_a_startup_is_counts_for_its_interviews(desk: Desk) -> None:
    startup = new_id()
    await desk.team.server_writes("startups", startup, name="Acme", tags={"add": ["b2b"]})
    flag = {
        "id": "b2b",
        "title": "B2B",
        "when": {"fact": "startup.tags", "op": "contains", "value": "b2b"},
        "then": {"effect": "flag", "label": "B2B"},
    }
    await desk.publish(rules=[flag], replaces=desk.rules_id)
    interview = await desk.interview(desk.ada, startup_id=startup)
    await desk.evaluator.catch_up()
    await desk.team.server_writes("startups", startup, tags={"remove": ["b2b"]})
    assert await desk.evaluator.catch_up() == 1
    first, second = await desk.evaluations(interview)
    assert ([len(one["result"]["effects"]) for one in (first, second)]) == [1, 0]


async def test_a_segment_is_compared_and_judged_anew_when_another_interview_changes(
    desk: Desk,
) -> None:
    above = {"id": "above", "label": "Above", "kind": "computed", "fact": "segment.difference"}
    await desk.publish(
        criteria=[{**above, "levels": [-1, 0, 1, 2]}], rules=[], replaces=desk.rules_id
    )
    first, second = await desk.interview(), await desk.interview()
    for interview, push in ((first, 3), (second, 1)):
        await desk.answer(interview, "context.startup", value={"segment": "SaaS"})
        for force, strength in (("push", push), ("pull", 0), ("anxiety", 0), ("habit", 0)):
            await desk.answer(interview, f"outcomes.{force}_strength", value=strength)
    assert await desk.evaluator.catch_up() == 2
    assert [(await desk.evaluations(one))[-1]["score"] for one in (first, second)] == [100, 0]
    await desk.answer(second, "outcomes.push_strength", value=3)
    assert await desk.evaluator.catch_up() == 2
    assert [(await desk.evaluations(one))[-1]["score"] for one in (first, second)] == [50, 50]


async def test_an_observer_cannot_write_or_take_back_a_result(desk: Desk) -> None:
    observer = await desk.member("Olga", Role.OBSERVER)
    interview = await desk.interview(desk.ada)
    await desk.rate(interview, desk.ada, fit=4, pain=4)
    await desk.evaluator.catch_up()
    for laptop in (observer, desk.ada):
        await laptop.pull()
        result = await laptop.change("evaluations", new_id(), interview_id=interview, score=100)
        assert result["code"] == "forbidden"


async def test_the_worker_judges_soon_after_a_rating_and_until_it_is_told_to_stop(
    desk: Desk,
) -> None:
    interview = await desk.interview(desk.ada)
    worker = asyncio.ensure_future(tasks.run(desk.team.parts))
    with desk.team.parts.bus.subscribe() as news:
        await desk.rate(interview, desk.ada, fit=4, pain=4)
        async for _ in news:
            found = await desk.evaluations(interview)
            if found and found[-1]["score"] == 75:
                break
    worker.cancel()
    await asyncio.wait({worker})


async def test_the_worker_waits_out_a_database_that_is_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sync_server.infra.database import DatabaseUnavailable

    monkeypatch.setattr(tasks, "_AWAY_PAUSE", 0.01)
    database, read = type(desk.team.parts.database), desk.team.parts.database.read
    failing = [DatabaseUnavailable(), None]

    async def sometimes(work: Any) -> Any:
        failure = failing.pop(0) if failing else None
        if failure:
            raise failure
        return await read(work)

    interview = await desk.interview(desk.ada)
    await desk.rate(interview, desk.ada, fit=4, pain=4)
    with desk.team.parts.bus.subscribe() as news:
        with monkeypatch.context() as patch:
            patch.setattr(database, "read", lambda _, work: sometimes(work))
            worker = asyncio.ensure_future(tasks.run(desk.team.parts))
            async for _ in news:
                if await desk.evaluations(interview):
                    break
        worker.cancel()
        await asyncio.wait({worker})
    assert not failing
