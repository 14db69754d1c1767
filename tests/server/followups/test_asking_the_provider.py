"""A server that the provider cannot reach asks it, and tells it who wants no more mail."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from interview_desk.domain.sequences.messages import StopReason
from sync_server.followups import repository, tasks
from sync_server.followups.gateways.carrier import Carrier
from sync_server.followups.gateways.choosing import carrier_for
from sync_server.followups.gateways.folder import FolderCarrier
from sync_server.followups.gateways.resend_api import ResendCarrier
from sync_server.followups.gateways.smtp import SmtpCarrier
from sync_server.infra.database import Database
from sync_server.models.mail import mail_effects, mail_suppressions
from sync_server.models.records import records
from tests.helpers.fake_resend import FakeResend
from tests.helpers.mail import STEPS, MailRoom, post_office
from tests.helpers.server import SetClock, parts_on, test_settings

ADDRESS = "mara@startup.example"


@pytest.fixture
def provider(resend: FakeResend) -> Iterator[ResendCarrier]:
    with closing(ResendCarrier(SecretStr("re_secret"), resend.url, per_second=1000)) as provider:
        yield provider


@pytest.fixture
def room(database: Database, clock: SetClock, tmp_path: Path, provider: ResendCarrier) -> MailRoom:
    parts = parts_on(database, clock, data_dir=tmp_path, resend_api_key="re_secret")
    return MailRoom(parts, post_office(), provider)  # type: ignore[arg-type]  # the real one


async def ask(room: MailRoom, provider: ResendCarrier) -> None:
    await tasks.ask_once(room.parts, provider, room.post)
    await room.planner.look(room.parts)


async def one_sent(room: MailRoom, clock: SetClock) -> str:
    await room.enrolled()
    await room.work()
    clock.advance(hours=2)
    await room.work()
    return str((await room.messages())[0].fields["provider_id"])


async def test_what_became_of_a_mail_is_asked_for_until_it_is_known(
    room: MailRoom, clock: SetClock, resend: FakeResend, provider: ResendCarrier
) -> None:
    mail = await one_sent(room, clock)
    clock.advance(minutes=2)
    await ask(room, provider)
    assert (await room.states())[0] == "sent"
    resend.tell("state", id=mail, state="bounced")
    clock.advance(minutes=9)
    await ask(room, provider)
    assert (await room.states())[0] == "bounced"
    assert (await room.enrolment()).fields["reason"] == "bounced"


async def test_a_mail_that_nobody_knows_is_not_asked_about_for_ever(
    room: MailRoom, clock: SetClock, resend: FakeResend, provider: ResendCarrier
) -> None:
    await one_sent(room, clock)
    for _ in range(8):
        clock.advance(days=1)
        await ask(room, provider)
    before = (await room.messages())[0].ver
    resend.tell("state", id=resend.mails[0]["id"], state="delivered")
    clock.advance(days=9)
    await ask(room, provider)
    assert (await room.messages())[0].ver == before


async def test_a_mail_whose_news_cannot_be_taken_up_holds_up_no_other(
    room: MailRoom,
    clock: SetClock,
    resend: FakeResend,
    provider: ResendCarrier,
    caplog: pytest.LogCaptureFixture,
) -> None:
    sequence, interview = await room.sequence(), await room.interview()
    for address in ("ole@startup.example", ADDRESS, "ida@startup.example"):
        await room.enrol(sequence, await room.guest(interview, email=address), interview)
    await room.work()
    clock.advance(hours=2)
    await room.work()
    # The one that is asked about first.
    first, *others = sorted(
        (one for one in await room.messages() if one.fields["state"] == "sent"),
        key=lambda one: one.id,
    )
    await damage(room, mail_effects, mail_effects.c.message_id == first.id, "letter")
    for one in others:
        resend.tell("state", id=one.fields["provider_id"], state="delivered")
    clock.advance(minutes=10)
    await ask(room, provider)
    assert sorted(await room.states())[:2] == ["delivered", "delivered"]
    assert f"what became of mail {first.id} cannot be taken up: " in caplog.text


async def test_a_reply_that_cannot_be_taken_up_holds_up_no_other(
    room: MailRoom,
    clock: SetClock,
    resend: FakeResend,
    provider: ResendCarrier,
    caplog: pytest.LogCaptureFixture,
) -> None:
    guest = await room.guest(await room.interview(), email="ole@startup.example")
    await one_sent(room, clock)
    await damage(room, records, records.c.id == guest, "fields")
    for sender in ("ole@startup.example", ADDRESS, "ole@startup.example"):
        resend.tell("receive", **{"from": sender, "subject": "Re: Thank you"})
    await ask(room, provider)
    assert (await room.enrolment()).fields["reason"] == "replied"
    assert caplog.text.count("cannot be taken up: ") == 2


async def damage(
    room: MailRoom, table: sa.Table, where: sa.ColumnElement[bool], column: str
) -> None:
    """Have what is sealed there be unreadable."""
    damaged = sa.update(table).where(where).values({column: "damaged"})
    await room.parts.database.write(lambda tx: tx.connection.execute(damaged))


async def test_a_reply_at_the_provider_ends_the_sequence(
    room: MailRoom, clock: SetClock, resend: FakeResend, provider: ResendCarrier
) -> None:
    await one_sent(room, clock)
    resend.tell("receive", **{"from": f"Mara <{ADDRESS}>", "subject": "Re: Thank you"})
    for _ in range(2):
        await ask(room, provider)
    assert (await room.enrolment()).fields["reason"] == "replied"


async def test_who_is_on_the_providers_list_is_not_written_to(
    room: MailRoom, clock: SetClock, resend: FakeResend, provider: ResendCarrier
) -> None:
    await room.enrolled(steps=[STEPS[0]])
    resend.tell("suppress", email=ADDRESS, origin="complaint")
    resend.tell("suppress", email="who@x.example", origin="something new")
    await ask(room, provider)
    clock.advance(days=1)
    await room.work()
    assert resend.mails == []
    assert (await room.enrolment()).fields["reason"] == "complained"


async def test_the_provider_hears_who_unsubscribed_and_keeps_the_address_for_us(
    room: MailRoom, resend: FakeResend, provider: ResendCarrier
) -> None:
    await room.parts.database.write(
        lambda tx: repository.suppress(tx, ADDRESS, StopReason.UNSUBSCRIBED, tell_provider=True)
    )
    await ask(room, provider)
    assert resend.tell("look")["suppressions"] == {ADDRESS: "manual"}
    left = await room.parts.database.read(lambda tx: repository.untold_suppressions(tx, 9))
    assert left == []


async def test_one_address_that_cannot_be_read_keeps_no_other_from_being_told(
    room: MailRoom,
    resend: FakeResend,
    provider: ResendCarrier,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for address in ("a@startup.example", ADDRESS):
        unsubscribed = partial(
            repository.suppress,
            address=address,
            reason=StopReason.UNSUBSCRIBED,
            tell_provider=True,
        )
        await room.parts.database.write(unsubscribed)
    person = room.parts.vault.blind_index("a@startup.example")
    damaged = mail_suppressions.c.person == person
    await damage(room, mail_suppressions, damaged, "address")
    await room.enrolled()
    resend.tell("receive", **{"from": ADDRESS, "subject": "Re"})
    await ask(room, provider)
    assert resend.tell("look")["suppressions"] == {ADDRESS: "manual"}
    # The rest of the round is gone on with.
    assert (await room.enrolment()).fields["reason"] == "replied"
    assert f"that {person} is not written to cannot be told: " in caplog.text


def test_the_settings_say_who_carries_mail(tmp_path: Path) -> None:
    def carrier(**settings: object) -> Carrier | None:
        return carrier_for(test_settings(tmp_path, mail_from="a@b.example", **settings))

    assert carrier() is None
    assert carrier_for(test_settings(tmp_path, mail_folder=tmp_path)) is None
    assert isinstance(carrier(mail_folder=tmp_path), FolderCarrier)
    assert isinstance(carrier(mail_folder=tmp_path, mail_smtp_url="smtp://x"), SmtpCarrier)
    found = carrier(resend_api_key="re_x", mail_folder=tmp_path)
    assert isinstance(found, ResendCarrier)
    found.close()


async def test_the_workers_do_it_all_by_themselves(
    database: Database, clock: SetClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = parts_on(
        database, clock, data_dir=tmp_path, mail_folder=tmp_path / "mail", mail_from="a@b.example"
    )
    room = MailRoom(parts, post_office())
    monkeypatch.setattr(tasks, "_LOOK_FOR_DUE", 0.02)
    at_once = [{**STEPS[0], "delay": {"amount": 0, "unit": "hours"}}]
    workers = [
        asyncio.ensure_future(work(parts)) for work in (tasks.move_on, tasks.carry, tasks.ask)
    ]
    try:
        with parts.bus.subscribe() as news:
            await room.enrolled(steps=at_once)
            async for _ in news:
                if await room.states() == ["sent"]:
                    break
    finally:
        for worker in workers:
            worker.cancel()
            with suppress(asyncio.CancelledError):
                await worker
    (file,) = (tmp_path / "mail").glob("*.eml")
    assert "Thank you, Mara" in file.read_text()
