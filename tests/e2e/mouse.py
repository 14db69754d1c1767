"""A person's mouse and keyboard on the windows of the real desk; false where something is missing.

Every event goes to the widget that is on screen, as Qt would bring it there.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QListWidget,
    QMenu,
    QWidget,
)

from interview_desk.ui.widgets.grid_canvas import GridCanvas

_W = TypeVar("_W", bound=QWidget)

_LEFT = Qt.MouseButton.LeftButton
# Into an event, below the edge at its top.
_GRIP = QPoint(0, 3)


def in_sight(kind: type[_W]) -> Iterable[_W]:
    """Every widget of this kind that a person can see."""
    for window in QApplication.topLevelWidgets():
        if window.isVisible():
            yield from (each for each in window.findChildren(kind) if each.isVisible())


def named(kind: type[_W], name: str) -> _W | None:
    """The one of this name that can be used."""
    found = (each for each in in_sight(kind) if each.objectName() == name and each.isEnabled())
    return next(found, None)


def _click(name: str) -> bool:
    widget = named(QWidget, name)
    if widget is None:
        return False
    # A tick box is as wide as its row, and only its words can be clicked.
    place = QPoint(8, widget.height() // 2) if isinstance(widget, QCheckBox) else QPoint()
    # A button with a menu returns only when the menu is closed.
    QTimer.singleShot(0, widget, partial(QTest.mouseClick, widget, _LEFT, pos=place))
    return True


def _click_row(spoken: str) -> bool:
    """Click what is read aloud as `spoken`."""
    found = (each for each in in_sight(QWidget) if each.accessibleName() == spoken)
    widget = next(found, None)
    if widget is None:
        return False
    QTimer.singleShot(0, widget, partial(QTest.mouseClick, widget, _LEFT))
    return True


def _choose(name: str) -> bool:
    """Click an entry of the menu that is open."""
    menu = QApplication.activePopupWidget()
    if not isinstance(menu, QMenu):
        return False
    for action in menu.actions():
        if action.objectName() == name and action.isEnabled():
            QTest.mouseClick(menu, _LEFT, pos=menu.actionGeometry(action).center())
            return True
    return False


def _type(name: str, text: str) -> bool:
    line = named(QLineEdit, name)
    if line is None:
        return False
    line.selectAll()
    QTest.keyClicks(line, text)
    return line.text() == text


def _turn(name: str, text: str) -> bool:
    """Go down a list of choices with the arrow key, until it begins with `text`."""
    box = named(QComboBox, name)
    if box is None:
        return False
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(box.count()):
        if box.currentText().startswith(text):
            return True
        QTest.keyClick(box, Qt.Key.Key_Down)
    return False


def _pick(name: str, text: str) -> bool:
    """Click the line of a list that begins with `text`."""
    box = named(QListWidget, name)
    for number in range(box.count() if box else 0):
        assert box is not None
        item = box.item(number)
        if item.text().startswith(text) and item.flags() & Qt.ItemFlag.ItemIsEnabled:
            box.scrollToItem(item)
            QTest.mouseClick(box.viewport(), _LEFT, pos=box.visualItemRect(item).center())
            return True
    return False


def _key(name: str) -> bool:
    """Press a key on the window that is in front."""
    window = QApplication.activeWindow()
    if window is None:
        return False
    QTest.keyClick(QApplication.focusWidget() or window, getattr(Qt.Key, f"Key_{name}"))
    return True


def _canvas() -> GridCanvas | None:
    return next(iter(in_sight(GridCanvas)), None)


def _event(title: str) -> str:
    """When an event of the calendar begins, and whether it only wishes to; empty without one."""
    canvas = _canvas()
    found = [one for one in canvas.shown if one.interview.title == title] if canvas else []
    if not found or found[0].interview.start is None:
        return ""
    asked = found[0].asked
    wish = f" {asked.kind} {asked.state}" if asked else ""
    return found[0].interview.start.isoformat() + wish


def _open(title: str) -> bool:
    """Double-click an event of the calendar."""
    canvas = _canvas()
    place = _place_of(canvas, title) if canvas else None
    if canvas is None or place is None:
        return False
    QTest.mouseDClick(canvas, _LEFT, pos=place)
    return True


def _drag(title: str, start: str) -> bool:
    """Drag an event of the calendar to another time of the days on screen."""
    canvas = _canvas()
    place = _place_of(canvas, title) if canvas else None
    if canvas is None or place is None:
        return False
    local = datetime.fromisoformat(start).astimezone()
    column = canvas.days.index(local.date()) + 0.4
    width = (canvas.width() - canvas.gutter) / len(canvas.days)
    down = canvas.y_of(local.hour * 60 + local.minute)
    target = QPoint(int(canvas.gutter + column * width), int(down)) + _GRIP
    QTest.mousePress(canvas, _LEFT, pos=place)
    for step in (place + QPoint(0, 12), (place + target) / 2, target):
        _move(canvas, step)
    QTest.mouseRelease(canvas, _LEFT, pos=target)
    return True


def _place_of(canvas: GridCanvas, title: str) -> QPoint | None:
    found = [one.id for one in canvas.shown if one.interview.title == title]
    if not found:
        return None
    box = canvas.rect_of(found[0])
    return QPointF(box.center().x(), box.top()).toPoint() + _GRIP


def _move(canvas: QWidget, place: QPoint) -> None:
    # QTest.mouseMove says that no button is down.
    moved = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(place),
        canvas.mapToGlobal(place).toPointF(),
        Qt.MouseButton.NoButton,
        _LEFT,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(canvas, moved)


ACTIONS: dict[str, Callable[..., Any]] = {
    "click": _click,
    "click-row": _click_row,
    "choose": _choose,
    "type": _type,
    "turn": _turn,
    "pick": _pick,
    "key": _key,
    "event": _event,
    "open-event": _open,
    "drag-event": _drag,
}
