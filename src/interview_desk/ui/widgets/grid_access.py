"""Painted events as children that a screen reader can walk."""

from collections.abc import Sequence
from datetime import tzinfo
from functools import cache
from typing import Protocol, cast

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QRectF
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget
from typing_extensions import override

from interview_desk.domain.agenda import Appointment
from interview_desk.ui.models.agenda_model import ChosenTime
from interview_desk.ui.widgets.event_look import event_words

_CLASS = "GridCanvas"
# Qt does not keep what Python makes: an interface that is collected takes the program with it.
_KEPT: list[QAccessibleInterface] = []


class PaintedEvents(Protocol):
    """What a screen reader hears of a calendar: its events, and where each is painted."""

    @property
    def shown(self) -> Sequence[Appointment]:
        """The events in the order in which they are walked."""
        ...

    @property
    def zone(self) -> tzinfo:
        """The zone their times are told in."""
        ...

    @property
    def picked_id(self) -> str | None:
        """The event that the keyboard stands on."""
        ...

    @property
    def chosen(self) -> ChosenTime | None:
        """The time that is about to be booked."""
        ...

    def chosen_places(self) -> Sequence[QRectF]:
        """Where it is painted."""
        ...

    def rect_of(self, interview_id: str) -> QRectF:
        """Where an event is painted."""
        ...

    def event_at(self, place: QPointF) -> str | None:
        """The event painted there."""
        ...


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
    made = CalendarAccess(thing, cast("PaintedEvents", thing))
    _KEPT.append(made)
    return made


class CalendarAccess(QAccessibleWidget):
    """The calendar as a list of its events, and at its end the time that is about to be booked."""

    def __init__(self, canvas: QWidget, events: PaintedEvents) -> None:
        super().__init__(canvas, QAccessible.Role.List, canvas.accessibleName())
        self._canvas = canvas
        self._events = events
        # One per place in the list, not per event: Qt may ask for an old one at any time.
        self._children: list[EventAccess] = []

    @override
    def childCount(self) -> int:
        return len(self._events.shown) + len(self._events.chosen_places()[:1])

    @override
    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]  # None is allowed
        if not 0 <= index < self.childCount():
            return None
        while len(self._children) <= index:
            place = len(self._children)
            one = EventAccess(self, self._canvas, self._events, place=place)
            self._children.append(one)
        return self._children[index]

    @override
    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return child.place if isinstance(child, EventAccess) else -1

    @override
    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]  # None is allowed
        place = self._canvas.mapFromGlobal(QPoint(x, y)).toPointF()
        found = self._events.event_at(place)
        ids = [one.id for one in self._events.shown]
        if any(one.contains(place) for one in self._events.chosen_places()):
            return self.child(len(ids))
        return self.child(ids.index(found)) if found else None


class EventAccess(QAccessibleInterface):
    """One painted event: named in full, selectable, on screen where it is painted.

    The place behind the last event is that of the time that is about to be booked.
    """

    def __init__(
        self, calendar: CalendarAccess, canvas: QWidget, events: PaintedEvents, *, place: int
    ) -> None:
        super().__init__()
        self._calendar = calendar
        self._canvas = canvas
        self._events = events
        self.place = place

    @override
    def isValid(self) -> bool:
        return self.place < self._calendar.childCount()

    @property
    def _event(self) -> Appointment | None:
        shown = self._events.shown
        return shown[self.place] if self.place < len(shown) else None

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
        event, chosen = self._event, self._events.chosen
        if event is not None:
            return event_words(event, self._events.zone)
        return chosen.spoken(self._events.zone) if chosen else ""

    @override
    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """A screen reader cannot rename an interview."""

    @override
    def rect(self) -> QRect:
        if not self.isValid():
            return QRect()
        event = self._event
        place = self._events.rect_of(event.id) if event else self._events.chosen_places()[0]
        inside = place.toRect()
        return QRect(self._canvas.mapToGlobal(inside.topLeft()), inside.size())

    @override
    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    @override
    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        event = self._event
        state.focusable = state.selectable = event is not None
        if event is not None and event.id == self._events.picked_id:
            state.focused = state.selected = True
        return state
