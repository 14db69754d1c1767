"""The places of the window, each imported and built on its first visit.

Nothing but Today is needed to begin; what a place needs is loaded with it.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from interview_desk.ui.desk_parts import DeskParts
from interview_desk.ui.pages.page import Page
from interview_desk.ui.widgets.rail import Place

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from interview_desk.ui.bridge.tasks import TaskScope
    from interview_desk.ui.finder import Finder, Places
    from interview_desk.ui.widgets.calcom_section import CalcomSection

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


def build_finder(
    window: "QWidget",
    parts: DeskParts,
    *,
    places: "Places",
    actions: Mapping[str, Callable[[], object]],
) -> "Finder":
    """The palette over the window, made when it is first asked for."""
    from interview_desk.ui.finder import Finder

    search = parts.late().search
    return Finder(window, search=search, places=places, actions=actions, zone=parts.zone)
