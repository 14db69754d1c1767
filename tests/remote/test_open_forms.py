"""A form stands open on one desk while another desk changes the same, with one real server."""

import asyncio
import uuid

from interview_desk.domain.ids import answer_id
from interview_desk.domain.roles import Role
from interview_desk.domain.values import Fields
from interview_desk.services.answering import Seen
from interview_desk.services.capture import CapturePorts, CaptureSession
from interview_desk.services.follow_ups import FollowUpService, Mail
from interview_desk.services.sequences import SequenceService
from interview_desk.services.sync_state import SyncKind
from tests.helpers.at_work import Working, at_work, draft
from tests.helpers.desk import StoppedClock
from tests.helpers.mail_story import SEQUENCE
from tests.helpers.remote import Desks, RemoteDesk, Team

MAILS = "follow_up_messages"
WAS = ("Thank you", "As it was")


def an_id() -> str:
    return str(uuid.uuid4())


def mails_of(desk: RemoteDesk) -> FollowUpService:
    return FollowUpService(desk.store, me=desk.me, new_id=an_id)


async def captured(desk: RemoteDesk, interview: str) -> CaptureSession:
    ports = CapturePorts(
        records=desk.store,
        journal=desk.store,
        clock=StoppedClock(),
        me=desk.me,
        new_id=an_id,
        pause=asyncio.sleep,
    )
    session = CaptureSession(interview, ports)
    await session.open()
    return session


async def held_mail(desk: RemoteDesk, working: Working) -> str:
    """A mail that waits for somebody: only one to oneself is made by a desk."""
    mails = mails_of(desk)
    before = {one.id for one in await desk.store.all_of(MAILS)}
    await mails.test(*WAS)
    (mail,) = {one.id for one in await desk.store.all_of(MAILS)} - before
    await working.until_sent()
    await mails.hold(mail)
    await working.until_sent()
    return mail


async def crossed(desk: Working, *record_ids: str) -> list[Fields]:
    """What crossed about these records, once there is something about each."""

    async def holds() -> bool:
        return len(await desk.crossed(*record_ids)) >= len(record_ids)

    await desk.until(holds)
    return await desk.crossed(*record_ids)


async def read(desk: RemoteDesk, mail_id: str) -> Mail:
    outbox = await mails_of(desk).outbox()
    return next(one for one in outbox.mails if one.id == mail_id)


async def test_a_mail_whose_text_was_changed_is_not_approved_by_who_read_another(
    team: Team, desks: Desks
) -> None:
    one, two = await desks.pair_two(team, Role.OWNER)
    async with at_work(one) as ann, at_work(two) as ben:
        mail = await held_mail(one, ann)
        await ben.record(MAILS, mail, state="needs_approval")
    await mails_of(two).approve(await read(two, mail))
    async with at_work(one) as ann:
        await mails_of(one).edit(mail, was=WAS, new=("Thank you", "Nobody else has read this"))
        await ann.until_sent()
    async with at_work(two) as ben:
        await ben.record(MAILS, mail, text="Nobody else has read this", state="needs_approval")
        (aside,) = await two.store.quarantined()
        assert aside.code == "text_changed"
        assert "read it again" in str(aside.detail)
        await mails_of(two).approve(await read(two, mail))
        await ben.until_sent()
        assert await two.store.quarantined() == [aside]
        await ben.record(MAILS, mail, state="queued")


async def test_who_changed_a_text_and_approves_it_before_it_is_sent_has_read_it(
    team: Team, desks: Desks
) -> None:
    one = await desks.pair(team.url, team.code(), name="one")
    async with at_work(one) as ann:
        mail = await held_mail(one, ann)
    mails = mails_of(one)
    await mails.edit(mail, was=WAS, new=("Thank you", "Better"))
    await mails.approve(await read(one, mail))
    async with at_work(one) as ann:
        await ann.until_sent()
        await ann.reached(SyncKind.SYNCED)
        assert await one.store.quarantined() == []
        await ann.record(MAILS, mail, state="queued")


async def test_a_text_that_two_people_write_at_once_is_for_a_person_to_decide(
    team: Team, desks: Desks
) -> None:
    one, two = await desks.pair_two(team, Role.OWNER)
    async with at_work(one) as ann, at_work(two) as ben:
        mail = await held_mail(one, ann)
        await ben.record(MAILS, mail, state="needs_approval")
        await mails_of(one).edit(mail, was=WAS, new=("Ann's", "Ann's"))
        await ben.record(MAILS, mail, text="Ann's")
        await mails_of(two).edit(mail, was=WAS, new=(WAS[0], "Ben's"))
        await ben.until_sent()
        found = await ben.record(MAILS, mail, text="Ann's")
        # What Ben did not touch is Ann's, too.
        assert found.fields["subject"] == "Ann's"
        (lost,) = await crossed(ben, mail)
        assert (lost["field"], lost["kept"], lost["lost"]) == ("text", "Ann's", "Ben's")


async def test_a_sequence_keeps_what_two_people_wrote_in_different_places(
    team: Team, desks: Desks
) -> None:
    one, two = await desks.pair_two(team, Role.OWNER)
    anns, bens = (SequenceService(desk.store, me=desk.me, new_id=an_id) for desk in (one, two))
    async with at_work(one) as ann, at_work(two) as ben:
        own = await anns.save(None, SEQUENCE, was={})
        was = (await ben.record("sequences", own, version=1)).fields
        await anns.save(own, {**was, "name": "Ann's", "purpose": "hers"}, was=was)
        await ben.record("sequences", own, name="Ann's")
        await bens.save(own, {**was, "name": "Ben's", "stop_on": []}, was=was)
        await ben.until_sent()
        found = await ann.record("sequences", own, version=3)
        said = [found.fields[name] for name in ("name", "purpose", "stop_on")]
        assert said == ["Ann's", "hers", []]
        (lost,) = await crossed(ben, own)
        assert (lost["field"], lost["lost"]) == ("name", "Ben's")


async def test_two_people_answer_the_parts_of_one_question_at_once(
    team: Team, desks: Desks
) -> None:
    one, two = await desks.pair_two(team, Role.OWNER)
    interview, edit = draft("Captured by two")
    field, other = "context.startup", "context.switch_date"
    own, dated = answer_id(interview, field), answer_id(interview, other)
    await one.store.write([edit])
    async with at_work(one) as ann, at_work(two) as ben:
        await ben.record("interviews", interview, title="Captured by two")
        anns, bens = await captured(one, interview), await captured(two, interview)
        await anns.set_answer(field, {"team": "9", "stage": "idea"})
        await anns.set_answer(other, "March")
        await ben.record("interview_answers", own, field=field)
        await ben.record("interview_answers", dated, value="March")
        await bens.set_answer(field, {"team": "9", "stage": "seed"}, seen=Seen({"team": "9"}))
        await bens.set_answer(other, "May", seen=Seen(None))
        await ben.until_sent()
        await ann.record("interview_answers", own, value={"team": "9", "stage": "idea"})
        await ben.record("interview_answers", dated, value="March")
        lost = {str(one["record_id"]): one["lost"] for one in await crossed(ben, own, dated)}
        assert lost == {own: {"team": "9", "stage": "seed"}, dated: "May"}
