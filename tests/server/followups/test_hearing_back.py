"""What comes back: news from the provider, and guests who want no more."""

import base64
import hmac
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
import resend

from interview_desk.domain.interviews import guest_of
from sync_server.app import app_on
from sync_server.followups.outcomes import Unclear
from sync_server.infra.database import Database
from sync_server.sync.read import as_record
from tests.helpers.mail import MailRoom, post_office
from tests.helpers.server import SetClock, parts_on

SECRET = "whsec_" + base64.b64encode(b"a secret of the webhook").decode()


def signed(
    body: bytes, clock: SetClock, *, told: str = "msg_1", names: str = "svix"
) -> dict[str, str]:
    at = str(int(clock.now().timestamp()))
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    digest = hmac.digest(key, f"{told}.{at}.".encode() + body, "sha256")
    return {
        f"{names}-id": told,
        f"{names}-timestamp": at,
        f"{names}-signature": f"v1,bm9uc2Vuc2U= v1,{base64.b64encode(digest).decode()}",
    }


def event(kind: str, **data: Any) -> bytes:
    return json.dumps({"type": kind, "created_at": "2026-11-23T12:00:00Z", "data": data}).encode()


@pytest.fixture
def room(database: Database, clock: SetClock, tmp_path: Any) -> MailRoom:
    settings = {"resend_webhook_secret": SECRET, "resend_api_key": "re_test"}
    return MailRoom(parts_on(database, clock, data_dir=tmp_path, **settings), post_office())


@pytest.fixture
async def web(room: MailRoom) -> Any:
    transport = httpx.ASGITransport(app_on(room.parts), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk.example") as client:
        yield client


async def tell(
    web: httpx.AsyncClient, clock: SetClock, body: bytes, told: str = "msg_1"
) -> httpx.Response:
    return await web.post("/webhooks/resend", content=body, headers=signed(body, clock, told=told))


async def one_sent(room: MailRoom, clock: SetClock) -> str:
    await room.enrolled()
    clock.advance(hours=2)
    await room.work()
    return str((await room.messages())[0].fields["provider_id"])


async def test_news_move_a_mail_on_and_are_taken_once(
    room: MailRoom, web: httpx.AsyncClient, clock: SetClock
) -> None:
    mail = await one_sent(room, clock)
    body = event("email.delivered", email_id=mail)
    assert (await tell(web, clock, body)).json() == {"status": "accepted"}
    assert (await tell(web, clock, body)).json() == {"status": "duplicate"}
    assert (await room.states())[0] == "delivered"
    await tell(web, clock, event("email.sent", email_id=mail), "msg_2")
    await tell(web, clock, event("email.opened", email_id=mail), "msg_3")
    assert (await room.states())[0] == "delivered"


async def test_the_names_of_standard_webhooks_count_too(
    room: MailRoom, web: httpx.AsyncClient, clock: SetClock
) -> None:
    body = event("contact.created", email="x@y.example")
    headers = signed(body, clock, names="webhook")
    answer = await web.post("/webhooks/resend", content=body, headers=headers)
    assert answer.json() == {"status": "accepted"}


async def test_our_way_of_signing_is_the_one_of_the_providers_own_library(
    room: MailRoom, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: clock.now().timestamp())
    body = event("email.delivered", email_id="x")
    headers = signed(body, clock)
    resend.Webhooks.verify(
        {
            "payload": body.decode(),
            "headers": {
                "id": headers["svix-id"],
                "timestamp": headers["svix-timestamp"],
                "signature": headers["svix-signature"],
            },
            "webhook_secret": SECRET,
        }
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"svix-signature": "v1,AAAA"}, "does not fit"),
        ({"svix-signature": ""}, "does not fit"),
        ({"svix-signature": "v1,ééé"}, "does not fit"),
        ({"svix-id": ""}, "have no id"),
        ({"svix-timestamp": "soon"}, "do not say when"),
        ({"svix-timestamp": "1000000000"}, "too long ago"),
        ({"svix-timestamp": "9" * 30}, "do not say when"),
    ],
)
async def test_forged_and_old_news_are_refused_plainly(
    room: MailRoom, web: httpx.AsyncClient, clock: SetClock, change: dict[str, str], said: str
) -> None:
    mail = await one_sent(room, clock)
    body = event("email.bounced", email_id=mail)
    headers = {**signed(body, clock), **change}
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    answer = await web.post("/webhooks/resend", content=body, headers=raw)
    assert answer.status_code == 401
    assert answer.json()["code"] == "signature_invalid"
    assert said in answer.json()["detail"]
    assert (await room.states())[0] == "sent"


async def test_news_replayed_after_their_time_are_refused(
    room: MailRoom, web: httpx.AsyncClient, clock: SetClock
) -> None:
    body = event("email.bounced", email_id="x")
    headers = signed(body, clock)
    clock.advance(minutes=6)
    answer = await web.post("/webhooks/resend", content=body, headers=headers)
    assert answer.status_code == 401


async def test_without_a_secret_nothing_is_believed(
    database: Database, clock: SetClock, tmp_path: Any
) -> None:
    parts = parts_on(database, clock, data_dir=tmp_path)
    transport = httpx.ASGITransport(app_on(parts))
    async with httpx.AsyncClient(transport=transport, base_url="http://desk.example") as web:
        assert (await tell(web, clock, event("email.sent"))).status_code == 401


@pytest.mark.parametrize("body", [b"nonsense", b"[]", b'{"type": 1}', b"[" * 100_000])
async def test_what_tells_of_nothing_is_said_to(
    room: MailRoom, web: httpx.AsyncClient, clock: SetClock, body: bytes
) -> None:
    answer = await tell(web, clock, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "not_an_event")


async def test_news_are_read_no_further_than_they_can_be_long(
    room: MailRoom, web: httpx.AsyncClient, clock: SetClock
) -> None:
    del room
    answer = await tell(web, clock, event("email.sent", text="x" * 1024 * 1024))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_signs_that_no_database_keeps_are_left_out_of_news(
    room: MailRoom, web: httpx.AsyncClient, clock: SetClock
) -> None:
    del room
    news = event("email.\0sent", email_id="a\0b", tags={"message": "\0"}, subject="\0")
    assert (await tell(web, clock, news)).json() == {"status": "accepted"}


async def test_a_bounce_ends_the_sequence_and_the_address_is_never_written_to_again(
    room: MailRoom, web: httpx.AsyncClient, clock: SetClock
) -> None:
    mail = await one_sent(room, clock)
    bounce = {"type": "Permanent", "message": "There is no such\nuser"}
    await tell(web, clock, event("email.bounced", email_id=mail, bounce=bounce))
    first, second = await room.messages()
    assert (first.fields["state"], first.fields["error"]) == ("bounced", "There is no such user")
    assert second.fields["state"] == "cancelled"
    assert (await room.enrolment()).fields["reason"] == "bounced"
    await room.enrolled(purpose="other")
    clock.advance(days=3)
    await room.work()
    assert len(room.carrier.letters) == 1
    assert (await room.enrolment()).fields["reason"] == "bounced"


async def test_a_full_mailbox_ends_the_sequence_but_not_the_address(
    room: MailRoom, web: httpx.AsyncClient, clock: SetClock
) -> None:
    mail = await one_sent(room, clock)
    await tell(web, clock, event("email.bounced", email_id=mail, bounce={"type": "Transient"}))
    assert await room.states() == ["bounced", "cancelled"]
    await room.enrolled(purpose="other")
    clock.advance(days=3)
    await room.work()
    assert len(room.carrier.letters) == 2


async def test_a_complaint_after_delivery_counts_in_any_order(
    room: MailRoom, web: httpx.AsyncClient, clock: SetClock
) -> None:
    mail = await one_sent(room, clock)
    await tell(web, clock, event("email.complained", email_id=mail), "b")
    await tell(web, clock, event("email.delivered", email_id=mail), "a")
    assert (await room.states())[0] == "complained"
    assert (await room.enrolment()).fields["reason"] == "complained"


async def test_news_that_overtake_the_answer_are_taken_up_with_it(
    room: MailRoom, web: httpx.AsyncClient, clock: SetClock
) -> None:
    await room.enrolled()
    await tell(web, clock, event("email.delivered", email_id="id-0"))
    clock.advance(hours=2)
    await room.work()
    assert (await room.states())[0] == "delivered"


async def test_news_with_our_own_mark_settle_a_mail_whose_answer_was_lost(
    room: MailRoom, web: httpx.AsyncClient, clock: SetClock
) -> None:
    await room.enrolled()
    clock.advance(hours=2)
    room.carrier.answers = [Unclear("Resend did not answer.", timedelta(hours=9))]
    await room.work()
    (message,) = await room.messages()
    assert message.fields["state"] == "sending"
    tags = {"message": message.id}
    await tell(web, clock, event("email.delivered", email_id="re_9", tags=tags))
    await room.work()
    assert (await room.states())[0] == "delivered"


async def test_a_reply_ends_the_sequences_that_stop_on_it(
    room: MailRoom, web: httpx.AsyncClient, clock: SetClock
) -> None:
    await one_sent(room, clock)
    await room.enrolled(purpose="goes on", stop_on=[])
    await room.work()
    body = event("email.received", **{"from": "Mara <MARA@startup.example>", "subject": "Re"})
    await tell(web, clock, body)
    await room.work()
    enrolments = await room.records("enrolments")
    assert [one.fields["state"] for one in enrolments] == ["stopped", "active"]
    assert enrolments[0].fields["reason"] == "replied"


async def test_half_a_sign_in_what_is_told_stops_nobody_from_hearing_it(
    room: MailRoom, web: httpx.AsyncClient, clock: SetClock
) -> None:
    await one_sent(room, clock)
    sender = "Mara \ud83d <mara@startup.example>"
    body = event("email.received", **{"from": sender, "email_id": "\ud83d", "subject": "\ud83d"})
    await tell(web, clock, body)
    assert (await room.enrolment()).fields["reason"] == "replied"


async def test_the_providers_own_list_counts_both_ways(
    room: MailRoom, web: httpx.AsyncClient, clock: SetClock
) -> None:
    await room.enrolled()
    await room.work()
    address = "mara@startup.example"
    await tell(web, clock, event("suppression.added", email=address, origin="manual"), "a")
    assert (await room.enrolment()).fields["reason"] == "unsubscribed"
    await tell(web, clock, event("suppression.removed", email=address), "b")
    await room.enrolled(purpose="again")
    clock.advance(hours=2)
    await room.work()
    assert len(room.carrier.letters) == 1


async def unsubscribe_path(room: MailRoom, clock: SetClock) -> str:
    await one_sent(room, clock)
    (letter,) = room.carrier.letters.values()
    return letter.headers["List-Unsubscribe"].strip("<>").removeprefix("https://desk.example")


async def test_one_click_unsubscribes_everywhere_and_looking_does_not(
    room: MailRoom, web: httpx.AsyncClient, clock: SetClock
) -> None:
    path = await unsubscribe_path(room, clock)
    page = await web.get(path)
    assert page.status_code == 200
    assert "Do you want no more mail" in page.text
    assert "mara" not in page.text.casefold()
    assert (await room.enrolment()).fields["state"] == "active"
    for _ in range(2):
        done = await web.post(path, content=b"List-Unsubscribe=One-Click")
        assert done.status_code == 200
        assert "will not write to you again" in done.text
    assert (await room.enrolment()).fields["reason"] == "unsubscribed"
    (guest,) = await room.records("interview_guests")
    assert guest_of(as_record(guest)).consent_contact_again == "no"
    clock.advance(days=9)
    await room.work()
    assert len(room.carrier.letters) == 1


async def test_the_page_speaks_german_and_says_what_an_unknown_link_is(
    room: MailRoom, web: httpx.AsyncClient, clock: SetClock
) -> None:
    path = await unsubscribe_path(room, clock)
    german = await web.get(path, headers={"Accept-Language": "fr, de-AT;q=0.8"})
    assert '<html lang="de">' in german.text
    for answer in (await web.get("/u/none"), await web.post("/u/none")):
        assert answer.status_code == 404
        assert "not valid any more" in answer.text
