"""The composition root's second part: what works behind the first page, and is loaded after it."""

from collections.abc import Callable
from datetime import tzinfo
from typing import TYPE_CHECKING

from interview_desk.app.outside import Outside
from interview_desk.domain.alerts import AlertSettings
from interview_desk.services.alerts import AlertActions, AlertService
from interview_desk.services.backups import BackupService
from interview_desk.services.checkup import Checkup
from interview_desk.services.napping import nap
from interview_desk.services.notices import Notifier
from interview_desk.services.ports import Me
from interview_desk.store import LocalStore
from interview_desk.ui.preferences import Preferences

if TYPE_CHECKING:
    from interview_desk.ui.desk_parts import DeskParts
    from interview_desk.ui.main_window import MainWindow

# The name under which a booking that was typed and not sent is kept.
UNSENT_BOOKING = "unsent_booking"
_ALERTS = "alerts"


def alerts(
    store: LocalStore,
    me: Me,
    outside: Outside,
    *,
    notifier: Notifier,
    actions: AlertActions,
    zone: tzinfo,
    preferences: Preferences,
) -> AlertService:
    """The watch over this person's interviews."""
    return AlertService(
        store,
        notifier,
        clock=outside.clock,
        memory=store.text(_ALERTS),
        actions=actions,
        member_id=me.member_id,
        zone=zone,
        settings=alert_settings(preferences.alert_minutes),
    )


def checkup(store: LocalStore, outside: Outside, *, say: Callable[[str], object]) -> Checkup:
    """The daily look at the whole database, and its backup."""
    service = backups(store, outside)

    async def back_up() -> None:
        sentence = await service.daily()
        if sentence:
            say(sentence)

    return Checkup(store, store.text("checked"), outside.clock, nap=nap, then=back_up)


def backups(store: LocalStore, outside: Outside) -> BackupService:
    """The backups on this computer."""
    return BackupService(store.backups, outside.clock)


async def take_up_booking(store: LocalStore, window: "MainWindow", parts: "DeskParts") -> None:
    """Show again what somebody had typed to book when the desk ended.

    It runs by itself, after all else has begun: nothing waits for a form.
    """
    if await store.text(UNSENT_BOOKING).load():
        from interview_desk.ui.new_flow import take_up_booking

        await take_up_booking(window, parts, tasks=window.today.tasks)


def alert_settings(minutes: tuple[int, ...]) -> AlertSettings:
    """Alerts with reminders at these minutes before the start."""
    return AlertSettings(minutes_before=minutes)
