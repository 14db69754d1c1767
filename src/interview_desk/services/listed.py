"""The rows of the list of interviews: read once, and then only what has changed."""

from bisect import insort
from collections.abc import Collection, Iterable, Sequence

from interview_desk.services.agenda import FIRST_ROWS, AgendaService, InterviewRow, latest_first
from interview_desk.services.ports import Change

# Where more has changed than that, reading everything is as quick.
_MOST = 500


class ListedInterviews:
    """Knows what the list shows, so that a change costs what changed and not what is there."""

    def __init__(self, agenda: AgendaService) -> None:
        self._agenda = agenda
        # All of them; None where only the top is known.
        self._rows: list[InterviewRow] | None = None
        self._stale: set[str] = set()
        # Guests whose interviews are looked up with the next reading.
        self._guests: set[str] = set()

    def forget(self) -> None:
        """Read everything the next time."""
        self._rows = None

    def changed(self, changes: Iterable[Change]) -> bool:
        """Note what changed; whether `read` may find other rows now."""
        changes = tuple(changes)
        startups = {one.id for one in changes if one.entity == "startups"}
        interviews = {one.id for one in changes if one.entity == "interviews"}
        guests = {one.id for one in changes if one.entity == "interview_guests"}
        if (startups or guests) and self._rows is not None:
            interviews |= {row.interview.id for row in self._rows if _has(row, startups, guests)}
        self._stale |= interviews
        self._guests |= guests
        return bool(interviews or startups or guests)

    async def read(self, *, whole: bool, wanted: str | None) -> tuple[Sequence[InterviewRow], bool]:
        """The rows, latest first, and whether there may be more.

        The top of the list, unless the `whole` is asked for or `wanted` is not in the top.
        """
        if self._rows is not None and len(self._stale) <= _MOST:
            return await self._read_changed(self._rows), False
        self._rows = None
        self._stale.clear()
        self._guests.clear()
        if not whole:
            rows = await self._agenda.first_rows()
            has_more = len(rows) == FIRST_ROWS
            if not has_more:
                self._rows = rows
            if not has_more or _is_among(rows, wanted):
                return rows, has_more
        self._rows = await self._agenda.rows()
        return self._rows, False

    async def _read_changed(self, rows: list[InterviewRow]) -> list[InterviewRow]:
        guests = frozenset(self._guests)
        stale = self._stale | await self._agenda.of_guests(guests)
        if stale:
            fresh = await self._agenda.some_rows(stale)
            rows = [row for row in rows if row.interview.id not in stale]
            for row in fresh:
                insort(rows, row, key=latest_first)
            # Whoever stops this before has not lost what it was for.
            self._rows = rows
            self._stale -= stale
        self._guests -= guests
        return rows


def _has(row: InterviewRow, startups: Collection[str], guests: Collection[str]) -> bool:
    return row.interview.startup_id in startups or any(one.id in guests for one in row.guests)


def _is_among(rows: Iterable[InterviewRow], wanted: str | None) -> bool:
    return wanted is None or any(row.interview.id == wanted for row in rows)
