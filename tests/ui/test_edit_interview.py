"""Edit: what was typed about an interview can be typed anew."""

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QDateTime, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateTimeEdit,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
)
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

if TYPE_CHECKING:
    from interview_desk.domain.values import Json


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


@pytest.mark.parametrize(
    ("lines", "ticked", "is_replaced"),
    [
        # A name put right.
        ({"edit-guest": "Iris Holm"}, False, False),
        ({"edit-guest": "Iris Holm"}, True, True),
        ({"edit-guest": "Mina Sato", "edit-email": "mina@fern.test"}, False, True),
        ({"edit-guest": "Mina Sato", "edit-email": "mina@fern.test"}, True, False),
    ],
)
async def test_another_guest_has_allowed_nothing_yet(
    window: MainWindow,
    records: MemoryRecords,
    lines: dict[str, str],
    ticked: bool,  # noqa: FBT001  - a value of the table
    is_replaced: bool,  # noqa: FBT001  - a value of the table
) -> None:
    one = records.interview("Why Fern left", at(19, 9))
    yes: Json = {"value": "yes"}
    known = {"name": "Iris", "email": "iris@fern.test", "consent_contact_again": yes}
    records.put("interview_guests", "g1", interview_id=one, **known)
    dialog = await edited(window, one)
    other = named(dialog, QCheckBox, "edit-other-guest")
    assert not other.isVisible()
    if ticked:
        # Who is typed after it has been said does not change what was said.
        QTest.keyClicks(named(dialog, QLineEdit, "edit-guest"), "x")
        other.click()
        other.click()
    for name, text in lines.items():
        line = named(dialog, QLineEdit, name)
        line.selectAll()
        QTest.keyClicks(line, text)
    assert other.isVisible()
    # The keyboard comes by it on the way to Save.
    assert named(dialog, QLineEdit, "edit-email").nextInFocusChain() is other
    if ticked and len(lines) == 1:
        other.click()
    press(dialog, "save")
    await dialog.tasks.settled()
    guests = {row.id: row.fields for row in await records.of_interview("interview_guests", one)}
    assert len(guests) == 1
    assert ("g1" not in guests) is is_replaced
    (fields,) = guests.values()
    assert fields["name"] == lines["edit-guest"]
    assert fields.get("consent_contact_again") == (None if is_replaced else yes)


async def test_who_was_never_asked_is_only_another_name(
    window: MainWindow, records: MemoryRecords
) -> None:
    one = records.interview("Why Fern left", at(19, 9))
    records.put("interview_guests", "g1", interview_id=one, name="Iris", email="iris@fern.test")
    dialog = await edited(window, one)
    named(dialog, QLineEdit, "edit-guest").end(False)  # noqa: FBT003  - Qt's own
    QTest.keyClicks(named(dialog, QLineEdit, "edit-guest"), " Holm")
    assert not named(dialog, QCheckBox, "edit-other-guest").isVisible()
    press(dialog, "save")
    await dialog.tasks.settled()
    (edit,) = records.written
    assert (edit.id, edit.fields) == ("g1", {"name": "Iris Holm"})


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
