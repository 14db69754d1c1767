"""Notices in the system's own notification centre, or in the best place there is."""

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from interview_desk.services.alerts import Answer, Notice, Notifier

if TYPE_CHECKING:
    from desktop_notifier import DesktopNotifier

_log = logging.getLogger(__name__)

_APP_NAME = "Interview Desk"
_LABELS: Mapping[Answer, str] = {
    Answer.JOIN: "Join",
    Answer.SNOOZE: "Snooze",
    Answer.SHOW: "Open",
    Answer.DISMISS: "Dismiss",
}
_STAYS_UNTIL_ANSWERED = 0


class DesktopNotifications:
    """Shows notices through the system; pressing the body opens the interview.

    The library is imported with the first notice, and its callbacks run on the event loop.
    """

    def __init__(self, icon: Path | None) -> None:
        self._icon = icon
        # Kept for as long as we live: without it the answers would be collected with it.
        self._notifier: DesktopNotifier | None = None
        self._system_ids: dict[str, str] = {}

    async def show(self, notice: Notice, on_answer: Callable[[str, Answer], None]) -> bool:
        """Show the notice; False where this computer has no notification service."""
        # The library logs the whole text when debugging is on; guests' names stay out of logs.
        logging.getLogger("desktop_notifier").setLevel(logging.ERROR)
        try:
            return await self._send(notice, on_answer)
        except (ImportError, OSError, RuntimeError) as reason:
            # Windows without its notification platform, or a desktop the library does not know.
            _log.info("no system notifications: %s", type(reason).__name__)
            return False

    async def withdraw(self, notice_id: str) -> None:
        """Take the notice away where it is still shown."""
        system_id = self._system_ids.pop(notice_id, None)
        notifier = self._notifier
        if notifier and system_id in await notifier.get_current_notifications():
            await notifier.clear(system_id)

    async def close(self) -> None:
        """Let go of the connection to the notification service."""
        notifier, self._notifier = self._notifier, None
        bus = getattr(getattr(notifier, "_backend", None), "bus", None)
        if bus is not None:
            bus.disconnect()
            await bus.wait_for_disconnect()

    async def _send(self, notice: Notice, on_answer: Callable[[str, Answer], None]) -> bool:
        from desktop_notifier import Button, DesktopNotifier, Icon, Urgency

        if self._notifier is None:
            icon = Icon(path=self._icon) if self._icon else None
            self._notifier = DesktopNotifier(_APP_NAME, icon)

        def answering(answer: Answer) -> Callable[[], None]:
            def answered() -> None:
                if self._system_ids.pop(notice.id, None) is not None:
                    on_answer(notice.id, answer)

            return answered

        system_id = await self._notifier.send(
            notice.title,
            notice.body,
            # Only urgent ones stay on the screen under GNOME and dunst.
            urgency=Urgency.Critical if notice.stays else Urgency.Normal,
            buttons=[Button(_LABELS[each], answering(each)) for each in notice.answers],
            on_clicked=answering(Answer.SHOW),
            on_dismissed=answering(Answer.DISMISS),
            timeout=_STAYS_UNTIL_ANSWERED if notice.stays else -1,
        )
        # The library reports no failure; what it did not send is not among the current ones.
        sent = system_id in await self._notifier.get_current_notifications()
        if sent:
            self._system_ids[notice.id] = system_id
        return sent


class FirstThatWorks:
    """Shows each notice in the first of several places that takes it."""

    def __init__(self, places: Sequence[Notifier]) -> None:
        self._places = tuple(places)

    async def show(self, notice: Notice, on_answer: Callable[[str, Answer], None]) -> bool:
        """Show the notice in the best place; False where none took it."""
        for place in self._places:
            if await place.show(notice, on_answer):
                return True
        return False

    async def withdraw(self, notice_id: str) -> None:
        """Take the notice away, wherever it went."""
        for place in self._places:
            await place.withdraw(notice_id)
