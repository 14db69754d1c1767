"""What becomes known between the writing of a mail and its leaving."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from typing_extensions import override

from sync_server.followups.letters import Letter
from sync_server.followups.outcomes import Outcome
from sync_server.infra.parts import Parts
from sync_server.sync.authors import Author
from sync_server.sync.write import write_record
from tests.helpers.mail import STEPS, YES, MailRoom, MemoryCarrier, new_id, post_office
from tests.helpers.server import WORKSPACE_ID, SetClock

NO = {**YES, "value": "no"}


async def written(room: MailRoom, status: str = "held", **changes: Any) -> str:
    """A first mail that waits for its time; its interview."""
    sequence = await room.sequence(steps=[{**STEPS[0], **changes}])
    interview = await room.interview(status=status)
    await room.enrol(sequence, await room.guest(interview), interview)
    await room.work()
    return interview


@pytest.mark.parametrize(
    ("first", "then", "subject"),
    [("held", "no_show", "Another time?"), ("no_show", "held", "Thank you, Mara")],
)
async def test_a_mail_says_what_happened_and_not_what_it_first_looked_like(
    room: MailRoom, first: str, then: str, subject: str
) -> None:
    interview = await written(room, first)
    await room.put("interviews", interview, status=then)
    await room.later(hours=2)
    assert room.carrier.subjects == [subject]


async def test_what_became_known_at_the_last_moment_counts_too(
    room: MailRoom, clock: SetClock
) -> None:
    interview = await written(room)
    await room.put("interviews", interview, status="no_show")
    clock.advance(hours=2)
    assert not await room.sender.carry_due(room.parts)
    await room.work()
    assert room.carrier.subjects == ["Another time?"]


async def test_who_alone_did_not_come_gets_the_text_for_it(room: MailRoom) -> None:
    sequence, interview = await room.sequence(steps=[STEPS[0]]), await room.interview()
    await room.enrol(sequence, await room.guest(interview, no_show=True), interview)
    await room.later(hours=2)
    assert room.carrier.subjects == ["Another time?"]


@pytest.mark.parametrize("state", ["queued", "needs_approval"])
async def test_what_was_approved_for_another_case_is_approved_anew(
    room: MailRoom, state: str
) -> None:
    interview = await written(room, approval=True)
    (message,) = await room.messages()
    await room.put("follow_up_messages", message.id, state=state)
    await room.put("interviews", interview, status="no_show")
    await room.later(hours=2)
    (message,) = await room.messages()
    assert message.fields["state"] == "needs_approval"
    assert message.fields["subject"] == "Another time?"


async def test_a_mail_that_somebody_holds_stays_held_when_it_is_written_anew(
    room: MailRoom,
) -> None:
    interview = await written(room)
    (message,) = await room.messages()
    await room.put("follow_up_messages", message.id, state="needs_approval")
    await room.put("interviews", interview, status="no_show")
    await room.later(hours=2)
    assert await room.states() == ["needs_approval"]


async def test_a_text_that_a_person_has_written_is_kept_for_them_to_look_at(
    room: MailRoom,
) -> None:
    interview = await written(room)
    (message,) = await room.messages()
    await room.parts.database.write(
        partial(
            write_record,
            workspace_id=WORKSPACE_ID,
            entity="follow_up_messages",
            id=message.id,
            fields={"text": "In my words"},
            base=message.versions,
            author=Author("member", new_id(), new_id()),
        )
    )
    await room.put("interviews", interview, status="no_show")
    await room.later(hours=2)
    (message,) = await room.messages()
    assert (message.fields["state"], message.fields["text"]) == ("needs_approval", "In my words")
    assert message.fields["waits"] == (
        "Mara Lindt did not come, and this mail was written before that was known. "
        "Look whether it still fits."
    )
    await room.put("follow_up_messages", message.id, state="queued")
    await room.work()
    assert room.carrier.subjects == ["Thank you, Mara"]


async def test_a_step_that_has_no_text_for_what_happened_is_left_out(room: MailRoom) -> None:
    interview = await written(room, texts={"usual": STEPS[0]["texts"]["usual"]})
    await room.put("interviews", interview, status="no_show")
    await room.later(hours=2)
    (message,) = await room.messages()
    assert message.fields["state"] == "cancelled"
    assert message.fields["error"] == "Mara Lindt did not come, and this mail is not for that."
    assert (await room.enrolment()).fields["state"] == "finished"


@pytest.mark.parametrize(
    ("before", "subjects", "state"),
    [
        ("held", ["Thank you, Mara"], "finished"),
        ("no_show", ["Another time?"], "finished"),
        ("cancelled", [], "skipped"),
        ("draft", [], "skipped"),
        (None, ["Thank you, Mara"], "finished"),
    ],
)
async def test_an_interview_that_was_put_away_counts_as_what_it_was_before(
    room: MailRoom, before: str | None, subjects: list[str], state: str
) -> None:
    when = {"fact": "interview.held", "op": "is", "value": before != "no_show"}
    sequence = await room.sequence(steps=[{**STEPS[0], "when": when}])
    interview = await room.interview(status=before or "archived")
    if before:
        await room.put("interviews", interview, status="archived")
    await room.enrol(sequence, await room.guest(interview), interview)
    await room.later(hours=2)
    assert room.carrier.subjects == subjects
    assert (await room.enrolment()).fields["state"] == state


async def test_a_cancelled_interview_that_was_booked_anew_has_its_follow_up_after_all(
    room: MailRoom,
) -> None:
    interview = await written(room, "cancelled")
    assert (await room.enrolment()).fields["state"] == "skipped"
    await room.put("interviews", interview, status="scheduled")
    await room.work()
    enrolment = (await room.enrolment()).fields
    assert (enrolment["state"], enrolment["reason"]) == ("active", None)
    await room.put("interviews", interview, status="held")
    await room.later(hours=2)
    assert room.carrier.subjects == ["Thank you, Mara"]


async def test_an_interview_that_lasts_longer_only_puts_its_mail_off(
    room: MailRoom,
) -> None:
    interview = await written(room)
    await room.put("interviews", interview, status="in_progress")
    await room.later(hours=2)
    (message,) = await room.messages()
    assert (message.fields["state"], message.fields["waits"]) == (
        "queued",
        "The interview is still going on.",
    )
    await room.put("interviews", interview, status="held")
    await room.work()
    assert room.carrier.subjects == ["Thank you, Mara"]


async def test_a_no_in_another_interview_takes_an_earlier_yes_back(room: MailRoom) -> None:
    await written(room)
    other = await room.guest(await room.interview(), email="Mara@startup.example")
    await room.put("interview_guests", other, consent_contact_again=NO)
    await room.work()
    enrolment = await room.enrolment()
    assert (enrolment.fields["state"], enrolment.fields["reason"]) == ("stopped", "no_consent")
    await room.later(hours=2)
    assert room.carrier.letters == {}


async def test_a_yes_after_an_earlier_no_counts(room: MailRoom) -> None:
    await room.guest(await room.interview(), consent_contact_again=NO)
    await written(room)
    await room.later(hours=2)
    assert len(room.carrier.letters) == 1


@dataclass
class BusyCarrier(MemoryCarrier):
    """Something happens while its first letter is on its way."""

    meanwhile: Callable[[Letter], Awaitable[object]] | None = None

    @override
    async def carry(self, letter: Letter) -> Outcome:
        happens, self.meanwhile = self.meanwhile, None
        if happens is not None:
            await happens(letter)
        return await super().carry(letter)


async def test_who_says_no_while_another_mail_is_on_its_way_gets_none(
    parts: Parts, clock: SetClock
) -> None:
    carrier = BusyCarrier()
    room = MailRoom(parts, post_office(), carrier)
    sequence, interview = await room.sequence(steps=[STEPS[0]]), await room.interview()
    guests = {}
    for email in ("mara@startup.example", "ole@startup.example"):
        guests[email] = await room.guest(interview, email=email)
        await room.enrol(sequence, guests[email], interview)
    await room.work()

    async def the_other_says_no(letter: Letter) -> None:
        (other,) = (guest for email, guest in guests.items() if email != letter.to)
        await room.put("interview_guests", other, consent_contact_again=NO)

    carrier.meanwhile = the_other_says_no
    clock.advance(hours=2)
    while await room.sender.carry_due(room.parts):
        pass
    assert len(carrier.letters) == 1
    assert sorted(await room.states()) == ["cancelled", "sent"]
