"""A button that cannot be pressed says why: in words, to a screen reader, under the mouse."""

from datetime import timedelta

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from interview_desk.domain.agenda import Appointment
from interview_desk.domain.interviews import Interview
from interview_desk.domain.status import Status
from interview_desk.ui.widgets.booking_dialogs import HostDialog
from interview_desk.ui.widgets.event_look import no_join_words
from interview_desk.ui.widgets.next_card import NextCard
from interview_desk.ui.widgets.parts import button, pause, resume, row
from interview_desk.ui.widgets.up_next import UpNextCard
from tests.helpers.desk import NOW
from tests.helpers.desk_story import BERLIN
from tests.helpers.pressing import named, read

pytestmark = pytest.mark.usefixtures("light")

LINK = "https://meet.google.com/abc-defg-hij"
SOON = Interview("i", "A call", Status.SCHEDULED, NOW, NOW + timedelta(minutes=30), join_url=LINK)
NO_LINK = "There is no meeting link yet."
BY_PHONE = "There is no link: see where it takes place."


@pytest.mark.parametrize(
    ("interview", "words"),
    [
        (SOON, ""),
        (SOON._replace(join_url=None), NO_LINK),
        (SOON._replace(join_url=None, location="+49 30 1"), BY_PHONE),
        (SOON._replace(status=Status.DRAFT), "It is not booked yet."),
        (SOON._replace(status=Status.DRAFT, join_url=None), "It is not booked yet."),
        (SOON._replace(status=Status.HELD, join_url=None), "The meeting is over."),
        (SOON._replace(status=Status.CANCELLED), "Cancelled: there is nothing to join."),
        (SOON._replace(status=Status.NO_SHOW), "No-show: there is nothing to join."),
        (SOON._replace(status=Status.HELD), "The meeting is over."),
        (SOON._replace(end=NOW - timedelta(hours=1)), "The meeting is over."),
    ],
)
def test_what_cannot_be_joined_says_why(interview: Interview, words: str) -> None:
    assert no_join_words(interview, NOW) == words


@pytest.mark.parametrize(("kind", "name"), [(NextCard, "join"), (UpNextCard, "up-next-join")])
def test_join_has_its_reason_beside_it_until_there_is_a_link(
    qtbot: QtBot, kind: type[NextCard | UpNextCard], name: str
) -> None:
    card = kind(BERLIN)
    qtbot.addWidget(card)
    card.show()
    card.show_next(Appointment(SOON._replace(join_url=None)), NOW)
    join = named(card, QPushButton, name)
    assert named(card, QLabel, f"why-{name}").isVisible()
    assert NO_LINK in read(card)
    assert (join.isEnabled(), join.accessibleDescription(), join.toolTip()) == (
        False,
        NO_LINK,
        NO_LINK,
    )
    card.show_next(Appointment(SOON), NOW)
    assert NO_LINK not in read(card)
    assert (join.isEnabled(), join.accessibleDescription()) == (True, "")
    assert "Ctrl+J" in join.toolTip()
    card.show_next(None, NOW)
    assert NO_LINK not in read(card)


def test_a_button_that_waits_for_its_work_has_the_keyboard_again(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    one, other = button("Keep", name="keep"), button("Other", name="other")
    line = QLineEdit()
    window.setLayout(row(one, other, line))
    window.show()
    one.setFocus()
    qtbot.waitUntil(one.hasFocus)
    pause(one)
    assert not one.isEnabled()
    resume(one)
    assert one.hasFocus()
    # Whoever goes on somewhere else meanwhile keeps the keyboard there.
    pause(one)
    line.setFocus()
    resume(one)
    assert line.hasFocus()
    # Whoever was somewhere else stays there.
    other.setFocus()
    pause(one)
    resume(one)
    assert other.hasFocus()


def test_nobody_to_change_the_host_to_is_said(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = HostDialog([], parent=parent)
    dialog.show()
    assert "Nobody else of the team has an e-mail address." in read(dialog)
    assert not named(dialog, QPushButton, "booking-agree").isEnabled()
