"""A desk in memory: records without a database, a clock that stands still, short builders."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

from interview_desk.domain.agenda import Appointment, CrewMember
from interview_desk.domain.ids import RANDOM_BYTES, new_id
from interview_desk.domain.instants import format_instant, parse_instant
from interview_desk.domain.interviews import Guest, Interview
from interview_desk.domain.records import Edit, Record
from interview_desk.domain.roles import AssignmentRole, AssignmentState, Role
from interview_desk.domain.status import Status
from interview_desk.domain.values import Fields, Json
from interview_desk.services.ports import Change, Listener, Me

# Wednesday, 11:48 in Berlin.
NOW = datetime(2026, 11, 18, 10, 48, tzinfo=UTC)
ME = Me(
    member_id="member-me",
    name="Ada Berg",
    email="ada@desk.test",
    role=Role.OWNER,
    workspace="Desk",
    server="https://desk.test",
    device_id="device-1",
)
ALONE = ME._replace(server=None, device_id=None)


class StoppedClock:
    """Shows one instant until it is moved."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def advance(self, **by: float) -> None:
        self.at += timedelta(**by)


def counted_bytes() -> Callable[[int], bytes]:
    """Randomness that is different each time and the same in each run."""
    numbers = count(1)

    def draw(size: int) -> bytes:
        return next(numbers).to_bytes(size, "big")

    return draw


def counted_ids(clock: StoppedClock) -> Callable[[], str]:
    """Ids of the clock's moment, the same in each run."""
    draw = counted_bytes()
    return lambda: new_id(clock.now(), draw(RANDOM_BYTES))


class MemoryDrafts:
    """Implements `ui.mail_parts.Drafts` over a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[str, Json] = {}

    async def all(self) -> dict[str, Json]:
        return dict(self.kept)

    async def keep(self, drafts: Mapping[str, Json]) -> None:
        self.kept = dict(drafts)


class MemoryRecords:
    """Implements `services.ports.Records` over a dictionary."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self.rows: dict[tuple[str, str], Record] = {(r.entity, r.id): r for r in records}
        self.written: list[Edit] = []
        self.drafts = MemoryDrafts()
        self.asked: list[str] = []
        self._listeners: list[Listener] = []

    def put(self, entity: str, record_id: str, **fields: Json) -> Record:
        """Add a row as if it had been pulled."""
        record = Record(entity, record_id, fields)
        self.rows[entity, record_id] = record
        self._announce([(entity, record_id)])
        return record

    async def get(self, entity: str, record_id: str) -> Record | None:
        return self.rows.get((entity, record_id))

    async def of_interview(self, entity: str, interview_id: str) -> list[Record]:
        rows = await self.all_of(entity)
        return [row for row in rows if row.fields.get("interview_id") == interview_id]

    async def all_of(self, entity: str) -> list[Record]:
        self.asked.append(entity)
        return [row for (name, _), row in self.rows.items() if name == entity]

    async def of_interviews(self, entity: str, interview_ids: Collection[str]) -> list[Record]:
        rows = await self.all_of(entity)
        return [row for row in rows if row.fields.get("interview_id") in interview_ids]

    async def some_of(self, entity: str, ids: Collection[str]) -> list[Record]:
        return [row for row in await self.all_of(entity) if row.id in ids]

    async def interviews_between(self, start: datetime, end: datetime) -> list[Record]:
        timed = [(_instant(row.fields, "start"), row) for row in await self.all_of("interviews")]
        found = [
            (begin, row)
            for begin, row in timed
            if begin is not None and begin < end and (_instant(row.fields, "end") or begin) > start
        ]
        return [row for _, row in sorted(found, key=lambda pair: pair[0])]

    async def latest_interviews(self, limit: int) -> list[Record]:
        timed = [(_instant(row.fields, "start"), row) for row in await self.all_of("interviews")]
        first = [row for begin, row in timed if begin is None]
        later = [(begin, row) for begin, row in timed if begin is not None]
        later.sort(key=lambda pair: pair[0], reverse=True)
        return [*first, *(row for _, row in later)][:limit]

    async def count_interviews(self) -> int:
        return len(await self.all_of("interviews"))

    async def open_requests(self) -> list[Record]:
        rows = await self.all_of("booking_requests")
        return [row for row in rows if row.fields.get("state") not in {"done", "undone"}]

    async def stuck_mails(self) -> list[Record]:
        stuck = {"needs_approval", "failed", "uncertain"}
        rows = await self.all_of("follow_up_messages")
        return [row for row in rows if row.fields.get("state") in stuck]

    async def write(self, edits: Sequence[Edit]) -> None:
        for edit in edits:
            self.written.append(edit)
            if edit.delete:
                self.rows.pop((edit.entity, edit.id), None)
                continue
            old = self.rows.get((edit.entity, edit.id))
            merged = {**(old.fields if old else {}), **edit.fields}
            pending = (old.pending if old else frozenset()) | frozenset(edit.fields)
            self.rows[edit.entity, edit.id] = Record(edit.entity, edit.id, merged, pending=pending)
        self._announce([(edit.entity, edit.id) for edit in edits])

    async def pending_count(self) -> int:
        return sum(bool(row.pending) for row in self.rows.values())

    def on_change(self, listener: Listener) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _announce(self, touched: Iterable[tuple[str, str]]) -> None:
        changes = frozenset(Change(entity, record_id) for entity, record_id in touched)
        for listener in tuple(self._listeners):
            listener(changes)

    # Builders of whole rows, for readable tests.

    def member(self, name: str, *, member_id: str, role: Role = Role.INTERVIEWER) -> None:
        email = f"{name.split(maxsplit=1)[0].lower()}@desk.test"
        self.put("poblysh_team_members", member_id, name=name, email=email, role=role)

    def interview(
        self,
        title: str,
        start: datetime | None = None,
        *,
        minutes: int = 60,
        status: Status = Status.SCHEDULED,
        link: str | None = None,
        **fields: Json,
    ) -> str:
        interview_id = f"0199c0de-0000-7000-8000-{len(self.rows):012d}"
        when: dict[str, Json] = {}
        if start is not None:
            end = start + timedelta(minutes=minutes)
            when = {"start": format_instant(start), "end": format_instant(end)}
        if link is not None:
            when |= {"join_service": "zoom", "join_url": link, "location": link}
        self.put("interviews", interview_id, title=title, status=status, **when, **fields)
        return interview_id

    def guest(self, interview_id: str, name: str, **fields: Json) -> None:
        guest_id = f"guest-{len(self.rows):03d}"
        self.put("interview_guests", guest_id, interview_id=interview_id, name=name, **fields)

    def part(
        self,
        interview_id: str,
        member_id: str,
        role: AssignmentRole = AssignmentRole.LEAD,
        state: AssignmentState = AssignmentState.ACCEPTED,
    ) -> str:
        part_id = f"part-{len(self.rows):03d}"
        self.put(
            "interview_assignments",
            part_id,
            interview_id=interview_id,
            member_id=member_id,
            role=role,
            state=state,
        )
        return part_id


def _instant(fields: Fields, name: str) -> datetime | None:
    text = fields.get(name)
    return parse_instant(text) if isinstance(text, str) else None


def appointment(
    title: str = "Interview",
    *,
    start: datetime | None = NOW + timedelta(minutes=30),
    minutes: int = 60,
    status: Status = Status.SCHEDULED,
    join_url: str | None = "https://zoom.us/j/123456789",
    guests: tuple[Guest, ...] = (),
    crew: tuple[CrewMember, ...] = (),
) -> Appointment:
    """An appointment that begins in half an hour unless told otherwise."""
    end = start + timedelta(minutes=minutes) if start else None
    interview = Interview(title, title, status, start=start, end=end, join_url=join_url)
    return Appointment(interview, guests=guests, crew=crew)


def crew(
    name: str = "Ada Berg",
    role: AssignmentRole = AssignmentRole.LEAD,
    state: AssignmentState = AssignmentState.ACCEPTED,
    *,
    is_me: bool = False,
) -> CrewMember:
    """Somebody in an interview."""
    return CrewMember(f"part-{name}", f"member-{name}", name, role, state, is_me)
