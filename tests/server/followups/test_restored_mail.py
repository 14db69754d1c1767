"""A backup is put in place of a server that has sent mail since it was made."""

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from interview_desk.domain.sequences.messages import StopReason
from sync_server.followups import repository
from sync_server.followups.outcomes import Unclear
from sync_server.followups.restoring import MailMemory, recall_mail
from sync_server.followups.tasks import Planner
from sync_server.operations.backups import read_backup, write_backup
from tests.helpers.mail import STEPS, MailRoom
from tests.helpers.server import SetClock

NEVER_HERE = MailMemory(None, [[], []])


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """Where the backup is written."""
    return tmp_path / "backup.gz"


async def back_up(room: MailRoom, backup: Path) -> None:
    await room.parts.database.read(lambda tx: write_backup(tx, backup))


async def restore(room: MailRoom, backup: Path) -> None:
    await room.parts.database.write(lambda tx: read_backup(tx, backup))
    room.planner = Planner(room.post)
    room.carrier.letters.clear()


async def test_what_has_left_since_the_backup_does_not_leave_again(
    room: MailRoom, backup: Path
) -> None:
    await room.enrolled()
    await room.work()
    await back_up(room, backup)
    await room.later(hours=2)
    assert room.carrier.subjects == ["Thank you, Mara"]
    await restore(room, backup)
    await room.live(days=8)
    assert room.carrier.subjects == ["As promised"]
    assert await room.states() == ["sent", "sent"]


async def test_nor_does_what_was_first_written_after_it(room: MailRoom, backup: Path) -> None:
    await room.enrolled()
    await back_up(room, backup)
    await room.live(days=8)
    assert room.carrier.subjects == ["Thank you, Mara", "As promised"]
    sent = [one.fields["provider_id"] for one in await room.messages()]
    await restore(room, backup)
    await room.live(days=8)
    assert room.carrier.letters == {}
    assert [one.fields["provider_id"] for one in await room.messages()] == sent
    assert (await room.enrolment()).fields["state"] == "finished"


async def test_what_may_have_left_is_asked_about(
    room: MailRoom, backup: Path, clock: SetClock
) -> None:
    await room.enrolled()
    await room.work()
    await back_up(room, backup)
    room.carrier.answers = [Unclear("Resend did not answer.", timedelta(days=2))]
    await room.later(hours=2)
    await restore(room, backup)
    clock.advance(hours=24)
    await room.work()
    assert await room.states() == ["uncertain"]
    assert room.carrier.letters == {}


async def test_who_wants_no_more_mail_gets_none_although_the_backup_does_not_know(
    room: MailRoom, backup: Path
) -> None:
    await back_up(room, backup)
    address, reason = "mara@startup.example", StopReason.UNSUBSCRIBED
    unsubscribe = partial(repository.suppress, address=address, reason=reason, tell_provider=False)
    await room.parts.database.write(unsubscribe)
    await restore(room, backup)
    await room.first_mail_due()
    assert room.carrier.letters == {}
    assert (await room.enrolment()).fields["reason"] == "unsubscribed"


async def test_on_a_new_machine_a_person_looks_first_at_what_may_have_left(
    room: MailRoom, backup: Path, clock: SetClock
) -> None:
    sequence = await room.sequence()
    for email, ended in (("mara@startup.example", 1), ("ole@startup.example", -30)):
        interview = await room.interview(ended=timedelta(hours=ended))
        await room.enrol(sequence, await room.guest(interview, email=email), interview)
    await room.work()
    clock.advance(hours=2)
    await room.parts.database.write(lambda tx: recall_mail(tx, NEVER_HERE))
    await room.work()
    assert await room.states() == ["needs_approval", "queued"]
    (message, _) = await room.messages()
    assert str(message.fields["waits"]).startswith("This server was restored from a backup.")
    await room.put("follow_up_messages", message.id, state="queued")
    await room.work()
    assert room.carrier.subjects == ["Thank you, Mara"]


@pytest.mark.parametrize("state", ["stopped", "paused"])
async def test_what_was_stopped_since_the_backup_stays_stopped(
    room: MailRoom, backup: Path, state: str
) -> None:
    enrolment = await room.enrolled()
    await room.work()
    await back_up(room, backup)
    await room.put("enrolments", enrolment, state=state)
    await room.work()
    await restore(room, backup)
    await room.live(days=8)
    assert room.carrier.letters == {}
    assert await room.state_of(enrolment) == state


@pytest.mark.parametrize("state", ["needs_approval", "cancelled"])
async def test_what_somebody_held_or_took_back_since_the_backup_does_not_leave(
    room: MailRoom, backup: Path, state: str
) -> None:
    await room.enrolled(steps=[STEPS[0]])
    await back_up(room, backup)
    await room.work()
    (message,) = await room.messages()
    # Once for a mail that the backup has not, and once for one that it has.
    for _ in range(2):
        await room.put("follow_up_messages", message.id, state=state)
        await restore(room, backup)
        await room.later(hours=2)
        assert (room.carrier.letters, await room.states()) == ({}, [state])
        await room.put("follow_up_messages", message.id, state="queued")
        await back_up(room, backup)


async def test_mail_that_was_switched_off_since_the_backup_stays_off(
    room: MailRoom, backup: Path
) -> None:
    await room.enrolled()
    flag = await room.put("flags", key="follow_up", on=True)
    await back_up(room, backup)
    await room.put("flags", flag, on=False)
    await restore(room, backup)
    await room.later(hours=2)
    assert room.carrier.letters == {}
    await room.put("flags", flag, on=True)
    await room.work()
    assert room.carrier.subjects == ["Thank you, Mara"]
