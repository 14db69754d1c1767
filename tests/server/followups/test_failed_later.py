"""A mail that the provider took and then could not send: a person may try it again."""

import json
from datetime import timedelta
from functools import partial
from typing import Any

from sync_server.followups.hearing.news import read_news, take_in
from sync_server.followups.outcomes import NotTaken
from tests.helpers.mail import STEPS, MailRoom
from tests.helpers.server import WORKSPACE_ID


async def told_failed(room: MailRoom, provider_id: Any) -> None:
    """The provider tells that it could not send a mail."""
    data = {"email_id": provider_id, "failed": {"reason": "reached_daily_quota"}}
    body = json.dumps({"type": "email.failed", "data": data})
    news = read_news(body)
    assert news is not None
    told = partial(take_in, event_id=f"failed {provider_id}", news=news, body=body)
    await room.parts.database.write(partial(told, workspace_id=WORKSPACE_ID))
    await room.work()


async def tried_again(room: MailRoom) -> None:
    """The first mail failed, and somebody has it sent again."""
    first = (await room.messages())[0]
    await told_failed(room, first.fields["provider_id"])
    (first, *_) = await room.messages()
    assert (first.fields["state"], first.fields["error"]) == ("failed", "reached_daily_quota")
    await room.put("follow_up_messages", first.id, state="queued")
    await room.work()


async def test_it_leaves_once_more_and_under_another_name(room: MailRoom) -> None:
    enrolment = await room.first_mail_due(steps=[STEPS[0]])
    assert await room.state_of(enrolment) == "finished"
    for _ in range(2):
        await tried_again(room)
    key = f"seq/{enrolment}/thanks"
    assert list(room.carrier.letters) == [key, f"{key}/2", f"{key}/3"]
    assert await room.states() == ["sent"]
    assert await room.state_of(enrolment) == "finished"


async def test_it_leaves_although_the_next_mail_waits_already(room: MailRoom) -> None:
    await room.first_mail_due()
    await tried_again(room)
    assert room.carrier.subjects == ["Thank you, Mara", "Thank you, Mara"]
    assert await room.states() == ["sent", "queued"]


async def test_a_follow_up_is_not_finished_while_a_mail_of_it_waits_for_somebody(
    room: MailRoom,
) -> None:
    enrolment = await room.first_mail_due(steps=[STEPS[0]])
    (message,) = await room.messages()
    await told_failed(room, message.fields["provider_id"])
    assert await room.state_of(enrolment) == "active"
    await room.put("follow_up_messages", message.id, state="cancelled")
    await room.work()
    assert await room.state_of(enrolment) == "finished"


async def test_it_keeps_that_name_where_it_cannot_leave_at_once(room: MailRoom) -> None:
    enrolment = await room.first_mail_due(steps=[STEPS[0]])
    room.carrier.answers = [NotTaken("Resend cannot be reached.", timedelta(minutes=1))]
    await tried_again(room)
    assert await room.states() == ["queued"]
    await room.later(minutes=1)
    key = f"seq/{enrolment}/thanks"
    assert list(room.carrier.letters) == [key, f"{key}/2"]
