"""Everybody gets to judging and mail, too: names, room in the smallest window, one primary."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from interview_desk.ui.main_window import LEAST, MainWindow
from interview_desk.ui.theme import Appearance
from tests.helpers.desk import ME, MemoryRecords
from tests.helpers.desk_story import desk_parts
from tests.helpers.judging_story import INTERVIEW, hand_in
from tests.helpers.mail_story import mail_story
from tests.helpers.pressing import carried_out, named, press, settled
from tests.helpers.shown_window import shown_window
from tests.ui.test_accessibility import controls


@pytest.fixture
def records() -> MemoryRecords:
    return mail_story()


@pytest.fixture
async def window(
    qtbot: QtBot, light: Appearance, records: MemoryRecords, tmp_path: Path
) -> AsyncIterator[MainWindow]:
    async with shown_window(desk_parts(records, tmp_path), size=LEAST) as made:
        yield made


def faults(window: MainWindow) -> list[str]:
    """What somebody could not hear, reach or read on what is shown now."""
    found = controls(window)
    assert len(found) > 8
    names = [one.objectName() for one in found if one.objectName()]
    wrong = [f"{name} twice" for name in set(names) if names.count(name) > 1]
    primary = [one for one in found if one.property("kind") == "primary"]
    wrong += [f"{len(primary)} primary buttons"] if len(primary) > 1 else []
    for one in found:
        spoken = QAccessible.queryAccessibleInterface(one).text(QAccessible.Text.Name)
        left = one.mapTo(window, QPoint(0, 0)).x()
        fits = left >= 0 and left + one.width() <= window.width()
        if not spoken:
            wrong.append(f"{one.objectName()} has no name")
        if isinstance(one, QAbstractButton | QComboBox | QLineEdit) and not fits:
            wrong.append(f"{one.objectName()} is cut off")
    return wrong


async def test_a_debrief_is_within_reach_before_and_after_handing_in(
    window: MainWindow, records: MemoryRecords
) -> None:
    window.show_debrief(INTERVIEW)
    await settled(window)
    assert faults(window) == []
    hand_in(records, ME.member_id, struggle=5, money=1)
    hand_in(records, "member-ben", struggle=2, money=1)
    await settled(window)
    assert faults(window) == []


async def test_follow_ups_and_a_sequence_being_written_are_within_reach(
    window: MainWindow,
) -> None:
    window.show_place("follow_ups")
    await settled(window)
    for view in ("outbox", "guests", "sequences", "effects"):
        press(window, f"follow-ups-{view}")
        assert faults(window) == []
    press(window, "follow-ups-sequences")
    press(window, "edit-sequence")
    assert faults(window) == []


async def test_rules_are_within_reach_to_read_and_to_write(window: MainWindow) -> None:
    window.show_place("rules")
    await settled(window)
    assert faults(window) == []
    press(window, "begin-rules")
    for _ in range(2):  # the draft is made, then read
        await carried_out(window)
    for name in ("rule-1-edit", "point-1-edit", "point-4-edit"):
        named(window, QAbstractButton, name).click()
    assert faults(window) == []
