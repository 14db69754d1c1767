"""The desk while it is open for one person: window, tray, alerts, and the exchange behind them."""

from collections.abc import Callable
from datetime import timedelta, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from interview_desk.app import build
from interview_desk.app.icon import app_icon, icon_file
from interview_desk.app.outside import Outside
from interview_desk.app.unlocking import Unlocked
from interview_desk.domain.errors import DeskError
from interview_desk.services.ports import Me
from interview_desk.store import LocalStore
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.on_screen import bring_to_front
from interview_desk.ui.preferences import Preferences

if TYPE_CHECKING:
    from interview_desk.app.booking_flow import BookingFlow
    from interview_desk.app.captures import Captures
    from interview_desk.app.join_flow import JoinFlow
    from interview_desk.app.online import Online
    from interview_desk.app.sync_news import SyncNews
    from interview_desk.domain.booking_requests import BookingRequest
    from interview_desk.services.alerts import AlertService
    from interview_desk.services.notices import Notifier
    from interview_desk.services.timeline import HistoryFeed
    from interview_desk.system.notifications import DesktopNotifications
    from interview_desk.ui.calcom_parts import CalcomParts
    from interview_desk.ui.toasts import Toasts
    from interview_desk.ui.tray import Tray

_STILL_HERE = "Interview Desk stays in the tray, so that it can remind you. Quit it there."


class OpenDesk(QObject):
    """Everything that runs for one person on one database.

    Signals: `quit_asked()`; `pairing_asked(str)` with the link a person brought or an empty text;
    `restore_asked(object)` with the backup to go back to; `reopen_asked()`; `ready()` once all
    behind Today stands.
    """

    quit_asked = Signal()
    pairing_asked = Signal(str)
    restore_asked = Signal(object)
    reopen_asked = Signal()
    ready = Signal()

    def __init__(
        self,
        store: LocalStore,
        me: Me,
        outside: Outside,
        *,
        unlocked: Unlocked,
        preferences: Preferences,
        zone: tzinfo,
        report: Callable[[BaseException], object],
    ) -> None:
        super().__init__()
        self.store = store
        self.me = me
        self._outside = outside
        self.unlocked = unlocked
        self._preferences = preferences
        self._zone = zone
        self._report = report
        self._said_still_here = False
        self.online: Online | None = None
        self.alerts: AlertService | None = None
        self.captures: Captures | None = None
        self._system_notices: DesktopNotifications | None = None
        self.tasks = TaskScope(self)
        self.tasks.broke.connect(report)
        self._parts = build.desk_parts(
            store,
            me,
            outside,
            unlocked=unlocked,
            zone=zone,
            preferences=preferences,
            history=self._history,
            calcom=self._calcom,
        )
        self.window = MainWindow(self._parts)
        self._flow: JoinFlow | None = None
        self._stops: list[Callable[[], None]] = [store.on_rescue(self._tell_rescue)]
        self._connect()

    def _history(self) -> "HistoryFeed | None":
        """What asks the server for the past, through the session that is open then."""
        if self.me.server is None:
            return None
        from interview_desk.app.network import LateHistory

        return LateHistory(lambda: self.online.session if self.online else None)

    def _calcom(self) -> "CalcomParts":
        """What is shown of Cal.com, asked through the session that is open then."""
        from interview_desk.app.asked_for import calcom_parts

        return calcom_parts(
            self.store,
            self.me,
            self._outside,
            session=lambda: self.online.session if self.online else None,
        )

    @cached_property
    def toasts(self) -> "Toasts":
        """The messages in the window's corner, built behind the first page or for the first."""
        from interview_desk.ui.toasts import Toasts

        toasts = Toasts(self.window)
        toasts.answered.connect(self._toast_answered)
        return toasts

    @cached_property
    def bookings(self) -> "BookingFlow":
        """What is asked of Cal.com, with its way back."""
        from interview_desk.app.asked_for import booking_flow

        flow = booking_flow(
            self._parts, toasts=self.toasts, tasks=self.tasks, show=self.show_interview
        )
        flow.told.connect(self.window.say)
        self._stops.append(self.store.on_change(flow.changed))
        return flow

    @cached_property
    def sync_news(self) -> "SyncNews":
        """What the person hears of the exchange with the server."""
        from interview_desk.app.sync_news import SyncNews

        return SyncNews(self)

    @cached_property
    def tray(self) -> "Tray":
        """The icon in the tray, built behind the first page or where the desk starts hidden."""
        from interview_desk.ui.tray import Tray

        tray = Tray(app_icon(), now=self._outside.clock.now, zone=self._zone, parent=self)
        tray.join_requested.connect(self.join)
        tray.interview_selected.connect(self.show_interview)
        tray.window_requested.connect(self.to_front)
        tray.quit_requested.connect(self.quit_asked)
        tray.pause_requested.connect(self._pause)
        return tray

    def show_first_page(self) -> None:
        """Open the window with Today, read before there is a loop; `go_on` follows."""
        self.window.begin()
        self.window.show()

    def go_on(self, *, hidden: bool) -> None:
        """Load what works behind the first page; opens the window, or only the tray icon."""
        self.window.today.loaded.connect(self._first_page_stands)
        self.window.show_place("today")
        if not (hidden and self.tray.is_there):
            self.window.show()
        if self.store.rescued:
            self._tell_rescue(self.store.rescued)

    def tell(
        self,
        message_id: str,
        title: str,
        words: str,
        *,
        answers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Show a message in the window that stays until it is answered."""
        from interview_desk.ui.toasts import Toast

        self.toasts.show_toast(Toast(message_id, title, words, answers, stays=True))

    def to_front(self) -> None:
        """Bring the window before the person's eyes."""
        bring_to_front(self.window)

    def join(self, interview_id: str) -> None:
        """Open the meeting of an interview."""
        if self._flow is None:
            from interview_desk.app.asked_for import joining
            from interview_desk.app.join_flow import JoinFlow

            self._flow = JoinFlow(
                joining(self.store, self._outside, on_joined=self._joined),
                toasts=self.toasts,
                tasks=self.tasks,
                front=self.to_front,
            )
        self._flow.join(interview_id)

    def show_interview(self, interview_id: str) -> None:
        """Bring one interview before the person's eyes."""
        self.to_front()
        self.window.show_interview(interview_id)

    async def may_end(self) -> bool:
        """Write down what is being captured or written; False, and the reason shown, otherwise."""
        from interview_desk.ui.unsaved import keep_all

        try:
            if self.captures is not None:
                await self.captures.close()
            await keep_all(self.window)
        except DeskError as reason:
            self.to_front()
            self.window.say(str(reason))
            return False
        return True

    async def close(self) -> None:
        """End everything in order."""
        for stop in self._stops:
            stop()
        await self.tasks.close()
        if self.online is not None:
            await self.online.session.close()
        if self._system_notices is not None:
            await self._system_notices.close()
        await self.window.shut()
        if "tray" in vars(self):
            self.tray.close()
        self.window.deleteLater()
        self.deleteLater()

    # What the person does.

    def _connect(self) -> None:
        window = self.window
        window.join_requested.connect(self.join)
        window.capture_requested.connect(self._capture)
        window.notes_requested.connect(self._notes)
        window.alert_minutes_chosen.connect(self._minutes_chosen)
        window.pair_requested.connect(self._pair)
        window.restore_requested.connect(self.restore_asked)
        window.booking_asked.connect(self._booking_asked)
        window.undo_requested.connect(self._undo)
        window.sync_details_requested.connect(self._explain_sync)
        window.close_asked.connect(self._close_asked)
        window.today.tasks.broke.connect(self._report)
        window.page_built.connect(self._page_built)
        self.tasks.told.connect(window.say)

    def _page_built(self, place: str) -> None:
        self.window.page(place).tasks.broke.connect(self._report)

    def _capture(self, interview_id: str) -> None:
        self.tasks.start(self._open_capture(interview_id))

    def _notes(self, interview_id: str, stage: str) -> None:
        self.tasks.start(self._open_capture(interview_id, stage))

    async def _open_capture(self, interview_id: str, stage: str = "") -> None:
        if self.captures is None:
            from interview_desk.app.captures import Captures

            self.captures = Captures(
                self.store, self.me, self._outside, zone=self._zone, parent=self
            )
            self.captures.join_requested.connect(self.join)
            self.captures.debrief_requested.connect(self._debrief)
            self.captures.told.connect(self.window.say)
            self.captures.broke.connect(self._report)
            if self.online is not None:
                self.sync_news.tell_captures(self.online.sync.state)
                self.captures.meet(self.online.sync.company, self.online.versions)
        window = await self.captures.open(interview_id)
        window.show_stage(stage)

    def _debrief(self, interview_id: str) -> None:
        self.to_front()
        self.window.show_debrief(interview_id)

    def _minutes_chosen(self, minutes: tuple[int, ...]) -> None:
        if self.alerts is not None:
            from interview_desk.app.behind import alert_settings

            self.alerts.use(alert_settings(minutes))

    def _pair(self) -> None:
        self.pairing_asked.emit("")

    def _close_asked(self) -> None:
        if not self.tray.is_there:
            self.quit_asked.emit()
            return
        self.window.hide()
        if not self._said_still_here:
            self._said_still_here = True
            self.tray.hint("Interview Desk", _STILL_HERE)

    def _booking_asked(self, request: "BookingRequest") -> None:
        self.bookings.asked(request)

    def _undo(self) -> None:
        self.bookings.undo_last()

    def _explain_sync(self) -> None:
        self.sync_news.explain()

    def _pause(self, length: timedelta | None) -> None:
        if self.alerts is not None:
            self.alerts.pause(self._outside.clock.now() + length if length else None)
            self.tray.show_paused(self.alerts.paused_until)

    def _joined(self, interview_id: str) -> None:
        if self.alerts is not None:
            self.alerts.joined(interview_id)

    def _toast_answered(self, toast_id: str, key: str) -> None:
        if (toast_id, key) == ("unpaired", "pair"):
            self._pair()
        if (toast_id, key) == ("handover", "choose"):
            self.sync_news.ask_what_goes()
        if (toast_id, key) == ("role", "anew"):
            self.reopen_asked.emit()

    # What is loaded behind the first page.

    def _today_read(self) -> None:
        if self.window.today.shown is not None:
            self.tray.show_today(self.window.today.shown)

    def _first_page_stands(self) -> None:
        self.window.today.loaded.disconnect(self._first_page_stands)
        # After the page has been painted, not in front of it.
        QTimer.singleShot(0, self, self._load_the_rest)

    def _load_the_rest(self) -> None:
        self.tasks.start(self._rest())

    async def _rest(self) -> None:
        self._today_read()
        self.window.today.loaded.connect(self._today_read)
        from interview_desk.app.behind import alerts, checkup, take_up_booking
        from interview_desk.app.team_watches import team_watches
        from interview_desk.services.alerts import AlertActions
        from interview_desk.services.sync_state import SyncKind, SyncState

        await self.store.settle_after_upgrade()
        self._stops += team_watches(self, self._parts.flags)
        self.alerts = alerts(
            self.store,
            self.me,
            self._outside,
            notifier=self._notifier(),
            actions=AlertActions(join=self.join, show=self.show_interview),
            zone=self._zone,
            preferences=self._preferences,
        )
        if self.me.server is None:
            self.alerts.announce()
            self.window.show_sync(SyncState(SyncKind.ALONE))
        else:
            await self._connect_to_server()
        self.tasks.keep_up(self.alerts.run)
        self.tasks.start(build.searching(self.store).keep_reading())
        self.tasks.start(self.store.erasure.finish())
        self.tasks.start(checkup(self.store, self._outside, say=self.window.say).run())
        self.tasks.start(take_up_booking(self.store, self.window, self._parts))
        self.ready.emit()

    def _notifier(self) -> "Notifier":
        from interview_desk.system.notifications import DesktopNotifications, FirstThatWorks
        from interview_desk.ui.toasts import ToastNotices

        in_window = ToastNotices(self.toasts, self._draw_the_eye)
        if self._outside.notifier is not None:
            return FirstThatWorks([self._outside.notifier, in_window])
        self._system_notices = DesktopNotifications(icon_file())
        return FirstThatWorks([self._system_notices, in_window])

    def _draw_the_eye(self, title: str, body: str) -> None:
        # Who looks at the window has the toast before their eyes.
        if not self.window.isActiveWindow():
            self.tray.hint(title, body)

    async def _connect_to_server(self) -> None:
        from interview_desk.app.online import go_online
        from interview_desk.system.reachability import on_network_back

        tokens = self.unlocked.tokens(self.store)
        self.online = await go_online(self.store, self.me, tokens, clock=self._outside.clock)
        self._stops.append(self.online.sync.on_state(self.sync_news.changed))
        self.sync_news.changed(self.online.sync.state)
        if self.captures is not None:
            self.captures.meet(self.online.sync.company, self.online.versions)
        self.tasks.keep_up(self.online.sync.run)
        self._stops.append(on_network_back(self.online.sync.network_is_back))

    def _tell_rescue(self, rescue: object) -> None:
        self.tell("rescue", "Your data was rebuilt", str(rescue))
