"""The composition root's last part: what is made when somebody asks for it, and loaded then."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from interview_desk.app.behind import UNSENT_BOOKING, backups
from interview_desk.app.booking_flow import BookingFlow
from interview_desk.app.late_calcom import LateCalcom
from interview_desk.app.outside import Outside
from interview_desk.services.availability import AvailabilityService
from interview_desk.services.crossed_edits import CrossedEdits
from interview_desk.services.erasing import ErasingService
from interview_desk.services.event_types import EventTypeService
from interview_desk.services.joining import JoiningService
from interview_desk.services.media import MediaService, MediaTools
from interview_desk.services.ports import Me
from interview_desk.services.search import SearchService
from interview_desk.services.set_aside import SetAsideService
from interview_desk.services.timeline import HistoryFeed, TimelineService
from interview_desk.store import LocalStore
from interview_desk.system.transcript_files import transcript_in
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.calcom_parts import CalcomParts
from interview_desk.ui.desk_parts import DeskParts
from interview_desk.ui.late_parts import LateParts
from interview_desk.ui.opener import SafeOpener
from interview_desk.ui.toasts import Toasts

if TYPE_CHECKING:
    from interview_desk.remote import Session
    from interview_desk.ui.mail_parts import MailParts


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
        media=MediaService(store, tools, me=me, new_id=outside.new_id),
        unsent=store.text(UNSENT_BOOKING),
        holds=door if me.server else None,
    )


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
        erasing=ErasingService(
            store,
            me=me,
            new_id=outside.new_id,
            here=store.erasure,
            backups=backups(store, outside),
        ),
    )


def mail_parts(store: LocalStore, me: Me, outside: Outside) -> "MailParts":
    """Mail to guests: what waits, and what is sent when."""
    # Most days are spent without looking at mail, and it brings pydantic.
    from interview_desk.services.follow_ups import FollowUpService
    from interview_desk.services.sequences import SequenceService
    from interview_desk.services.trying_out import TryingOut
    from interview_desk.ui.mail_parts import MailParts

    return MailParts(
        follow_ups=FollowUpService(store, me=me, new_id=outside.new_id),
        sequences=SequenceService(store, me=me, new_id=outside.new_id),
        trying_out=TryingOut(store, clock=outside.clock),
        drafts=store.drafts,
    )
