"""Deciding about mail: every decision is a change to a record, and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from interview_desk.domain.flags import Flag
from interview_desk.domain.instants import format_instant
from interview_desk.domain.roles import Role
from interview_desk.domain.sequences.edits import check_enrolment, check_message
from interview_desk.domain.sequences.messages import MessageState
from interview_desk.domain.values import Json
from interview_desk.services.flags import FlagService, MayNotSwitch
from interview_desk.services.follow_ups import FollowUpService, Mail
from interview_desk.services.mail_errors import MailEmpty, MailMoved, MailRewritten
from interview_desk.services.mail_words import Words
from tests.helpers.desk import ME, NOW, MemoryRecords, StoppedClock, counted_ids
from tests.helpers.desk_story import at
from tests.helpers.judging_story import INTERVIEW
from tests.helpers.mail_story import GUEST, SEQUENCE, mail_story, put_mail

WAS: Words = ("Thank you, Lena", "Dear Lena,\n\nthank you for your time.")
OBSERVER = ME._replace(role=Role.OBSERVER)


@pytest.fixture
def records() -> MemoryRecords:
    return mail_story()


@pytest.fixture
def mails(records: MemoryRecords) -> FollowUpService:
    return FollowUpService(records, me=ME, new_id=counted_ids(StoppedClock()))


def state(records: MemoryRecords, mail_id: str = "mail-1") -> object:
    return records.rows["follow_up_messages", mail_id].fields["state"]


async def shown(mails: FollowUpService) -> Mail:
    """The one mail there is, as somebody reads it."""
    [mail] = (await mails.outbox()).mails
    return mail


async def test_a_mail_says_to_whom_from_which_sequence_why_and_when(
    mails: FollowUpService,
) -> None:
    outbox = await mails.outbox()
    [mail] = outbox.mails
    assert (mail.guest, mail.address) == ("Lena Fischer", "lena@guest.test")
    assert (mail.step, mail.number, mail.due) == ("Thank you", 1, at(18, 13))
    assert mail.because == "Two hours after the interview."
    assert mail.enrolment is not None
    assert mail.enrolment.sequence == "After an interview"
    assert mail.enrolment.interview == "First purchase, retold"
    assert mail.is_editable
    assert (outbox.is_on, outbox.may_act, outbox.may_switch) == (True, True, True)


async def test_what_needs_somebody_comes_first_and_the_latest_that_left_last(
    mails: FollowUpService, records: MemoryRecords
) -> None:
    put_mail(records, "later", due=format_instant(at(20, 9)))
    put_mail(records, "queued", state="queued")
    put_mail(records, "uncertain", state="uncertain")
    put_mail(records, "old", state="sent", sent_at=format_instant(at(10, 9)))
    put_mail(records, "new", state="delivered", sent_at=format_instant(at(17, 9)))
    put_mail(records, "timeless", state="cancelled", due=None, html=None)
    order = [one.id for one in (await mails.outbox()).mails]
    assert order == ["mail-1", "later", "uncertain", "queued", "new", "old", "timeless"]


async def test_what_is_gone_is_said_in_words(
    mails: FollowUpService, records: MemoryRecords
) -> None:
    put_mail(records, "mail-1", guest_id="gone", enrolment_id="gone", interview_id=None)
    put_mail(records, "other", step="was-removed", interview_id=None)
    put_mail(records, "test", enrolment_id=None, guest_id=None, member_id=ME.member_id)
    records.put("enrolments", "lost", sequence_id="x", guest_id="x", interview_id="x")
    outbox = await mails.outbox()
    by_id = {one.id: one for one in outbox.mails}
    assert by_id["mail-1"].guest == "Somebody who left"
    assert by_id["mail-1"].interview_id is None
    assert (by_id["other"].step, by_id["other"].number) == ("was-removed", None)
    assert by_id["other"].interview_id == INTERVIEW
    assert (by_id["test"].guest, by_id["test"].is_test) == ("Ada Berg", True)
    [lost] = [one for one in outbox.enrolments if one.id == "lost"]
    assert (lost.guest, lost.sequence, lost.interview) == (
        "Somebody who left",
        "A sequence that is gone",
        "",
    )


async def test_approving_holding_and_cancelling_move_the_mail(
    mails: FollowUpService, records: MemoryRecords
) -> None:
    seen = await shown(mails)
    await mails.approve(seen)
    assert state(records) == "queued"
    await mails.hold("mail-1")
    assert state(records) == "needs_approval"
    await mails.cancel("mail-1")
    assert state(records) == "cancelled"
    with pytest.raises(MailMoved):
        await mails.approve(seen)
    with pytest.raises(MailMoved):
        await mails.approve(replace(seen, id="unknown"))


async def test_an_approval_rests_on_the_text_that_was_read(
    mails: FollowUpService, records: MemoryRecords
) -> None:
    await mails.approve(await shown(mails))
    [edit] = records.written
    assert edit.fields == {"state": "queued"}
    assert edit.rests_on == {"subject", "text", "html"}


@pytest.mark.parametrize("name", ["subject", "text", "html"])
async def test_a_text_that_nobody_has_read_is_not_approved(
    mails: FollowUpService, records: MemoryRecords, name: str
) -> None:
    seen = await shown(mails)
    put_mail(records, "mail-1", **{name: "Something else"})
    with pytest.raises(MailRewritten):
        await mails.approve(seen)
    assert state(records) == "needs_approval"


async def test_of_an_uncertain_mail_a_person_says_what_became_of_it(
    mails: FollowUpService, records: MemoryRecords
) -> None:
    put_mail(records, "mail-1", state="uncertain")
    [mail] = (await mails.outbox()).mails
    assert mail.may_become(MessageState.QUEUED)
    assert not mail.may_become(MessageState.DELIVERED)
    await mails.was_sent("mail-1")
    assert state(records) == "sent"


async def test_a_changed_text_is_what_the_guest_gets_in_both_forms(
    mails: FollowUpService, records: MemoryRecords
) -> None:
    new = (" Thank\nyou ", "Dear Lena,\n\n<b>thanks</b>  ")
    await mails.edit("mail-1", was=WAS, new=new)
    seen = await shown(mails)
    assert (seen.subject, seen.text) == ("Thank you", "Dear Lena,\n\n<b>thanks</b>")
    assert "&lt;b&gt;thanks&lt;/b&gt;" in seen.html
    with pytest.raises(MailEmpty):
        await mails.edit("mail-1", was=WAS, new=("Thank you", "  "))
    put_mail(records, "mail-1", state="queued")
    with pytest.raises(MailMoved):
        await mails.edit("mail-1", was=WAS, new=("Thank you", "Too late"))


@pytest.mark.parametrize(
    ("new", "theirs", "written", "unseen"),
    [
        ((WAS[0], "Ours"), {}, {"text": "Ours", "html": None}, set()),
        ((WAS[0], "Ours"), {"subject": "Theirs"}, {"text": "Ours", "html": None}, set()),
        ((WAS[0], "Ours"), {"text": "Theirs"}, {"text": "Ours", "html": None}, {"text", "html"}),
        (("Ours", WAS[1]), {"text": "Theirs"}, {"subject": "Ours"}, set()),
        (("Ours", WAS[1]), {"subject": "Theirs"}, {"subject": "Ours"}, {"subject"}),
    ],
)
async def test_only_what_was_written_anew_is_changed_and_never_over_what_nobody_saw(
    mails: FollowUpService,
    records: MemoryRecords,
    new: Words,
    theirs: dict[str, str],
    written: dict[str, Json],
    unseen: set[str],
) -> None:
    put_mail(records, "mail-1", **theirs)
    await mails.edit("mail-1", was=WAS, new=new)
    [edit] = records.written
    assert edit.fields == written
    assert edit.unseen == unseen


async def test_a_mail_that_was_not_changed_is_not_written(
    mails: FollowUpService, records: MemoryRecords
) -> None:
    put_mail(records, "mail-1", text="Theirs")
    await mails.edit("mail-1", was=WAS, new=WAS)
    assert records.written == []


async def test_has_replied_ends_the_sequence_and_this_mail(
    mails: FollowUpService, records: MemoryRecords
) -> None:
    await mails.has_replied("mail-1")
    enrolment = records.rows["enrolments", "enrolment-1"].fields
    assert (enrolment["state"], enrolment["reason"]) == ("stopped", "replied")
    assert state(records) == "cancelled"
    put_mail(records, "test", enrolment_id=None, member_id=ME.member_id)
    with pytest.raises(MailMoved):
        await mails.has_replied("test")


async def test_a_guest_is_enrolled_paused_resumed_and_stopped_as_the_server_allows(
    mails: FollowUpService, records: MemoryRecords
) -> None:
    await mails.enrol(sequence_id="seq-1", guest_id=GUEST, interview_id=INTERVIEW)
    made = records.written[-1]
    check_enrolment(made.fields, None)
    held = dict(made.fields)
    for work in (
        mails.pause(made.id, NOW + timedelta(days=7)),
        mails.go_on(made.id),
        mails.pause(made.id, None),
        mails.stop(made.id, " They asked for it "),
    ):
        await work
        check_enrolment(records.written[-1].fields, held)
        held |= records.written[-1].fields
    assert (held["state"], held["reason"]) == ("stopped", "They asked for it")


async def test_a_test_mail_goes_to_myself(mails: FollowUpService, records: MemoryRecords) -> None:
    await mails.test("Thank you", "Dear Ada")
    made = records.written[-1]
    check_message(made.fields, None)
    assert made.fields["member_id"] == ME.member_id
    with pytest.raises(MailEmpty):
        await mails.test(" ", "Dear Ada")


async def test_a_sequence_that_cannot_be_read_still_has_its_name(
    mails: FollowUpService, records: MemoryRecords
) -> None:
    records.put("sequences", "seq-1", **{**SEQUENCE, "steps": "broken"})
    [mail] = (await mails.outbox()).mails
    assert mail.enrolment is not None
    assert (mail.enrolment.sequence, mail.step) == ("After an interview", "thanks")


async def test_only_who_runs_the_team_stops_all_mail(records: MemoryRecords) -> None:
    flags = FlagService(records, me=ME)
    assert await flags.is_on(Flag.FOLLOW_UP)
    records.put("flags", "made-elsewhere", key="follow_up", on=True)
    records.put("flags", "another", key="calcom", on=True)
    await flags.turn(Flag.FOLLOW_UP, on=False, note=" A wrong text is out ")
    assert not await flags.is_on(Flag.FOLLOW_UP)
    await flags.turn(Flag.FOLLOW_UP, on=True)
    assert await flags.is_on(Flag.FOLLOW_UP)
    switches = {one.flag: one for one in await flags.switches()}
    assert switches[Flag.FOLLOW_UP].on
    assert switches[Flag.CALCOM].note == ""
    with pytest.raises(MayNotSwitch):
        await FlagService(records, me=OBSERVER).turn(Flag.FOLLOW_UP, on=False)


async def test_an_observer_reads_the_outbox_and_decides_nothing(records: MemoryRecords) -> None:
    service = FollowUpService(records, me=OBSERVER, new_id=counted_ids(StoppedClock()))
    outbox = await service.outbox()
    assert (outbox.may_act, outbox.may_switch) == (False, False)


async def test_effects_stand_in_the_order_of_the_sequence_under_the_names_people_gave(
    mails: FollowUpService, records: MemoryRecords
) -> None:
    put_mail(records, "a", state="sent", step="nudge")
    put_mail(records, "b", state="sent", step="thanks")
    put_mail(records, "c", state="sent", step="taken-out")
    records.put("enrolments", "lost", sequence_id="gone")
    put_mail(records, "d", state="sent", enrolment_id="lost")
    found = [(one.sequence, one.step, one.effect.sent) for one in await mails.effects()]
    assert found == [
        ("A sequence that is gone", "thanks", 1),
        ("After an interview", "Thank you", 1),
        ("After an interview", "One nudge", 1),
        ("After an interview", "taken-out", 1),
    ]
