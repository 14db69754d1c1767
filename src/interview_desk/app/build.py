"""The composition root: which part of the desk is made of which others."""

import asyncio
from collections.abc import Callable
from datetime import timedelta, tzinfo
from importlib.resources import as_file, files
from pathlib import Path

from PySide6.QtGui import QIcon, QPixmap

from interview_desk.app.outside import Outside
from interview_desk.domain.alerts import AlertSettings
from interview_desk.domain.links import find_link
from interview_desk.services.agenda import AgendaService
from interview_desk.services.alerts import AlertActions, AlertService, Notifier
from interview_desk.services.interviews import InterviewService
from interview_desk.services.joining import JoiningService
from interview_desk.services.ports import Me
from interview_desk.services.team import Invitations, TeamService
from interview_desk.store import LocalStore
from interview_desk.ui.main_window import DeskParts
from interview_desk.ui.opener import SafeOpener
from interview_desk.ui.preferences import Preferences

_ALERTS = "alerts"
_ICON = ("app", "interview-desk.png")


def desk_parts(
    store: LocalStore,
    me: Me,
    outside: Outside,
    *,
    zone: tzinfo,
    preferences: Preferences,
    invitations: Invitations | None,
) -> DeskParts:
    """What the window shows and acts with."""
    interviews = InterviewService(
        store,
        me=me,
        clock=outside.clock,
        randomness=outside.randomness,
        find_link=find_link,
    )
    return DeskParts(
        agenda=AgendaService(store, me=me, clock=outside.clock),
        interviews=interviews,
        team=TeamService(store, me=me, invitations=invitations),
        changes=store,
        clock=outside.clock,
        zone=zone,
        preferences=preferences,
    )


def joining(
    store: LocalStore, outside: Outside, *, on_joined: Callable[[str], None]
) -> JoiningService:
    """Joining by the one door through which links leave."""

    async def has_program(scheme: str) -> bool:
        return await asyncio.to_thread(outside.has_program, scheme)

    return JoiningService(
        store,
        SafeOpener(outside.launch),
        clock=outside.clock,
        has_program=has_program,
        allowed=store.allowed_hosts,
        on_joined=on_joined,
    )


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


def alert_settings(minutes: tuple[int, ...]) -> AlertSettings:
    """Alerts with reminders at these minutes before the start."""
    return AlertSettings(minutes_before=minutes, snooze=timedelta(minutes=5))


def app_icon() -> QIcon:
    """The desk's own picture."""
    picture = QPixmap()
    picture.loadFromData(files("interview_desk_resources").joinpath(*_ICON).read_bytes())
    return QIcon(picture)


def icon_file() -> Path | None:
    """The picture as a file, for notifications; None where it lies inside an archive."""
    with as_file(files("interview_desk_resources").joinpath(*_ICON)) as path:
        kept = Path(path)
    return kept if kept.exists() else None
