"""What a person has to do with the interviews ahead: today's list, what is next, what waits."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from interview_desk.domain.interviews import Consent, Guest, Interview
from interview_desk.domain.roles import AssignmentRole, AssignmentState
from interview_desk.domain.status import Status

if TYPE_CHECKING:
    # Nobody asks anything of Cal.com before the first page stands.
    from interview_desk.domain.booking_requests import BookingRequest

# A call that runs over is still worth joining.
_STAYS_JOINABLE = timedelta(minutes=30)
_TAKES_PLACE = frozenset({Status.SCHEDULED, Status.IN_PROGRESS})
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_COUNT_DAYS_FROM = timedelta(hours=36)


class CrewMember(NamedTuple):
    """Somebody of the team in one interview."""

    assignment_id: str
    member_id: str
    name: str
    role: AssignmentRole
    state: AssignmentState
    is_me: bool = False


class Appointment(NamedTuple):
    """An interview with the people in it, as every list and calendar shows it."""

    interview: Interview
    guests: tuple[Guest, ...] = ()
    crew: tuple[CrewMember, ...] = ()
    startup: str | None = None
    # What is asked of Cal.com about it and not settled yet.
    asked: "BookingRequest | None" = None

    @property
    def id(self) -> str:
        """The interview's id."""
        return self.interview.id

    @property
    def my_part(self) -> CrewMember | None:
        """What I do in it, unless I said no."""
        parts = (one for one in self.crew if one.is_me)
        return next((one for one in parts if one.state is not AssignmentState.DECLINED), None)

    @property
    def is_unclaimed(self) -> bool:
        """Whether nobody of the team is in it yet."""
        return all(one.state is AssignmentState.DECLINED for one in self.crew)

    def crew_in(self, role: AssignmentRole) -> tuple[CrewMember, ...]:
        """Those who have this part and did not say no."""
        return tuple(
            one
            for one in self.crew
            if one.role is role and one.state is not AssignmentState.DECLINED
        )


class WaitingKind(StrEnum):
    """Why something waits for a person."""

    ANSWER = "answer"  # asked to take part
    NO_LEAD = "no_lead"  # soon, and nobody leads it
    OUTCOME = "outcome"  # over, and nobody said how it ended
    REQUEST = "request"  # a guest asks for a time
    BOOKING = "booking"  # Cal.com did not do what was asked
    MAIL = "mail"  # a mail to a guest cannot go on by itself
    RATING = "rating"  # it took place, and my ratings are missing
    ERASURE = "erasure"  # what was to be erased could not be
    CONFLICTS = "conflicts"  # two people changed the same thing


class Waiting(NamedTuple):
    """One thing that waits on me; `interview_id` is None where it is about none.

    `record_id` names the mail, where it is about one.
    """

    kind: WaitingKind
    title: str
    interview_id: str | None = None
    how_many: int = 1
    reason: str | None = None
    record_id: str | None = None


class Step(NamedTuple):
    """One line of the Prepare checklist."""

    words: str
    done: bool


def named_by_guest(interview: Interview, guests: Iterable[Guest]) -> Interview:
    """The interview with its guest first in the title, where the title is Cal.com's own.

    `Discovery between Hana Host and Ada Guest` hides the guest wherever there is little room.
    """
    title = interview.title
    what, between, _ = title.partition(" between ")
    for guest in guests if between and title == interview.calcom_title else ():
        if title.endswith(f" and {guest.name}"):
            return interview._replace(title=f"{guest.name}: {what}")
    return interview


def is_renamed(appointment: Appointment) -> bool:
    """Whether it has another title than Cal.com's; naming the guest first is none."""
    interview = appointment.interview
    if not interview.calcom_title:
        return False
    theirs = interview._replace(title=interview.calcom_title)
    shown = {theirs.title, named_by_guest(theirs, appointment.guests).title}
    return interview.title not in shown


def is_joinable(interview: Interview, now: datetime) -> bool:
    """Whether pressing Join makes sense: there is a call, it is on, and it is not long over."""
    if interview.join_url is None or interview.status not in _TAKES_PLACE:
        return False
    return interview.end is None or now < interview.end + _STAYS_JOINABLE


def takes_place(interview: Interview) -> bool:
    """Whether the interview is on: not cancelled, not over, not merely wished for."""
    return interview.status in _TAKES_PLACE


def up_next(appointments: Iterable[Appointment], now: datetime) -> Appointment | None:
    """The one to get ready for: mine or nobody's first, otherwise the team's."""
    ahead = [one for one in appointments if _is_ahead(one, now)]
    ours = [one for one in ahead if one.my_part is not None or one.is_unclaimed]
    return min(ours or ahead, key=_order, default=None)


def on_day(appointments: Iterable[Appointment], day: date, zone: tzinfo) -> tuple[Appointment, ...]:
    """Those that touch the local day, in order; cancelled ones too, so that nobody wonders."""
    start, end = day_bounds(day, zone)
    return tuple(sorted((one for one in appointments if _touches(one, start, end)), key=_order))


def day_bounds(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """The instants at which the local day begins and ends; 23 to 25 hours apart."""
    first = datetime.combine(day, time.min, zone)
    last = datetime.combine(day + timedelta(days=1), time.min, zone)
    return first.astimezone(UTC), last.astimezone(UTC)


def countdown(start: datetime, end: datetime | None, now: datetime, zone: tzinfo) -> str:
    """How far away it is, in words: `in 2 h 12 min`, `started 5 min ago`, `over`.

    Days are counted as the calendar of `zone` has them: on Monday evening Thursday is in 3 days.
    """
    if end is not None and now >= end:
        return "over"
    if now - start >= _MINUTE:
        return f"started {_span(now - start, up=False)} ago"
    if start - now < _MINUTE:
        return "now"
    days = (start.astimezone(zone).date() - now.astimezone(zone).date()).days
    if start - now >= _COUNT_DAYS_FROM and days > 1:
        return f"in {days} days"
    return f"in {_span(start - now, up=True)}"


def waiting_on_me(
    appointments: Iterable[Appointment], now: datetime, *, conflicts: int = 0
) -> tuple[Waiting, ...]:
    """What only a person can settle, most pressing first."""
    found = [
        item for one in sorted(appointments, key=_order) if (item := _waiting(one, now)) is not None
    ]
    if conflicts:
        found.append(Waiting(WaitingKind.CONFLICTS, "Edits that crossed", how_many=conflicts))
    ranks = list(WaitingKind)
    return tuple(sorted(found, key=lambda item: ranks.index(item.kind)))


def preparation(appointment: Appointment, *, alone: bool = False) -> tuple[Step, ...]:
    """What should be true before the call begins; who works alone has nobody to take notes."""
    interview = appointment.interview
    asked = all(one.consent_notes is not Consent.UNKNOWN for one in appointment.guests)
    notes = Step("Note taker confirmed", done=_said_yes(appointment, AssignmentRole.NOTE_TAKER))
    return (
        Step("Lead confirmed", done=_said_yes(appointment, AssignmentRole.LEAD)),
        *(() if alone else (notes,)),
        Step("Link or place known", done=bool(interview.join_url or interview.location)),
        Step("Guest known", done=bool(appointment.guests)),
        Step("Consent asked", done=bool(appointment.guests) and asked),
    )


def _said_yes(appointment: Appointment, role: AssignmentRole) -> bool:
    return any(one.state is AssignmentState.ACCEPTED for one in appointment.crew_in(role))


def _is_ahead(appointment: Appointment, now: datetime) -> bool:
    interview = appointment.interview
    if interview.start is None or not takes_place(interview):
        return False
    return now < _end_of(interview, interview.start)


def _touches(appointment: Appointment, start: datetime, end: datetime) -> bool:
    interview = appointment.interview
    if interview.start is None:
        return False
    return interview.start < end and _end_of(interview, interview.start) > start


def _end_of(interview: Interview, start: datetime) -> datetime:
    return interview.end or start + _HOUR


def _order(appointment: Appointment) -> tuple[datetime, str]:
    start = appointment.interview.start
    return start or datetime.max.replace(tzinfo=UTC), appointment.id


def _span(length: timedelta, *, up: bool) -> str:
    if not up and length >= _COUNT_DAYS_FROM:
        return f"{round(length / timedelta(days=1))} days"
    whole = length // _MINUTE + (1 if up and length % _MINUTE else 0)
    hours, minutes = divmod(whole, 60)
    parts: Sequence[str] = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes)
    return " ".join(parts)


def _waiting(appointment: Appointment, now: datetime) -> Waiting | None:
    interview, mine = appointment.interview, appointment.my_part
    if interview.status is Status.REQUESTED:
        return Waiting(WaitingKind.REQUEST, interview.title, interview.id)
    if not takes_place(interview) or interview.start is None:
        return None
    if interview.end is not None and interview.end <= now:
        return _outcome(appointment)
    if mine is not None and mine.state is AssignmentState.PROPOSED:
        return Waiting(WaitingKind.ANSWER, interview.title, interview.id)
    if not appointment.crew_in(AssignmentRole.LEAD):
        return Waiting(WaitingKind.NO_LEAD, interview.title, interview.id)
    return None


def _outcome(appointment: Appointment) -> Waiting | None:
    if appointment.my_part is None and not appointment.is_unclaimed:
        return None
    interview = appointment.interview
    return Waiting(WaitingKind.OUTCOME, interview.title, interview.id)
