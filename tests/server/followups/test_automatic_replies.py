"""An absence is no reply: what a machine answered ends no sequence."""

from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from sync_server.app import app_on
from sync_server.followups import tasks
from sync_server.followups.gateways.resend_api import ResendCarrier
from sync_server.followups.hearing.automatic import is_automatic
from sync_server.infra.database import Database
from tests.helpers.fake_resend import FakeResend
from tests.helpers.fake_resend_events import SECRET, sign
from tests.helpers.mail import MailRoom, post_office
from tests.helpers.server import SetClock, parts_on
from tests.server.followups.test_hearing_back import event

ADDRESS = "mara@startup.example"
AWAY = {"Auto-Submitted": "auto-replied (vacation)"}


@pytest.fixture
def room(database: Database, clock: SetClock, tmp_path: Path, resend: FakeResend) -> MailRoom:
    settings = {"resend_webhook_secret": SECRET, "resend_api_key": "re_test"}
    settings |= {"resend_base_url": resend.url}
    return MailRoom(parts_on(database, clock, data_dir=tmp_path, **settings), post_office())


def came_in(resend: FakeResend, **headers: str) -> str:
    """A mail of the guest has come in at the provider; the provider's id of it."""
    mail = {"from": f"Mara <{ADDRESS}>", "subject": "Re: Thank you", "headers": headers}
    resend.tell("receive", **mail)
    with httpx.Client(base_url=resend.url) as client:
        return str(client.get("/emails/receiving").json()["data"][0]["id"])


async def tell(room: MailRoom, received: str) -> httpx.Response:
    """The provider's news of it, which have no headers."""
    body = event("email.received", email_id=received, **{"from": ADDRESS, "subject": "Re"})
    transport = httpx.ASGITransport(app_on(room.parts), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk.example") as web:
        headers = sign(f"msg_{received}"[:60], room.parts.clock.now(), body)
        return await web.post("/webhooks/resend", content=body, headers=headers)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (AWAY, True),
        ({"auto-submitted": "AUTO-GENERATED"}, True),
        ({"X-Autoreply": "yes"}, True),
        ({"Precedence": "bulk"}, True),
        ([{"name": "Precedence", "value": "auto_reply"}, "nonsense"], True),
        ({"Auto-Submitted": "no"}, False),
        ({"Precedence": "first-class"}, False),
        ({"Subject": "Auto-Submitted"}, False),
        (None, False),
        ("Auto-Submitted: auto-replied", False),
    ],
)
def test_the_headers_say_whether_a_machine_has_written(headers: Any, *, expected: bool) -> None:
    assert is_automatic(headers) is expected


async def test_news_of_an_absence_end_nothing_and_news_of_a_reply_do(
    room: MailRoom, resend: FakeResend
) -> None:
    await room.enrolled()
    await room.work()
    assert (await tell(room, came_in(resend, **AWAY))).status_code == 200
    assert (await room.enrolment()).fields["state"] == "active"
    assert (await tell(room, came_in(resend))).status_code == 200
    assert (await room.enrolment()).fields["reason"] == "replied"


async def test_where_the_provider_does_not_say_it_counts_as_a_reply(
    room: MailRoom, resend: FakeResend
) -> None:
    await room.enrolled()
    await room.work()
    await tell(room, "0f0e0d0c-0000-4000-8000-000000000000")
    assert (await room.enrolment()).fields["reason"] == "replied"


async def test_who_asks_for_replies_passes_over_absences(
    room: MailRoom, resend: FakeResend
) -> None:
    parts = parts_on(
        room.parts.database,
        room.parts.clock,
        data_dir=room.parts.settings.data_dir,
        resend_api_key="re_test",
    )
    await room.enrolled()
    await room.work()
    with closing(ResendCarrier(SecretStr("re_test"), resend.url, per_second=1000)) as provider:
        came_in(resend, **AWAY)
        for _ in range(2):
            await tasks.ask_once(parts, provider, room.post)
        assert (await room.enrolment()).fields["state"] == "active"
        came_in(resend)
        await tasks.ask_once(parts, provider, room.post)
    assert (await room.enrolment()).fields["reason"] == "replied"
