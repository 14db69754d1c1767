"""Bringing people into the team, giving them a role, taking them out."""

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton

from interview_desk.domain.records import Edit
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.team import TeamPage
from interview_desk.ui.widgets.newcomer_form import NewcomerForm
from interview_desk.ui.widgets.removal_dialog import RemovalDialog
from tests.helpers.desk import ME, MemoryRecords
from tests.helpers.pressing import carried_out, named, press, read, settled

MEMBERS = "poblysh_team_members"


@pytest.fixture
async def team(window: MainWindow) -> TeamPage:
    window.show_place("team")
    await settled(window)
    page = window.page("team")
    assert isinstance(page, TeamPage)
    return page


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
