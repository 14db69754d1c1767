"""A person who has joined a team sees what it gets, and says so."""

from collections.abc import Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QLabel,
    QPushButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from interview_desk.domain.errors import DeskError
from interview_desk.services.handover import Handover, HandoverPlan, Twin
from interview_desk.ui.widgets.handover import HandoverDialog
from tests.helpers.pressing import named, press, read

ACME = Twin("startups", "mine", "theirs", "acme", "Acme GmbH")
EVE = Twin("contacts", "c1", "c2", "Eve", "Eve Adams")
PLAN = HandoverPlan({"interviews": 3, "startups": 1}, 2, (ACME, EVE))


class Team:
    """Takes what it gets, unless its disk is full."""

    def __init__(self) -> None:
        self.got: list[tuple[Twin, ...]] = []
        self.trouble: DeskError | None = None

    async def plan(self) -> HandoverPlan:
        return PLAN

    async def release(self, twins: Sequence[Twin]) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.got.append(tuple(twins))


@pytest.fixture
def team() -> Team:
    return Team()


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def dialog(team: Team, window: QWidget) -> HandoverDialog:
    dialog = HandoverDialog(Handover(team, released=lambda: None), PLAN, window)
    dialog.open()
    return dialog


async def test_what_goes_is_said_and_only_what_is_ticked_becomes_one(
    team: Team, dialog: HandoverDialog
) -> None:
    assert named(dialog, QLabel, "handover-counts").text() == (
        "3 interviews\n1 startup\n2 pages of notes"
    )
    assert "acme" in read(dialog)
    assert "Acme GmbH" in read(dialog)
    named(dialog, QCheckBox, "same-c1").setChecked(False)
    press(dialog, "handover-send")
    await dialog.tasks.settled()
    assert team.got == [(ACME,)]
    assert dialog.result() == QDialog.DialogCode.Accepted


async def test_who_is_not_ready_sends_nothing(team: Team, dialog: HandoverDialog) -> None:
    press(dialog, "handover-later")
    assert dialog.result() == QDialog.DialogCode.Rejected
    assert team.got == []


async def test_what_goes_wrong_is_said_and_can_be_tried_again(
    team: Team, dialog: HandoverDialog
) -> None:
    team.trouble = DeskError("The disk is full.")
    press(dialog, "handover-send")
    await dialog.tasks.settled()
    assert named(dialog, QLabel, "handover-trouble").text() == "The disk is full."
    assert named(dialog, QPushButton, "handover-send").isEnabled()
    team.trouble = None
    press(dialog, "handover-send")
    await dialog.tasks.settled()
    assert team.got == [(ACME, EVE)]


async def test_however_much_the_team_has_already_the_answers_stay_on_the_screen(
    team: Team, window: QWidget
) -> None:
    many = tuple(Twin("startups", f"m{n}", f"t{n}", f"Same {n}", f"Same {n}") for n in range(200))
    plan = HandoverPlan({"interviews": 3, "startups": 200}, 2, many)
    dialog = HandoverDialog(Handover(team, released=lambda: None), plan, window)
    dialog.open()
    screen = dialog.screen().availableGeometry()
    assert dialog.minimumSizeHint().height() < 700
    assert dialog.height() <= screen.height()
    counts = named(dialog, QLabel, "handover-counts")
    assert counts.height() >= counts.sizeHint().height()
    press(dialog, "handover-send")
    await dialog.tasks.settled()
    assert team.got == [many]


async def test_a_long_name_of_the_team_is_read_to_its_end(team: Team, window: QWidget) -> None:
    name = "Brightloom, the payroll of small museums"
    long = Twin("startups", "m1", "t1", name, f"{name} and of large ones")
    dialog = HandoverDialog(
        Handover(team, released=lambda: None), HandoverPlan({"startups": 1}, 0, (long,)), window
    )
    dialog.open()
    area = dialog.findChild(QScrollArea)
    assert area is not None
    box = named(dialog, QCheckBox, "same-m1")
    assert box.width() >= box.sizeHint().width()
    assert area.horizontalScrollBar().maximum() == 0
    # The keyboard goes from box to box, and not to what holds them.
    assert area.focusPolicy() is Qt.FocusPolicy.NoFocus
    dialog.reject()
