"""What an alert says, in times a person can read: theirs, and the guest's where it differs."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from interview_desk.domain.agenda import countdown
from interview_desk.domain.alerts import Alert, AlertKind
from interview_desk.domain.instants import zone_called
from interview_desk.domain.plain_text import plain

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Subject:
    """The interview an alert is about, as it reads now."""

    title: str
    guest: str | None = None
    guest_zone: str | None = None
    place: str | None = None
    is_request: bool = False


@dataclass(frozen=True, slots=True)
class AlertWords:
    """A headline and a few lines."""

    title: str
    body: str


def alert_words(alert: Alert, subject: Subject, *, now: datetime, zone: tzinfo) -> AlertWords:
    """What to show for `alert` to somebody who lives in `zone`."""
    if alert.kind is AlertKind.MANY:
        return AlertWords(f"{alert.count} changes in your calendar", "Open Today to see them.")
    title = f"{_headline(alert, subject, now, zone)}: {plain(subject.title)}"
    lines = [*_times(alert, subject, zone), plain(subject.place or "")]
    return AlertWords(title, "\n".join(line for line in lines if line))


def _headline(alert: Alert, subject: Subject, now: datetime, zone: tzinfo) -> str:
    if alert.kind is AlertKind.SOON and alert.start:
        soon = _soon_headline(alert.start, now, zone)
        return f"New booking, {soon[:1].lower()}{soon[1:]}" if alert.is_new else soon
    if alert.kind is AlertKind.NEW and subject.is_request:
        return "New request"
    return {
        AlertKind.NEW: "New booking",
        AlertKind.MOVED: "Moved",
        AlertKind.CHANGED: "New place",
        AlertKind.ASKED_TO_MOVE: "Asked to move",
        AlertKind.CANCELLED: "Cancelled",
        AlertKind.REMOVED: "No longer on your desk",
    }.get(alert.kind, "Interview")


def _soon_headline(start: datetime, now: datetime, zone: tzinfo) -> str:
    words = countdown(start, None, now, zone)
    return words.capitalize() if words.startswith("started") else f"Starts {words}"


def _times(alert: Alert, subject: Subject, zone: tzinfo) -> list[str]:
    lines = [_when(alert, zone)]
    theirs = zone_called(subject.guest_zone)
    if alert.start and theirs and _differs(alert.start, zone, theirs):
        name = plain(subject.guest or "the guest")
        lines.append(f"For {name}: {_when(alert, theirs)} ({_place_of(theirs)})")
    elif subject.guest:
        lines.append(f"With {plain(subject.guest)}")
    return lines


def _when(alert: Alert, zone: tzinfo) -> str:
    if alert.start is None:
        return ""
    now_text = _slot(alert.start, alert.end, zone)
    if alert.was_start is None:
        return now_text
    return f"{_slot(alert.was_start, alert.was_end, zone)} \u2192 {now_text}"


def _slot(start: datetime, end: datetime | None, zone: tzinfo) -> str:
    local = start.astimezone(zone)
    text = f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local:%H:%M}"
    return f"{text}\u2013{end.astimezone(zone):%H:%M}" if end else text


def _differs(moment: datetime, mine: tzinfo, theirs: tzinfo) -> bool:
    moment = moment.astimezone(UTC)
    return moment.astimezone(mine).utcoffset() != moment.astimezone(theirs).utcoffset()


def _place_of(zone: ZoneInfo) -> str:
    return zone.key.rsplit("/", 1)[-1].replace("_", " ")
