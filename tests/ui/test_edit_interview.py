"""Edit: what was typed about an interview can be typed anew."""

from PySide6.QtCore import QDateTime, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDateTimeEdit, QDialog, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from interview_desk.domain.roles import Role
from interview_desk.domain.status import Status
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.interviews import InterviewsPage
from interview_desk.ui.widgets.edit_interview import EditInterviewDialog
from interview_desk.ui.widgets.interview_detail import InterviewDetail
from tests.helpers.desk import NOW, MemoryRecords
from tests.helpers.desk_story import BERLIN, at
from tests.helpers.pressing import named, press, read, settled


async def edited(window: MainWindow, interview_id: str) -> EditInterviewDialog:
    window.show_interview(interview_id)
    await settled(window)
    press(window.page("interviews"), "edit-interview")
    return named(window, EditInterviewDialog, "edit-interview")


async def test_a_forgotten_link_another_time_and_a_guest_are_typed_in_later(
    window: MainWindow, records: MemoryRecords
) -> None:
    one = records.interview("Why Fern left", at(19, 9), status=Status.SCHEDULED)
    dialog = await edited(window, one)
    assert named(dialog, QDateTimeEdit, "edit-start").text() == "Thu 19 Nov 2026  09:00"
    QTest.keyClicks(named(dialog, QLineEdit, "edit-where"), "https://zoom.us/j/912345")
    QTest.keyClicks(named(dialog, QLineEdit, "edit-startup"), "Fern & Field")
    QTest.keyClicks(named(dialog, QLineEdit, "edit-guest"), "Iris Holm")
    named(dialog, QDateTimeEdit, "edit-start").setDateTime(QDateTime(2026, 11, 20, 10, 0, 0))
    press(dialog, "save")
    await dialog.tasks.settled()
    await settled(window)
    assert window.findChild(QDialog, "edit-interview") is None
    row = records.rows["interviews", one]
    assert row.fields["join_url"] == "https://zoom.us/j/912345"
    assert row.fields["start"] == "2026-11-20T09:00:00Z"
    assert row.fields["startup_id"] == "fern"
    page = window.page("interviews")
    assert isinstance(page, InterviewsPage)
    page.refresh()
    await settled(window)
    assert "Iris Holm" in read(page)
    assert named(page, QPushButton, "detail-join").isEnabled()


async def test_what_another_person_changed_while_it_was_open_is_not_written_over(
    window: MainWindow, records: MemoryRecords
) -> None:
    one = records.interview("Why Fern left", at(19, 9))
    held = records.rows["interviews", one]
    records.rows["interviews", one] = held._replace(field_versions={"title": 5})
    dialog = await edited(window, one)
    await dialog.tasks.settled()
    records.rows["interviews", one] = held._replace(
        fields={**held.fields, "title": "Why Fern stayed"}, field_versions={"title": 9}
    )
    title = named(dialog, QLineEdit, "edit-title")
    QTest.keyClick(title, Qt.Key.Key_End)
    QTest.keyClicks(title, ", again")
    press(dialog, "save")
    await dialog.tasks.settled()
    (edit,) = records.written
    assert edit.fields == {"title": "Why Fern left, again"}
    assert edit.unseen == {"title"}


async def test_a_zone_that_does_not_exist_is_said_and_what_was_typed_stays(
    window: MainWindow, records: MemoryRecords
) -> None:
    one = records.interview("Why Fern left", at(19, 9))
    records.put("interview_guests", "g1", interview_id=one, name="Iris", email="iris@fern.test")
    dialog = await edited(window, one)
    assert named(dialog, QLineEdit, "edit-email").text() == "iris@fern.test"
    named(dialog, QComboBox, "edit-guest-zone").setCurrentText("Europe/Osl")
    press(dialog, "save")
    await dialog.tasks.settled()
    assert "no time zone \u201cEurope/Osl\u201d" in named(dialog, QLabel, "new-trouble").text()
    assert named(dialog, QComboBox, "edit-guest-zone").currentText() == "Europe/Osl"
    assert dialog.isVisible()


async def test_of_a_booking_only_what_is_ours_is_typed(
    window: MainWindow, records: MemoryRecords
) -> None:
    one = records.interview("Booked", at(19, 9), booking_uids=["u1"])
    dialog = await edited(window, one)
    assert not named(dialog, QDateTimeEdit, "edit-start").isVisible()
    assert not named(dialog, QLineEdit, "edit-guest").isVisible()
    assert "comes from Cal.com" in read(dialog)
    QTest.keyClicks(named(dialog, QLineEdit, "edit-startup"), "Brightloom")
    press(dialog, "save")
    await dialog.tasks.settled()
    (edit,) = [edit for edit in records.written if edit.id == one]
    assert edit.fields == {"startup_id": "bright"}


async def test_nobody_is_offered_what_their_role_would_be_refused(
    qtbot: QtBot, window: MainWindow, records: MemoryRecords
) -> None:
    one = records.interview("Watched", NOW)
    appointment = await window._parts.agenda.appointment(one)
    assert appointment is not None
    colleagues = await window._parts.team().colleagues()
    for role in (Role.OBSERVER, Role.INTERVIEWER):
        detail = InterviewDetail(BERLIN, may_run=role.runs_interviews)
        qtbot.addWidget(detail)
        detail.show_interview(appointment, colleagues, NOW)
        detail.show()
        names = ("edit-interview", "change-status", "ask-member")
        offered = {name for name in names if named(detail, QPushButton, name).isVisible()}
        assert offered == (set(names) if role.runs_interviews else set())
        assert named(detail, QLineEdit, "detail-title").isReadOnly() is not role.runs_interviews


async def test_what_was_not_touched_is_left_without_a_question(
    window: MainWindow, records: MemoryRecords
) -> None:
    dialog = await edited(window, records.interview("Why Fern left", at(19, 9)))
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


async def test_a_change_is_thrown_away_only_after_a_question(
    window: MainWindow, records: MemoryRecords
) -> None:
    dialog = await edited(window, records.interview("Why Fern left", at(19, 9)))
    QTest.keyClicks(named(dialog, QLineEdit, "edit-where"), "Room 4")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    press(named(dialog, QDialog, "discard"), "discard-really")
    assert not dialog.isVisible()
    assert records.written == []
