"""The places of the window, each imported and built on its first visit.

Nothing but Today is needed to begin; what a place needs is loaded with it.
"""

from dataclasses import dataclass
from datetime import tzinfo

from interview_desk.services.agenda import AgendaService
from interview_desk.services.interviews import InterviewService
from interview_desk.services.ports import Clock
from interview_desk.services.team import TeamService
from interview_desk.ui.bridge.changes import ChangeSource
from interview_desk.ui.pages.page import Page
from interview_desk.ui.preferences import Preferences


@dataclass(frozen=True, slots=True)
class DeskParts:
    """What the window shows and acts with."""

    agenda: AgendaService
    interviews: InterviewService
    team: TeamService
    changes: ChangeSource
    clock: Clock
    zone: tzinfo
    preferences: Preferences


def build_place(key: str, parts: DeskParts) -> Page:
    """The page of a place other than Today."""
    return {
        "calendar": _calendar,
        "interviews": _interviews,
        "team": _team,
        "settings": _settings,
    }[key](parts)


def _calendar(parts: DeskParts) -> Page:
    from interview_desk.ui.pages.calendar import CalendarPage

    return CalendarPage(
        parts.agenda, clock=parts.clock, zone=parts.zone, preferences=parts.preferences
    )


def _interviews(parts: DeskParts) -> Page:
    from interview_desk.ui.pages.interviews import InterviewsPage

    return InterviewsPage(
        parts.agenda,
        interviews=parts.interviews,
        team=parts.team,
        clock=parts.clock,
        zone=parts.zone,
    )


def _team(parts: DeskParts) -> Page:
    from interview_desk.ui.pages.team import TeamPage

    return TeamPage(parts.team, zone=parts.zone)


def _settings(parts: DeskParts) -> Page:
    from interview_desk.ui.pages.settings import SettingsPage

    return SettingsPage(parts.preferences, me=parts.team.me)
