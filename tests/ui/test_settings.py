"""Setting this computer, and what the whole team has turned on."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QRadioButton,
)
from pytestqt.qtbot import QtBot

from interview_desk.domain.roles import Role
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.settings import SettingsPage
from interview_desk.ui.preferences import Preferences
from interview_desk.ui.theme import Appearance, Mode
from tests.helpers.desk import ALONE, ME, MemoryRecords
from tests.helpers.desk_story import desk_parts
from tests.helpers.pressing import carried_out, named, press, read, settled


@pytest.fixture
async def settings(window: MainWindow) -> SettingsPage:
    window.show_place("settings")
    page = window.page("settings")
    assert isinstance(page, SettingsPage)
    return page


async def test_the_look_is_chosen_and_remembered(
    qtbot: QtBot, window: MainWindow, settings: SettingsPage, tmp_path: Path
) -> None:
    with qtbot.waitSignal(window.appearance_chosen) as chosen:
        named(settings, QRadioButton, "appearance-dark").click()
    assert chosen.args == ["dark"]
    assert Preferences(tmp_path / "desk.ini").appearance is Mode.DARK


async def test_a_second_zone_appears_in_the_calendar(
    window: MainWindow, settings: SettingsPage, tmp_path: Path
) -> None:
    box = named(settings, QComboBox, "second-zone")
    window.show_place("calendar")
    window.show_place("settings")
    box.setCurrentText("Asia/Tokyo")
    box.textActivated.emit("Asia/Tokyo")
    calendar = window.page("calendar")
    assert calendar.grid.canvas.second_zone is not None  # type: ignore[attr-defined]  # the calendar's own
    assert Preferences(tmp_path / "desk.ini").second_zone == "Asia/Tokyo"
    box.textActivated.emit("None")
    assert Preferences(tmp_path / "desk.ini").second_zone is None
    await settled(window)


async def test_reminders_take_minutes_and_refuse_the_rest(
    qtbot: QtBot, window: MainWindow, settings: SettingsPage, tmp_path: Path
) -> None:
    line = named(settings, QLineEdit, "alert-minutes")
    assert line.text() == "10, 1"
    line.setText("5, soon")
    line.editingFinished.emit()
    assert "Nothing was changed." in read(settings)
    assert Preferences(tmp_path / "desk.ini").alert_minutes == (10, 1)
    line.setText("2, 15")
    with qtbot.waitSignal(window.alert_minutes_chosen) as chosen:
        line.editingFinished.emit()
    assert chosen.args == [(15, 2)]
    line.setText("")
    line.editingFinished.emit()
    assert Preferences(tmp_path / "desk.ini").alert_minutes == ()


async def test_a_desk_alone_can_be_paired(qtbot: QtBot, light: Appearance, tmp_path: Path) -> None:
    page = SettingsPage(Preferences(tmp_path / "desk.ini"), me=ALONE)
    qtbot.addWidget(page)
    page.show()
    page.refresh()
    assert "everything is saved on this computer" in named(page, QLabel, "connection-state").text()
    with qtbot.waitSignal(page.pair_requested):
        press(page, "pair")


async def test_no_place_opens_windows_of_its_own(window: MainWindow) -> None:
    for place in ("calendar", "interviews", "team", "settings"):
        window.show_place(place)
        await settled(window)
    visible = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
    assert visible == [window]


async def test_parts_of_the_desk_are_turned_off_and_on_for_the_whole_team(
    window: MainWindow, records: MemoryRecords
) -> None:
    window.show_place("settings")
    await settled(window)
    page = window.page("settings")
    assert "Without it: No mail leaves. What is queued is held, not lost." in read(page)
    box = named(page, QCheckBox, "flag-follow_up")
    assert box.isChecked()
    QTest.keyClick(box, Qt.Key.Key_Space)
    await carried_out(window)
    [made] = await records.all_of("flags")
    assert (made.fields["key"], made.fields["on"]) == ("follow_up", False)
    assert not box.isChecked()


async def test_only_those_who_run_the_team_can_turn_them(
    qtbot: QtBot, light: Appearance, records: MemoryRecords, tmp_path: Path
) -> None:
    me = ME._replace(role=Role.INTERVIEWER)
    window = MainWindow(desk_parts(records, tmp_path, me=me))
    window.show_place("settings")
    await settled(window)
    assert not named(window.page("settings"), QCheckBox, "flag-evaluation").isEnabled()
    await window.shut()
    window.deleteLater()
