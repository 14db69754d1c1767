"""Looking ahead, the switch for all mail, and the sequence that comes with the program."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from interview_desk.domain.instants import parse_instant
from interview_desk.domain.roles import Role
from interview_desk.domain.sequences.plan import Variant
from interview_desk.services.trying_out import TryingOut
from interview_desk.wire.mail_templates import check
from interview_desk.wire.sequences import read_sequence
from interview_desk.wire.shipped import shipped_sequence_fields
from sync_server.operations import mail_commands
from sync_server.operations.commands import CommandFailed
from tests.helpers.desk import MemoryRecords
from tests.helpers.mail import OFFICE, STEPS, MailRoom
from tests.helpers.server import SetClock
from tests.helpers.team import new_id, team_on

# Maundy Thursday, 09:30 in Berlin.
BEFORE_EASTER = datetime(2027, 3, 25, 8, 30, tzinfo=UTC)


async def ahead(room: MailRoom, sequence: str, guest: str) -> list[dict[str, Any]]:
    asked = {"sequence": sequence, "guest": guest}
    rows: list[dict[str, Any]] = await mail_commands.look_ahead(room.parts, asked)
    return rows


async def test_a_dry_run_says_what_would_leave_when_and_sends_nothing(room: MailRoom) -> None:
    await room.sequence(window=OFFICE)
    interview = await room.interview()
    guest = await room.guest(interview)
    rows = await ahead(room, "After the interview", guest)
    assert [(row["subject"], row["guests_time"]) for row in rows] == [
        ("Thank you, Mara", "Tue 2026-11-24 09:00 Europe/Berlin"),
        ("As promised", "Thu 2026-11-26 12:00 Europe/Berlin"),
    ]
    assert {row["needed"] for row in rows} == {"yes"}
    await room.work()
    assert await room.messages() == []


async def test_a_desk_that_tries_it_out_says_the_same(room: MailRoom, clock: SetClock) -> None:
    clock.at = BEFORE_EASTER
    several = {"fact": "guests.count", "op": "more_than", "value": 1}
    after = {"amount": 1, "unit": "working_days", "after": "previous"}
    steps = [{**STEPS[0], "when": several}, {**STEPS[1], "delay": after}]
    week = {**OFFICE, "days": ["mon", "tue", "wed", "thu", "fri"]}
    sequence_id = await room.sequence(window=week, steps=steps)
    guest = await room.guest(await room.interview())
    rows = await ahead(room, sequence_id, guest)
    desk = MemoryRecords()
    for entity in ("interviews", "interview_guests", "sequences"):
        for one in await room.records(entity):
            desk.put(entity, one.id, **one.fields)
    sequence = read_sequence(sequence_id, desk.rows["sequences", sequence_id].fields).sequence
    assert sequence is not None
    planned = await TryingOut(desk, clock=clock).plan(
        sequence, guest, zone=ZoneInfo("UTC"), variant=Variant.USUAL, language="en"
    )
    assert [(one.due, one.needed) for one in planned] == [
        (parse_instant(row["due"]), {"yes": True, "no": False}[row["needed"]]) for row in rows
    ]
    # Good Friday and Easter Monday are holidays where the guest lives.
    assert [row["guests_time"][:14] for row in rows] == ["Thu 2027-03-25", "Tue 2027-03-30"]


async def test_a_dry_run_says_what_cannot_be_told(room: MailRoom) -> None:
    wrong = await room.sequence(steps=[{**STEPS[0], "key": "No key"}], name="Wrong")
    never = {"days": ["tue"], "from": "09:00", "to": "10:00"}
    await room.sequence(name="Right", window=never)
    guest = await room.guest(await room.interview())
    endless = await room.guest(await room.interview(end=None))
    for sequence, who, said in (
        ("Nothing", guest, "There is no sequence Nothing."),
        ("Right", new_id(), "There is no guest"),
        (wrong, guest, "Step 1: key is not written as it must be."),
        ("Right", endless, "It is not known when the interview ended."),
    ):
        with pytest.raises(CommandFailed, match=said):
            await ahead(room, sequence, who)


async def test_mail_is_turned_off_and_on_for_everybody(room: MailRoom, clock: SetClock) -> None:
    await room.put("flags", key="follow_up", on=True)
    await room.enrolled()
    await mail_commands.turn_off(room.parts, {})
    clock.advance(days=1)
    await room.work()
    assert room.carrier.letters == {}
    await mail_commands.turn_on(room.parts, {})
    await room.work()
    assert len(room.carrier.letters) == 1


async def test_the_shipped_sequence_can_be_sent_as_it_is_in_both_languages(
    room: MailRoom, clock: SetClock
) -> None:
    await mail_commands.begin_with_shipped(room.parts, {})
    (record,) = await room.records("sequences")
    assert record.fields["state"] == "draft"
    sequence, mistakes = read_sequence(record.id, shipped_sequence_fields())
    assert sequence is not None
    assert mistakes == ()
    texts = [
        template
        for step in sequence.steps
        for languages in step.texts.values()
        for template in languages.values()
    ]
    assert len(texts) == 10
    assert [mistake for template in texts for mistake in check(template)] == []
    await room.put("sequences", record.id, state="published")
    interview = await room.interview()
    await room.put(
        "interview_answers",
        interview_id=interview,
        field="wrap_up.promised_actions",
        item="a",
        value="the summary",
    )
    await room.enrol(record.id, await room.guest(interview), interview)
    subjects = []
    for _ in range(12):
        clock.advance(days=1)
        await room.work()
        for message in await room.messages():
            if message.fields["state"] == "needs_approval":
                await room.put("follow_up_messages", message.id, state="queued")
        await room.work()
        subjects = room.carrier.subjects
    assert subjects[0] in {"Vielen Dank für Ihre Zeit", "Vielen Dank, etwas verspätet"}
    assert subjects[1] == "Wie versprochen"
    assert "- the summary" in list(room.carrier.letters.values())[1].text


async def test_a_sequence_that_cannot_be_used_is_not_published(room: MailRoom) -> None:
    team = team_on(room.parts)
    boss = await team.member("Olga", Role.OWNER)
    sequence = new_id()
    fields: dict[str, Any] = {
        **shipped_sequence_fields(),
        "steps": [{**STEPS[0], "delay": {"amount": -2}}],
    }
    (kept,) = await boss.push(boss.put("sequences", sequence, **fields))
    assert kept["status"] == "ok"
    (refused,) = await boss.push(boss.put("sequences", sequence, state="published"))
    assert (refused["status"], refused["code"]) == ("rejected", "invalid_value")
    assert "Step 1: delay, amount must not be less than 0." in refused["detail"]
    when = {"fact": "interview.priorty", "op": "at_least", "value": 3}
    steps = [{**STEPS[0], "when": when}]
    (refused,) = await boss.push(boss.put("sequences", sequence, steps=steps, state="published"))
    assert "Step 1: There is no fact interview.priorty." in refused["detail"]
    await team.client.aclose()


BROKEN = [
    ("subject", "Hello {{ gest_name }}", "there is no variable gest_name"),
    ("text", "Dear {{ guest_name", "a bracket is left open"),
    ("text", "{% for one in promised %}{{ one }}", "this cannot be read"),
    ("text", "{{ guest_name.upper() }}", "a mail cannot call functions"),
    ("html", "<p>{{ 7 * 7 }}</p>", "a mail cannot calculate"),
]


@pytest.mark.parametrize(("part", "source", "said"), BROKEN, ids=range(len(BROKEN)))
async def test_a_sequence_with_a_text_that_cannot_be_filled_in_is_not_published(
    room: MailRoom, part: str, source: str, said: str
) -> None:
    team = team_on(room.parts)
    boss, sequence = await team.member("Olga", Role.OWNER), new_id()
    good = {"subject": "Thank you", "text": "Dear {{ guest_first_name }}"}
    texts = {"usual": {"en": good}, "no_show": {"en": good, "de": {**good, part: source}}}
    steps = [STEPS[0], {**STEPS[0], "key": "second", "texts": texts}]
    fields: dict[str, Any] = {**shipped_sequence_fields(), "steps": steps}
    (kept,) = await boss.push(boss.put("sequences", sequence, **fields))
    assert kept["status"] == "ok"
    (refused,) = await boss.push(boss.put("sequences", sequence, state="published"))
    assert (refused["status"], refused["code"]) == ("rejected", "invalid_value")
    place = "HTML" if part == "html" else part.capitalize()
    assert f"Step 2 (no show, de): {place}, line 1: " in refused["detail"]
    assert said in refused["detail"]
    texts["no_show"]["de"] = good
    (published,) = await boss.push(boss.put("sequences", sequence, steps=steps, state="published"))
    assert published["status"] == "ok"
    await team.client.aclose()
