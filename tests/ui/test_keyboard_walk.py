"""The whole window without a mouse: every control is reached, seen, and works; nothing traps."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from interview_desk.domain.instants import format_instant
from interview_desk.domain.records import Record
from interview_desk.ui.main_window import LEAST, MainWindow
from interview_desk.ui.widgets.removal_dialog import RemovalDialog
from interview_desk.ui.widgets.shortcut_sheet import KEYS
from tests.helpers.desk import NOW, MemoryRecords
from tests.helpers.pressing import named, read, settled

PLACES = ("today", "calendar", "interviews", "follow_ups", "team", "settings", "attention")
CONTROLS = (
    QAbstractButton,
    QLineEdit,
    QComboBox,
    QAbstractSpinBox,
    QAbstractItemView,
    QPlainTextEdit,
)
TITLE = "Why they switched to Brightloom"


def reachable(where: QWidget) -> set[QWidget]:
    """What a person can press, type into or walk through by keyboard."""
    return {
        one
        for one in where.findChildren(QWidget)
        if isinstance(one, CONTROLS)
        and one.isVisible()
        and one.isEnabled()
        and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not one.objectName().startswith("qt_")
        and not isinstance(one.parentWidget(), (QComboBox, QAbstractSpinBox))
    }


def walk(window: MainWindow, key: Qt.Key) -> list[QWidget]:
    """Where the focus goes until it is back where it began."""
    first = named(window.rail, QWidget, "place-today")
    first.setFocus()
    seen: list[QWidget] = []
    for _ in range(400):
        QTest.keyClick(QApplication.focusWidget() or window, key)
        focused = QApplication.focusWidget()
        assert focused is not None
        seen.append(focused)
        if focused is first:
            return seen
    pytest.fail(f"the focus never comes back: {[one.objectName() for one in seen[-6:]]}")


@pytest.fixture
async def busy(window: MainWindow, records: MemoryRecords) -> MainWindow:
    """The window with something to decide and an interview in detail."""
    key = next(row.id for row in records.rows.values() if row.fields.get("title") == TITLE)
    fields = {"entity": "interviews", "record_id": key, "field": "title", "lost": "Mine"}
    fields |= {"lost_at": format_instant(NOW), "state": "open"}
    records.rows["conflicts", "c1"] = Record("conflicts", "c1", fields)
    window.resize(LEAST)
    window.show_interview(key)
    await settled(window)
    window.activateWindow()
    return window


@pytest.mark.parametrize("place", PLACES)
async def test_tab_goes_through_everything_and_comes_back(busy: MainWindow, place: str) -> None:
    busy.show_place(place)
    await settled(busy)
    forth = walk(busy, Qt.Key.Key_Tab)
    missed = reachable(busy) - set(forth)
    # Of several choices that exclude each other Tab stops at the chosen one; arrows do the rest.
    missed = {one for one in missed if not _is_other_choice(one)}
    assert [(one.objectName(), type(one).__name__) for one in missed] == []
    back = walk(busy, Qt.Key.Key_Backtab)
    assert set(back) == set(forth)


def _is_other_choice(one: QWidget) -> bool:
    if not isinstance(one, QAbstractButton):
        return False
    # None where it stands alone, which the type does not say.
    in_group = getattr(one.group(), "exclusive", bool)()
    exclusive = one.autoExclusive() or in_group
    return exclusive and one.isCheckable() and not one.isChecked()


@pytest.mark.parametrize("place", PLACES)
async def test_the_focus_can_be_seen_on_every_control(busy: MainWindow, place: str) -> None:
    busy.show_place(place)
    await settled(busy)
    away = named(busy.rail, QWidget, "place-settings")
    for one in reachable(busy.page(place)):
        away.setFocus()
        before = one.grab().toImage()
        one.setFocus(Qt.FocusReason.TabFocusReason)
        if isinstance(one, QAbstractItemView) and one.model().rowCount() == 0:
            continue
        assert one.grab().toImage() != before, one.objectName()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
async def test_enter_and_space_press_what_has_the_focus(busy: MainWindow, key: Qt.Key) -> None:
    team = named(busy.rail, QAbstractButton, "place-team")
    team.setFocus()
    QTest.keyClick(team, key)
    assert busy.place == "team"
    busy.show_interview("")
    await settled(busy)
    fold = named(busy.rail, QAbstractButton, "fold-rail")
    fold.setFocus()
    was = busy.rail.is_compact
    QTest.keyClick(fold, key)
    assert busy.rail.is_compact is not was
    keep = named(busy.page("attention"), QAbstractButton, "keep-c1")
    keep.setFocus()
    QTest.keyClick(keep, key)
    await settled(busy)
    assert "Nothing needs you here" in read(busy.page("attention"))


async def test_every_key_of_the_shortcut_sheet_exists(window: MainWindow) -> None:
    for place in PLACES:
        window.show_place(place)
    await settled(window)
    known = {one.key().toString() for one in window.findChildren(QShortcut)}
    told = {QKeySequence(key).toString() for keys, _ in KEYS for key in _keys_in(keys)}
    assert told - known == set()


def _keys_in(words: str) -> list[str]:
    if "\N{HORIZONTAL ELLIPSIS}" in words:
        return [f"Ctrl+{number}" for number in range(1, 5)]
    if "arrows" in words.lower():
        return []  # the grid's own, tested with it
    named_keys = {"Page Up": "PgUp", "Page Down": "PgDown"}
    parts = words.replace("  or  ", ", ").split(", ") if words != "Ctrl+," else [words]
    return [named_keys.get(part, part) for part in parts]


async def test_escape_closes_what_lies_over_the_window(window: MainWindow) -> None:
    window.new_interview()
    dialog = window.findChild(QDialog)
    assert dialog is not None
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    window._show_shortcuts()
    sheet = named(window, QDialog, "shortcuts")
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


async def test_a_place_is_entered_with_its_focus_inside(window: MainWindow) -> None:
    for number, place in enumerate(PLACES[:4], 1):
        QTest.keyClick(
            window, getattr(Qt.Key, f"Key_{number}"), Qt.KeyboardModifier.ControlModifier
        )
        assert window.place == place
        focused = window.focusWidget()
        assert focused is window.page(place) or window.page(place).isAncestorOf(focused)


async def test_enter_in_a_dialog_presses_the_button_that_has_the_focus(
    window: MainWindow, records: MemoryRecords
) -> None:
    before = await records.all_of("interviews")
    window.new_interview()
    new = named(window, QDialog, "new-interview")
    QTest.keyClicks(named(new, QLineEdit, "new-title"), "Not meant")
    QTest.keyClick(_with_focus(named(new, QAbstractButton, "cancel-new")), Qt.Key.Key_Return)
    await settled(window)
    assert await records.all_of("interviews") == before

    leaving = RemovalDialog("Ada Berg", is_me=False, parent=window)
    answers: list[bool] = []
    leaving.agreed.connect(lambda: answers.append(True))
    leaving.open()
    QTest.keyClick(
        _with_focus(named(leaving, QAbstractButton, "removal-really")), Qt.Key.Key_Return
    )
    assert answers == [True]


def _with_focus(one: QWidget) -> QWidget:
    one.setFocus()
    return one
