"""New: an interview made by hand."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QDateTimeEdit,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
)

from interview_desk.domain.errors import DeskError
from interview_desk.domain.roles import Role
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.theme import Appearance
from interview_desk.ui.unsaved import keep_all
from interview_desk.ui.widgets.interview_fields import next_quarter
from interview_desk.ui.widgets.new_interview import NewInterviewDialog
from interview_desk.ui.widgets.sure_dialog import SureDialog
from tests.helpers.desk import ME, NOW, MemoryRecords
from tests.helpers.desk_story import at, desk_parts, story
from tests.helpers.pressing import named, press, settled
from tests.helpers.shown_window import shown_window


@pytest.fixture
async def dialog(window: MainWindow) -> NewInterviewDialog:
    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    return named(window, NewInterviewDialog, "new-interview")


def test_a_new_interview_begins_at_a_quarter() -> None:
    assert next_quarter(NOW) == datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
    on_time = datetime(2026, 11, 18, 10, 55, tzinfo=UTC)
    assert next_quarter(on_time) == datetime(2026, 11, 18, 11, 0, tzinfo=UTC)


async def test_a_pasted_link_is_recognised_while_it_is_typed(dialog: NewInterviewDialog) -> None:
    where = named(dialog, QLineEdit, "new-where")
    found = named(dialog, QLabel, "found-link")
    assert "are recognised" in found.text()
    where.setText("Join here: https://zoom.us/j/912345 now")
    assert found.text() == "Zoom \N{MIDDLE DOT} https://zoom.us/j/912345"
    where.setText("Room 2")
    assert found.text() == "No meeting link found; kept as the place."


async def test_pressed_twice_it_is_made_once(
    dialog: NewInterviewDialog, records: MemoryRecords
) -> None:
    QTest.keyClicks(named(dialog, QLineEdit, "new-title"), "Why Fern left")
    for _ in range(2):
        press(dialog, "create")
    await dialog.tasks.settled()
    made = [row for row in records.rows.values() if row.fields.get("title") == "Why Fern left"]
    assert len(made) == 1


async def test_what_is_typed_is_kept_and_shown(
    window: MainWindow, dialog: NewInterviewDialog, records: MemoryRecords
) -> None:
    for name, words in {
        "new-title": "Why Fern left",
        "new-startup": "Fern & Field",
        "new-guest": "Iris Holm",
        "new-email": "iris@guest.test",
        "new-where": "https://zoom.us/j/912345",
    }.items():
        QTest.keyClicks(named(dialog, QLineEdit, name), words)
    named(dialog, QComboBox, "new-guest-zone").setCurrentText("Europe/Oslo")
    start = named(dialog, QDateTimeEdit, "new-start")
    assert start.text() == "Wed 18 Nov 2026  12:00"
    start.setDateTime(QDateTime(2026, 11, 19, 9, 30, 0))
    named(dialog, QSpinBox, "new-minutes").setValue(45)
    press(dialog, "create")
    await dialog.tasks.settled()
    await settled(window)
    kept = next(
        row for row in await records.all_of("interviews") if row.fields["title"] == "Why Fern left"
    )
    assert kept.fields["start"] == "2026-11-19T08:30:00Z"
    assert kept.fields["end"] == "2026-11-19T09:15:00Z"
    assert kept.fields["startup_id"] == "fern"
    assert kept.fields["join_service"] == "zoom"
    (guest,) = await records.of_interview("interview_guests", kept.id)
    assert guest.fields["zone"] == "Europe/Oslo"
    assert window.place == "interviews"


async def test_without_a_title_it_says_so_in_place(dialog: NewInterviewDialog) -> None:
    press(dialog, "create")
    await dialog.tasks.settled()
    assert named(dialog, QLabel, "new-trouble").text() == "Give the interview a title."
    assert dialog.isVisible()
    press(dialog, "cancel-new")
    assert not dialog.isVisible()


async def test_the_clock_is_the_locales(window: MainWindow) -> None:
    QLocale.setDefault(QLocale("en_US"))
    try:
        window.new_interview(at(19, 15))
        dialog = named(window, QDialog, "new-interview")
        assert named(dialog, QDateTimeEdit, "new-start").text() == "Thu 19 Nov 2026  3:00 PM"
        dialog.close()
    finally:
        QLocale.setDefault(QLocale("en_GB"))


async def test_who_runs_no_interviews_is_not_led_into_making_one(
    light: Appearance, tmp_path: Path
) -> None:
    watcher = ME._replace(role=Role.OBSERVER)
    async with shown_window(desk_parts(story(), tmp_path, me=watcher)) as window:
        assert not named(window.top, QPushButton, "new").isVisible()
        QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
        assert window.findChild(QDialog, "new-interview") is None
        assert "Your role makes no interviews" in window.notice.words


def asked(dialog: NewInterviewDialog) -> SureDialog:
    """The question that is open; those that were answered may still wait to be deleted."""
    (question,) = [one for one in dialog.findChildren(SureDialog) if one.isVisible()]
    return question


async def test_what_was_typed_is_thrown_away_only_after_a_question(
    dialog: NewInterviewDialog,
) -> None:
    title = named(dialog, QLineEdit, "new-title")
    QTest.keyClicks(title, "Why Fern left")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    # Enter and Esc are both harmless.
    QTest.keyClick(asked(dialog), Qt.Key.Key_Escape)
    assert (dialog.isVisible(), title.text()) == (True, "Why Fern left")
    dialog.close()
    QTest.keyClick(asked(dialog), Qt.Key.Key_Return)
    assert dialog.isVisible()
    press(dialog, "cancel-new")
    press(asked(dialog), "discard-really")
    assert not dialog.isVisible()


async def test_closed_twice_it_asks_once(dialog: NewInterviewDialog) -> None:
    QTest.keyClicks(named(dialog, QLineEdit, "new-title"), "Why Fern left")
    dialog.close()
    dialog.close()
    press(asked(dialog), "discard-really")
    assert not dialog.isVisible()


async def test_what_is_on_its_way_to_the_disk_is_not_thrown_away(
    dialog: NewInterviewDialog, records: MemoryRecords
) -> None:
    QTest.keyClicks(named(dialog, QLineEdit, "new-title"), "Why Fern left")
    press(dialog, "create")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.findChildren(SureDialog)
    await dialog.tasks.settled()
    assert "Why Fern left" in [row.fields.get("title") for row in records.rows.values()]


async def test_the_desk_does_not_quit_over_what_was_typed(
    window: MainWindow, dialog: NewInterviewDialog
) -> None:
    await keep_all(window)
    QTest.keyClicks(named(dialog, QLineEdit, "new-title"), "Why Fern left")
    with pytest.raises(DeskError, match="Save what you typed about the interview first"):
        await keep_all(window)
    press(dialog, "cancel-new")
    press(asked(dialog), "discard-really")
    await keep_all(window)


async def test_where_nothing_was_typed_nothing_is_asked(dialog: NewInterviewDialog) -> None:
    title = named(dialog, QLineEdit, "new-title")
    QTest.keyClicks(title, "W")
    QTest.keyClick(title, Qt.Key.Key_Backspace)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
