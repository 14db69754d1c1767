"""What a person should be told about their interviews, and when: once, and until it is answered.

The rules are here, without a clock and without I/O; `services.alerts` feeds them and shows what
comes out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from interview_desk.domain.instants import format_instant
from interview_desk.domain.interviews import Interview
from interview_desk.domain.status import Status

# A reminder that could not be shown in time (the lid was closed) is still worth showing this long.
_LATE = timedelta(minutes=15)
# An unanswered alert goes away by itself this long after the interview began.
_STALE = timedelta(hours=1)
# How long after its end an interview is still compared with what arrives.
_REMEMBERED = timedelta(days=1)
# More changes than this at once (back from a holiday) are told in one sentence.
_AT_ONCE = 3
_FINISHED = -1


class AlertKind(StrEnum):
    """What happened."""

    NEW = "new"
    MOVED = "moved"
    CHANGED = "changed"  # another place or link
    ASKED_TO_MOVE = "asked_to_move"
    CANCELLED = "cancelled"
    REMOVED = "removed"
    SOON = "soon"
    MANY = "many"


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """What a person wants to be told; reminders come at each of `minutes_before` the start."""

    minutes_before: tuple[int, ...] = (10, 1)
    snooze: timedelta = timedelta(minutes=5)
    kinds: frozenset[AlertKind] = frozenset(AlertKind)


@dataclass(frozen=True, slots=True)
class Watched:
    """One interview as far as alerts care; `mine` is whether this person takes part."""

    id: str
    status: Status
    start: datetime | None
    end: datetime | None
    place: str | None
    mine: bool


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to tell; `id` is the same for the same thing, however often it is noticed."""

    id: str
    kind: AlertKind
    interview_id: str
    start: datetime | None = None
    end: datetime | None = None
    was_start: datetime | None = None
    was_end: datetime | None = None
    count: int = 1
    # Of a reminder: nobody has answered yet that the interview is new.
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """What to do now: first take away `withdraw` (alert ids), then show `show`."""

    show: tuple[Alert, ...]
    withdraw: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert nobody has answered; hidden until `not_before` where it was snoozed."""

    alert: Alert
    shown: bool = False
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reminded:
    """Which reminder of an interview came last: for which start, how many minutes before."""

    start: datetime
    minutes: int


@dataclass(slots=True)
class AlertState:
    """All that must outlive the program so that nothing is told twice or forgotten."""

    announcing: bool = False
    known: dict[str, Watched] = field(default_factory=dict)
    open: dict[str, OpenAlert] = field(default_factory=dict)
    reminded: dict[str, Reminded] = field(default_factory=dict)
    paused_until: datetime | None = None


def watched(interview: Interview, *, mine: bool) -> Watched:
    """`interview` as alerts see it."""
    place = interview.join_url or interview.location
    return Watched(interview.id, interview.status, interview.start, interview.end, place, mine)


def change_between(before: Watched | None, after: Watched | None, now: datetime) -> Alert | None:
    """What a person who knew `before` should be told when it reads `after`; None if nothing."""
    if after is None:
        return _gone(before, now)
    if not after.mine:
        return None
    if before is None or not _is_on_list(before):
        return _alert(AlertKind.NEW, None, after) if _is_ahead(after, now) else None
    if not (_is_ahead(before, now) or _is_ahead(after, now)):
        return None
    kind = _kind_of_change(before, after)
    return _alert(kind, before, after) if kind else None


def _gone(before: Watched | None, now: datetime) -> Alert | None:
    if before is None or not _is_on_list(before) or not _starts_after(before, now):
        return None
    return _alert(AlertKind.REMOVED, None, before)


def _kind_of_change(before: Watched, after: Watched) -> AlertKind | None:
    if after.status in {Status.CANCELLED, Status.DECLINED}:
        return AlertKind.CANCELLED
    if not _is_booked(after):
        return None
    if after.status is Status.RESCHEDULE_REQUESTED and before.status is not after.status:
        return AlertKind.ASKED_TO_MOVE
    if (before.start, before.end) != (after.start, after.end):
        return AlertKind.MOVED
    # A first link is news worth a refresh of the page, not an interruption.
    return AlertKind.CHANGED if before.place and before.place != after.place else None


def _alert(kind: AlertKind, before: Watched | None, after: Watched) -> Alert:
    moved = before is not None and kind is AlertKind.MOVED
    was_start = before.start if before and moved else None
    was_end = before.end if before and moved else None
    parts = [kind.value, after.id, _stamp(was_start), _stamp(after.start)]
    return Alert(
        ":".join(part for part in parts if part),
        kind,
        after.id,
        start=after.start,
        end=after.end,
        was_start=was_start,
        was_end=was_end,
    )


def _stamp(moment: datetime | None) -> str:
    return format_instant(moment) if moment else ""


def _is_booked(item: Watched) -> bool:
    return item.start is not None and item.status in {
        Status.REQUESTED,
        Status.SCHEDULED,
        Status.RESCHEDULE_REQUESTED,
        Status.IN_PROGRESS,
    }


def _is_on_list(item: Watched) -> bool:
    return item.mine and _is_booked(item)


def _is_ahead(item: Watched, now: datetime) -> bool:
    return _is_booked(item) and _starts_after(item, now)


def _starts_after(item: Watched, now: datetime) -> bool:
    return item.start is not None and item.start > now


class AlertBook:
    """Remembers what was told and answered, and says what is due."""

    def __init__(self, state: AlertState, settings: AlertSettings) -> None:
        self.state = state
        self.settings = settings
        self._withdraw: list[str] = []

    def announce(self) -> None:
        """From now on changes are news; what was observed before is history."""
        self.state.announcing = True

    def observe(self, interview_id: str, after: Watched | None, *, now: datetime) -> None:
        """Take in how one interview reads now, None where it is gone."""
        before = self.state.known.get(interview_id)
        if after is None:
            self.state.known.pop(interview_id, None)
        else:
            self.state.known[interview_id] = after
        news = change_between(before, after, now)
        if news and self.state.announcing and news.kind in self.settings.kinds:
            self._replace_change(news)

    def observe_own(self, interview_id: str, after: Watched) -> None:
        """Take in what this person did themselves: nobody needs to tell them."""
        self.state.known[interview_id] = after

    def due(self, now: datetime) -> Due:
        """What to show and to take away at `now`; it counts as shown from then on."""
        self._forget_the_past(now)
        self._remind(now)
        withdraw, self._withdraw = tuple(self._withdraw), []
        if self.is_paused(now):
            return Due((), withdraw)
        ready = [item.alert for item in self.state.open.values() if _is_ready(item, now)]
        show = self._in_one_sentence(ready)
        for alert in show:
            self.state.open[alert.id] = OpenAlert(alert, shown=True)
        return Due(tuple(show), withdraw)

    def next_moment(self, now: datetime) -> datetime | None:
        """When `due` may have something new if nothing else changes."""
        moments = [item.not_before for item in self.state.open.values() if item.not_before]
        moments += [moment for item in self.state.known.values() for moment in self._times(item)]
        if self.state.paused_until:
            moments.append(self.state.paused_until)
        return min((moment for moment in moments if moment > now), default=None)

    def alert(self, alert_id: str) -> Alert | None:
        """The alert while nobody has answered it."""
        item = self.state.open.get(alert_id)
        return item.alert if item else None

    def snooze(self, alert_id: str, now: datetime) -> None:
        """Bring the alert again after the snooze time, and at the start at the latest."""
        item = self.state.open.get(alert_id)
        if item is None:
            return
        until = now + self.settings.snooze
        start = item.alert.start
        if item.alert.kind is AlertKind.SOON and start and now < start:
            until = min(until, start)
        self.state.open[alert_id] = OpenAlert(item.alert, not_before=until)

    def dismiss(self, alert_id: str) -> None:
        """The person has seen it."""
        self.state.open.pop(alert_id, None)

    def joined(self, interview_id: str) -> None:
        """The person is in the interview: nothing more to remind of."""
        item = self.state.known.get(interview_id)
        if item and item.start:
            self.state.reminded[interview_id] = Reminded(item.start, _FINISHED)
        self._close(self._open_of(interview_id))

    def pause(self, until: datetime | None) -> None:
        """Show nothing before `until`; None ends the pause."""
        self.state.paused_until = until

    def is_paused(self, now: datetime) -> bool:
        """Whether alerts wait at `now`."""
        return self.state.paused_until is not None and now < self.state.paused_until

    def present_again(self) -> None:
        """After a restart, when no notification of ours is on the screen any more."""
        for alert_id, item in self.state.open.items():
            self.state.open[alert_id] = replace(item, shown=False)

    def _replace_change(self, news: Alert) -> None:
        older = [
            alert for alert in self._open_of(news.interview_id) if alert.kind is not AlertKind.SOON
        ]
        if news.kind is AlertKind.CHANGED and older:
            return  # what is still on the screen leads to the new place anyway
        self._close(older)
        if news.kind is AlertKind.MOVED:
            news = _from_the_first(news, older)
        if news.kind is not AlertKind.MOVED or news.was_start != news.start:
            self.state.open[news.id] = OpenAlert(news)

    def _remind(self, now: datetime) -> None:
        if AlertKind.SOON not in self.settings.kinds:
            return
        for item in self.state.known.values():
            minutes = self._minutes_reached(item, now)
            last = self.state.reminded.get(item.id)
            if item.start is None or minutes is None:
                continue
            if last is None or last.start != item.start or minutes < last.minutes:
                self._open_reminder(item.id, Reminded(item.start, minutes), end=item.end)

    def _minutes_reached(self, item: Watched, now: datetime) -> int | None:
        if not _is_remindable(item) or item.start is None or now >= item.start + _LATE:
            return None
        reached = [
            minutes
            for minutes in self.settings.minutes_before
            if item.start - timedelta(minutes=minutes) <= now
        ]
        return min(reached, default=None)

    def _open_reminder(self, interview_id: str, which: Reminded, *, end: datetime | None) -> None:
        # One message for one interview: the reminder says what was not answered yet.
        said = {AlertKind.SOON, AlertKind.NEW}
        before = [alert for alert in self._open_of(interview_id) if alert.kind in said]
        is_new = any(alert.is_new or alert.kind is AlertKind.NEW for alert in before)
        self._close(before)
        self.state.reminded[interview_id] = which
        alert_id = f"soon:{interview_id}:{format_instant(which.start)}:{which.minutes}"
        alert = Alert(
            alert_id, AlertKind.SOON, interview_id, start=which.start, end=end, is_new=is_new
        )
        self.state.open[alert_id] = OpenAlert(alert)

    def _times(self, item: Watched) -> Iterable[datetime]:
        if item.start is None or not _is_remindable(item):
            return ()
        return [item.start - timedelta(minutes=each) for each in self.settings.minutes_before]

    def _forget_the_past(self, now: datetime) -> None:
        state = self.state
        self._close(
            item.alert for item in state.open.values() if _is_stale(item.alert, state.known, now)
        )
        ended = [item.id for item in state.known.values() if _is_history(item, now)]
        for interview_id in ended:
            del state.known[interview_id]
            state.reminded.pop(interview_id, None)

    def _in_one_sentence(self, ready: list[Alert]) -> list[Alert]:
        changes = [alert for alert in ready if alert.kind not in {AlertKind.SOON, AlertKind.MANY}]
        if len(changes) <= _AT_ONCE:
            return ready
        for alert in changes:
            self.dismiss(alert.id)
        first = changes[0]
        many = Alert(f"many:{first.id}", AlertKind.MANY, first.interview_id, count=len(changes))
        return [alert for alert in ready if alert not in changes] + [many]

    def _open_of(self, interview_id: str) -> list[Alert]:
        return [
            item.alert
            for item in self.state.open.values()
            if item.alert.interview_id == interview_id and item.alert.kind is not AlertKind.MANY
        ]

    def _close(self, alerts: Iterable[Alert]) -> None:
        for alert in list(alerts):
            if self.state.open.pop(alert.id).shown:
                self._withdraw.append(alert.id)


def _from_the_first(news: Alert, older: list[Alert]) -> Alert:
    """Two moves in a row are one for somebody who has not looked yet."""
    for alert in older:
        if alert.kind is AlertKind.MOVED:
            return replace(news, was_start=alert.was_start, was_end=alert.was_end)
    return news


def _is_ready(item: OpenAlert, now: datetime) -> bool:
    return not item.shown and (item.not_before is None or item.not_before <= now)


def _is_remindable(item: Watched) -> bool:
    return item.mine and item.status is Status.SCHEDULED


def _is_stale(alert: Alert, known: Mapping[str, Watched], now: datetime) -> bool:
    if alert.kind is AlertKind.SOON:
        item = known.get(alert.interview_id)
        if item is None or item.start != alert.start or not _is_remindable(item):
            return True
    times = [moment for moment in (alert.start, alert.was_start) if moment]
    return bool(times) and now >= max(times) + _STALE


def _is_history(item: Watched, now: datetime) -> bool:
    last = item.end or item.start
    return last is None or now >= last + _REMEMBERED
