"""Painted events as children that a screen reader can walk."""

from functools import cache
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget
from typing_extensions import override

from interview_desk.ui.widgets.event_look import event_words

if TYPE_CHECKING:
    from interview_desk.ui.widgets.grid_canvas import GridCanvas

_CLASS = "GridCanvas"
# Qt does not keep what Python makes: an interface that is collected takes the program with it.
_KEPT: list[QAccessibleInterface] = []


@cache
def teach_screen_readers() -> None:
    """Tell Qt once how calendars are read."""
    QAccessible.installFactory(_interface)


def announce_focus(canvas: QWidget, index: int) -> None:
    """Say that the keyboard stands on the event with this number."""
    event = QAccessibleEvent(canvas, QAccessible.Event.Focus)
    event.setChild(index)
    QAccessible.updateAccessibility(event)


def _interface(class_name: str, thing: QObject) -> QAccessibleInterface | None:
    if class_name != _CLASS or not isinstance(thing, QWidget):
        return None
    made = CalendarAccess(cast("GridCanvas", thing))
    _KEPT.append(made)
    return made


class CalendarAccess(QAccessibleWidget):
    """The calendar as a list of its events."""

    def __init__(self, canvas: "GridCanvas") -> None:
        super().__init__(canvas, QAccessible.Role.List, canvas.accessibleName())
        self._canvas = canvas
        # One per place in the list, not per event: Qt may ask for an old one at any time.
        self._children: list[EventAccess] = []

    @override
    def childCount(self) -> int:
        return len(self._canvas.shown)

    @override
    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]  # None is allowed
        if not 0 <= index < self.childCount():
            return None
        while len(self._children) <= index:
            self._children.append(EventAccess(self, self._canvas, len(self._children)))
        return self._children[index]

    @override
    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return child.place if isinstance(child, EventAccess) else -1

    @override
    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]  # None is allowed
        place = self._canvas.mapFromGlobal(QPoint(x, y)).toPointF()
        found = self._canvas.event_at(place)
        ids = [one.id for one in self._canvas.shown]
        return self.child(ids.index(found)) if found else None


class EventAccess(QAccessibleInterface):
    """One painted event: named in full, selectable, on screen where it is painted."""

    def __init__(self, calendar: CalendarAccess, canvas: "GridCanvas", place: int) -> None:
        super().__init__()
        self._calendar = calendar
        self._canvas = canvas
        self.place = place

    @override
    def isValid(self) -> bool:
        return self.place < len(self._canvas.shown)

    @override
    def object(self) -> QObject | None:  # type: ignore[override]  # None is allowed
        return None

    @override
    def parent(self) -> QAccessibleInterface:
        return self._calendar

    @override
    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]  # None is allowed
        return None

    @override
    def childCount(self) -> int:
        return 0

    @override
    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]  # None is allowed
        return None

    @override
    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return -1

    @override
    def text(self, kind: QAccessible.Text) -> str:
        if kind != QAccessible.Text.Name or not self.isValid():
            return ""
        return event_words(self._canvas.shown[self.place], self._canvas.zone)

    @override
    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """A screen reader cannot rename an interview."""

    @override
    def rect(self) -> QRect:
        if not self.isValid():
            return QRect()
        inside = self._canvas.rect_of(self._canvas.shown[self.place].id).toRect()
        return QRect(self._canvas.mapToGlobal(inside.topLeft()), inside.size())

    @override
    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    @override
    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.focusable = state.selectable = True
        if self.isValid() and self._canvas.shown[self.place].id == self._canvas.picked_id:
            state.focused = state.selected = True
        return state
