"""The first run: three screens at most, and what goes wrong is one sentence in place."""

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from interview_desk.domain.errors import DeskError
from interview_desk.services.ports import Me
from interview_desk.ui.pages.first_run import FirstRun
from interview_desk.ui.theme import Appearance
from tests.helpers.desk import ALONE, ME
from tests.helpers.pressing import named, press, read


class Door:
    """Knows one link and one code."""

    async def pair_by_link(self, text: str) -> Me:
        if text != "interviewdesk://pair?right":
            raise DeskError("That link leads nowhere.")
        return ME

    async def pair_by_code(self, server: str, code: str) -> Me:
        if code != "ABCD":
            raise DeskError("That code has expired.")
        return ME

    async def start_alone(self, name: str) -> Me:
        if name == "root":
            raise DeskError("That name cannot be used.")
        return ALONE


@pytest.fixture
def first_run(qtbot: QtBot, light: Appearance) -> FirstRun:
    made = FirstRun(Door())
    qtbot.addWidget(made)
    made.show()
    return made


async def test_a_link_is_pasted_and_one_is_in(qtbot: QtBot, first_run: FirstRun) -> None:
    press(first_run, "choose-team")
    named(first_run, QLineEdit, "link").setText("interviewdesk://pair?right")
    with qtbot.waitSignal(first_run.finished) as finished:
        press(first_run, "pair")
        await first_run.tasks.settled()
    assert finished.args == [ME]


async def test_a_code_is_typed_and_a_wrong_one_says_why(qtbot: QtBot, first_run: FirstRun) -> None:
    press(first_run, "choose-team")
    press(first_run, "pair")
    assert "Paste the link, or type the server and the code." in read(first_run)
    QTest.keyClicks(named(first_run, QLineEdit, "server"), "https://desk.test")
    QTest.keyClicks(named(first_run, QLineEdit, "code"), "WXYZ")
    press(first_run, "pair")
    await first_run.tasks.settled()
    assert "That code has expired." in read(first_run)
    named(first_run, QLineEdit, "code").setText("ABCD")
    with qtbot.waitSignal(first_run.finished):
        press(first_run, "pair")
        await first_run.tasks.settled()


async def test_a_link_from_outside_is_only_filled_in(first_run: FirstRun) -> None:
    first_run.offer_link("interviewdesk://pair?wrong")
    assert not first_run.tasks.is_busy
    press(first_run, "pair")
    await first_run.tasks.settled()
    assert "That link leads nowhere." in read(first_run)
    press(first_run, "back-from-pair")
    assert "Start alone" in read(first_run)


@pytest.mark.parametrize("link", ["", "interviewdesk://pair?right"], ids=["asked", "from outside"])
async def test_who_has_a_desk_already_goes_back_to_it(first_run: FirstRun, link: str) -> None:
    first_run.offer_link(link, has_desk=True)
    assert "Cancel" in read(first_run)
    assert first_run.windowTitle() == "Join a team"
    press(first_run, "back-from-pair")
    assert not first_run.isVisible()
    first_run.offer_link(link, has_desk=True)
    first_run.show()
    assert "A colleague makes the link" in read(first_run)
    assert named(first_run, QLineEdit, "link").text() == link


async def test_alone_takes_a_name(qtbot: QtBot, first_run: FirstRun) -> None:
    press(first_run, "choose-alone")
    press(first_run, "start-alone")
    assert "Type your name" in read(first_run)
    named(first_run, QLineEdit, "name").setText("root")
    press(first_run, "start-alone")
    await first_run.tasks.settled()
    assert "That name cannot be used." in read(first_run)
    press(first_run, "back-from-alone")
    press(first_run, "choose-alone")
    named(first_run, QLineEdit, "name").setText("Ada")
    with qtbot.waitSignal(first_run.finished) as finished:
        press(first_run, "start-alone")
        await first_run.tasks.settled()
    assert finished.args == [ALONE]
