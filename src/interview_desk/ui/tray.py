"""The desk in the system tray: what is next, one press to join, today's list."""

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from interview_desk.domain.agenda import Appointment, countdown, is_joinable, takes_place
from interview_desk.domain.plain_text import plain
from interview_desk.services.agenda import Today
from interview_desk.ui.bridge.dates import clock_time, short_day
from interview_desk.ui.quoting import caption

# A countdown in minutes; also how soon a tray that appears later is found.
_LOOK_AGAIN_MS = 15_000
_LONGEST_TITLE = 40
_NOTHING = "Nothing ahead"


class Tray(QObject):
    """Shows the next interview and today's list where the desktop has a tray.

    Signals: `join_requested(str)` and `interview_selected(str)` with an interview's id,
    `window_requested()`, `quit_requested()`, `pause_requested(object)` with the length of the
    pause as a timedelta, or None to go on, and `mail_requested(bool)` with whether mail may leave.
    """

    join_requested = Signal(str)
    interview_selected = Signal(str)
    window_requested = Signal()
    quit_requested = Signal()
    pause_requested = Signal(object)
    mail_requested = Signal(bool)

    def __init__(
        self, icon: QIcon, *, now: Callable[[], datetime], zone: tzinfo, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._now = now
        self._zone = zone
        self._today: Today | None = None
        self._paused_until: datetime | None = None
        self._icon = QSystemTrayIcon(icon, self)
        # The icon does not take over its menu; it lives as long as this object holds it.
        self._menu = QMenu()
        self._menu.setObjectName("tray-menu")
        self._day: list[QAction] = []
        self._build()
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._activated)
        self._icon.messageClicked.connect(self.window_requested)
        self._timer = QTimer(self, interval=_LOOK_AGAIN_MS)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()
        self.refresh()

    @property
    def is_there(self) -> bool:
        """Whether this desktop shows our icon, so that the window may be closed without ending."""
        return QSystemTrayIcon.isSystemTrayAvailable() and self._icon.isVisible()

    @property
    def menu(self) -> QMenu:
        """What a press on the icon shows."""
        return self._menu

    @property
    def tooltip(self) -> str:
        """What hovering over the icon says."""
        return self._icon.toolTip()

    def show_today(self, today: Today) -> None:
        """Show this day and what comes next."""
        self._today = today
        self.refresh()

    def show_paused(self, until: datetime | None) -> None:
        """Say until when alerts are paused, None while they are shown."""
        self._paused_until = until
        self.refresh()

    def show_mail(self, *, on: bool) -> None:
        """Offer to stop all mail to guests, or to let it leave again."""
        self._stop_mail.setVisible(on)
        self._let_mail.setVisible(not on)

    def hint(self, title: str, body: str) -> None:
        """A short balloon, for desktops without notifications; nothing where there is no tray."""
        if self.is_there:
            self._icon.showMessage(title, body, self._icon.icon())

    def refresh(self) -> None:
        """Bring the countdown up to date, and appear where a tray has come up meanwhile."""
        if QSystemTrayIcon.isSystemTrayAvailable() and not self._icon.isVisible():
            self._icon.show()
        self._show_next()
        self._show_day()
        self._show_pause()

    def close(self) -> None:
        """Leave the tray."""
        self._timer.stop()
        self._icon.hide()
        self._menu.deleteLater()

    def _build(self) -> None:
        self._next = self._add("tray-next", self._open_next)
        self._join = self._add("tray-join", self._join_next)
        self._join.setText("Join")
        self._menu.addSeparator()
        self._after_day = self._menu.addSeparator()
        self._pause = self._add("tray-pause", self._pause_for_an_hour)
        self._resume = self._add("tray-resume", self._go_on)
        self._stop_mail = self._add("tray-stop-mail", self._no_mail)
        self._stop_mail.setText("Stop all mail to guests")
        self._let_mail = self._add("tray-let-mail", self._mail_again)
        self._let_mail.setText("Let mail to guests leave again (all is stopped)")
        for hidden in (self._stop_mail, self._let_mail):
            hidden.setVisible(False)
        self._menu.addSeparator()
        self._add("tray-open", self.window_requested.emit).setText("Open Interview Desk")
        self._add("tray-quit", self.quit_requested.emit).setText("Quit")

    def _add(self, name: str, pressed: Callable[[], None]) -> QAction:
        action = self._menu.addAction(name)
        action.setObjectName(name)
        action.triggered.connect(pressed)
        return action

    def _upcoming(self) -> Appointment | None:
        return self._today.next if self._today else None

    def _show_next(self) -> None:
        following = self._upcoming()
        words = self._next_words(following)
        self._next.setText(words)
        self._next.setEnabled(following is not None)
        self._join.setEnabled(
            following is not None and is_joinable(following.interview, self._now())
        )
        self._icon.setToolTip(f"Interview Desk\n{words}")

    def _next_words(self, following: Appointment | None) -> str:
        if following is None or following.interview.start is None:
            return _NOTHING
        interview = following.interview
        away = countdown(following.interview.start, interview.end, self._now(), self._zone)
        return f"{_short(interview.title)} {away}"

    def _show_day(self) -> None:
        for action in self._day:
            self._menu.removeAction(action)
            action.deleteLater()
        self._day = [self._day_line(one) for one in (self._today.day if self._today else ())]
        self._menu.insertActions(self._after_day, self._day)

    def _day_line(self, appointment: Appointment) -> QAction:
        interview = appointment.interview
        when = clock_time(interview.start, self._zone) if interview.start else ""
        words = f"{when}  {_short(interview.title)}"
        if not takes_place(interview):
            words += f" ({interview.status.replace('_', ' ')})"
        action = QAction(words, self._menu)
        action.setObjectName(f"tray-day-{interview.id}")
        action.setData(interview.id)
        action.triggered.connect(self._day_pressed)
        return action

    def _show_pause(self) -> None:
        until = self._paused_until
        paused = until is not None and until > self._now()
        self._pause.setVisible(not paused)
        self._resume.setVisible(paused)
        self._pause.setText("Pause alerts for an hour")
        if until is not None and paused:
            self._resume.setText(f"Resume alerts (paused until {self._when(until)})")

    def _when(self, moment: datetime) -> str:
        local = moment.astimezone(self._zone)
        same_day = local.date() == self._now().astimezone(self._zone).date()
        time = clock_time(moment, self._zone)
        return time if same_day else f"{short_day(local.date())} {time}"

    def _day_pressed(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.interview_selected.emit(str(action.data()))

    def _open_next(self) -> None:
        following = self._upcoming()
        if following is not None:
            self.interview_selected.emit(following.id)

    def _join_next(self) -> None:
        following = self._upcoming()
        if following is not None:
            self.join_requested.emit(following.id)

    def _pause_for_an_hour(self) -> None:
        self.pause_requested.emit(timedelta(hours=1))

    def _no_mail(self) -> None:
        self.mail_requested.emit(False)  # noqa: FBT003  - a signal has no names

    def _mail_again(self) -> None:
        self.mail_requested.emit(True)  # noqa: FBT003  - a signal has no names

    def _go_on(self) -> None:
        self.pause_requested.emit(None)

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self.window_requested.emit()


def _short(title: str) -> str:
    line = plain(title)
    if len(line) > _LONGEST_TITLE:
        line = line[: _LONGEST_TITLE - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return caption(line)
