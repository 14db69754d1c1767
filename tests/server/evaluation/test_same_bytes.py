"""A desk that sees everything comes to the server's result, byte for byte; others to a part."""

from typing import Any

from interview_desk.domain.evaluation.engine import Judge
from interview_desk.domain.evaluation.fingerprint import canonical
from interview_desk.domain.records import Record
from interview_desk.domain.roles import Role
from interview_desk.services.evaluation_inputs import inputs_for, is_partial
from interview_desk.services.rule_shelf import rules_for
from interview_desk.wire.results import evaluation_fields
from tests.helpers.desk import ME, MemoryRecords
from tests.helpers.team import Laptop, new_id
from tests.server.evaluation.conftest import Desk

STORED = ("inputs_hash", "score", "coverage", "result", "trace")
RULES = [
    {
        "id": "pull",
        "title": "Pulled",
        "when": {
            "any": [
                {"fact": "answers.active_looking.pull.count", "op": "at_least", "value": 1},
                {"not": {"fact": "startup.tags", "op": "contains", "value": "b2c"}},
                {"fact": "segment.difference", "op": "more_than", "value": 0},
            ]
        },
        "then": {"effect": "score", "points": 5.5},
        "message": "Tags: {startup.tags}; {timing.planned_minutes} minutes.",
    }
]


def on_the_desk(laptop: Laptop) -> MemoryRecords:
    """What was pulled, as the local database would hold it."""
    return MemoryRecords(
        Record(entity, record_id, row["fields"], row["ver"])
        for (entity, record_id), row in laptop.rows.items()
    )


async def judged(
    desk: Desk, interview: str, laptop: Laptop, role: Role
) -> tuple[dict[str, Any], bool]:
    await laptop.pull()
    records = on_the_desk(laptop)
    record = await records.get("interviews", interview)
    assert record is not None
    me = ME._replace(member_id=laptop.member_id, role=role)
    rules = await rules_for(record, records, me=me)
    inputs = await inputs_for(record, records, rules)
    partial = is_partial(inputs, me)
    return evaluation_fields(Judge(rules).evaluate(inputs, is_partial=partial)), partial


async def test_who_has_rated_computes_the_same_bytes_and_who_has_not_a_part(desk: Desk) -> None:
    await desk.publish(rules=RULES, replaces=desk.rules_id)
    startup = new_id()
    await desk.team.server_writes("startups", startup, name="Acme", tags={"add": ["b2b", "a"]})
    ben = await desk.member("Ben")
    times = {"start": "2026-11-20T10:00:00Z", "end": "2026-11-20T10:45:00Z"}
    interview = await desk.interview(desk.ada, ben, startup_id=startup, **times)
    await desk.rate(interview, desk.ada, fit=4, pain=2)
    await desk.answer(interview, "active_looking.covered", value=True)
    assert await desk.evaluator.catch_up() == 1
    (stored,) = await desk.evaluations(interview)
    mine, partial = await judged(desk, interview, desk.ada, Role.OWNER)
    assert canonical(mine) == canonical({name: stored[name] for name in STORED})
    assert not partial
    theirs, partial = await judged(desk, interview, ben, Role.INTERVIEWER)
    assert partial
    assert theirs["result"]["partial"] is True
    assert theirs["score"] is None
    assert stored["result"]["partial"] is False
