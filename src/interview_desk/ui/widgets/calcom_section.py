"""Settings: the connection to Cal.com, tested and connected in plain words."""

from collections.abc import Callable, Sequence
from datetime import tzinfo
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from interview_desk.services.connection import Connected, Connection, ConnectionDesk, Tested
from interview_desk.services.ports import Clock
from interview_desk.ui.bridge.dates import clock_time, short_day
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import (
    Weight,
    button,
    column,
    emptied,
    hide_unless,
    label,
    row,
    switch,
)

_NO_KEY = (
    "The server has no Cal.com key yet. Whoever runs it sets INTERVIEW_DESK_CALCOM_API_KEY; "
    "bookings that Cal.com tells of by itself arrive without one."
)
_OFF = "Cal.com is turned off for your team. Nothing is asked of it; what was booked is kept."


class CalcomSection(QWidget):
    """How the team stands with Cal.com.

    Signals: `place_requested(str)` with another place of the window.
    """

    place_requested = Signal(str)

    def __init__(
        self,
        desk: ConnectionDesk,
        *,
        may_change: bool,
        clock: Clock,
        zone: tzinfo,
        tasks: TaskScope,
    ) -> None:
        super().__init__()
        self.setObjectName("calcom-section")
        self._desk = desk
        self._may_change = may_change
        self._clock = clock
        self._zone = zone
        self._tasks = tasks
        self._state = label(weight=Weight.Medium, wrap=True)
        self._state.setObjectName("calcom-state")
        self._more = label(size=Size.DETAIL, tone="muted", wrap=True)
        self._findings = QVBoxLayout()
        self._findings.setSpacing(4)
        self._test = self._button("Test", "calcom-test", self._test_pressed)
        self._connect = self._button("Connect", "calcom-connect", self._connect_pressed)
        self._disconnect = self._button("Disconnect", "calcom-disconnect", self._disconnect_pressed)
        inbox = self._button(
            "Inbox", "calcom-inbox", partial(self.place_requested.emit, "calcom_inbox")
        )
        types = self._button(
            "Event types", "calcom-event-types", partial(self.place_requested.emit, "event_types")
        )
        for one in (self._test, self._connect, self._disconnect, inbox):
            hide_unless(one, wanted=may_change)
        buttons = row(self._test, self._connect, self._disconnect, inbox, types, None)
        buttons.setContentsMargins(0, 8, 0, 0)
        self.setLayout(column(self._state, self._more, self._findings, buttons, gap=4))

    def refresh(self) -> None:
        """Ask how it stands."""
        self._tasks.start(self._desk.state(), then=self._show, told=self._say, instead_of="calcom")

    def _show(self, state: Connection) -> None:
        self._state.setText(state_words(state))
        self._more.setText(self._details(state))
        self._more.setVisible(bool(self._more.text()))
        usable = state.has_key and state.is_on
        why = "" if usable else _NO_KEY if state.is_on else _OFF
        for one in (self._test, self._connect):
            switch(one, why)
        self._connect.setText("Connect again" if state.connected_at else "Connect")
        self._disconnect.setVisible(self._may_change and state.connected_at is not None)

    def _details(self, state: Connection) -> str:
        lines = []
        if state.follows:
            lines.append(f"Follows the bookings of {', '.join(state.follows)}.")
        if state.waits_for:
            lines.append(waiting_words(state.waits_for))
        if state.told_at is not None:
            day, when = state.told_at.astimezone(self._zone).date(), state.told_at
            lines.append(
                f"Last heard from Cal.com {short_day(day)}, {clock_time(when, self._zone)}."
            )
        if state.paused_until is not None and state.paused_until > self._clock.now():
            until = clock_time(state.paused_until, self._zone)
            lines.append(f"Cal.com asks for a pause; it goes on by itself at {until}.")
        if state.failed:
            lines.append(f"{state.failed} of what came in could not be read: see the inbox.")
        return " ".join(lines)

    def _test_pressed(self) -> None:
        self._busy("Asking Cal.com\N{HORIZONTAL ELLIPSIS}")
        self._tasks.start(
            self._desk.test(), then=self._show_test, told=self._say, instead_of="calcom"
        )

    def _connect_pressed(self) -> None:
        self._busy("Connecting\N{HORIZONTAL ELLIPSIS}")
        self._tasks.start(
            self._desk.connect(), then=self._show_connected, told=self._say, instead_of="calcom"
        )

    def _disconnect_pressed(self) -> None:
        self._tasks.start(
            self._desk.disconnect(), then=self._disconnected, told=self._say, instead_of="calcom"
        )

    def _show_test(self, tested: Tested) -> None:
        who = " \N{MIDDLE DOT} ".join(part for part in (tested.name, tested.email) if part)
        self._say(f"The key works: {who}." if tested.ok else "Something is missing.")
        for finding in tested.findings:
            sign = "\N{CHECK MARK}" if finding.ok else "\N{MULTIPLICATION X}"
            tone = "good" if finding.ok else "bad"
            words = label(f"{sign}  {finding.says}", size=Size.DETAIL, tone=tone, wrap=True)
            self._findings.addWidget(words)

    def _show_connected(self, result: Connected) -> None:
        self._busy("")
        self._show(result.state)
        self._say(result.says)

    def _disconnected(self, _: None) -> None:
        self._busy("Disconnected. Everything that was booked is kept.")
        self.refresh()

    def _busy(self, words: str) -> None:
        emptied(self._findings)
        self._say(words)

    def _say(self, sentence: str) -> None:
        self._state.setText(sentence)

    def _button(self, words: str, name: str, act: Callable[[], object]) -> QPushButton:
        made = button(words, name=name)
        made.clicked.connect(act)
        return made


def waiting_words(names: Sequence[str]) -> str:
    """That some who are followed have nothing to book yet, and need nothing more."""
    who = ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else names[0]
    have, their = ("have", "Their") if len(names) > 1 else ("has", "Its")
    first = f"{their} first one is followed by itself, within ten minutes"
    return f"{who} {have} no event type yet. {first} after it is made at Cal.com."


def state_words(state: Connection) -> str:
    """How it stands, in one sentence."""
    if not state.is_on:
        return _OFF
    if not state.has_key:
        return _NO_KEY
    if state.problem:
        return state.problem
    if state.connected_at is None:
        return "The server asks Cal.com from time to time. Connect it to hear of changes at once."
    return f"Connected to {state.address.removeprefix('https://')}."
