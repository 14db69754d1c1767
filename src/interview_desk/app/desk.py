"""The program from its first window to its last: unlock, first run, the desk, the end."""

from collections.abc import Callable
from datetime import tzinfo
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QApplication

from interview_desk.app.open_desk import OpenDesk
from interview_desk.app.outside import Outside
from interview_desk.app.unlocking import Unlocked, ask_for_passphrase, unlock
from interview_desk.domain.errors import DeskError
from interview_desk.services.at_once import at_once
from interview_desk.services.ports import Me
from interview_desk.store import LocalStore
from interview_desk.system.paths import Paths
from interview_desk.ui.bridge.first_paint import until_painted
from interview_desk.ui.on_screen import bring_to_front
from interview_desk.ui.overriding import override
from interview_desk.ui.preferences import Preferences
from interview_desk.ui.theme import apply_theme

if TYPE_CHECKING:
    import asyncio

    from interview_desk.services.backups import Backup
    from interview_desk.ui.pages.first_run import FirstRun

_END_SECONDS = 10
_WENT_BACK = (
    "Your desk is as it was when the backup was made. What it was before is kept among the "
    "backups in Settings."
)


def _event() -> "asyncio.Event":
    # Here, because the first page stands before there is a loop.
    from asyncio import Event

    return Event()


class Desk(QObject):
    """Runs until the person quits; `open_desk` is what is open right now.

    Signals: `running()` once there is a loop, and with it everything that has to wait.
    """

    running = Signal()

    def __init__(
        self,
        app: QApplication,
        paths: Paths,
        outside: Outside,
        *,
        zone: tzinfo,
        report: Callable[[BaseException], object],
        when_shown: Callable[[], object] = bool,
    ) -> None:
        super().__init__()
        self._when_shown = when_shown
        self._app = app
        self._paths = paths
        self._outside = outside
        self._zone = zone
        self._report = report
        self._preferences = Preferences(paths.data / "preferences.ini")
        self._notices: list[str] = []
        self._ended = False
        self._unlocked: Unlocked | None = None
        self._store: LocalStore | None = None
        self._pairing: FirstRun | None = None
        self._going_back_to: Backup | None = None
        self.open_desk: OpenDesk | None = None
        self.first_run: FirstRun | None = None

    @cached_property
    def opened(self) -> "asyncio.Event":
        """Set with the first window."""
        return _event()

    @cached_property
    def _turn(self) -> "asyncio.Event":
        """Set when the open desk has to give way: to the end, or to another person's desk."""
        return _event()

    def begin(self, *, hidden: bool) -> None:
        """Show the first page before there is a loop, where nobody has to be asked anything."""
        self._paths.prepare()
        apply_theme(self._app, self._preferences.appearance)
        self._unlocked = unlock(self._paths, self._outside)
        if self._unlocked is None:
            return
        self._store = LocalStore.open_at_once(self._paths.database, self._unlocked.key)
        me = at_once(self._store.me())
        if me is None or hidden:
            return
        self.open_desk = self._desk_of(me, self._store, self._unlocked)
        self.open_desk.show_first_page()
        until_painted(self.open_desk.window)

    async def run(self, *, link: str | None = None, hidden: bool = False) -> None:
        """Go on from there until the person quits."""
        self.running.emit()
        unlocked = self._unlocked or await ask_for_passphrase(self._paths)
        if unlocked is None:
            return
        if self._store is None:
            store = await LocalStore.open(self._paths.database, unlocked.key)
        else:
            store = self._store
            store.use_threads()
        try:
            await self._run_on(store, unlocked, link=link, hidden=hidden)
        finally:
            await store.close()

    def quit(self) -> None:
        """End the program; every way out leads through here."""
        self._ended = True
        self._turn.set()
        if self.open_desk is None:
            self._app.closeAllWindows()  # the questions before a desk is open end with them

    def call(self, link: str) -> None:
        """Another start of the program asked for the window, with an invitation link or without."""
        if self.first_run is not None:
            bring_to_front(self.first_run)
            if link:
                self.first_run.offer_link(link)
        elif self.open_desk is not None:
            self.open_desk.to_front()
            if link:
                self._show_pairing(link)

    def tell(self, sentence: str) -> None:
        """Say something to the person, now or as soon as there is a window."""
        if self.open_desk is None:
            self._notices.append(sentence)
        else:
            self.open_desk.tell("told", "Interview Desk", sentence)

    async def _run_on(
        self, store: LocalStore, unlocked: Unlocked, *, link: str | None, hidden: bool
    ) -> None:
        while self.open_desk is not None or not self._ended:
            if self.open_desk is None:
                me = await store.me() or await self._first_run(store, unlocked, link)
                if me is None:
                    return
                self._turn.clear()
                self.open_desk = self._desk_of(me, store, unlocked)
            await self._keep_open(self.open_desk, hidden=hidden)
            await self._go_back(store)
            link, hidden = None, False

    async def _go_back(self, store: LocalStore) -> None:
        """Restore the chosen backup, now that nobody works with what is in the database."""
        backup, self._going_back_to = self._going_back_to, None
        if backup is None:
            return
        try:
            await store.backups.restore(backup.name, self._outside.clock.now())
        except DeskError as reason:
            self.tell(str(reason))
        else:
            self.tell(_WENT_BACK)

    async def _first_run(
        self, store: LocalStore, unlocked: Unlocked, link: str | None
    ) -> Me | None:
        import asyncio

        window = self._ways_in(store, unlocked)
        decided: asyncio.Future[Me] = asyncio.get_running_loop().create_future()
        closing = _Closing(window, decided.cancel)
        window.finished.connect(decided.set_result)
        if link:
            window.offer_link(link)
        self.first_run = window
        window.show()
        self._when_shown()
        self.opened.set()
        await asyncio.wait([decided])
        self.first_run = None
        await window.tasks.close()
        closing.stop()
        window.close()
        window.deleteLater()
        return None if decided.cancelled() else decided.result()

    def _desk_of(self, me: Me, store: LocalStore, unlocked: Unlocked) -> OpenDesk:
        desk = OpenDesk(
            store,
            me,
            self._outside,
            unlocked=unlocked,
            preferences=self._preferences,
            zone=self._zone,
            report=self._report,
        )
        desk.quit_asked.connect(self.quit)
        desk.pairing_asked.connect(self._show_pairing)
        desk.restore_asked.connect(self._restore_asked)
        desk.reopen_asked.connect(self._open_again)
        desk.window.appearance_chosen.connect(self._dress)
        desk.ready.connect(self._when_shown)
        return desk

    async def _keep_open(self, desk: OpenDesk, *, hidden: bool) -> None:
        desk.go_on(hidden=hidden)
        for notice in self._notices:
            self.tell(notice)
        self._notices.clear()
        self.opened.set()
        await self._until_it_may_end(desk)
        self.open_desk = None
        await self._end(desk)

    async def _until_it_may_end(self, desk: OpenDesk) -> None:
        if not self._ended:
            await self._turn.wait()
        while not await desk.may_end():
            self._ended = False
            self._going_back_to = None
            self._turn.clear()
            await self._turn.wait()

    async def _end(self, desk: OpenDesk) -> None:
        import asyncio

        if self._pairing is not None:
            await self._pairing.tasks.close()
            self._pairing.close()
            self._pairing.deleteLater()
            self._pairing = None
        async with asyncio.timeout(_END_SECONDS):
            await desk.close()

    def _show_pairing(self, link: str) -> None:
        """The way into a team over an open desk; a link from outside is only filled in."""
        desk = self.open_desk
        if desk is None:
            return
        if self._pairing is None:
            self._pairing = self._ways_in(desk.store, desk.unlocked)
            self._pairing.finished.connect(self._open_again)
        self._pairing.offer_link(link, has_desk=True)
        bring_to_front(self._pairing)

    def _restore_asked(self, backup: "Backup") -> None:
        self._going_back_to = backup
        self._turn.set()

    def _open_again(self, _me: Me | None = None) -> None:
        # As the member it belongs to now, in the role they have now.
        self._turn.set()

    def _dress(self, mode: str) -> None:
        apply_theme(self._app, mode)

    def _ways_in(self, store: LocalStore, unlocked: Unlocked) -> "FirstRun":
        from interview_desk.app.online import pairing
        from interview_desk.ui.pages.first_run import FirstRun

        ways = pairing(
            store,
            unlocked.tokens(store),
            clock=self._outside.clock,
            randomness=self._outside.randomness,
        )
        window = FirstRun(ways)
        window.tasks.broke.connect(self._report)
        return window


class _Closing(QObject):
    """Notices that a person closes a window that has no signal for it."""

    def __init__(self, window: QObject, closed: Callable[[], object]) -> None:
        super().__init__(window)
        self._window = window
        self._closed = closed
        window.installEventFilter(self)

    def stop(self) -> None:
        """Notice nothing any more."""
        self._window.removeEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Close:
            self._closed()
        return super().eventFilter(watched, event)
