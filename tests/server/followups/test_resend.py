"""The real SDK of Resend against a Resend of our own: what each answer means for the mail."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from sync_server.followups.gateways.carrier import Reply, Suppressed
from sync_server.followups.gateways.resend_api import ResendCarrier
from sync_server.followups.letters import Letter
from sync_server.followups.outcomes import Accepted, Lost, NotTaken, Outcome, Refused, Unclear
from tests.helpers.fake_resend import FakeResend

LETTER = Letter(
    key="seq/e1/thanks",
    message_id="0190f5fe-7c00-7a00-8000-000000000001",
    sender="Team <team@desk.example>",
    to="mara@startup.example",
    subject="Thank you",
    text="Hello",
    html="<p>Hello</p>",
    reply_to="in@desk.example",
    headers={"List-Unsubscribe": "<https://desk.example/u/t>"},
)


@pytest.fixture
def carrier(resend: FakeResend) -> Iterator[ResendCarrier]:
    with closing(ResendCarrier(SecretStr("re_secret"), resend.url, per_second=1000)) as carrier:
        yield carrier


async def test_a_letter_goes_out_whole_under_the_key_of_its_effect(
    resend: FakeResend, carrier: ResendCarrier
) -> None:
    outcome = await carrier.carry(LETTER)
    (mail,) = resend.mails
    assert outcome == Accepted(mail["id"])
    (call,) = resend.calls
    assert call["key"] == "seq/e1/thanks"
    assert call["headers"]["authorization"] == "Bearer re_secret"
    assert call["body"] == {
        "from": "Team <team@desk.example>",
        "to": ["mara@startup.example"],
        "subject": "Thank you",
        "text": "Hello",
        "html": "<p>Hello</p>",
        "reply_to": ["in@desk.example"],
        "headers": {"List-Unsubscribe": "<https://desk.example/u/t>"},
        "tags": [{"name": "message", "value": LETTER.message_id}],
    }


async def test_the_same_letter_again_is_the_same_mail(
    resend: FakeResend, carrier: ResendCarrier
) -> None:
    plain = replace(LETTER, headers={}, reply_to=None)
    first = await carrier.carry(plain)
    assert await carrier.carry(plain) == first
    assert len(resend.mails) == 1


async def test_an_answer_that_is_lost_after_the_mail_was_taken_is_unclear_and_repeated_safely(
    resend: FakeResend, carrier: ResendCarrier
) -> None:
    resend.tell("fault", kind="lost")
    assert isinstance(await carrier.carry(LETTER), Unclear)
    assert isinstance(await carrier.carry(LETTER), Accepted)
    assert len(resend.mails) == 1


async def test_nobody_listening_is_told_from_a_problem_at_resend(resend: FakeResend) -> None:
    away = ResendCarrier(SecretStr("re_secret"), "http://127.0.0.1:9", per_second=1000)
    with closing(away) as nobody:
        assert await nobody.carry(LETTER) == NotTaken("Resend cannot be reached.", _any(30))
        assert await nobody.state_of("x") is None
        assert await nobody.replies() == []
        assert await nobody.suppressed() == []
        assert not await nobody.suppress("mara@startup.example")


def _any(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


ANSWERS: list[tuple[dict[str, object], Outcome]] = [
    (
        {"kind": "application_error", "status": 500},
        Unclear("Resend has a problem of its own.", _any(30)),
    ),
    ({"kind": "html"}, Unclear("Resend has a problem of its own.", _any(30))),
    ({"kind": "cut"}, Unclear("Resend did not answer.", _any(30))),
    (
        {"kind": "concurrent_idempotent_requests", "status": 409},
        Unclear("Resend is still at work on this mail.", _any(30)),
    ),
    (
        {"kind": "invalid_idempotent_request", "status": 409},
        Lost("Resend has got another mail under this name. Look whether it has arrived."),
    ),
    (
        {"kind": "rate_limit_exceeded", "status": 429, "headers": {"retry-after": "7"}},
        NotTaken("Resend asks to send more slowly.", _any(7)),
    ),
    (
        {"kind": "rate_limit_exceeded", "status": 429, "headers": {"ratelimit-reset": "3"}},
        NotTaken("Resend asks to send more slowly.", _any(3)),
    ),
    (
        {"kind": "rate_limit_exceeded", "status": 429, "headers": {"retry-after": "soon"}},
        NotTaken("Resend asks to send more slowly.", _any(60)),
    ),
    (
        {"kind": "daily_quota_exceeded", "status": 429},
        NotTaken("The quota at Resend is used up.", timedelta(hours=6)),
    ),
    (
        {"kind": "invalid_api_key", "status": 403},
        NotTaken("Resend does not accept this server's key or sender: As you wish.", _any(300)),
    ),
    (
        {"kind": "restricted_api_key", "status": 401},
        NotTaken("Resend does not accept this server's key or sender: As you wish.", _any(300)),
    ),
    (
        {"kind": "invalid_from_address", "status": 422},
        NotTaken("Resend does not accept this server's key or sender: As you wish.", _any(300)),
    ),
    (
        {"kind": "not_found", "status": 404},
        NotTaken("Nothing takes mail where this server looks for Resend: As you wish.", _any(300)),
    ),
    (
        {"kind": "timeout", "status": 408},
        Unclear("Resend has a problem of its own.", _any(30)),
    ),
    (
        {"kind": "invalid_parameter", "status": 422},
        Refused("Resend refuses this mail: As you wish."),
    ),
]


@pytest.mark.parametrize(("fault", "meaning"), ANSWERS)
async def test_every_answer_means_one_thing(
    resend: FakeResend, carrier: ResendCarrier, fault: dict[str, object], meaning: Outcome
) -> None:
    resend.tell("fault", **fault)
    assert await carrier.carry(LETTER) == meaning
    assert resend.mails == []


UNTOLD = Lost("Resend does not tell this server what became of it. Look whether it arrived.")


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        ({"kind": "restricted_api_key", "status": 401}, UNTOLD),
        ({"kind": "invalid_parameter", "status": 422}, UNTOLD),
        ({"kind": "not_found", "status": 404}, UNTOLD),
        (
            {"kind": "application_error", "status": 500},
            Unclear("Resend has a problem of its own.", _any(30)),
        ),
        (
            {"kind": "rate_limit_exceeded", "status": 429, "headers": {"retry-after": "7"}},
            NotTaken("Resend asks to send more slowly.", _any(7)),
        ),
    ],
)
async def test_an_answer_about_a_mail_that_may_have_left_never_says_that_it_has_not(
    resend: FakeResend, carrier: ResendCarrier, fault: dict[str, object], meaning: Outcome
) -> None:
    resend.tell("fault", with_questions=True, **fault)
    assert await carrier.look_up(LETTER, datetime.now(UTC)) == meaning


async def test_an_address_that_resend_refuses_is_refused_for_good(
    resend: FakeResend, carrier: ResendCarrier
) -> None:
    outcome = await carrier.carry(replace(LETTER, to="mara@example.com"))
    assert outcome == Refused("Resend refuses this mail: Testing domains are not allowed.")


async def test_another_mail_under_the_same_key_is_never_taken_for_ours(
    resend: FakeResend, carrier: ResendCarrier
) -> None:
    await carrier.carry(LETTER)
    assert isinstance(await carrier.carry(replace(LETTER, subject="Other")), Lost)
    assert len(resend.mails) == 1


async def test_a_letter_is_found_again_among_many_without_sending_anything(
    resend: FakeResend, carrier: ResendCarrier
) -> None:
    since = datetime.now(UTC)
    sent = await carrier.carry(LETTER)
    for number in range(120):
        await carrier.carry(replace(LETTER, key=f"k{number}", subject=f"Other {number}"))
    calls = len(resend.calls)
    assert await carrier.look_up(LETTER, since) == sent
    assert isinstance(await carrier.look_up(replace(LETTER, to="o@x.example"), since), Lost)
    later = since + timedelta(days=1)
    assert isinstance(await carrier.look_up(LETTER, later), Lost)
    assert len(resend.calls) == calls


async def test_resend_is_asked_about_mails_replies_and_addresses(
    resend: FakeResend, carrier: ResendCarrier
) -> None:
    sent = await carrier.carry(LETTER)
    assert isinstance(sent, Accepted)
    resend.tell("state", id=sent.provider_id, state="delivered")
    assert await carrier.state_of(sent.provider_id) == "delivered"
    assert await carrier.state_of("none") is None
    resend.tell("receive", **{"from": "Mara <mara@startup.example>", "subject": "Re"})
    (reply,) = await carrier.replies()
    assert reply == Reply(reply.id, "mara@startup.example")
    assert await carrier.suppress("ole@startup.example")
    assert await carrier.suppressed() == [Suppressed("ole@startup.example", "manual")]


class StoppedTime:
    """Stands in for `time` where calls are paced: a call takes none of it, and nobody sleeps."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return 1000.0

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


async def test_calls_keep_to_their_pace_and_wait_where_none_is_left(
    resend: FakeResend, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = StoppedTime()
    monkeypatch.setattr("sync_server.followups.gateways.resend_http.time", stopped)
    slow = ResendCarrier(SecretStr("re_secret"), resend.url, per_second=2)
    with closing(slow) as carrier:
        await carrier.carry(LETTER)
        headers = {"ratelimit-remaining": "0", "ratelimit-reset": "3"}
        resend.tell("fault", kind="invalid_parameter", status=422, headers=headers)
        await carrier.carry(LETTER)
        await carrier.carry(LETTER)
    assert stopped.slept == [0, 0.5, 3]
