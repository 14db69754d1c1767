"""The places of the window, each imported and built on its first visit.

Nothing but Today is needed to begin; what a place needs is loaded with it.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import tzinfo
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from interview_desk.services.agenda import AgendaService
from interview_desk.services.ports import Clock, Me
from interview_desk.ui.bridge.changes import ChangeSource
from interview_desk.ui.pages.page import Page
from interview_desk.ui.preferences import Preferences
from interview_desk.ui.widgets.rail import Place

if TYPE_CHECKING:
    from datetime import datetime

    from PySide6.QtWidgets import QWidget

    from interview_desk.services.backups import BackupService
    from interview_desk.services.booking import BookingService
    from interview_desk.services.debrief import DebriefService
    from interview_desk.services.flags import FlagService
    from interview_desk.services.interviews import InterviewService
    from interview_desk.services.members import MemberService
    from interview_desk.services.rules import RulesService
    from interview_desk.services.team import TeamService
    from interview_desk.ui.bridge.tasks import TaskScope
    from interview_desk.ui.calcom_parts import CalcomParts
    from interview_desk.ui.finder import Finder, Places
    from interview_desk.ui.late_parts import LateParts
    from interview_desk.ui.mail_parts import MailParts
    from interview_desk.ui.widgets.calcom_section import CalcomSection
    from interview_desk.ui.widgets.new_interview import NewInterviewDialog

PLACES = (
    Place("today", "Today", "today"),
    Place("calendar", "Calendar", "calendar"),
    Place("interviews", "Interviews", "interviews"),
    Place("follow_ups", "Follow-ups", "mail"),
    Place("team", "Team", "team"),
)
FOOT = (Place("settings", "Settings", "settings"),)
KEYS_OF_PLACES = {
    **{entry.key: f"Ctrl+{number}" for number, entry in enumerate(PLACES, 1)},
    "settings": "Ctrl+,",
}


class KeyChange(NamedTuple):
    """The way to another key for the desk's data, and whether a passphrase is asked for first."""

    ask: "Callable[[str | None], Awaitable[None]]"
    needs_passphrase: bool


class DeskParts(NamedTuple):
    """What the window shows and acts with; some of it is made by the place that needs it."""

    agenda: AgendaService
    interviews: Callable[[], "InterviewService"]
    team: Callable[[], "TeamService"]
    managing: Callable[[], "MemberService"]
    late: Callable[[], "LateParts"]
    debrief: Callable[[], "DebriefService"]
    rules: Callable[[], "RulesService"]
    mailing: Callable[[], "MailParts"]
    flags: Callable[[], "FlagService"]
    booking: Callable[[], "BookingService"]
    calcom: Callable[[], "CalcomParts"]
    me: Me
    changes: ChangeSource
    clock: Clock
    zone: tzinfo
    preferences: Preferences
    backups: "Callable[[], BackupService] | None" = None
    change_passphrase: "Callable[[str, str], Awaitable[None]] | None" = None
    key_change: KeyChange | None = None


def build_place(key: str, parts: DeskParts) -> Page:
    """The page of a place other than Today."""
    return {
        "calendar": _calendar,
        "interviews": _interviews,
        "team": _team,
        "settings": _settings,
        "attention": _attention,
        "debrief": _debrief,
        "calcom_inbox": _calcom_inbox,
        "event_types": _event_types,
        "follow_ups": _follow_ups,
        "rules": _rules,
    }[key](parts)


def _calendar(parts: DeskParts) -> Page:
    from interview_desk.ui.pages.calendar import CalendarPage

    return CalendarPage(
        parts.agenda,
        booking=parts.booking(),
        times=parts.calcom().times,
        clock=parts.clock,
        zone=parts.zone,
        preferences=parts.preferences,
    )


def _interviews(parts: DeskParts) -> Page:
    from interview_desk.ui.pages.interviews import InterviewsPage

    return InterviewsPage(
        parts.agenda,
        interviews=parts.interviews(),
        booking=parts.booking(),
        times=parts.calcom().times,
        team=parts.team(),
        media=parts.calcom().media,
        late=parts.late(),
        mailing=parts.mailing,
        clock=parts.clock,
        zone=parts.zone,
    )


def _team(parts: DeskParts) -> Page:
    from interview_desk.ui.pages.team import TeamPage

    return TeamPage(parts.team(), managing=parts.managing(), zone=parts.zone)


def _settings(parts: DeskParts) -> Page:
    from interview_desk.ui.pages.settings import SettingsPage
    from interview_desk.ui.widgets.backups_section import BackupsSection
    from interview_desk.ui.widgets.flags_section import FlagsSection

    make = parts.backups
    return SettingsPage(
        parts.preferences,
        me=parts.me,
        change_passphrase=parts.change_passphrase,
        flags=lambda tasks: FlagsSection(parts.flags(), tasks=tasks),
        key_change=parts.key_change,
        calcom=partial(_calcom_section, parts) if parts.me.server else None,
        backups=(lambda tasks: BackupsSection(make(), zone=parts.zone, tasks=tasks))
        if make
        else None,
    )


def _calcom_section(parts: DeskParts, tasks: "TaskScope") -> "CalcomSection":
    from interview_desk.ui.widgets.calcom_section import CalcomSection

    return CalcomSection(
        parts.calcom().connection,
        may_change=parts.me.role.runs_the_team,
        clock=parts.clock,
        zone=parts.zone,
        tasks=tasks,
    )


def _attention(parts: DeskParts) -> Page:
    from interview_desk.ui.pages.attention import AttentionPage

    return AttentionPage(parts.late(), zone=parts.zone)


def _calcom_inbox(parts: DeskParts) -> Page:
    from interview_desk.ui.pages.calcom_inbox import CalcomInboxPage

    today = parts.clock.now().astimezone(parts.zone).date()
    return CalcomInboxPage(parts.calcom().inbox, zone=parts.zone, today=today)


def _event_types(parts: DeskParts) -> Page:
    from interview_desk.ui.pages.event_types import EventTypesPage

    return EventTypesPage(parts.calcom().event_types)


def _debrief(parts: DeskParts) -> Page:
    from interview_desk.ui.pages.debrief import DebriefPage

    return DebriefPage(parts.debrief(), parts.zone)


def _rules(parts: DeskParts) -> Page:
    from interview_desk.ui.pages.rules import RulesPage

    return RulesPage(parts.rules(), parts.agenda)


def _follow_ups(parts: DeskParts) -> Page:
    from interview_desk.ui.pages.follow_ups import FollowUpsPage

    return FollowUpsPage(parts.mailing(), flags=parts.flags(), clock=parts.clock, zone=parts.zone)


def ask_for_new(
    window: "QWidget", parts: DeskParts, *, start: "datetime | None", tasks: "TaskScope"
) -> "NewInterviewDialog":
    """Ask over the window for a new interview, soon where no time was chosen."""
    from PySide6.QtCore import Qt

    from interview_desk.ui.booking_offer import BookingOffer
    from interview_desk.ui.widgets.new_interview import NewInterviewDialog, next_quarter

    begin = start or next_quarter(parts.clock.now())
    dialog = NewInterviewDialog(parts.interviews(), start=begin, zone=parts.zone, parent=window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    BookingOffer(dialog, window, parts, start=start, tasks=tasks)
    dialog.open()
    return dialog


def build_finder(
    window: "QWidget",
    parts: DeskParts,
    *,
    places: "Places",
    actions: "Mapping[str, Callable[[], object]]",
) -> "Finder":
    """The palette over the window, made when it is first asked for."""
    from interview_desk.ui.finder import Finder

    search = parts.late().search
    return Finder(window, search=search, places=places, actions=actions, zone=parts.zone)
