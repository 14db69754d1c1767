"""Reading the interviews with their people: for Today, the calendar, the list and one in detail."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, NamedTuple

from interview_desk.domain.agenda import (
    Appointment,
    CrewMember,
    Waiting,
    WaitingKind,
    day_bounds,
    named_by_guest,
    on_day,
    up_next,
    waiting_on_me,
)
from interview_desk.domain.interviews import (
    Guest,
    Interview,
    Member,
    assignment_of,
    guest_of,
    interview_of,
    member_of,
)
from interview_desk.domain.records import Record
from interview_desk.domain.roles import AssignmentRole
from interview_desk.domain.status import Status
from interview_desk.services.ports import Clock, Me, Records

if TYPE_CHECKING:
    from interview_desk.services.away import Away

# What is next is nearly always today or tomorrow; only then is there a reason to look further.
_NEXT_DAY = timedelta(days=1)
_FAR = timedelta(days=366)
_LOOK_AHEAD = timedelta(days=14)
# Outcomes nobody gave within this time are no longer asked for.
_LOOK_BACK = timedelta(days=7)
_ROWS_AT_ONCE = 500
# What of the list is shown before the rest of it has been read.
FIRST_ROWS = 200
_PARTS = tuple(AssignmentRole)
_OFF = frozenset({Status.CANCELLED, Status.DECLINED})


class Today(NamedTuple):
    """What is next and what is on today, read at one moment."""

    now: datetime
    next: Appointment | None
    day: tuple[Appointment, ...]


class InterviewRow(NamedTuple):
    """One line of the interview list."""

    interview: Interview
    startup: str | None
    guests: tuple[Guest, ...] = ()


class AgendaService:
    """Answers what is on, when, and with whom; never writes."""

    def __init__(self, records: Records, *, me: Me, clock: Clock) -> None:
        self._records = records
        self._me = me
        self._clock = clock

    @property
    def is_alone(self) -> bool:
        """Whether this desk has no team."""
        return self._me.server is None

    async def today(self, zone: tzinfo) -> Today:
        """Today's list and what comes next; few reads, because the desk opens with it."""
        now = self._clock.now()
        day = now.astimezone(zone).date()
        start, end = day_bounds(day, zone)
        near = await self.between(start, end + _NEXT_DAY)
        following = up_next(near, now) or await self._far_ahead(end + _NEXT_DAY, now)
        return Today(now, following, on_day(near, day, zone))

    async def waiting(self) -> tuple[Waiting, ...]:
        """What only a person can settle, most pressing first."""
        now = self._clock.now()
        near = await self.between(now - _LOOK_BACK, now + _LOOK_AHEAD)
        crossed = await self._crossed() if await self._records.all_of("conflicts") else []
        bookings = await self._bookings() if await self._records.open_requests() else []
        judged = await self._judged([one for one in near if one.interview.status is Status.HELD])
        failed = await self._not_erased() if await self._records.all_of("erasures") else []
        return (*bookings, *waiting_on_me(near, now), *judged, *failed, *crossed)

    async def _judged(self, held: Sequence[Appointment]) -> list[Waiting]:
        mails = await self._records.stuck_mails()
        if not (held or mails):
            return []
        from interview_desk.services.awaited import mails_to_decide, ratings_to_give

        return [
            *await mails_to_decide(mails, self._records, me=self._me),
            *await ratings_to_give(held, self._records, me=self._me),
        ]

    async def _not_erased(self) -> list[Waiting]:
        from interview_desk.services.erasing import waiting_erasures

        return await waiting_erasures(self._records, me=self._me)

    async def wished(self, start: datetime, end: datetime) -> list[Appointment]:
        """As `between`, but as it will be once Cal.com has done what is asked of it."""
        from interview_desk.services.wishes import wished

        return await wished(self, self._records, start, end)

    async def away(self, start: datetime, end: datetime) -> "list[Away]":
        """Who of the team cannot be booked in [start, end)."""
        from interview_desk.services.away import away_between

        return await away_between(self._records, start, end)

    async def _bookings(self) -> list[Waiting]:
        from interview_desk.services.wishes import waiting_bookings

        return await waiting_bookings(self, self._records)

    def is_ahead(self, appointment: Appointment) -> bool:
        """Whether it is still to come, or has no time yet, and concerns me."""
        start = appointment.interview.start
        mine = appointment.my_part is not None or appointment.is_unclaimed
        return mine and (start is None or start > self._clock.now() - _LOOK_BACK)

    async def _crossed(self) -> list[Waiting]:
        from collections import Counter

        from interview_desk.services.crossed_edits import CrossedEdits

        found = await CrossedEdits(self._records, me=self._me).open_ones()
        places = Counter((one.about.interview_id, one.about.interview_title) for one in found)
        return [
            Waiting(WaitingKind.CONFLICTS, title or "Edits that crossed", interview_id, how_many)
            for (interview_id, title), how_many in places.items()
        ]

    async def between(self, start: datetime, end: datetime) -> list[Appointment]:
        """Interviews that overlap [start, end) with their people, earliest first."""
        found = await self._records.interviews_between(start, end)
        return await self._with_people([interview_of(record) for record in found])

    async def busy_days(self, start: datetime, end: datetime, zone: tzinfo) -> frozenset[date]:
        """The local days in [start, end) on which something begins that is still on."""
        found = map(interview_of, await self._records.interviews_between(start, end))
        return frozenset(
            one.start.astimezone(zone).date()
            for one in found
            if one.start is not None and one.status not in _OFF
        )

    async def appointment(self, interview_id: str) -> Appointment | None:
        """One interview with its people; None where it is unknown or gone."""
        record = await self._records.get("interviews", interview_id)
        if record is None:
            return None
        return (await self._with_people([interview_of(record)]))[0]

    async def first_rows(self) -> list[InterviewRow]:
        """The top of the list, so that it stands as soon with very many as with few."""
        return await self._listed(await self._records.latest_interviews(FIRST_ROWS))

    async def some_rows(self, ids: Collection[str]) -> list[InterviewRow]:
        """The rows of these interviews, as far as they are there, latest first."""
        return await self._listed(await self._records.some_of("interviews", ids))

    async def of_guests(self, ids: Collection[str]) -> frozenset[str]:
        """The interviews of these guests, as far as the guests are there."""
        found = await self._records.some_of("interview_guests", ids) if ids else []
        return frozenset(str(one.fields.get("interview_id")) for one in found)

    async def how_many(self) -> int:
        """How many interviews there are in all."""
        return await self._records.count_interviews()

    async def rows(self) -> list[InterviewRow]:
        """Every interview for the list, latest first; those without a time lead."""
        # Loaded with the list: the first page stands before there is a loop.
        from asyncio import sleep

        startups = await self._startup_names()
        guests = _by_interview(await self._records.all_of("interview_guests"))
        rows: list[InterviewRow] = []
        records = await self._records.all_of("interviews")
        for first in range(0, len(records), _ROWS_AT_ONCE):
            interviews = map(interview_of, records[first : first + _ROWS_AT_ONCE])
            rows += [_row(one, startups, guests) for one in interviews]
            await sleep(0)  # thousands of rows must not hold up a key press
        return sorted(rows, key=latest_first)

    async def _listed(self, records: Iterable[Record]) -> list[InterviewRow]:
        found = [interview_of(one) for one in records]
        startups = await self._startups_of(found)
        guests = _by_interview(await self._people_of("interview_guests", found))
        rows = [_row(one, startups, guests) for one in found]
        return sorted(rows, key=latest_first)

    async def _far_ahead(self, after: datetime, now: datetime) -> Appointment | None:
        found = await self._records.interviews_between(after, after + _FAR)
        bare = [Appointment(interview_of(record)) for record in found]
        nearest = up_next(bare, now)
        return (await self._with_people([nearest.interview]))[0] if nearest else None

    async def _with_people(self, interviews: Iterable[Interview]) -> list[Appointment]:
        interviews = list(interviews)
        if not interviews:
            return []
        members = {
            record.id: member_of(record)
            for record in await self._records.all_of("poblysh_team_members")
        }
        startups = await self._startups_of(interviews)
        guests = _by_interview(await self._people_of("interview_guests", interviews))
        parts = _by_interview(await self._people_of("interview_assignments", interviews))
        return [
            Appointment(
                named_by_guest(interview, people := _guests_of(interview, guests)),
                guests=people,
                crew=self._crew(parts.get(interview.id, ()), members),
                startup=startups.get(interview.startup_id or ""),
            )
            for interview in interviews
        ]

    async def _people_of(self, entity: str, interviews: Sequence[Interview]) -> list[Record]:
        return await self._records.of_interviews(entity, [one.id for one in interviews])

    async def _startups_of(self, interviews: Iterable[Interview]) -> dict[str, str]:
        wanted = {one.startup_id for one in interviews if one.startup_id}
        found = await self._records.some_of("startups", wanted) if wanted else []
        return {one.id: str(one.fields.get("name") or "") for one in found}

    async def _startup_names(self) -> dict[str, str]:
        return {
            record.id: str(record.fields.get("name") or "")
            for record in await self._records.all_of("startups")
        }

    def _crew(
        self, records: Iterable[Record], members: Mapping[str, Member]
    ) -> tuple[CrewMember, ...]:
        crew = []
        for one in map(assignment_of, records):
            member = members.get(one.member_id)
            name = member.name if member else "Somebody who left"
            is_me = one.member_id == self._me.member_id
            crew.append(CrewMember(one.id, one.member_id, name, one.role, one.state, is_me))
        return tuple(sorted(crew, key=lambda one: (_PARTS.index(one.role), one.name)))


def _by_interview(records: Iterable[Record]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(str(record.fields.get("interview_id")), []).append(record)
    return found


def _row(
    interview: Interview, startups: Mapping[str, str], guests: Mapping[str, Sequence[Record]]
) -> InterviewRow:
    people = _guests_of(interview, guests)
    shown = named_by_guest(interview, people)
    return InterviewRow(shown, startups.get(interview.startup_id or ""), people)


def _guests_of(interview: Interview, guests: Mapping[str, Sequence[Record]]) -> tuple[Guest, ...]:
    return tuple(map(guest_of, guests.get(interview.id, ())))


def latest_first(row: InterviewRow) -> tuple[bool, float, str]:
    """Where a row belongs in the list; those without a time lead."""
    start = row.interview.start
    return start is not None, -start.timestamp() if start else 0.0, row.interview.title
