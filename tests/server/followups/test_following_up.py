"""From an interview to the last mail: enrolled, written, sent in time, stopped when it should."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.helpers.mail import EVERY_DAY, OFFICE, STEPS, YES, MailRoom
from tests.helpers.server import SetClock

DAY = timedelta(days=1)


def asking(**changes: Any) -> list[dict[str, Any]]:
    return [{**STEPS[0], **changes}, STEPS[1]]


async def test_a_guest_gets_each_mail_once_and_the_sequence_ends(room: MailRoom) -> None:
    await room.enrolled()
    await room.work()
    assert await room.states() == ["queued"]
    await room.later(hours=2)
    assert room.carrier.subjects == ["Thank you, Mara"]
    assert await room.states() == ["sent", "queued"]
    await room.live(days=8)
    assert room.carrier.subjects == ["Thank you, Mara", "As promised"]
    assert (await room.enrolment()).fields["state"] == "finished"
    assert set(room.carrier.calls.values()) == {1}


async def test_what_is_sent_says_how_to_get_no_more_in_the_text_and_for_mail_programs(
    room: MailRoom,
) -> None:
    enrolment = await room.first_mail_due()
    (letter,) = room.carrier.letters.values()
    assert letter.key == f"seq/{enrolment}/thanks"
    assert letter.to == "mara@startup.example"
    assert letter.sender == "Team <team@desk.example>"
    assert letter.text.startswith("Hello Mara,\n\nthank you for 23 November 2026.")
    assert "<p>Hello Mara,</p>" in letter.html
    link = letter.headers["List-Unsubscribe"].strip("<>")
    assert link.startswith("https://desk.example/u/")
    assert link in letter.text
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


async def test_without_a_public_address_there_is_a_mail_to_unsubscribe_by(
    blind_room: MailRoom,
) -> None:
    await blind_room.first_mail_due()
    (letter,) = blind_room.carrier.letters.values()
    assert letter.headers == {"List-Unsubscribe": "<mailto:team@desk.example?subject=stop>"}
    assert 'reply "stop"' in letter.text


async def test_a_mail_that_needs_approval_waits_for_it(room: MailRoom) -> None:
    await room.enrolled(steps=asking(approval=True))
    await room.later(days=3)
    assert await room.states() == ["needs_approval"]
    (message,) = await room.messages()
    await room.put("follow_up_messages", message.id, state="queued", text="My own words")
    await room.work()
    assert [one.text.split("\n")[0] for one in room.carrier.letters.values()] == ["My own words"]


async def test_later_mails_first_ask_for_a_reply_where_none_is_seen(blind_room: MailRoom) -> None:
    room = blind_room
    await room.enrolled()
    await room.later(hours=2)
    assert await room.states() == ["sent", "draft"]
    await room.live(days=6)
    first, second = await room.messages()
    assert second.fields["state"] == "needs_approval"
    assert second.fields["question"] == "Has Mara Lindt replied?"
    await room.put("follow_up_messages", second.id, state="queued")
    await room.work()
    assert await room.states() == ["sent", "sent"]
    assert first.fields.get("question") is None


async def test_one_click_ends_it_when_there_was_a_reply(blind_room: MailRoom) -> None:
    room = blind_room
    enrolment = await room.enrolled()
    await room.live(days=7)
    await room.put("enrolments", enrolment, state="stopped", reason="replied")
    await room.work()
    assert await room.states() == ["sent", "cancelled"]


async def test_mail_leaves_in_the_guests_hours_only(room: MailRoom, clock: SetClock) -> None:
    await room.enrolled(window=OFFICE)
    sent: list[datetime] = []
    for _ in range(24 * 12):
        before = len(room.carrier.letters)
        await room.sender.carry_due(room.parts)
        await room.planner.look(room.parts)
        if len(room.carrier.letters) > before:
            sent.append(clock.now())
        clock.advance(hours=1)
    assert sent == [
        datetime(2026, 11, 24, 8, tzinfo=UTC),
        datetime(2026, 11, 26, 11, tzinfo=UTC),
    ]


async def test_a_guest_who_moves_gets_mail_in_their_new_hours(
    room: MailRoom, clock: SetClock
) -> None:
    sequence = await room.sequence(window=OFFICE)
    interview = await room.interview()
    guest = await room.guest(interview)
    await room.enrol(sequence, guest, interview)
    await room.work()
    await room.put("interview_guests", guest, zone="America/Los_Angeles")
    clock.at = datetime(2026, 11, 24, 9, tzinfo=UTC)
    await room.work()
    assert room.carrier.letters == {}
    clock.at = datetime(2026, 11, 24, 17, tzinfo=UTC)
    await room.work()
    assert len(room.carrier.letters) == 1


async def test_consent_decides_and_a_late_yes_lets_it_go(room: MailRoom) -> None:
    sequence, interview = await room.sequence(), await room.interview()
    guest = await room.guest(interview, consent_contact_again={**YES, "value": "unknown"})
    await room.enrol(sequence, guest, interview)
    await room.later(days=2)
    (message,) = await room.messages()
    assert message.fields["state"] == "queued"
    assert message.fields["waits"] == "Mara Lindt has not said whether we may write again."
    await room.put("interview_guests", guest, consent_contact_again=YES)
    await room.work()
    assert await room.states() == ["sent", "queued"]


async def test_a_no_ends_everything(room: MailRoom) -> None:
    await room.enrolled()
    await room.work()
    (message,) = await room.messages()
    no = {**YES, "value": "no"}
    await room.put("interview_guests", str(message.fields["guest_id"]), consent_contact_again=no)
    await room.later(days=9)
    assert room.carrier.letters == {}
    enrolment = await room.enrolment()
    assert (enrolment.fields["state"], enrolment.fields["reason"]) == ("stopped", "no_consent")
    assert await room.states() == ["cancelled"]


async def test_another_booking_ends_the_sequence(room: MailRoom) -> None:
    await room.enrolled()
    await room.later(hours=2)
    soon = await room.interview(ended=-DAY, status="scheduled")
    await room.guest(soon)
    await room.later(days=9)
    assert len(room.carrier.letters) == 1
    assert (await room.enrolment()).fields["reason"] == "booked"


async def test_another_booking_ends_the_sequence_at_once_and_not_when_a_mail_is_due(
    room: MailRoom,
) -> None:
    enrolment = await room.enrolled(steps=asking(approval=True))
    await room.work()
    assert await room.states() == ["needs_approval"]
    over = await room.interview()
    await room.guest(over)
    soon = await room.interview(ended=-DAY, status="scheduled")
    await room.guest(soon, email="somebody.else@startup.example")
    await room.guest(soon, email="")
    await room.work()
    assert await room.state_of(enrolment) == "active"
    await room.guest(soon, email="Mara@startup.example")
    await room.work()
    assert await room.states() == ["cancelled"]
    assert (await room.enrolment()).fields["reason"] == "booked"


async def test_two_mails_to_one_person_are_a_day_apart_whatever_the_sequence(
    room: MailRoom,
) -> None:
    interview = await room.interview()
    guest = await room.guest(interview)
    for purpose in ("thanks", "news"):
        sequence = await room.sequence(purpose=purpose, name=purpose, steps=[STEPS[0]])
        await room.enrol(sequence, guest, interview)
    await room.later(hours=2)
    assert len(room.carrier.letters) == 1
    await room.later(hours=23, minutes=59)
    assert len(room.carrier.letters) == 1
    await room.later(minutes=1)
    assert len(room.carrier.letters) == 2


async def test_nobody_is_in_two_sequences_of_one_purpose(room: MailRoom) -> None:
    first = await room.enrolled()
    interview = await room.interview()
    guest = await room.guest(interview, email="MARA@startup.example")
    await room.enrol(await room.sequence(name="Other"), guest, interview)
    await room.work()
    skipped = await room.enrolment()
    assert skipped.id != first
    assert skipped.fields["state"] == "skipped"
    assert "is in After the interview already" in str(skipped.fields["reason"])


async def test_a_cap_spreads_mail_over_days(room: MailRoom) -> None:
    sequence = await room.sequence(steps=[STEPS[0]], window={**EVERY_DAY, "per_day": 2})
    interview = await room.interview()
    for number in range(5):
        guest = await room.guest(interview, email=f"guest{number}@startup.example")
        await room.enrol(sequence, guest, interview)
    await room.later(hours=2)
    counts = [len(room.carrier.letters)]
    for _ in range(2):
        await room.later(days=1)
        counts.append(len(room.carrier.letters))
    assert counts == [2, 4, 5]


async def test_a_rule_enrols_every_guest_who_has_an_address_once(room: MailRoom) -> None:
    sequence = await room.sequence()
    interview = await room.interview()
    await room.guest(interview)
    await room.guest(interview, email="ole@startup.example", name="Ole")
    await room.guest(interview, email=None, name="Nobody")
    effects = [
        {"effect": "enrol", "sequence": sequence, "because": "A promise is open."},
        {"effect": "enrol", "sequence": "There is no such one"},
        {"effect": "tag", "tag": "hot"},
        "nonsense",
    ]
    for _ in range(2):
        await room.put("evaluations", interview_id=interview, result={"effects": effects})
        await room.work()
    enrolments = await room.records("enrolments")
    assert [one.fields["because"] for one in enrolments] == ["A promise is open."] * 2
    assert [one.fields["because"] for one in await room.messages()] == ["A promise is open."] * 2


async def test_rules_that_change_while_a_guest_is_enrolled_neither_end_nor_double_it(
    room: MailRoom,
) -> None:
    sequence, interview = await room.sequence(), await room.interview()
    await room.guest(interview)
    asking_for = [{"effect": "enrol", "sequence": sequence, "because": "A promise is open."}]
    await room.put("evaluations", interview_id=interview, result={"effects": asking_for})
    await room.work()
    for effects in ([], [{**asking_for[0], "because": "Other rules say so."}]):
        await room.put("evaluations", interview_id=interview, result={"effects": effects})
        await room.live(days=4)
    assert room.carrier.subjects == ["Thank you, Mara", "As promised"]
    assert (await room.enrolment()).fields["because"] == "A promise is open."
    assert len(await room.records("enrolments")) == 1


async def test_a_no_show_gets_the_text_for_it_and_nothing_else(room: MailRoom) -> None:
    sequence, interview = await room.sequence(), await room.interview(status="no_show")
    await room.enrol(sequence, await room.guest(interview), interview)
    await room.later(days=9)
    assert room.carrier.subjects == ["Another time?"]
    assert (await room.enrolment()).fields["state"] == "finished"


async def test_an_interview_that_is_still_to_come_is_waited_for(room: MailRoom) -> None:
    sequence = await room.sequence()
    interview = await room.interview(ended=-DAY, status="scheduled")
    await room.enrol(sequence, await room.guest(interview), interview)
    await room.work()
    assert await room.messages() == []
    await room.put("interviews", interview, status="cancelled")
    await room.work()
    enrolment = await room.enrolment()
    assert enrolment.fields["reason"] == "The interview did not take place."


async def test_an_interview_that_is_put_off_ends_what_it_began(room: MailRoom) -> None:
    sequence, interview = await room.sequence(), await room.interview(status="no_show")
    await room.enrol(sequence, await room.guest(interview), interview)
    await room.work()
    await room.put("interviews", interview, status="scheduled")
    await room.work()
    assert (await room.enrolment()).fields["reason"] == "booked"
    assert await room.states() == ["cancelled"]


async def test_a_variable_that_is_not_known_is_said_before_anybody_approves(room: MailRoom) -> None:
    texts = {"usual": {"en": {"subject": "Hello", "text": "About {{ startup_name }}"}}}
    await room.enrolled(steps=asking(texts=texts))
    await room.later(days=1)
    (message,) = await room.messages()
    assert message.fields["state"] == "draft"
    assert str(message.fields["error"]).startswith("Text: The startup is not known for this guest.")
    startup = await room.put("startups", name="Nordlicht")
    await room.put("interviews", str(message.fields["interview_id"]), startup_id=startup)
    await room.work()
    assert await room.states() == ["sent", "queued"]
    assert "About Nordlicht" in next(iter(room.carrier.letters.values())).text


async def test_a_text_that_changes_while_its_mail_is_queued_leaves_the_mail_as_it_was_shown(
    room: MailRoom,
) -> None:
    await room.enrolled()
    await room.work()
    (message,) = await room.messages()
    enrolment = await room.enrolment()
    other = {"usual": {"en": {"subject": "New", "text": "New words"}}}
    changed = [{**STEPS[0], "texts": other}, {**STEPS[1], "texts": other}]
    sequence = str(enrolment.fields["sequence_id"])
    await room.put("sequences", sequence, steps=changed, version=2)
    await room.live(days=8)
    assert room.carrier.subjects == [str(message.fields["subject"]), "New"]


async def test_a_sequence_that_becomes_wrong_sends_nothing_and_says_why(room: MailRoom) -> None:
    await room.enrolled()
    await room.work()
    sequence = str((await room.enrolment()).fields["sequence_id"])
    wrong = [{**STEPS[0], "delay": {"amount": -1, "unit": "hours"}}]
    await room.put("sequences", sequence, steps=wrong)
    await room.later(days=2)
    (message,) = await room.messages()
    assert room.carrier.letters == {}
    assert message.fields["waits"] == "Step 1: delay, amount must not be less than 0."


@pytest.mark.parametrize("address", ["no address", "mara@localhost", "a@b@c.example"])
async def test_an_address_that_cannot_be_is_said_and_nothing_is_sent(
    room: MailRoom, address: str
) -> None:
    sequence, interview = await room.sequence(), await room.interview()
    await room.enrol(sequence, await room.guest(interview, email=address), interview)
    await room.later(days=1)
    enrolment = await room.enrolment()
    assert enrolment.fields["state"] == "skipped"
    assert "no address that Mara Lindt can be reached at" in str(enrolment.fields["reason"])


async def test_turned_off_everything_waits_and_nothing_is_lost(room: MailRoom) -> None:
    await room.enrolled()
    await room.work()
    flag = await room.put("flags", key="follow_up", on=False)
    await room.later(days=2)
    assert await room.states() == ["queued"]
    assert room.carrier.letters == {}
    await room.put("flags", flag, on=True)
    await room.work()
    assert len(room.carrier.letters) == 1


async def test_a_paused_guest_gets_nothing_until_the_date(room: MailRoom, clock: SetClock) -> None:
    enrolment = await room.enrolled()
    await room.work()
    await room.put("enrolments", enrolment, state="paused", paused_until="2026-11-30T12:00:00Z")
    await room.later(days=5)
    assert room.carrier.letters == {}
    clock.at = datetime(2026, 11, 30, 12, tzinfo=UTC)
    await room.work()
    assert len(room.carrier.letters) == 1


@pytest.mark.parametrize(("priority", "state"), [(5, "sent"), (1, "cancelled"), (None, "queued")])
async def test_a_condition_is_asked_when_the_mail_is_due(
    room: MailRoom, priority: int | None, state: str
) -> None:
    when = {"fact": "interview.priority", "op": "at_least", "value": 3}
    sequence, interview = await room.sequence(steps=asking(when=when)), await room.interview()
    await room.enrol(sequence, await room.guest(interview), interview)
    await room.work()
    await room.put("interviews", interview, priority=priority)
    await room.later(hours=2)
    assert (await room.states())[0] == state


async def test_a_test_mail_goes_to_the_member_who_asked(room: MailRoom) -> None:
    member = await room.put(
        "poblysh_team_members", name="Jonas", email="jonas@desk.example", role="interviewer"
    )
    message = await room.put(
        "follow_up_messages", member_id=member, subject="Look", text="Text", state="queued"
    )
    await room.work()
    (letter,) = room.carrier.letters.values()
    assert (letter.to, letter.key, letter.headers) == ("jonas@desk.example", f"test/{message}", {})
