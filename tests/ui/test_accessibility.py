"""Everybody gets there: names, keys, room, and nothing that hides."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from interview_desk.ui.main_window import LEAST, MainWindow
from interview_desk.ui.theme import Appearance
from tests.helpers.pressing import named, press, settled

PLACES = ("today", "calendar", "interviews", "follow_ups", "team", "settings")
CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox, QAbstractItemView)


def controls(where: QWidget) -> list[QWidget]:
    """What a person can press or type into; the inner parts of a control are not meant."""
    found = [
        child
        for child in where.findChildren(QWidget)
        if isinstance(child, CONTROLS) and child.isVisible()
    ]
    return [
        child
        for child in found
        if not child.objectName().startswith("qt_")
        and not isinstance(child.parentWidget(), (QComboBox, QAbstractSpinBox, QLineEdit))
    ]


async def everywhere(window: MainWindow) -> None:
    window.resize(1360, 860)
    for place in PLACES:
        window.show_place(place)
        await settled(window)


async def test_every_control_has_a_name_to_be_read_out(window: MainWindow) -> None:
    window.resize(1360, 860)
    for place in PLACES:
        window.show_place(place)
        await settled(window)
        if place == "team":
            press(window.page("team"), "add-device")
            await settled(window)
        spoken = {
            one: QAccessible.queryAccessibleInterface(one).text(QAccessible.Text.Name)
            for one in controls(window)
        }
        assert len(spoken) > 8
        assert [one for one, name in spoken.items() if not name] == []


async def test_object_names_are_unique_in_their_place(window: MainWindow) -> None:
    await everywhere(window)
    for place in PLACES:
        names = [one.objectName() for one in controls(window.page(place)) if one.objectName()]
        assert sorted(names) == sorted(set(names))


async def test_tab_reaches_join_from_the_rail(window: MainWindow) -> None:
    named(window.rail, QWidget, "place-today").setFocus()
    seen: list[str] = []
    for _ in range(60):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        focused = window.focusWidget()
        seen.append(focused.objectName())
        if focused.objectName() == "join":
            break
    assert "search" in seen
    assert seen[-1] == "join"


async def test_a_button_that_is_off_says_why(window: MainWindow) -> None:
    await everywhere(window)
    off = [one for one in window.findChildren(QPushButton) if not one.isEnabled()]
    kinds = [one for one in off if one.property("kind") == "primary"]
    assert not [one.objectName() for one in kinds if not one.accessibleDescription()]
    assert all(one.toolTip() == one.accessibleDescription() for one in kinds)


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_nothing_is_cut_off_in_the_smallest_window(
    window: MainWindow, theme: str, light: Appearance
) -> None:
    light.use(light.mode.DARK if theme == "dark" else light.mode.LIGHT)
    window.resize(LEAST)
    for place in PLACES:
        window.show_place(place)
        await settled(window)
        inside = QRect(QPoint(0, 0), window.size())
        for one in controls(window):
            if isinstance(one, (QAbstractButton, QComboBox, QLineEdit)):
                corner = one.mapTo(window, QPoint(0, 0))
                assert corner.x() >= 0, one.objectName()
                assert corner.x() + one.width() <= inside.width(), one.objectName()
            if isinstance(one, QAbstractButton) and one.text():
                assert one.width() >= one.minimumSizeHint().width(), one.objectName()
    assert window.size() == LEAST
    light.use(light.mode.LIGHT)


async def test_no_text_is_shortened_where_it_matters(window: MainWindow) -> None:
    window.resize(LEAST)
    for one in window.today.next_card.findChildren(QLabel):
        if one.isVisible() and not one.wordWrap():
            assert one.width() >= one.sizeHint().width(), one.text()


async def test_one_primary_button_per_view(window: MainWindow) -> None:
    window.resize(1360, 860)
    for place in PLACES:
        window.show_place(place)
        await settled(window)
        primary = [
            one.objectName()
            for one in controls(window)
            if isinstance(one, QAbstractButton) and one.property("kind") == "primary"
        ]
        assert len(primary) <= 1, place


SCALED = """
import asyncio, sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.theme import STYLE, apply_theme
from tests.helpers.desk_story import desk_parts, story

async def main():
    window = MainWindow(desk_parts(story(), Path(sys.argv[1])))
    window.show()
    for place in ("today", "calendar", "interviews"):
        window.show_place(place)
        await window.page(place).tasks.settled()
        picture = window.grab()
        assert picture.devicePixelRatio() == 2, picture.devicePixelRatio()
        assert picture.width() == 2 * window.width()
    await window.shut()

app = QApplication(["tests", *STYLE])
app.setQuitOnLastWindowClosed(False)
apply_theme(app, "light")
with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
    runner.run(main())
print("drawn")
"""


def test_the_window_is_drawn_at_twice_the_scale(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "QT_SCALE_FACTOR": "2", "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-c", SCALED, str(tmp_path)],
        env=environment, capture_output=True, text=True, check=False, timeout=50,
    )  # fmt: skip
    assert done.stdout.strip() == "drawn", done.stderr


HEAVY = (
    "pydantic", "httpx", "websockets", "pycrdt", "cryptography", "sqlalchemy", "jinja2",
    "PySide6.QtNetwork", "PySide6.QtDBus", "interview_desk.wire", "segno",
    "interview_desk.ui.pages.calendar", "interview_desk.domain.links",
)  # fmt: skip


def test_the_window_needs_nothing_heavy_to_begin() -> None:
    code = (
        "import sys, interview_desk.ui.main_window, interview_desk.ui.pages.today;"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=50
    )
    assert done.stdout.strip() == "[]"
