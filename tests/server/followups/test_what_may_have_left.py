"""Mail that the carrier did not simply take: tried again, asked for or given up, never doubled."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from typing_extensions import override

from sync_server.followups.outcomes import Lost, NotTaken, Outcome, Refused, Unclear
from sync_server.followups.sending.jobs import Job, take_job
from sync_server.followups.tasks import Sender
from sync_server.infra.parts import Parts
from sync_server.work.due import LeaseLost
from tests.helpers.mail import OFFICE, YES, MailRoom
from tests.helpers.server import WORKSPACE_ID, SetClock


async def first_due(room: MailRoom, clock: SetClock, *answers: Outcome) -> None:
    """A guest's first mail is due, and the carrier answers so to what is tried first."""
    await room.enrolled()
    clock.advance(hours=2)
    room.carrier.answers = list(answers)
    await room.work()


async def test_what_was_not_taken_is_tried_again_and_what_was_refused_is_not(
    room: MailRoom, clock: SetClock
) -> None:
    await first_due(room, clock, NotTaken("Resend cannot be reached.", timedelta(minutes=1)))
    (message,) = await room.messages()
    assert (message.fields["state"], message.fields["waits"]) == (
        "queued",
        "Resend cannot be reached.",
    )
    room.carrier.answers = [Refused("There is no such address.")]
    await room.later(minutes=1)
    (message,) = await room.messages()
    assert (message.fields["state"], message.fields["error"]) == (
        "failed",
        "There is no such address.",
    )
    await room.put("follow_up_messages", message.id, state="queued")
    await room.work()
    assert len(room.carrier.letters) == 1


async def test_what_is_unclear_is_tried_again_with_the_very_same_letter(
    room: MailRoom, clock: SetClock
) -> None:
    await first_due(
        room,
        clock,
        Unclear("Resend did not answer.", timedelta(minutes=1)),
        NotTaken("Resend cannot be reached.", timedelta(minutes=1)),
    )
    (message,) = await room.messages()
    assert message.fields["state"] == "sending"
    await room.later(minutes=1)
    assert (await room.states()) == ["sending"]
    await room.later(minutes=1)
    assert await room.states() == ["sent", "queued"]
    assert list(room.carrier.calls.values()) == [3]


async def test_after_its_horizon_a_mail_is_asked_for_and_never_sent_again(
    room: MailRoom, clock: SetClock
) -> None:
    await first_due(room, clock, Unclear("Resend did not answer.", timedelta(minutes=1)))
    await room.later(hours=24)
    (message,) = await room.messages()
    assert message.fields["state"] == "uncertain"
    assert room.carrier.letters == {}
    await room.put("follow_up_messages", message.id, state="queued")
    await room.work()
    assert (await room.states())[0] == "sent"


async def test_whoever_dies_while_sending_leaves_a_letter_that_is_sent_once(
    room: MailRoom, clock: SetClock
) -> None:
    await room.enrolled()
    await room.work()
    clock.advance(hours=2)

    def die(tx: Any) -> Any:
        return take_job(tx, WORKSPACE_ID, post=room.post, gateway="resend", holder="dead")

    job = await room.parts.database.write(die)
    await room.carrier.carry(job.letter)
    await room.let_leases_end()
    await room.work()
    assert await room.states() == ["sent", "queued"]
    assert len(room.carrier.letters) == 1


async def test_what_may_have_left_is_only_asked_for_once_the_guest_says_no(
    room: MailRoom, clock: SetClock
) -> None:
    await first_due(room, clock, Unclear("Resend did not answer.", timedelta(minutes=1)))
    (message,) = await room.messages()
    no = {**YES, "value": "no"}
    await room.put("interview_guests", str(message.fields["guest_id"]), consent_contact_again=no)
    await room.later(minutes=1)
    assert await room.states() == ["uncertain"]
    assert room.carrier.letters == {}


@pytest.mark.parametrize("status", ["no_show", "in_progress"])
async def test_what_may_have_left_is_only_asked_for_once_it_does_not_fit(
    room: MailRoom, clock: SetClock, status: str
) -> None:
    await first_due(room, clock, Unclear("Resend did not answer.", timedelta(minutes=1)))
    (message,) = await room.messages()
    await room.put("interviews", str(message.interview_id), status=status)
    await room.later(minutes=1)
    assert await room.states() == ["uncertain"]
    assert room.carrier.letters == {}


async def test_what_may_have_left_is_repeated_in_the_guests_hours_only(
    room: MailRoom, clock: SetClock
) -> None:
    await room.enrolled(window=OFFICE)
    clock.at = datetime(2026, 11, 24, 14, 59, tzinfo=UTC)
    room.carrier.answers = [Unclear("Resend did not answer.", timedelta(minutes=5))]
    await room.work()
    await room.later(minutes=5)
    assert (await room.states(), room.carrier.letters) == (["sending"], {})
    clock.at = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
    await room.work()
    assert (await room.states())[0] == "sent"


async def test_another_way_of_sending_does_not_repeat_what_the_first_began(
    room: MailRoom, clock: SetClock
) -> None:
    await first_due(room, clock, Unclear("Resend did not answer.", timedelta(minutes=1)))
    room.carrier.name = "smtp"
    await room.later(minutes=1)
    assert await room.states() == ["uncertain"]


async def test_the_provider_is_asked_where_another_mail_went_under_the_key(
    room: MailRoom, clock: SetClock
) -> None:
    await first_due(room, clock, Lost("Another mail went under this name."))
    (message,) = await room.messages()
    assert (message.fields["state"], message.fields["error"]) == ("uncertain", "Nobody knows.")


async def test_a_server_whose_clock_is_behind_does_not_repeat_what_its_carrier_never_repeats(
    room: MailRoom, clock: SetClock
) -> None:
    room.carrier.repeats_for = timedelta(0)
    await room.enrolled()
    await room.work()
    clock.advance(hours=3)

    def die(tx: Any) -> Any:
        return take_job(tx, WORKSPACE_ID, post=room.post, gateway="resend", holder="ahead")

    job = await room.parts.database.write(die)
    await room.carrier.carry(job.letter)
    await room.let_leases_end()
    clock.advance(minutes=-10)
    await room.work()
    assert (await room.states())[0] == "sent"
    assert list(room.carrier.calls.values()) == [1]


class HeldUp(Sender):
    """A server that takes a mail and is held up until another one has taken and carried it."""

    def __init__(self, room: MailRoom) -> None:
        super().__init__(room.carrier, room.post, holder="held up")
        self._room = room

    @override
    async def _take(self, parts: Parts, *, key: str | None = None) -> Job | None:
        job = await super()._take(parts, key=key)
        await self._room.let_leases_end()
        await self._room.work()
        return job


@pytest.mark.parametrize(
    "databases", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
async def test_who_was_held_up_does_not_carry_what_another_server_has_carried(
    room: MailRoom, clock: SetClock
) -> None:
    await room.enrolled()
    await room.work()
    clock.advance(hours=2)
    with pytest.raises(LeaseLost):
        await HeldUp(room).carry_due(room.parts)
    assert await room.states() == ["sent", "queued"]
    assert list(room.carrier.calls.values()) == [1]
