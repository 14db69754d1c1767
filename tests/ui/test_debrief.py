"""The debrief on the screen: rate alone, hand in, see the others, try what if."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from interview_desk.domain.evaluation.engine import Judge
from interview_desk.domain.evaluation.gathering import Inputs
from interview_desk.domain.ids import sheet_id
from interview_desk.domain.records import Record
from interview_desk.domain.roles import AssignmentRole, Role
from interview_desk.domain.values import Fields
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.debrief import DebriefPage
from interview_desk.ui.pages.interviews import InterviewsPage
from interview_desk.ui.quoting import quoted
from interview_desk.ui.theme import Appearance
from interview_desk.wire.evaluation import rule_set_of
from interview_desk.wire.results import evaluation_fields
from tests.helpers.desk import ME, MemoryRecords
from tests.helpers.desk_story import desk_parts
from tests.helpers.judging_story import (
    BENS_QUOTE,
    INTERVIEW,
    QUOTE,
    form_for_externals,
    hand_in,
    judging_story,
)
from tests.helpers.pressing import carried_out, named, press, read, settled
from tests.helpers.shown_window import shown_window

MINE = sheet_id(INTERVIEW, ME.member_id)


@pytest.fixture
def records() -> MemoryRecords:
    return judging_story()


@pytest.fixture
async def window(
    qtbot: QtBot, light: Appearance, records: MemoryRecords, tmp_path: Path
) -> AsyncIterator[MainWindow]:
    async with shown_window(desk_parts(records, tmp_path), size=QSize(1360, 2000)) as made:
        yield made


async def opened(window: MainWindow) -> DebriefPage:
    window.show_debrief(INTERVIEW)
    await settled(window)
    page = window.page("debrief")
    assert isinstance(page, DebriefPage)
    return page


def sheet(records: MemoryRecords) -> Fields:
    return records.rows["rating_sheets", MINE].fields


async def test_an_interview_leads_to_its_debrief_and_back(window: MainWindow) -> None:
    window.show_interview(INTERVIEW)
    await settled(window)
    press(window.page("interviews"), "detail-debrief")
    await carried_out(window)
    assert window.place == "debrief"
    assert "First purchase, retold" in read(window.page("debrief"))
    press(window.page("debrief"), "debrief-back")
    await carried_out(window)
    page = window.page("interviews")
    assert isinstance(page, InterviewsPage)
    assert (window.place, page.detail.interview_id) == ("interviews", INTERVIEW)


async def test_ratings_are_handed_in_once_their_evidence_is_there(
    window: MainWindow, records: MemoryRecords
) -> None:
    hand_in(records, "member-ben", struggle=2, money=3)
    page = await opened(window)
    words = read(page)
    assert "A concrete moment with a cost they could not bear" in words
    assert "Ben Cole" not in words.replace("Asked to rate: Ada Berg.", "")
    level = named(page, QWidget, "level-struggle-5")
    stood = level.mapTo(page, level.rect().topLeft())
    press(page, "level-struggle-5")
    QApplication.sendPostedEvents()
    # What can be taken back now moves nothing under the mouse.
    assert level.mapTo(page, level.rect().topLeft()) == stood
    press(page, "submit-sheet")
    await carried_out(window)
    assert "Say what this rating rests on." in read(page)
    assert window.focusWidget() is named(page, QPlainTextEdit, "evidence-struggle")
    QTest.keyClicks(window.focusWidget(), QUOTE)
    press(page, "submit-sheet")
    await carried_out(window)
    assert sheet(records)["state"] == "submitted"
    assert window.focusWidget() is named(page, QWidget, "debrief-back")
    words = read(page)
    assert BENS_QUOTE in words
    assert "Discuss: 3 levels apart" in words
    assert not page.sheet.isVisible()


async def test_a_point_that_does_not_apply_is_not_asked_for(window: MainWindow) -> None:
    page = await opened(window)
    urgency = named(page, QWidget, "criterion-urgency")
    assert "Only counts where Insights of the kind push is at least 5. Here: " in read(urgency)
    assert "it is 1" in read(urgency)
    assert not named(page, QWidget, "level-urgency-1").isVisible()
    assert named(page, QLabel, "sheet-progress").text() == "0 of 3 rated"


async def test_what_is_being_typed_is_kept_when_the_window_ends(
    window: MainWindow, records: MemoryRecords
) -> None:
    page = await opened(window)
    press(page, "level-switch-no")
    QTest.keyClicks(named(page, QPlainTextEdit, "evidence-switch"), "They went back")
    assert page.sheet.has_unkept
    await window.shut()
    ratings = sheet(records)["ratings"]
    assert ratings == {"switch": {"value": False, "evidence": "They went back"}}
    assert sheet(records)["state"] == "draft"


async def test_news_from_others_leaves_alone_what_i_am_typing(
    window: MainWindow, records: MemoryRecords
) -> None:
    page = await opened(window)
    named(page, QPlainTextEdit, "evidence-money").setPlainText("Paid in cash")
    hand_in(records, "member-ben", struggle=2, money=3)
    await settled(window)
    assert named(page, QPlainTextEdit, "evidence-money").toPlainText() == "Paid in cash"
    page.sheet.keep_now()
    await settled(window)
    assert sheet(records)["ratings"] == {"money": {"evidence": "Paid in cash"}}


async def test_a_rating_can_be_taken_back(window: MainWindow, records: MemoryRecords) -> None:
    page = await opened(window)
    press(page, "level-money-4")
    press(page, "unrate-money")
    page.sheet.keep_now()
    await settled(window)
    assert sheet(records)["ratings"] == {}


async def test_what_if_shows_another_result_and_writes_nothing(
    window: MainWindow, records: MemoryRecords
) -> None:
    hand_in(records, ME.member_id, struggle=3, money=1)
    page = await opened(window)
    assert named(page, QLabel, "score").text() == "50 of 100"
    QTest.keyClick(named(page, QSlider, "what-if-money"), Qt.Key.Key_End)
    outcome = named(page, QLabel, "what-if-outcome")
    assert outcome.text() == "It would be: Yes, 78.57 of 100"
    press(page, "what-if-back")
    assert not outcome.isVisible()
    assert records.written == []


async def test_each_rule_says_why_with_what_was_there(
    window: MainWindow, records: MemoryRecords
) -> None:
    hand_in(records, ME.member_id, struggle=5, money=1)
    page = await opened(window)
    assert "The struggle is 5 and money 1." in read(page.trace)
    press(page.trace, "why-no-budget")
    words = read(page.trace)
    assert "A real struggling moment, as the panel rates it (1 to 5) is at least 4" in words
    assert "\N{EN DASH} it is 5" in words
    wanted = f"Tags of the startup contains {quoted('no budget')}"
    assert f"{wanted} \N{EN DASH} not known yet" in words
    await settled(window)
    page.refresh()
    await settled(window)
    assert "not known yet" in read(page.trace), "what was opened stays open"


async def test_my_ratings_open_again_with_a_reason(
    window: MainWindow, records: MemoryRecords
) -> None:
    hand_in(records, ME.member_id, struggle=5, money=1)
    page = await opened(window)
    press(page, "reopen-sheet")
    await carried_out(window)
    assert sheet(records)["state"] == "submitted"
    QTest.keyClicks(named(page, QLineEdit, "reopen-reason"), "Wrong guest")
    press(page, "reopen-sheet")
    await carried_out(window)
    assert (sheet(records)["state"], sheet(records)["reopened_because"]) == ("draft", "Wrong guest")
    assert page.sheet.isVisible()


async def test_off_it_says_so_and_without_own_rules_it_shows_those_that_come_along(
    window: MainWindow, records: MemoryRecords
) -> None:
    records.put("flags", "flag-1", key="evaluation", on=False)
    page = await opened(window)
    assert "Evaluation is off. No interview is evaluated." in read(page)
    del records.rows["evaluation_rules", "rules-1"]
    page.refresh()
    await settled(window)
    assert "Struggling moment" in read(page)


async def test_results_so_far_are_listed_with_their_rules_and_day(
    window: MainWindow, records: MemoryRecords
) -> None:
    hand_in(records, ME.member_id, struggle=4, money=3)
    page = await opened(window)
    assert not page.kept.isVisible()
    assert page.what_if.isVisible()
    rules = rule_set_of(records.rows["evaluation_rules", "rules-1"].fields)
    kept = evaluation_fields(Judge(rules).evaluate(Inputs(records.rows["interviews", INTERVIEW])))
    for ver in range(1, 7):
        key = ("evaluations", f"e{ver}")
        at = datetime(2026, 11, 10 + ver, 13, tzinfo=UTC)
        fields: Fields = {**kept, "interview_id": INTERVIEW}
        records.rows[key] = Record(*key, fields, ver, updated_at=at)
    page.refresh()
    await settled(window)
    words = read(page.kept)
    assert "Mon 16 Nov, 14:00" in words
    assert "Switch interviews, version 3" in words
    assert "Ratings were still awaited" in words
    assert "12 Nov" not in words
    press(page, "kept-more")
    page.refresh()
    await settled(window)
    assert "Wed 11 Nov" in read(page.kept)


async def test_an_external_member_rates_and_is_shown_nothing_else(
    qtbot: QtBot, light: Appearance, records: MemoryRecords, tmp_path: Path
) -> None:
    dana = ME._replace(member_id="member-dana", role=Role.EXTERNAL)
    records.part(INTERVIEW, "member-dana", AssignmentRole.OBSERVER)
    form_for_externals(records)
    del records.rows["evaluation_rules", "rules-1"]
    window = MainWindow(desk_parts(records, tmp_path, me=dana))
    window.resize(1360, 2000)
    window.show()
    page = await opened(window)
    assert page.sheet.isVisible()
    words = read(page)
    assert "A concrete moment with a cost they could not bear" in words
    assert "Weight" not in words
    press(page, "level-money-4")
    press(page, "submit-sheet")
    await carried_out(window)
    await carried_out(window)
    words = read(page)
    assert "You have handed in your ratings. The team goes on from there." in words
    assert "To change your ratings, open them again." in words
    assert "you had seen the others" not in words
    assert not page.result.isVisible()
    await window.shut()
    window.deleteLater()


async def test_long_names_push_no_result_out_of_sight(
    light: Appearance, records: MemoryRecords, tmp_path: Path
) -> None:
    for member in (ME.member_id, "member-ben"):
        row = records.rows["poblysh_team_members", member]
        records.put(row.entity, row.id, **{**row.fields, "name": "Maximiliane Quackenbush " * 5})
        hand_in(records, member, struggle=4, money=5)
    async with shown_window(desk_parts(records, tmp_path), size=QSize(1100, 700)) as window:
        window.show_debrief(INTERVIEW)
        await carried_out(window)
        page = window.page("debrief")
        assert "Maximiliane Quackenbush" in read(page)
        areas = page.findChildren(QScrollArea)
        assert not any(area.horizontalScrollBar().isVisible() for area in areas)
