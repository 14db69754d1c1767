"""The composition root's second part: what works behind the first page, and is loaded after it."""

from collections.abc import Callable
from datetime import tzinfo

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


def alert_settings(minutes: tuple[int, ...]) -> AlertSettings:
    """Alerts with reminders at these minutes before the start."""
    return AlertSettings(minutes_before=minutes)
