"""A server that nobody has told how to send mail."""

from sync_server.followups.tasks import hold_once
from tests.helpers.mail import MailRoom
from tests.helpers.server import SetClock

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
        (message,) = await room.messages()
        assert (message.fields["state"], message.fields["waits"]) == ("queued", WORDS)
    clock.advance(minutes=15)
    await room.work()
    (message, _) = await room.messages()
    assert (message.fields["state"], message.fields["waits"]) == ("sent", None)


async def test_a_mail_that_is_held_says_nothing_of_it(room: MailRoom, clock: SetClock) -> None:
    await room.enrolled()
    await room.planner.look(room.parts)
    (message,) = await room.messages()
    await room.put("follow_up_messages", message.id, state="needs_approval")
    clock.advance(hours=2)
    await hold_once(room.parts)
    (message,) = await room.messages()
    assert message.fields.get("waits") is None
