"""Tells a person about their interviews: new, moved, cancelled, starting soon."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Protocol

from interview_desk.domain.alert_memory import state_from_text, state_to_text
from interview_desk.domain.alert_words import Subject, alert_words
from interview_desk.domain.alerts import (
    Alert,
    AlertBook,
    AlertKind,
    AlertSettings,
    AlertState,
    Watched,
    watched,
)
from interview_desk.domain.interviews import Interview, assignment_of, guest_of, interview_of
from interview_desk.domain.records import Record
from interview_desk.domain.roles import AssignmentState
from interview_desk.domain.status import Status
from interview_desk.services.notices import Answer, Notice, Notifier
from interview_desk.services.ports import Change, Clock, Records

# A timer does not run while the computer sleeps, and a clock can be set: look at least this often.
LONGEST_WAIT = timedelta(seconds=20)
_AHEAD = timedelta(days=400)
_BEHIND = timedelta(days=1)
# A link on an alert is offered when joining makes sense.
_JOINABLE = timedelta(minutes=20)
_OWN_FIELDS = frozenset({"status", "start", "end", "location", "join_url"})
_ENTITIES = frozenset({"interviews", "interview_assignments"})


class AlertMemory(Protocol):
    """A small place in the encrypted store."""

    async def load(self) -> str | None:
        """What was saved last."""
        ...

    async def save(self, text: str) -> None:
        """Keep it over a restart."""
        ...


@dataclass(frozen=True, slots=True)
class AlertActions:
    """What the answers lead to, each called with the interview's id."""

    join: Callable[[str], None]
    show: Callable[[str], None]


class AlertService:
    """Watches the local database and the clock, and shows each thing once until it is answered."""

    def __init__(
        self,
        records: Records,
        notifier: Notifier,
        *,
        clock: Clock,
        memory: AlertMemory,
        actions: AlertActions,
        member_id: str,
        zone: tzinfo,
        settings: AlertSettings | None = None,
        longest_wait: timedelta = LONGEST_WAIT,
    ) -> None:
        self._records = records
        self._notifier = notifier
        self._clock = clock
        self._memory = memory
        self._actions = actions
        self._member_id = member_id
        self._zone = zone
        self._longest_wait = longest_wait
        self._book = AlertBook(AlertState(), settings or AlertSettings())
        self._changed: set[Change] = set()
        self._wake = asyncio.Event()
        self._answered: list[str] = []
        self._saved: str | None = None
        self._first_copy_is_complete = False

    async def run(self) -> None:
        """Watch until cancelled; what is still on the screen is taken away then."""
        stop = self._records.on_change(self._note_changes)
        try:
            await self.start()
            while True:
                await self.check()
                await self._wait()
        finally:
            stop()
            await self._withdraw_all()

    async def start(self) -> None:
        """Remember what was told, and compare it with what the database says now."""
        self._book.state = state_from_text(await self._memory.load())
        self._book.present_again()
        now = self._clock.now()
        rows = await self._records.interviews_between(now - _BEHIND, now + _AHEAD)
        ids = {row.id for row in rows} | set(self._book.state.known)
        for interview_id in sorted(ids):
            await self._observe(interview_id)

    async def check(self) -> None:
        """Take in what changed and show what is due."""
        self._wake.clear()
        # Whatever arrived before the first copy was complete is still part of it.
        complete = self._first_copy_is_complete
        for interview_id in await self._changed_interviews():
            await self._observe(interview_id)
        if complete:
            self._book.announce()
        due = self._book.due(self._clock.now())
        answered, self._answered = self._answered, []
        for alert_id in (*answered, *due.withdraw):
            await self._notifier.withdraw(alert_id)
        for alert in due.show:
            await self._show(alert)
        await self._save()

    def announce(self) -> None:
        """The first copy of the team's calendar is complete: from now on changes are news."""
        self._first_copy_is_complete = True
        self._wake.set()

    def use(self, settings: AlertSettings) -> None:
        """Follow other settings from now on."""
        self._book.settings = settings
        self._wake.set()

    def pause(self, until: datetime | None) -> None:
        """Show nothing before `until`; None goes on at once, with what came meanwhile."""
        self._book.pause(until)
        self._wake.set()

    @property
    def paused_until(self) -> datetime | None:
        """When a pause ends, None while alerts are shown."""
        paused = self._book.is_paused(self._clock.now())
        return self._book.state.paused_until if paused else None

    def joined(self, interview_id: str) -> None:
        """The person joined: nothing more to remind of in this interview."""
        self._book.joined(interview_id)
        self._wake.set()

    def answer(self, alert_id: str, answer: Answer) -> None:
        """Do what the person pressed on a notice."""
        alert = self._book.alert(alert_id)
        if alert is None:
            return
        if answer is Answer.SNOOZE:
            self._book.snooze(alert_id, self._clock.now())
        else:
            self._book.dismiss(alert_id)
        # Some notification services leave standing what was answered.
        self._answered.append(alert_id)
        if answer is Answer.JOIN:
            self._actions.join(alert.interview_id)
        elif answer is Answer.SHOW:
            self._actions.show(alert.interview_id)
        self._wake.set()

    def _note_changes(self, changes: frozenset[Change]) -> None:
        relevant = {change for change in changes if change.entity in _ENTITIES}
        if relevant:
            self._changed |= relevant
            self._wake.set()

    async def _wait(self) -> None:
        now = self._clock.now()
        moment = self._book.next_moment(now)
        seconds = min(moment - now, self._longest_wait) if moment else self._longest_wait
        try:
            async with asyncio.timeout(seconds.total_seconds()):
                await self._wake.wait()
        except TimeoutError:
            return  # the clock decides in `check` whether the moment has come

    async def _changed_interviews(self) -> list[str]:
        changed, self._changed = self._changed, set()
        found = {change.id for change in changed if change.entity == "interviews"}
        for change in changed:
            if change.entity == "interview_assignments":
                row = await self._records.get(change.entity, change.id)
                # One that is gone no longer says whose it was: it may be any that is watched.
                known = self._book.state.known
                found |= {assignment_of(row).interview_id} if row else set(known)
        return sorted(found)

    async def _observe(self, interview_id: str) -> None:
        row = await self._records.get("interviews", interview_id)
        after = await self._watched(row) if row else None
        if row and after and row.pending & _OWN_FIELDS:
            self._book.observe_own(interview_id, after)
        else:
            self._book.observe(interview_id, after, now=self._clock.now())

    async def _watched(self, row: Record) -> Watched:
        rows = await self._records.of_interview("interview_assignments", row.id)
        people = [assignment_of(each) for each in rows]
        takers = {each.member_id for each in people if each.state is not AssignmentState.DECLINED}
        # Nobody's interview is everybody's: better one alert too many than a guest left alone.
        return watched(interview_of(row), mine=not takers or self._member_id in takers)

    async def _show(self, alert: Alert) -> None:
        row = await self._records.get("interviews", alert.interview_id)
        interview = interview_of(row) if row else None
        subject = await self._subject(interview)
        words = alert_words(alert, subject, now=self._clock.now(), zone=self._zone)
        notice = Notice(alert.id, words.title, words.body, self._answers(alert, interview))
        await self._notifier.show(notice, self.answer)

    async def _subject(self, interview: Interview | None) -> Subject:
        if interview is None:
            return Subject("An interview")
        guests = [
            guest_of(row)
            for row in await self._records.of_interview("interview_guests", interview.id)
        ]
        first = guests[0] if guests else None
        return Subject(
            interview.title,
            guest=first.name if first else None,
            guest_zone=first.zone if first else None,
            place=None if interview.join_url else interview.location,
            is_request=interview.status is Status.REQUESTED,
        )

    def _answers(self, alert: Alert, interview: Interview | None) -> tuple[Answer, ...]:
        joinable = (
            interview is not None
            and interview.join_url is not None
            and alert.kind not in {AlertKind.CANCELLED, AlertKind.REMOVED, AlertKind.MANY}
            and alert.start is not None
            and alert.start - self._clock.now() <= _JOINABLE
        )
        return (Answer.JOIN if joinable else Answer.SHOW, Answer.SNOOZE)

    async def _save(self) -> None:
        text = state_to_text(self._book.state)
        if text != self._saved:
            await self._memory.save(text)
            self._saved = text

    async def _withdraw_all(self) -> None:
        shown = [key for key, item in self._book.state.open.items() if item.shown]
        for alert_id in (*self._answered, *shown):
            await self._notifier.withdraw(alert_id)
