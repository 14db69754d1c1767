"""Letting people in, and setting this computer."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
)
from pytestqt.qtbot import QtBot

from interview_desk.domain.errors import DeskError
from interview_desk.domain.roles import Role
from interview_desk.services.members import MemberService
from interview_desk.services.ports import Me
from interview_desk.services.team import Invitation, Invitations, TeamService
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.settings import SettingsPage
from interview_desk.ui.pages.team import TeamPage
from interview_desk.ui.preferences import Preferences
from interview_desk.ui.theme import Appearance, Mode
from interview_desk.ui.widgets.qr_code import QrCode
from tests.helpers.desk import ALONE, ME, MemoryRecords, StoppedClock, counted_bytes
from tests.helpers.desk_story import BERLIN, FriendlyServer, desk_parts
from tests.helpers.pressing import carried_out, named, press, read, settled


class StrictServer:
    async def create(self, email: str) -> Invitation:
        raise DeskError(f"There is no member with the address {email}.")


def team_page(
    records: MemoryRecords, *, me: Me = ME, invitations: Invitations | None = None
) -> TeamPage:
    managing = MemberService(records, me=me, clock=StoppedClock(), randomness=counted_bytes())
    team = TeamService(records, me=me, invitations=invitations)
    return TeamPage(team, managing=managing, zone=BERLIN)


@pytest.fixture
async def team(window: MainWindow) -> TeamPage:
    window.show_place("team")
    await settled(window)
    page = window.page("team")
    assert isinstance(page, TeamPage)
    return page


async def test_members_are_listed_with_their_roles(team: TeamPage) -> None:
    words = read(team)
    assert "Ada Berg (you)\nada@desk.test" in words
    assert "Dana Ruiz\ndana@desk.test" in words
    assert named(team, QPushButton, f"role-{ME.member_id}").text() == "Owner"
    assert named(team, QPushButton, "role-member-dana").text() == "External"


async def test_an_invitation_is_a_picture_a_link_and_a_code(
    window: MainWindow, team: TeamPage
) -> None:
    QTest.keyClicks(named(team, QLineEdit, "invite-email"), "Ben@desk.test")
    QTest.keyClick(named(team, QLineEdit, "invite-email"), Qt.Key.Key_Return)
    await team.tasks.settled()
    assert "MKTR-4821" in read(team.invitation)
    assert "Works once, until 11:58." in read(team.invitation)
    link = named(team, QLineEdit, "invitation-link").text()
    assert link.endswith("for=Ben@desk.test")
    code = named(team, QrCode, "qr-code")
    image = code.grab().toImage()
    assert image.pixelColor(0, 0).name() == "#ffffff"
    assert image.pixelColor(22, 22).name() == "#000000"  # the finder pattern's corner
    press(team.invitation, "copy-invitation")
    assert QGuiApplication.clipboard().text() == link
    assert "only to the person" in window.notice.words


async def test_a_device_of_mine_needs_no_address(team: TeamPage) -> None:
    press(team, "add-device")
    await team.tasks.settled()
    assert named(team, QLineEdit, "invitation-link").text().endswith("for=ada@desk.test")


async def test_what_the_server_refuses_is_said_in_place(
    qtbot: QtBot, light: Appearance, records: MemoryRecords
) -> None:
    page = team_page(records, invitations=StrictServer())
    qtbot.addWidget(page)
    page.show()
    page.refresh()
    await page.tasks.settled()
    press(page, "invite")
    assert "Type the address" in read(page)
    QTest.keyClicks(named(page, QLineEdit, "invite-email"), "ben@desk.test")
    press(page, "invite")
    await page.tasks.settled()
    assert "There is no member with the address ben@desk.test." in read(page)
    assert not page.invitation.isVisible()


async def test_only_owners_and_admins_see_invite(
    qtbot: QtBot, light: Appearance, records: MemoryRecords
) -> None:
    me = ME._replace(role=Role.OBSERVER)
    page = team_page(records, me=me, invitations=FriendlyServer())
    qtbot.addWidget(page)
    page.show()
    assert "Invite" not in read(page).splitlines()
    assert "Add a device of mine" in read(page)


async def test_alone_the_page_says_how_to_become_a_team(qtbot: QtBot, light: Appearance) -> None:
    page = team_page(MemoryRecords(), me=ALONE)
    qtbot.addWidget(page)
    page.show()
    page.refresh()
    await page.tasks.settled()
    assert "this desk has no team yet" in read(page)
    assert "What you have here goes with you." in read(page)
    with qtbot.waitSignal(page.pair_requested):
        press(page, "pair-with-team")
    assert "Members are listed here" not in read(page)


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
    assert "Off: No mail leaves. What is queued is held, not lost." in read(page)
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
