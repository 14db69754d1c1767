"""Notices in the system's own notification centre, or in the best place there is."""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from interview_desk.services.notices import Answer, Notice, Notifier

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


@dataclass(slots=True)
class _Shown:
    """A notice on the screen: its name in the library, and its number with the service."""

    system_id: str
    number: int | None
    answered: bool = False


class DesktopNotifications:
    """Shows notices through the system; pressing the body opens the interview.

    The library is imported with the first notice, and its callbacks run on the event loop.
    """

    def __init__(self, icon: Path | None) -> None:
        self._icon = icon
        # Kept for as long as we live: without it the answers would be collected with it.
        self._notifier: DesktopNotifier | None = None
        self._shown: dict[str, _Shown] = {}

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
        """Take the notice away where it is still shown, also after it was answered."""
        shown, notifier = self._shown.pop(notice_id, None), self._notifier
        if shown is None or notifier is None:
            return
        if shown.system_id in await notifier.get_current_notifications():
            await notifier.clear(shown.system_id)
        elif shown.number is not None:
            await self._close_number(shown.number)

    async def close(self) -> None:
        """Let go of the connection to the notification service."""
        bus = getattr(self._backend, "bus", None)
        self._notifier = None
        if bus is not None:
            bus.disconnect()
            await bus.wait_for_disconnect()

    async def _send(self, notice: Notice, on_answer: Callable[[str, Answer], None]) -> bool:
        from desktop_notifier import Button, DesktopNotifier, Icon, Urgency

        if self._notifier is None:
            icon = Icon(path=self._icon) if self._icon else None
            self._notifier = DesktopNotifier(_APP_NAME, icon)

        def answering(answer: Answer) -> Callable[[], None]:
            return lambda: self._answered(notice.id, answer, on_answer)

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
            self._shown[notice.id] = _Shown(system_id, self._number_of(system_id))
        return sent

    def _answered(
        self, notice_id: str, answer: Answer, on_answer: Callable[[str, Answer], None]
    ) -> None:
        shown = self._shown.get(notice_id)
        if shown and not shown.answered:
            shown.answered = True
            on_answer(notice_id, answer)

    # WORKAROUND desktop-notifier 6.2: it forgets a notification once a button was pressed, but
    # dunst leaves it standing (the specification allows that): drop when it closes them itself.
    @property
    def _backend(self) -> object:
        return getattr(self._notifier, "_backend", None)

    def _number_of(self, system_id: str) -> int | None:
        numbers = getattr(self._backend, "_platform_to_interface_notification_identifier", None)
        found: int | None = numbers.inverse.get(system_id) if numbers is not None else None
        return found

    async def _close_number(self, number: int) -> None:
        from dbus_fast.errors import DBusError

        service: Any = getattr(self._backend, "interface", None)
        if service is not None:
            with suppress(DBusError):  # it is closed already
                await service.call_close_notification(number)


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
