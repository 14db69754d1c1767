"""What the person hears of the exchange with their server."""

from typing import TYPE_CHECKING, Protocol

from interview_desk.services.sync_state import SyncKind, SyncState, clock_words

if TYPE_CHECKING:
    from interview_desk.app.captures import Captures
    from interview_desk.app.handing_over import HandingOver
    from interview_desk.app.online import Online
    from interview_desk.services.alerts import AlertService
    from interview_desk.store import LocalStore
    from interview_desk.ui.bridge.tasks import TaskScope
    from interview_desk.ui.main_window import MainWindow

_YOUR_WORK = (
    "Your work and your team",
    "What you made alone is still only on this device. See what your team gets, then send it.",
)
_ALONE = "This desk works alone; everything is saved on this computer."


class NewsDesk(Protocol):
    """An open desk, as far as news of the exchange concern it; what is None is not there yet."""

    window: "MainWindow"
    store: "LocalStore"
    tasks: "TaskScope"
    online: "Online | None"
    alerts: "AlertService | None"
    captures: "Captures | None"

    def tell(
        self,
        message_id: str,
        title: str,
        words: str,
        *,
        answers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Show a message that stays until it is answered."""
        ...


class SyncNews:
    """Passes on how the desk stands with its server, and explains it when asked."""

    def __init__(self, desk: NewsDesk) -> None:
        self._desk = desk
        self._handing_over: HandingOver | None = None
        self._warned_of_clock = False

    def changed(self, state: SyncState) -> None:
        """The exchange stands differently now."""
        desk = self._desk
        desk.window.show_sync(state)
        self.tell_captures(state)
        if state.kind in {SyncKind.SYNCED, SyncKind.ATTENTION} and desk.alerts is not None:
            desk.alerts.announce()
        if state.kind is SyncKind.HELD:
            desk.tell("handover", *_YOUR_WORK, answers=(("choose", "Choose"),))
        if state.kind is SyncKind.PAUSED:
            again = (("pair", "Join again"),)
            desk.tell("unpaired", "Not in your team any more", state.sentence or "", answers=again)
        self._warn_of_clock(state)

    def tell_captures(self, state: SyncState) -> None:
        """Say in every open capture whether others hear of it."""
        if self._desk.captures is not None:
            self._desk.captures.show_offline(offline=state.kind is SyncKind.OFFLINE)

    def ask_what_goes(self) -> None:
        """Ask what of the work done alone the team gets."""
        desk = self._desk
        if self._handing_over is None and desk.online is not None:
            from interview_desk.app.handing_over import HandingOver

            self._handing_over = HandingOver(
                desk.store, tasks=desk.tasks, parent=desk.window, released=desk.online.sync.poke
            )
        if self._handing_over is not None:
            self._handing_over.ask()

    def explain(self) -> None:
        """Say in the window how it stands, or go where something needs the person."""
        desk = self._desk
        if desk.online is None:
            desk.window.say(_ALONE)
            return
        state = desk.online.sync.state
        if state.kind is SyncKind.HELD:
            self.ask_what_goes()
            return
        if state.attention:
            desk.window.show_place("attention")
            return
        desk.window.say(state.sentence or "Everything is saved on this device.")
        desk.online.sync.poke()

    def _warn_of_clock(self, state: SyncState) -> None:
        words = clock_words(state)
        if words and not self._warned_of_clock:
            self._warned_of_clock = True
            self._desk.tell("clock", "This computer's clock", words)
