"""An invented week of a small team: overlaps, tentative, cancelled, missed, far zones."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from interview_desk.domain.roles import AssignmentRole, AssignmentState, Role
from interview_desk.domain.status import Status
from interview_desk.services.agenda import AgendaService
from interview_desk.services.booking import BookingService
from interview_desk.services.crossed_edits import CrossedEdits
from interview_desk.services.debrief import DebriefService
from interview_desk.services.flags import FlagService
from interview_desk.services.follow_ups import FollowUpService
from interview_desk.services.interviews import FoundLink, InterviewService
from interview_desk.services.members import MemberService
from interview_desk.services.ports import Me
from interview_desk.services.rules import RulesService
from interview_desk.services.search import SearchService
from interview_desk.services.sequences import SequenceService
from interview_desk.services.set_aside import SetAsideService
from interview_desk.services.team import Invitation, Invitations, TeamService
from interview_desk.services.timeline import HistoryFeed, TimelineService
from interview_desk.services.trying_out import TryingOut
from interview_desk.ui.calcom_parts import CalcomParts
from interview_desk.ui.desk_parts import DeskParts
from interview_desk.ui.late_parts import LateParts
from interview_desk.ui.mail_parts import MailParts
from interview_desk.ui.preferences import Preferences
from tests.helpers.calcom_desk import calcom_parts
from tests.helpers.decisions import MemoryIndex, MemoryShelf
from tests.helpers.desk import ME, NOW, MemoryRecords, StoppedClock, counted_ids
from tests.helpers.erasing import ErasedHere, erasing

BERLIN = ZoneInfo("Europe/Berlin")
PROPOSED = AssignmentState.PROPOSED
DECLINED = AssignmentState.DECLINED
NOTES = AssignmentRole.NOTE_TAKER
WATCH = AssignmentRole.OBSERVER


class OneLink:
    """What stands for a found meeting link."""

    def __init__(self, service: str, url: str) -> None:
        self.service: str | None = service
        self.url: str | None = url


def find_link(text: str) -> FoundLink | None:
    """Knows Zoom and nothing else."""
    start = text.find("https://zoom.us/j/")
    return OneLink("zoom", text[start:].split(maxsplit=1)[0]) if start >= 0 else None


class FriendlyServer:
    """Lets everybody in."""

    async def create(self, email: str) -> Invitation:
        link = f"interviewdesk://pair?server=https://desk.test&code=MKTR-4821&for={email}"
        return Invitation(link, "MKTR-4821", NOW + timedelta(minutes=10))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A local moment of November 2026, as UTC."""
    return datetime(2026, 11, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def story() -> MemoryRecords:
    """The week of Wednesday 18 November 2026, seen at 11:48."""
    records = MemoryRecords()
    records.member("Ada Berg", member_id=ME.member_id, role=Role.OWNER)
    records.member("Ben Cole", member_id="member-ben", role=Role.ADMIN)
    records.member("Chidi Eze", member_id="member-chidi")
    records.member("Dana Ruiz", member_id="member-dana", role=Role.EXTERNAL)
    for key, name in {
        "bright": "Brightloom",
        "tidal": "Tidal Works",
        "nook": "Nookery",
        "fern": "Fern & Field",
        "parcel": "Parcelwise",
    }.items():
        records.put("startups", key, name=name)
    _before(records)
    _today(records)
    _after(records)
    return records


def _zoom(number: int) -> str:
    return f"https://zoom.us/j/9{number:010d}"


def _before(records: MemoryRecords) -> None:
    me = ME.member_id
    held = records.interview(
        "Why Nookery left their old CRM", at(16, 10), minutes=90, status=Status.HELD,
        startup_id="nook", link=_zoom(1),
    )  # fmt: skip
    records.guest(held, "Jonas Lind")
    records.part(held, me)
    missed = records.interview(
        "Switching payroll", at(16, 14), status=Status.NO_SHOW, startup_id="parcel"
    )
    records.guest(missed, "Omar Haddad", no_show=True)
    records.part(missed, me)
    first = records.interview(
        "From spreadsheets to Tidal", at(17, 9, 30), status=Status.HELD, startup_id="tidal"
    )
    records.guest(first, "Kaya Lindqvist")
    records.part(first, "member-ben")
    second = records.interview(
        "Churn: what broke the habit", at(17, 10), minutes=75, startup_id="fern", link=_zoom(2)
    )
    records.guest(second, "Petra Novak")
    records.part(second, me, NOTES)
    third = records.interview("Budget owner's view", at(17, 10, 30), status=Status.HELD)
    records.guest(third, "Tom Akers")
    records.part(third, "member-chidi")


def _today(records: MemoryRecords) -> None:
    me = ME.member_id
    early = records.interview(
        "First purchase, retold", at(18, 9), status=Status.HELD, startup_id="bright"
    )
    records.guest(early, "Lena Fischer")
    records.part(early, me)
    records.part(early, "member-ben", NOTES)
    for title, start, minutes, member, role in (
        ("The week it stopped working", at(18, 10), 80, "member-ben", AssignmentRole.LEAD),
        ("Comparing three tools", at(18, 10, 30), 60, me, NOTES),
        ("Buying for a team of 40", at(18, 11, 15), 60, "member-chidi", AssignmentRole.LEAD),
    ):
        one = records.interview(title, start, minutes=minutes, startup_id="tidal", link=_zoom(3))
        records.guest(one, "Rosa Marin")
        records.part(one, member, role)
    following = records.interview(
        "Why they switched to Brightloom",
        at(18, 14),
        startup_id="bright",
        calcom_title="JTBD interview with Mina Sato",
        link=_zoom(4),
    )
    records.guest(following, "Mina Sato", zone="Asia/Tokyo", email="mina@guest.test")
    records.part(following, me)
    records.part(following, "member-ben", NOTES, PROPOSED)
    records.part(following, "member-dana", WATCH, DECLINED)
    gone = records.interview(
        "Cancelled: pricing story", at(18, 15, 30), minutes=45, status=Status.CANCELLED
    )
    records.guest(gone, "Igor Pavlic")
    records.part(gone, me)
    asked = records.interview("Anxiety before the switch", at(18, 16, 30), startup_id="fern")
    records.guest(asked, "Noor Aziz", zone="Asia/Dubai")
    records.part(asked, "member-ben")
    records.part(asked, me, NOTES, PROPOSED)


def _after(records: MemoryRecords) -> None:
    me = ME.member_id
    deciding = records.interview(
        "Deciding and buying, with the CFO",
        at(19, 10),
        minutes=120,
        startup_id="nook",
        link=_zoom(5),
    )
    records.guest(deciding, "Eva Sorensen")
    records.part(deciding, me)
    wish = records.interview(
        "Asks for Thursday", at(19, 13), status=Status.REQUESTED, startup_id="parcel"
    )
    records.guest(wish, "Sam Okoro", zone="America/New_York")
    moved = records.interview(
        "Wants another time", at(19, 15), minutes=45, status=Status.RESCHEDULE_REQUESTED
    )
    records.guest(moved, "Hugo Blanc")
    records.part(moved, me)
    for day, hour, member in ((20, 10, "member-chidi"), (20, 11, me), (23, 9, me), (24, 15, me)):
        one = records.interview("Screening call", at(day, hour), minutes=45, link=_zoom(day))
        records.guest(one, "Alma Reyes")
        records.part(one, member)
    orphan = records.interview("Weekend builder", at(21, 11), startup_id="fern")
    records.guest(orphan, "Yuki Tan", zone="Asia/Singapore")


def late_parts(
    records: MemoryRecords,
    *,
    me: Me = ME,
    shelf: MemoryShelf | None = None,
    history: HistoryFeed | None = None,
    index: MemoryIndex | None = None,
    here: ErasedHere | None = None,
) -> LateParts:
    """Search, decisions and the past over these records."""
    return LateParts(
        me=me,
        records=records,
        search=SearchService(index or MemoryIndex(records)),
        crossed=CrossedEdits(records, me=me, history=history),
        set_aside=SetAsideService(shelf or MemoryShelf(records), records),
        timeline=TimelineService(records, me=me, history=history),
        erasing=erasing(records, me=me, here=here),
    )


def mail_parts(records: MemoryRecords, *, me: Me, clock: StoppedClock) -> MailParts:
    """Mail to guests over these records."""
    return MailParts(
        follow_ups=FollowUpService(records, me=me, new_id=counted_ids(clock)),
        sequences=SequenceService(records, me=me, new_id=counted_ids(clock)),
        trying_out=TryingOut(records, clock=clock),
        drafts=records.drafts,
    )


def desk_parts(
    records: MemoryRecords,
    folder: Path,
    *,
    me: Me = ME,
    clock: StoppedClock | None = None,
    invitations: Invitations | None = None,
    late: LateParts | None = None,
    calcom: CalcomParts | None = None,
) -> DeskParts:
    """The parts of a window over these records."""
    clock = clock or StoppedClock()
    interviews = InterviewService(records, me=me, new_id=counted_ids(clock), find_link=find_link)
    booking = BookingService(records, me=me, clock=clock, new_id=counted_ids(clock))
    team = TeamService(records, me=me, invitations=invitations)
    return DeskParts(
        agenda=AgendaService(records, me=me, clock=clock),
        interviews=lambda: interviews,
        team=lambda: team,
        managing=lambda: MemberService(records, me=me, new_id=counted_ids(clock)),
        booking=lambda: booking,
        calcom=lambda: calcom or calcom_parts(records, me=me, clock=clock),
        late=lambda: late or late_parts(records, me=me),
        debrief=lambda: DebriefService(records, me=me),
        rules=lambda: RulesService(records, me=me, new_id=counted_ids(clock)),
        mailing=lambda: mail_parts(records, me=me, clock=clock),
        flags=lambda: FlagService(records, me=me),
        me=me,
        changes=records,
        clock=clock,
        zone=BERLIN,
        preferences=Preferences(folder / "desk.ini"),
    )
