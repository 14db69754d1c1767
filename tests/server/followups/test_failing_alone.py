"""A mail with which something is wrong that nobody thought of holds up no other."""

from functools import partial

import pytest
import sqlalchemy as sa
from typing_extensions import override

from sync_server.followups.letters import Letter
from sync_server.followups.outcomes import Outcome
from sync_server.followups.sending.jobs import take_job
from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts
from sync_server.models.mail import mail_effects
from sync_server.models.records import records
from tests.helpers.mail import EVERY_DAY, STEPS, MailRoom, MemoryCarrier, post_office
from tests.helpers.server import WORKSPACE_ID, SetClock


async def test_a_mail_that_cannot_be_decided_about_is_put_off_and_holds_up_no_other(
    room: MailRoom, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    sequence, interview = await room.sequence(), await room.interview()
    for email in ("mara@startup.example", "ole@startup.example", "ida@startup.example"):
        await room.enrol(sequence, await room.guest(interview, email=email), interview)
    await room.work()
    clock.advance(hours=2)
    take = partial(take_job, workspace_id=WORKSPACE_ID, post=room.post, gateway="resend")
    job = await room.parts.database.write(partial(take, holder="dead"))
    assert job is not None
    whole = await change_letter(room, "damaged")
    await room.let_leases_end()
    await room.work()
    assert sorted(await room.states()) == ["queued", "queued", "sending", "sent", "sent"]
    assert f"mail {job.claim.key} cannot be decided about and is put off: " in caplog.text
    await change_letter(room, whole)
    await room.work()
    assert job.letter.key not in room.carrier.letters
    clock.advance(minutes=15)
    await room.work()
    assert (await room.states()).count("sent") == 3
    assert room.carrier.calls[job.letter.key] == 1


async def test_a_mail_that_was_put_off_says_why_where_people_look(
    room: MailRoom, clock: SetClock
) -> None:
    sequence, interview = await room.sequence(), await room.interview()
    guest = await room.guest(interview)
    await room.enrol(sequence, guest, interview)
    await room.work()
    clock.advance(hours=2)
    this = records.c.id == sequence
    damaged = sa.update(records).where(this).values(fields="damaged")
    await room.parts.database.write(lambda tx: tx.connection.execute(damaged))
    await room.sender.carry_due(room.parts)
    (mail,) = await room.messages()
    assert mail.fields["state"] == "queued"
    assert str(mail.fields["waits"]).startswith("Something that this mail depends on cannot be")
    whole = {"name": "After", "purpose": "one", "steps": STEPS, "window": EVERY_DAY}
    await room.parts.database.write(
        lambda tx: tx.connection.execute(sa.delete(records).where(this))
    )
    await room.put("sequences", sequence, version=1, state="published", **whole)
    clock.advance(minutes=15)
    await room.work()
    (mail, _) = await room.messages()
    assert (mail.fields["state"], mail.fields["waits"]) == ("sent", None)


async def change_letter(room: MailRoom, sealed: str) -> str:
    """Have the one letter that is frozen be another as it stands in the database; what it was."""

    def change(tx: Tx) -> str:
        was = tx.connection.execute(
            sa.select(mail_effects.c.letter).where(mail_effects.c.provider_id.is_(None))
        ).scalar_one()
        here = mail_effects.c.letter == was
        tx.connection.execute(sa.update(mail_effects).where(here).values(letter=sealed))
        return str(was)

    return await room.parts.database.write(change)


class StumblingCarrier(MemoryCarrier):
    """Fails at its first letter as nothing should."""

    @override
    async def carry(self, letter: Letter) -> Outcome:
        if not self.calls:
            self.calls[letter.key] += 1
            raise ZeroDivisionError
        return await super().carry(letter)


async def test_a_mail_that_cannot_be_carried_holds_up_no_other(
    parts: Parts, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    room = MailRoom(parts, post_office(), StumblingCarrier())
    sequence, interview = await room.sequence(), await room.interview()
    for email in ("mara@startup.example", "ole@startup.example"):
        await room.enrol(sequence, await room.guest(interview, email=email), interview)
    await room.work()
    clock.advance(hours=2)
    await room.work()
    assert sorted(await room.states()) == ["queued", "sending", "sent"]
    assert "cannot be carried: ZeroDivisionError" in caplog.text
    await room.let_leases_end()
    await room.work()
    assert (await room.states()).count("sent") == 2
    assert len(room.carrier.letters) == 2
