"""What the window is given: the ways to every use case, and what all its places share."""

from collections.abc import Awaitable, Callable
from datetime import tzinfo
from typing import TYPE_CHECKING, NamedTuple

from interview_desk.services.agenda import AgendaService
from interview_desk.services.ports import Clock, Me
from interview_desk.ui.bridge.changes import ChangeSource
from interview_desk.ui.preferences import Preferences

if TYPE_CHECKING:
    from interview_desk.services.backups import BackupService
    from interview_desk.services.booking import BookingService
    from interview_desk.services.debrief import DebriefService
    from interview_desk.services.flags import FlagService
    from interview_desk.services.interviews import InterviewService
    from interview_desk.services.members import MemberService
    from interview_desk.services.rules import RulesService
    from interview_desk.services.team import TeamService
    from interview_desk.ui.calcom_parts import CalcomParts
    from interview_desk.ui.late_parts import LateParts
    from interview_desk.ui.mail_parts import MailParts


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
