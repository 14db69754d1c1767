"""Capturing an interview: its guide, its answers, its clock and where it stands."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from interview_desk.domain.ids import answer_id
from interview_desk.domain.roles import Role
from interview_desk.domain.stage_timers import Pace
from interview_desk.domain.status import Status
from interview_desk.notes import text_of
from interview_desk.services.guide_shelf import default_guide
from interview_desk.services.interviews import InterviewGone
from interview_desk.services.ports import NoteAddress
from tests.helpers.capturing import (
    INTERVIEW,
    Room,
)
from tests.helpers.desk import ME

if TYPE_CHECKING:
    from interview_desk.domain.values import Json

# Guide


@pytest.mark.parametrize(("end", "minutes"), [("11:45", 60), ("11:30", 45), ("11:15", 30)])
async def test_the_default_guide_comes_in_the_length_of_the_interview(end: str, minutes: int):
    session = await Room(end=f"2026-11-18T{end}:00Z").session()
    assert session.guide.minutes == minutes
    assert session.stage == "prepare"


async def test_an_interview_without_a_time_gets_the_whole_guide():
    session = await Room(start=None, end=None).session()
    assert session.guide == default_guide()
    assert session.remaining() == timedelta(minutes=60)


async def test_an_interview_keeps_the_guide_it_names():
    room = Room(guide_id="guide-1")
    stages: Json = [{"key": "talk", "minutes": 20}]
    room.records.put("guides", "guide-1", name="Ours", variant="20", stages=stages)
    session = await room.session()
    assert session.guide.name == "Ours"
    assert session.stage == "talk"


async def test_a_guide_that_is_not_here_yet_is_replaced_by_the_default():
    session = await Room(guide_id="guide-1").session()
    assert session.guide.name == "Switch interview"


async def test_an_interview_that_is_gone_cannot_be_captured():
    room = Room()
    room.records.rows.clear()
    with pytest.raises(InterviewGone):
        await room.session()


# Answers


async def test_an_answer_is_one_record_that_two_devices_agree_on():
    room = Room()
    session = await room.session()
    await session.set_answer("context.solution_new", "Ledgerly")
    row = room.records.rows["interview_answers", answer_id(INTERVIEW, "context.solution_new")]
    assert row.fields == {
        "interview_id": INTERVIEW,
        "field": "context.solution_new",
        "value": "Ledgerly",
    }
    await session.set_answer("context.solution_new", "Ledgerly 2")
    assert room.records.written[-1].fields == {"value": "Ledgerly 2"}
    written = len(room.records.written)
    await session.set_answer("context.solution_new", "Ledgerly 2")
    assert len(room.records.written) == written


async def test_items_of_a_list_are_rows_of_their_own_in_order():
    room = Room()
    session = await room.session()
    field, first, second = "first_thought.push", session.new_item_id(), session.new_item_id()
    await session.set_item(field, first, "Export broke")
    await session.set_item(field, second, "Two days lost")
    await session.set_item(field, first, "Export broke on Fridays")
    written = len(room.records.written)
    await session.set_item(field, first, "Export broke on Fridays")
    assert len(room.records.written) == written
    assert [(row.id, row.value) for row in session.answers.of(field)] == [
        (first, "Export broke on Fridays"),
        (second, "Two days lost"),
    ]
    await session.set_item(field, first, None)
    await session.set_item(field, session.new_item_id(), None)
    assert [row.id for row in session.answers.of(field)] == [second]
    assert len(room.records.written) == written + 1


async def test_an_item_without_an_order_key_does_not_stop_the_next():
    room = Room()
    room.records.put(
        "interview_answers", "x", interview_id=INTERVIEW, field="a.b", item=None, value="old"
    )
    session = await room.session()
    await session.set_item("a.b", session.new_item_id(), "new")
    assert [row.value for row in session.answers.of("a.b")] == ["old", "new"]


async def test_stages_are_checked_off_for_everybody():
    room = Room()
    session = await room.session()
    assert not session.is_covered("welcome")
    await session.set_covered("welcome", covered=True)
    assert (await room.session()).is_covered("welcome")


async def test_what_others_change_is_announced_and_read_again():
    room = Room()
    session = await room.session()
    news: list[None] = []
    session.on_news(lambda: news.append(None))
    room.records.put("startups", "s", name="not ours")
    assert news == []
    room.records.put("interviews", INTERVIEW, title="Renamed", status="scheduled")
    assert news == [None]
    await session.refresh()
    assert session.interview.title == "Renamed"


@pytest.mark.parametrize(
    ("role", "may_answer", "may_ask"),
    [
        (Role.INTERVIEWER, True, True),
        (Role.EXTERNAL, True, False),
        (Role.OBSERVER, False, False),
    ],
)
async def test_the_role_says_what_is_offered(*, role: Role, may_answer: bool, may_ask: bool):
    room = Room()
    room.me = ME._replace(role=role)
    session = await room.session()
    assert (session.may_answer, session.may_ask_consent) == (may_answer, may_ask)


# Time and status


async def test_starting_and_finishing_move_the_interview_and_the_clock():
    room = Room()
    session = await room.session()
    assert session.elapsed() == timedelta()
    await session.start()
    assert room.status() == "in_progress"
    running = session.is_running
    assert running
    room.clock.advance(minutes=50)
    assert session.elapsed() == timedelta(minutes=50)
    assert session.remaining() == timedelta(minutes=10)
    note = await session.note("wrap_up")
    note.document.insert(0, "bye")

    await session.finish()

    assert room.status() == "held"
    assert not session.is_running
    assert text_of(room.journal.on_disk(NoteAddress(INTERVIEW, "wrap_up"))) == "bye"
    room.clock.advance(minutes=30)
    assert session.elapsed() == timedelta(minutes=50)


async def test_a_second_device_sees_the_same_clock():
    room = Room()
    await (await room.session()).start()
    room.clock.advance(minutes=5)
    second = await room.session()
    assert second.elapsed() == timedelta(minutes=5)
    written = len(room.records.written)
    await second.start()
    assert len(room.records.written) == written


async def test_an_interview_that_was_finished_too_early_goes_on():
    room = Room()
    session = await room.session()
    await session.start()
    await session.finish()
    await session.start()
    assert room.status() == "in_progress"
    assert session.is_running


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.EVALUATED, Status.DRAFT])
async def test_an_interview_that_stands_elsewhere_is_captured_without_moving_it(status: Status):
    room = Room(status=str(status))
    session = await room.session()
    await session.start()
    await session.finish()
    assert room.status() == str(status)


async def test_an_external_member_starts_the_clock_but_moves_nothing():
    room = Room()
    room.me = ME._replace(role=Role.EXTERNAL)
    session = await room.session()
    await session.start()
    assert session.is_running
    assert room.status() == "scheduled"


async def test_time_counts_for_the_stage_one_is_in():
    room = Room()
    session = await room.session()
    session.enter("welcome")
    room.clock.advance(minutes=9)
    assert session.timers()["welcome"].spent == timedelta()
    await session.start()
    room.clock.advance(minutes=4)
    assert session.timers()["welcome"].pace is Pace.OVER
    session.enter("context")
    room.clock.advance(minutes=2)
    timers = session.timers()
    assert timers["welcome"].spent == timedelta(minutes=4)
    assert timers["context"].spent == timedelta(minutes=2)
    session.enter("welcome")
    room.clock.advance(minutes=1)
    assert session.timers()["welcome"].pace is Pace.WELL_OVER
    assert session.stage == "welcome"


async def test_a_clock_that_is_set_back_counts_nothing_twice():
    room = Room()
    session = await room.session()
    await session.start()
    room.clock.advance(minutes=-30)
    assert session.elapsed() == timedelta()
    assert session.timers()["prepare"].spent == timedelta()
