"""A sequence that is changed while guests are in it: no mail of it leaves twice."""

from typing import Any

from tests.helpers.mail import MailRoom


def step(key: str) -> dict[str, Any]:
    """A mail a day after the one before, and the first after the interview."""
    after = "interview" if key == "one" else "previous"
    return {
        "key": key,
        "title": key,
        "delay": {"amount": 25, "unit": "hours", "after": after},
        "approval": False,
        "texts": {"usual": {"en": {"subject": key, "text": key}}},
    }


ONE, TWO, THREE, FOUR = map(step, ("one", "two", "three", "four"))


async def changed_after_two(room: MailRoom, *steps: dict[str, Any]) -> None:
    """A guest has got two mails of three; then the sequence is changed, and a week goes by."""
    enrolment = await room.enrolled(steps=[ONE, TWO, THREE])
    await room.live(days=3)
    assert room.carrier.subjects == ["one", "two"]
    assert await room.states() == ["sent", "sent", "queued"]
    (sequence,) = await room.records("sequences")
    await room.put("sequences", sequence.id, steps=list(steps), version=2)
    await room.live(days=7)
    assert await room.state_of(enrolment) == "finished"
    assert set(room.carrier.calls.values()) == {1}


async def test_a_mail_that_has_left_never_leaves_again_when_its_step_is_moved_back(
    room: MailRoom,
) -> None:
    await changed_after_two(room, ONE, THREE, TWO)
    assert room.carrier.subjects == ["one", "two", "three"]
    assert await room.states() == ["sent", "sent", "sent"]


async def test_a_new_step_follows_although_the_one_before_was_taken_out(room: MailRoom) -> None:
    await changed_after_two(room, ONE, TWO, FOUR)
    assert room.carrier.subjects == ["one", "two", "three", "four"]
