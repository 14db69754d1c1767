"""How an interview reads and looks wherever it is shown: colour, style and words together."""

from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, NamedTuple

from interview_desk.domain.agenda import Appointment, CrewMember, day_bounds, is_joinable
from interview_desk.domain.interviews import Guest, Interview
from interview_desk.domain.roles import AssignmentRole, AssignmentState
from interview_desk.domain.status import Status
from interview_desk.ui.bridge.dates import clock_range, clock_time, offset_name, short_day
from interview_desk.ui.theme.tokens import Hue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from interview_desk.services.away import Away

_TENTATIVE = frozenset({Status.DRAFT, Status.REQUESTED, Status.RESCHEDULE_REQUESTED})
_OFF = frozenset({Status.CANCELLED, Status.DECLINED})
_WOULD_END = frozenset({"cancel", "decline"})

_STATUS_WORDS = {
    Status.DRAFT: ("Draft", "plain"),
    Status.REQUESTED: ("Requested", "warning"),
    Status.SCHEDULED: ("Scheduled", "accent"),
    Status.RESCHEDULE_REQUESTED: ("Asks for another time", "warning"),
    Status.IN_PROGRESS: ("In progress", "good"),
    Status.HELD: ("Held", "good"),
    Status.NO_SHOW: ("No-show", "bad"),
    Status.CANCELLED: ("Cancelled", "bad"),
    Status.DECLINED: ("Declined", "bad"),
    Status.EVALUATED: ("Evaluated", "good"),
    Status.ARCHIVED: ("Archived", "plain"),
}
ROLE_WORDS = {
    AssignmentRole.LEAD: "Lead",
    AssignmentRole.NOTE_TAKER: "Note taker",
    AssignmentRole.OBSERVER: "Observer",
    AssignmentRole.SHADOW: "Shadow",
}
_STATE_WORDS = {
    AssignmentState.PROPOSED: "not confirmed",
    AssignmentState.ACCEPTED: "confirmed",
    AssignmentState.DECLINED: "declined",
}
_HUES = {AssignmentRole.LEAD: Hue.LEAD, AssignmentRole.NOTE_TAKER: Hue.NOTES}
_SERVICE_NAMES = {
    "zoom": "Zoom",
    "meet": "Google Meet",
    "google_meet": "Google Meet",
    "teams": "Microsoft Teams",
    "cal_video": "Cal Video",
}


class EventLook(NamedTuple):
    """How one event is painted; every part of it is also in the event's words."""

    hue: Hue
    tentative: bool
    struck: bool
    past: bool
    # Asked of Cal.com, and not so yet.
    pending: bool = False


def look_of(appointment: Appointment, now: datetime) -> EventLook:
    """The look of an appointment at this moment."""
    interview, mine = appointment.interview, appointment.my_part
    asked = mine is not None and mine.state is AssignmentState.PROPOSED
    wish = appointment.asked if appointment.asked and appointment.asked.is_under_way else None
    struck = interview.status in _OFF or (wish is not None and wish.kind in _WOULD_END)
    end = interview.end or interview.start
    return EventLook(
        hue=_hue(appointment, asked=asked),
        tentative=asked or wish is not None or interview.status in _TENTATIVE,
        struck=struck,
        past=struck or (end is not None and end <= now),
        pending=wish is not None,
    )


def _hue(appointment: Appointment, *, asked: bool) -> Hue:
    if appointment.interview.status is Status.NO_SHOW:
        return Hue.MISSED
    mine = appointment.my_part
    if asked or (mine is None and appointment.is_unclaimed):
        return Hue.ASKED
    return _HUES.get(mine.role, Hue.TEAM) if mine else Hue.TEAM


def status_words(status: Status) -> str:
    """The status as a person says it."""
    return _STATUS_WORDS[status][0]


def status_tone(status: Status) -> str:
    """The tone of the pill that carries the status."""
    return _STATUS_WORDS[status][1]


def state_words(state: AssignmentState) -> str:
    """What a member has said."""
    return _STATE_WORDS[state]


def service_name(key: str | None) -> str:
    """The meeting service as people know it."""
    if not key:
        return ""
    return _SERVICE_NAMES.get(key, key.replace("_", " ").replace("-", " ").title())


def people_words(appointment: Appointment) -> str:
    """`Mina Sato, Brightloom`: whom it is about, as short as it gets."""
    return names_words(appointment.guests, appointment.startup)


def names_words(guests: "Iterable[Guest]", startup: str | None) -> str:
    """Guests and startup in one line; a startup that has its founder's name is said once."""
    names = [guest.name for guest in guests]
    if startup and startup not in names:
        names.append(startup)
    return ", ".join(names)


def part_words(member: CrewMember) -> str:
    """`Note taker, not confirmed`; a yes needs no words."""
    role = ROLE_WORDS[member.role]
    if member.state is AssignmentState.ACCEPTED:
        return role
    return f"{role}, {state_words(member.state)}"


def no_join_words(interview: Interview, now: datetime) -> str:
    """Why there is nothing to join; empty where there is."""
    if is_joinable(interview, now):
        return ""
    if interview.status in _OFF or interview.status is Status.NO_SHOW:
        return f"{status_words(interview.status)}: there is nothing to join."
    if interview.status in _TENTATIVE:
        return "It is not booked yet."
    # With a link it could be joined.
    if interview.join_url is None and is_joinable(interview._replace(join_url=""), now):
        known = "There is no link: see where it takes place."
        return known if interview.location else "There is no meeting link yet."
    return "The meeting is over."


def guest_clock(guest: Guest, at: datetime, zone: tzinfo | None) -> str:
    """`20:00 Tokyo, UTC+9`: when the guest's own clock says it is."""
    if zone is None:
        return ""
    city = (guest.zone or "").rsplit("/", 1)[-1].replace("_", " ")
    return f"{clock_time(at, zone)} {city}, {offset_name(zone, at)}"


def when_words(appointment: Appointment, zone: tzinfo) -> str:
    """`Wed 18 Nov, 14:00` with its end; what has no time says so."""
    start, end = appointment.interview.start, appointment.interview.end
    if start is None:
        return "No time yet"
    times = clock_range(start, end, zone) if end else clock_time(start, zone)
    return f"{short_day(start.astimezone(zone).date())}, {times}"


def event_words(appointment: Appointment, zone: tzinfo) -> str:
    """Everything the painting says, in one line, for tooltips and screen readers."""
    interview, mine = appointment.interview, appointment.my_part
    parts = [interview.title, when_words(appointment, zone), people_words(appointment)]
    parts.append(status_words(interview.status))
    if appointment.asked is not None:
        # Nothing is asked of Cal.com before the first page stands.
        from interview_desk.ui.booking_words import asked_words

        parts.append(asked_words(appointment.asked))
    if mine is not None:
        parts.append(f"you: {part_words(mine)}")
    elif appointment.is_unclaimed:
        parts.append("nobody leads it yet")
    return "; ".join(part for part in parts if part)


def away_words(away: "Iterable[Away]", day: date, zone: tzinfo) -> str:
    """`Away: Ben Cole (Holiday)`; empty where everybody can be booked on that day."""
    begin, end = day_bounds(day, zone)
    there = [one for one in away if one.start < end and one.end > begin]
    names = [f"{one.name} ({one.reason})" if one.reason else one.name for one in there]
    return f"Away: {', '.join(names)}" if names else ""
