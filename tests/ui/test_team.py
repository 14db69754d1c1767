"""Letting people in, giving them a role, taking them out."""

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from interview_desk.domain.errors import DeskError
from interview_desk.domain.records import Edit
from interview_desk.domain.roles import Role
from interview_desk.services.members import MemberService
from interview_desk.services.ports import Me
from interview_desk.services.team import Invitation, Invitations, TeamService
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.team import TeamPage
from interview_desk.ui.theme import Appearance
from interview_desk.ui.widgets.newcomer_form import NewcomerForm
from interview_desk.ui.widgets.qr_code import QrCode
from interview_desk.ui.widgets.removal_dialog import RemovalDialog
from tests.helpers.desk import ALONE, ME, MemoryRecords, StoppedClock, counted_ids
from tests.helpers.desk_story import BERLIN, FriendlyServer
from tests.helpers.pressing import carried_out, let_go, named, press, read, settled

MEMBERS = "poblysh_team_members"


class StrictServer:
    async def create(self, email: str) -> Invitation:
        raise DeskError(f"There is no member with the address {email}.")


def team_page(
    records: MemoryRecords, *, me: Me = ME, invitations: Invitations | None = None
) -> TeamPage:
    managing = MemberService(records, me=me, new_id=counted_ids(StoppedClock()))
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


def asks_to_invite(team: TeamPage, email: str) -> None:
    line = named(team, QLineEdit, "invite-email")
    line.clear()
    QTest.keyClicks(line, email)
    QTest.keyClick(line, Qt.Key.Key_Return)


def choose(team: TeamPage, member_id: str, name: str) -> None:
    menu = named(team, QPushButton, f"role-{member_id}").menu()
    action = menu.findChild(QAction, name)
    assert isinstance(action, QAction)
    action.trigger()


async def test_somebody_new_is_asked_about_brought_in_and_invited(
    window: MainWindow, team: TeamPage, records: MemoryRecords
) -> None:
    asks_to_invite(team, "mina@desk.test")
    form = named(team, NewcomerForm, "newcomer")
    assert "mina@desk.test is new in the team" in read(form)
    assert "Books, interviews, rates" in read(form)
    named(form, QComboBox, "newcomer-role").setCurrentText("Observer")
    assert "takes notes and rates" in read(form)
    QTest.keyClicks(named(form, QLineEdit, "newcomer-name"), "Mina Sol")
    written = asyncio.get_running_loop().create_future()
    stop = records.on_change(written.set_result)
    press(form, "newcomer-really")
    assert not form.isEnabled()
    await written
    stop()
    [mina] = [one for one in await records.all_of(MEMBERS) if one.pending]
    assert mina.fields == {"name": "Mina Sol", "email": "mina@desk.test", "role": "observer"}
    records.put(MEMBERS, mina.id, **mina.fields)
    await carried_out(window)
    assert not form.isVisible()
    assert named(team, QLineEdit, "invitation-link").text().endswith("for=mina@desk.test")
    assert "Mina Sol\nmina@desk.test" in read(team)


async def test_what_cannot_be_leaves_what_was_typed(team: TeamPage, records: MemoryRecords) -> None:
    asks_to_invite(team, "mina")
    form = named(team, NewcomerForm, "newcomer")
    QTest.keyClicks(named(form, QLineEdit, "newcomer-name"), "Mina Sol")
    QTest.keyClick(named(form, QLineEdit, "newcomer-name"), Qt.Key.Key_Return)
    await team.tasks.settled()
    assert "That is not an e-mail address." in read(team)
    assert form.isEnabled()
    assert named(form, QLineEdit, "newcomer-name").text() == "Mina Sol"
    assert records.written == []
    asks_to_invite(team, "ben@desk.test")
    assert not form.isVisible()
    assert "That is not an e-mail address." not in read(team)


async def test_a_role_is_given_from_the_members_line(
    window: MainWindow, team: TeamPage, records: MemoryRecords
) -> None:
    choose(team, "member-chidi", "role-interviewer")
    assert records.written == []
    choose(team, "member-chidi", "role-observer")
    await carried_out(window)
    assert records.written == [Edit(MEMBERS, "member-chidi", {"role": "observer"})]
    assert named(team, QPushButton, "role-member-chidi").text() == "Observer"


async def test_other_news_leave_an_open_menu_and_the_keyboard_where_they_are(
    window: MainWindow, team: TeamPage, records: MemoryRecords
) -> None:
    opener = named(team, QPushButton, "role-member-chidi")
    opener.setFocus()
    records.put("startups", "s-new", name="New")
    await settled(window)
    assert named(team, QPushButton, "role-member-chidi") is opener
    assert opener.hasFocus()
    # A line that changes is made anew, and the keyboard stays in it.
    choose(team, "member-chidi", "role-observer")
    await carried_out(window)
    let_go()
    now = named(team, QPushButton, "role-member-chidi")
    assert now.text() == "Observer"
    assert now.hasFocus()


async def test_the_last_owner_is_told_why_they_stay_one(
    window: MainWindow, team: TeamPage, records: MemoryRecords
) -> None:
    choose(team, ME.member_id, "role-admin")
    await carried_out(window)
    assert "A team needs an owner" in window.notice.words
    assert records.written == []


@pytest.mark.parametrize(("pressed", "left"), [("removal-leave", False), ("removal-really", True)])
async def test_a_member_leaves_only_after_it_was_said_what_that_means(
    window: MainWindow, team: TeamPage, records: MemoryRecords, pressed: str, *, left: bool
) -> None:
    choose(team, "member-chidi", "take-out")
    dialog = named(team, RemovalDialog, "removal")
    assert "Take Chidi Eze out of the team?" in read(dialog)
    assert "signed out" in read(dialog)
    press(dialog, pressed)
    await carried_out(window)
    assert records.written == ([Edit(MEMBERS, "member-chidi", {}, delete=True)] if left else [])
    assert ("Chidi Eze" in read(team)) is not left


def test_leaving_oneself_says_so(window: MainWindow) -> None:
    dialog = RemovalDialog("Ada Berg", is_me=True, parent=window)
    dialog.show()
    assert "Leave the team?" in read(dialog)
    assert "This desk" in read(dialog)
    dialog.close()
