"""The list of interviews and one of them in detail."""

from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from interview_desk.domain.roles import AssignmentState
from interview_desk.domain.status import Status
from interview_desk.services.agenda import FIRST_ROWS
from interview_desk.services.ports import Change
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.interviews import InterviewsPage
from tests.helpers.desk import ME, NOW, MemoryRecords
from tests.helpers.desk_story import at
from tests.helpers.pressing import named, press, read, settled


def id_of(records: MemoryRecords, title: str) -> str:
    return next(
        row.id
        for (entity, _), row in records.rows.items()
        if entity == "interviews" and row.fields["title"] == title
    )


@pytest.fixture
async def page(window: MainWindow) -> InterviewsPage:
    window.resize(1360, 860)
    window.show_place("interviews")
    await settled(window)
    page = window.page("interviews")
    assert isinstance(page, InterviewsPage)
    return page


async def shown(page: InterviewsPage, records: MemoryRecords, title: str) -> None:
    page.show_record(id_of(records, title))
    await page.tasks.settled()


async def changed(page: InterviewsPage) -> None:
    """Do what the window does when the records have changed."""
    await page.tasks.settled()
    page.refresh()
    await page.tasks.settled()


async def test_every_interview_is_listed_latest_first(page: InterviewsPage) -> None:
    assert "20 interviews" in read(page)
    first = "Screening call; Alma Reyes; Tue 24 Nov 2026, 15:00; Scheduled"
    assert page.list.rows.index(0).data() == first
    assert "Choose an interview" in read(page)


async def test_a_press_shows_the_people_and_where_it_stands(
    page: InterviewsPage, records: MemoryRecords
) -> None:
    row = page.list.rows.row_of(id_of(records, "Why they switched to Brightloom"))
    index = page.list.rows.index(row)
    page.list.scrollTo(index)
    QTest.mouseClick(
        page.list.viewport(),
        Qt.MouseButton.LeftButton,
        pos=page.list.visualRect(index).center() + QPoint(0, 2),
    )
    await page.tasks.settled()
    words = read(page.detail)
    assert named(page, QLineEdit, "detail-title").text() == "Why they switched to Brightloom"
    assert "At Cal.com: JTBD interview with Mina Sato" in words
    assert "Zoom \N{MIDDLE DOT} Brightloom" in words
    assert "Consent not asked yet" in words
    assert "Dana Ruiz\nObserver\nDeclined" in words


async def test_the_list_is_walked_by_keyboard(page: InterviewsPage) -> None:
    page.list.setFocus()
    QTest.keyClick(page.list, Qt.Key.Key_Down)
    QTest.keyClick(page.list, Qt.Key.Key_Down)
    await page.tasks.settled()
    current = page.list.currentIndex().data()
    assert named(page, QLineEdit, "detail-title").text() in current


async def test_words_and_status_narrow_the_list(page: InterviewsPage) -> None:
    QTest.keyClicks(named(page, QLineEdit, "filter-text"), "screening")
    assert "4 of 20" in read(page)
    named(page, QLineEdit, "filter-text").clear()
    named(page, QComboBox, "filter-status").setCurrentText("Fell through")
    assert "2 of 20" in read(page)


async def test_who_is_named_only_in_the_title_of_calcom_is_found_by_that(
    page: InterviewsPage, records: MemoryRecords
) -> None:
    title = "Discovery between Hana Ohara and Mina Sato"
    booked = records.interview(title, at(19, 9), calcom_title=title)
    records.guest(booked, "Mina Sato")
    await changed(page)
    await shown(page, records, title)
    assert "Hana" not in page.list.currentIndex().data()
    QTest.keyClicks(named(page, QLineEdit, "filter-text"), "hana ohara")
    assert page.list.currentIndex().data().startswith("Mina Sato: Discovery")


async def test_an_interview_outside_the_filter_is_shown_when_asked_for(
    page: InterviewsPage, records: MemoryRecords
) -> None:
    QTest.keyClicks(named(page, QLineEdit, "filter-text"), "screening")
    await shown(page, records, "Switching payroll")
    assert "20 interviews" in read(page)
    assert page.list.currentIndex().data().startswith("Switching payroll")
    assert "Did not come" in read(page.detail)


async def test_i_accept_or_decline_what_i_was_asked(
    page: InterviewsPage, records: MemoryRecords
) -> None:
    await shown(page, records, "Anxiety before the switch")
    assert "Note taker\nNot confirmed" in read(page.detail)
    press(page.detail, "accept")
    await changed(page)
    assert "Note taker\nConfirmed" in read(page.detail)
    assert page.detail.findChild(QPushButton, "accept") is None
    mine = [
        row
        for row in await records.of_interview(
            "interview_assignments", id_of(records, "Anxiety before the switch")
        )
        if row.fields["member_id"] == ME.member_id
    ]
    await records.write([])
    records.put("interview_assignments", mine[0].id, **{**mine[0].fields, "state": "proposed"})
    await changed(page)
    press(page.detail, "decline")
    await changed(page)
    row = await records.get("interview_assignments", mine[0].id)
    assert row is not None
    assert row.fields["state"] == AssignmentState.DECLINED


async def test_a_colleague_is_asked_and_taken_out_again(
    page: InterviewsPage, records: MemoryRecords
) -> None:
    await shown(page, records, "Weekend builder")
    assert "Nobody leads it yet" in read(page.detail)
    whom = named(page.detail, QComboBox, "ask-whom")
    whom.setCurrentText("Chidi Eze")
    named(page.detail, QComboBox, "ask-role").setCurrentText("Observer")
    press(page.detail, "ask-member")
    await changed(page)
    assert "Chidi Eze\nObserver\nNot confirmed" in read(page.detail)
    # Who takes part already is asked last.
    assert whom.itemText(whom.count() - 1) == "Chidi Eze"
    assert whom.currentText() != "Chidi Eze"
    press(page.detail, "remove-member-chidi")
    await changed(page)
    assert "Nobody leads it yet" in read(page.detail)


async def test_the_status_moves_as_the_table_allows(
    page: InterviewsPage, records: MemoryRecords
) -> None:
    await shown(page, records, "Comparing three tools")
    menu = named(page.detail, QPushButton, "change-status").menu()
    assert isinstance(menu, QMenu)
    offered = {action.text(): action for action in menu.actions() if action.text()}
    assert set(offered) == {
        "Asks for another time",
        "In progress",
        "Held",
        "No-show",
        "Cancelled",
        "Erase for good\N{HORIZONTAL ELLIPSIS}",
    }
    offered["Held"].trigger()
    await changed(page)
    row = await records.get("interviews", id_of(records, "Comparing three tools"))
    assert row is not None
    assert row.fields["status"] == Status.HELD
    assert "Held" in read(page.detail)


async def test_a_title_is_changed_in_place(page: InterviewsPage, records: MemoryRecords) -> None:
    await shown(page, records, "Weekend builder")
    title = named(page, QLineEdit, "detail-title")
    title.setFocus()
    title.selectAll()
    QTest.keyClicks(title, "Weekend rebuilt")
    await changed(page)  # a change that arrives meanwhile does not take the words away
    assert title.text() == "Weekend rebuilt"
    QTest.keyClick(title, Qt.Key.Key_Return)
    await changed(page)
    assert id_of(records, "Weekend rebuilt")
    title.selectAll()
    QTest.keyClick(title, Qt.Key.Key_Delete)
    QTest.keyClick(title, Qt.Key.Key_Return)
    assert title.text() == "Weekend rebuilt"


async def test_a_title_that_another_person_gave_meanwhile_is_not_written_over(
    page: InterviewsPage, records: MemoryRecords
) -> None:
    await shown(page, records, "Weekend builder")
    title = named(page, QLineEdit, "detail-title")
    title.setFocus()
    title.selectAll()
    QTest.keyClicks(title, "Ours")
    one = id_of(records, "Weekend builder")
    records.put("interviews", one, **{**records.rows["interviews", one].fields, "title": "Theirs"})
    await changed(page)
    assert title.text() == "Ours"
    QTest.keyClick(title, Qt.Key.Key_Return)
    await changed(page)
    QTest.keyClick(title, Qt.Key.Key_End)
    QTest.keyClicks(title, " too")
    QTest.keyClick(title, Qt.Key.Key_Return)
    await changed(page)
    told = [(edit.fields, edit.unseen) for edit in records.written]
    assert told == [({"title": "Ours"}, {"title"}), ({"title": "Ours too"}, frozenset())]


async def test_a_long_title_is_read_from_its_beginning(
    page: InterviewsPage, records: MemoryRecords
) -> None:
    long = "Team interview between Hana Host of the research team and Mina Sato of Brightloom"
    records.interview(long, at(20, 13))
    await shown(page, records, long)
    title = named(page, QLineEdit, "detail-title")
    assert title.width() < title.fontMetrics().horizontalAdvance(long)
    assert title.cursorPosition() == 0


async def test_the_link_is_copied(
    window: MainWindow, page: InterviewsPage, records: MemoryRecords
) -> None:
    await shown(page, records, "Why they switched to Brightloom")
    press(page.detail, "copy-link")
    assert QGuiApplication.clipboard().text() == "https://zoom.us/j/90000000004"
    assert window.notice.words == "The link is copied."


async def test_join_and_capture_are_beside_it(
    qtbot: QtBot, window: MainWindow, page: InterviewsPage, records: MemoryRecords
) -> None:
    await shown(page, records, "Why they switched to Brightloom")
    with qtbot.waitSignal(window.join_requested):
        press(page.detail, "detail-join")
    with qtbot.waitSignal(window.capture_requested):
        press(page.detail, "detail-capture")
    await shown(page, records, "Weekend builder")
    assert not named(page.detail, QPushButton, "detail-join").isEnabled()


async def test_what_is_gone_says_so(
    window: MainWindow, page: InterviewsPage, records: MemoryRecords
) -> None:
    await shown(page, records, "Weekend builder")
    del records.rows["interviews", id_of(records, "Weekend builder")]
    await changed(page)
    assert window.notice.words == "This interview is no longer here."
    assert "Choose an interview" in read(page)


async def test_a_countdown_goes_on(page: InterviewsPage, records: MemoryRecords) -> None:
    await shown(page, records, "Why they switched to Brightloom")
    page.tick(NOW + timedelta(minutes=130))
    assert "in 2 min" in read(page.detail)


async def test_an_empty_list_offers_to_begin(
    qtbot: QtBot, window: MainWindow, page: InterviewsPage, records: MemoryRecords
) -> None:
    records.rows.clear()
    await changed(page)
    assert "Interviews are listed here as soon as there is one." in read(page)
    page.new_requested.disconnect(window.new_interview)
    with qtbot.waitSignal(page.new_requested):
        press(page, "new-from-list")


async def long_list(window: MainWindow, records: MemoryRecords) -> tuple[InterviewsPage, int]:
    """A page whose list is longer than its top, and how long it is."""
    for number in range(FIRST_ROWS + 50):
        records.interview(f"No {number}", NOW - timedelta(days=number))
    in_all = sum(entity == "interviews" for entity, _ in records.rows)
    window.show_place("interviews")
    page = window.page("interviews")
    assert isinstance(page, InterviewsPage)
    await settled(window)
    return page, in_all


async def test_of_a_long_list_the_top_is_read_until_somebody_goes_further(
    window: MainWindow, records: MemoryRecords
) -> None:
    page, in_all = await long_list(window, records)
    assert page.list.rows.rowCount() == FIRST_ROWS
    assert f"{in_all} interviews" in read(page)
    await changed(page)
    assert page.list.rows.rowCount() == FIRST_ROWS
    page.list.scrollToBottom()
    await settled(window)
    assert page.list.rows.rowCount() == in_all


async def test_a_change_costs_a_long_list_what_changed(
    window: MainWindow, records: MemoryRecords
) -> None:
    page, in_all = await long_list(window, records)
    page.list.scrollToBottom()
    await settled(window)
    one = id_of(records, "No 249")
    row = records.rows["interviews", one].fields
    records.put("interviews", one, **{**row, "title": "Read again"})
    page.show_record(one)
    page.hear(frozenset({Change("interviews", one)}))
    await settled(window)
    assert page.list.rows.rowCount() == in_all
    found = page.list.rows.row(page.list.rows.index(page.list.rows.row_of(one)))
    assert found is not None
    assert found.interview.title == "Read again"
    page.hear(frozenset({Change("interview_answers", "a1")}))
    await settled(window)
    assert page.list.rows.rowCount() == in_all


async def test_a_filter_looks_through_all_of_a_long_list(
    window: MainWindow, records: MemoryRecords
) -> None:
    page, in_all = await long_list(window, records)
    page.search(f"No {FIRST_ROWS + 49}")
    await settled(window)
    assert page.list.rows.rowCount() == 1
    assert f"1 of {in_all}" in read(page)


async def test_an_interview_far_down_a_long_list_is_stood_on(
    window: MainWindow, records: MemoryRecords
) -> None:
    page, _ = await long_list(window, records)
    [far] = [key for key, row in records.rows.items() if row.fields.get("title") == "No 249"]
    page.show_record(far[1])
    await settled(window)
    assert page.list.rows.row_of(far[1]) >= FIRST_ROWS


async def test_one_interview_is_counted_as_one(
    page: InterviewsPage, records: MemoryRecords
) -> None:
    first, *others = [key for key in records.rows if key[0] == "interviews"]
    for key in others:
        del records.rows[key]
    page.refresh()
    await page.tasks.settled()
    assert first in records.rows
    assert "1 interview" in read(page).splitlines()


async def test_news_of_others_leave_the_list_where_it_was_scrolled_to(
    page: InterviewsPage, records: MemoryRecords
) -> None:
    await shown(page, records, "Screening call")
    bar = page.list.verticalScrollBar()
    bar.setValue(bar.maximum())
    place = bar.value()
    assert place > 0
    resets: list[object] = []
    page.list.rows.modelReset.connect(lambda: resets.append(None))
    # Nothing of the list changes, then how one reads, then which there are.
    records.put("interview_insights", "i-new", interview_id=id_of(records, "Screening call"))
    await changed(page)
    one = id_of(records, "Weekend builder")
    row = records.rows["interviews", one].fields
    records.put("interviews", one, **{**row, "title": "Weekend builder, again"})
    await changed(page)
    assert (bar.value(), resets) == (place, [])
    found = page.list.rows.row(page.list.rows.index(page.list.rows.row_of(one)))
    assert found is not None
    assert found.interview.title == "Weekend builder, again"
    records.interview("Made by somebody else", NOW + timedelta(days=90))
    await changed(page)
    assert (bar.value(), len(resets)) == (place, 1)
    assert page.list.rows.row(page.list.currentIndex()) is not None
