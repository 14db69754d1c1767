"""The composition root's second half: what works behind the first page and is loaded after it."""

import asyncio
from collections.abc import Callable
from datetime import tzinfo
from typing import TYPE_CHECKING

from interview_desk.app.booking_flow import BookingFlow
from interview_desk.app.late_calcom import LateCalcom
from interview_desk.app.outside import Outside
from interview_desk.domain.alerts import AlertSettings
from interview_desk.services.alerts import AlertActions, AlertService
from interview_desk.services.availability import AvailabilityService
from interview_desk.services.backups import BackupService
from interview_desk.services.checkup import Checkup
from interview_desk.services.crossed_edits import CrossedEdits
from interview_desk.services.erasing import ErasingService
from interview_desk.services.event_types import EventTypeService
from interview_desk.services.joining import JoiningService
from interview_desk.services.media import MediaService, MediaTools
from interview_desk.services.notices import Notifier
from interview_desk.services.ports import Me
from interview_desk.services.search import SearchService
from interview_desk.services.set_aside import SetAsideService
from interview_desk.services.sync import nap
from interview_desk.services.timeline import HistoryFeed, TimelineService
from interview_desk.store import LocalStore
from interview_desk.system.transcript_files import transcript_in
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.calcom_parts import CalcomParts
from interview_desk.ui.late_parts import LateParts
from interview_desk.ui.opener import SafeOpener
from interview_desk.ui.places import DeskParts
from interview_desk.ui.preferences import Preferences
from interview_desk.ui.toasts import Toasts

if TYPE_CHECKING:
    from interview_desk.ui.mail_parts import MailParts

if TYPE_CHECKING:
    from interview_desk.remote import Session

_ALERTS = "alerts"


def joining(
    store: LocalStore, outside: Outside, *, on_joined: Callable[[str], None]
) -> JoiningService:
    """Joining by the one door through which links leave."""

    async def has_program(scheme: str) -> bool:
        return await asyncio.to_thread(outside.has_program, scheme)

    return JoiningService(
        store,
        _opener(outside),
        clock=outside.clock,
        has_program=has_program,
        allowed=store.allowed_hosts,
        on_joined=on_joined,
    )


def _opener(outside: Outside) -> SafeOpener:
    """The one door through which links leave."""
    return SafeOpener(outside.launch) if outside.launch else SafeOpener()


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


def booking_flow(
    parts: DeskParts, *, toasts: Toasts, tasks: TaskScope, show: Callable[[str], None]
) -> BookingFlow:
    """What is asked of Cal.com, with its way back."""
    flow = BookingFlow(
        parts.booking(),
        parts.agenda,
        toasts=toasts,
        tasks=tasks,
        clock=parts.clock,
        zone=parts.zone,
    )
    flow.opened.connect(show)
    return flow


def calcom_parts(
    store: LocalStore, me: Me, outside: Outside, *, session: "Callable[[], Session | None]"
) -> CalcomParts:
    """What is shown of Cal.com; who works alone has no server to ask."""
    door = LateCalcom(session)
    event_types = EventTypeService(store, me=me)
    tools = MediaTools(
        door if me.server else None, transcript_in, _opener(outside), store.allowed_hosts
    )
    times = AvailabilityService(
        door if me.server else None,
        lambda event_type: store.text(f"free_times:{event_type}"),
        outside.clock,
        event_types=event_types,
    )
    return CalcomParts(
        times,
        event_types,
        connection=door,
        inbox=door,
        media=MediaService(store, tools, me=me, clock=outside.clock, randomness=outside.randomness),
        holds=door if me.server else None,
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


def late_parts(
    store: LocalStore, me: Me, outside: Outside, *, history: HistoryFeed | None
) -> LateParts:
    """Search, decisions about what crossed or could not be sent, the past, and erasing it."""
    return LateParts(
        me=me,
        records=store,
        search=SearchService(store.search),
        crossed=CrossedEdits(store, me=me, history=history),
        set_aside=SetAsideService(store, store),
        timeline=TimelineService(store, me=me, history=history),
        erasing=ErasingService(store, me=me, clock=outside.clock, randomness=outside.randomness),
    )


def mail_parts(store: LocalStore, me: Me, outside: Outside) -> "MailParts":
    """Mail to guests: what waits, what is sent when, and the switch that stops it all."""
    # Most days are spent without looking at mail; alerts and search are needed at once.
    from interview_desk.services.flags import FlagService
    from interview_desk.services.follow_ups import FollowUpService
    from interview_desk.services.sequences import SequenceService
    from interview_desk.ui.mail_parts import MailParts

    clock, randomness = outside.clock, outside.randomness
    return MailParts(
        follow_ups=FollowUpService(store, me=me, clock=clock, randomness=randomness),
        sequences=SequenceService(store, me=me, clock=clock, randomness=randomness),
        flags=FlagService(store, me=me),
    )
