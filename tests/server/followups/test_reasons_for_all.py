"""Why a guest was enrolled, as everybody sees it: also who has yet to rate."""

from typing import Any

import pytest

from tests.helpers.mail import MailRoom

RULE: dict[str, Any] = {
    "id": "good",
    "title": "Worth a second talk",
    "when": {"fact": "ratings.fit", "op": "at_least", "value": 4},
    "then": {"effect": "enrol", "sequence": "After the interview"},
}


@pytest.mark.parametrize(
    ("message", "said", "because"),
    [
        ("Fit is {ratings.fit}.", "Fit is 5.", "Worth a second talk"),
        ("They have {score.points} points.", "They have 90 points.", "Worth a second talk"),
        ("Priority {interview.priority}.", "Priority 2.", "Priority 2."),
        ("", "Worth a second talk", "Worth a second talk"),
    ],
)
async def test_a_follow_up_does_not_tell_what_was_rated(
    room: MailRoom, message: str, said: str, because: str
) -> None:
    await room.sequence()
    interview = await room.interview()
    await room.guest(interview)
    rules = await room.put(
        "evaluation_rules",
        name="Ours",
        criteria=[{"id": "fit", "label": "Fit"}],
        rules=[{**RULE, "message": message}],
    )
    effect = {**RULE["then"], "rule": "good", "because": said}
    await room.put(
        "evaluations", interview_id=interview, rules_id=rules, result={"effects": [effect]}
    )
    await room.work()
    assert (await room.enrolment()).fields["because"] == because
    assert [one.fields["because"] for one in await room.messages()] == [because]


async def test_rules_that_cannot_be_read_any_more_tell_what_they_told(room: MailRoom) -> None:
    await room.sequence()
    interview = await room.interview()
    await room.guest(interview)
    rules = await room.put("evaluation_rules", name="Ours", criteria="nonsense")
    effect = {**RULE["then"], "rule": "good", "because": "A promise is open."}
    await room.put(
        "evaluations", interview_id=interview, rules_id=rules, result={"effects": [effect]}
    )
    await room.work()
    assert (await room.enrolment()).fields["because"] == "A promise is open."
