"""A server that nobody has told how to send mail."""

import sqlalchemy as sa

from sync_server.followups.tasks import hold_once
from sync_server.models.records import records
from sync_server.sync.read import read_record
from tests.helpers.mail import MailRoom
from tests.helpers.server import WORKSPACE_ID, SetClock

WORDS = "This server cannot send mail yet. Tell whoever looks after it."


async def test_what_is_due_says_that_it_cannot_leave_and_leaves_once_it_can(
    room: MailRoom, clock: SetClock
) -> None:
    await room.enrolled()
    await room.planner.look(room.parts)
    await hold_once(room.parts)
    (message,) = await room.messages()
    assert message.fields.get("waits") is None
    clock.advance(hours=2)
    for _ in range(2):
        await hold_once(room.parts)
        await room.planner.look(room.parts)
        (message,) = await room.messages()
        assert (message.fields["state"], message.fields["waits"]) == ("queued", WORDS)
    # By this server once it is told how, or by another one that is.
    assert await room.sender.carry_due(room.parts)
    (message,) = await room.messages()
    assert (message.fields["state"], message.fields["waits"]) == ("sent", None)


async def test_a_mail_that_cannot_be_read_holds_up_no_other(
    room: MailRoom, clock: SetClock
) -> None:
    sequence, interview = await room.sequence(), await room.interview()
    for email in ("mara@startup.example", "ole@startup.example"):
        await room.enrol(sequence, await room.guest(interview, email=email), interview)
    await room.planner.look(room.parts)
    first, second = await room.messages()
    damaged = sa.update(records).where(records.c.id == first.id).values(fields="damaged")
    await room.parts.database.write(lambda tx: tx.connection.execute(damaged))
    clock.advance(hours=2)
    await hold_once(room.parts)
    told = await room.parts.database.read(
        lambda tx: read_record(tx, WORKSPACE_ID, "follow_up_messages", second.id)
    )
    assert told is not None
    assert told.fields["waits"] == WORDS


async def test_a_mail_that_is_held_says_nothing_of_it(room: MailRoom, clock: SetClock) -> None:
    await room.enrolled()
    await room.planner.look(room.parts)
    (message,) = await room.messages()
    await room.put("follow_up_messages", message.id, state="needs_approval")
    clock.advance(hours=2)
    await hold_once(room.parts)
    (message,) = await room.messages()
    assert message.fields.get("waits") is None
