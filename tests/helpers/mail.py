"""A team with a sequence, guests to write to, and a carrier that remembers what it was given."""

import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from interview_desk.domain.instants import format_instant
from sync_server.followups import repository
from sync_server.followups.letters import Letter
from sync_server.followups.outcomes import Accepted, Lost, Outcome
from sync_server.followups.post import Post
from sync_server.followups.tasks import Planner, Sender
from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts
from sync_server.models.due import due_work
from sync_server.sync.authors import Author
from sync_server.sync.read import StoredRecord, records_of_kind
from sync_server.sync.write import write_record
from tests.helpers.server import WORKSPACE_ID, SetClock

YES = {"value": "yes", "at": "2026-11-23T10:00:00Z", "by": None}
STEPS: list[dict[str, Any]] = [
    {
        "key": "thanks",
        "title": "Thank-you",
        "delay": {"amount": 2, "unit": "hours"},
        "approval": False,
        "texts": {
            "usual": {
                "en": {
                    "subject": "Thank you, {{ guest_first_name }}",
                    "text": "Hello {{ guest_first_name }},\n\nthank you for {{ interview_date }}.",
                }
            },
            "no_show": {"en": {"subject": "Another time?", "text": "Hello {{ guest_name }}"}},
        },
    },
    {
        "key": "material",
        "title": "What was promised",
        "delay": {"amount": 3, "unit": "working_days"},
        "approval": False,
        "texts": {"usual": {"en": {"subject": "As promised", "text": "Here it is."}}},
    },
]
EVERY_DAY = {
    "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    "from": "00:00",
    "to": "24:00",
    "holidays": "ignore",
}
OFFICE = {"days": ["tue", "wed", "thu"], "from": "09:00", "to": "16:00"}


def new_id() -> str:
    return str(uuid.uuid4())


@dataclass
class MemoryCarrier:
    """Takes every letter at once; the same key again is the same mail, as at Resend."""

    name: str = "resend"
    repeats_for: timedelta = timedelta(hours=23)
    letters: dict[str, Letter] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    answers: list[Outcome] = field(default_factory=list)

    async def carry(self, letter: Letter) -> Outcome:
        self.calls[letter.key] += 1
        if self.answers:
            outcome = self.answers.pop(0)
            if not isinstance(outcome, Accepted):
                return outcome
        self.letters.setdefault(letter.key, letter)
        return Accepted(f"id-{list(self.letters).index(letter.key)}")

    async def look_up(self, letter: Letter, since: datetime) -> Outcome:
        if letter.key in self.letters:
            return Accepted(f"id-{list(self.letters).index(letter.key)}")
        return Lost("Nobody knows.")

    def close(self) -> None:
        pass

    @property
    def subjects(self) -> list[str]:
        return [letter.subject for letter in self.letters.values()]


@dataclass
class MailRoom:
    """The follow-ups of one team on `parts`, moved on when the test says so."""

    parts: Parts
    post: Post
    carrier: MemoryCarrier = field(default_factory=MemoryCarrier)
    workspace_id: str = WORKSPACE_ID

    def __post_init__(self) -> None:
        self.planner = Planner(self.post)
        self.sender = Sender(self.carrier, self.post, holder="here")

    async def put(self, entity: str, record_id: str | None = None, **fields: Any) -> str:
        """A record as the server writes it; the id."""
        record_id = record_id or new_id()
        await self.parts.database.write(
            partial(
                write_record,
                workspace_id=self.workspace_id,
                entity=entity,
                id=record_id,
                fields=fields,
                author=Author("server"),
            )
        )
        return record_id

    async def sequence(self, **fields: Any) -> str:
        """A published sequence of two mails that may leave at any hour."""
        usual: dict[str, Any] = {
            "name": "After the interview",
            "version": 1,
            "purpose": "follow-up",
            "steps": STEPS,
            "stop_on": ["reply", "booking"],
            "window": EVERY_DAY,
            "state": "published",
        }
        return await self.put("sequences", **{**usual, **fields})

    async def interview(self, *, ended: timedelta = timedelta(hours=1), **fields: Any) -> str:
        """An interview that was held and ended so long ago."""
        end = self.parts.clock.now() - ended
        usual = {
            "title": "How teams choose",
            "status": "held",
            "start": format_instant(end - timedelta(hours=1)),
            "end": format_instant(end),
            "zone": "Europe/Berlin",
        }
        return await self.put("interviews", **{**usual, **fields})

    async def guest(self, interview_id: str, **fields: Any) -> str:
        """A guest who may be written to."""
        usual = {
            "interview_id": interview_id,
            "name": "Mara Lindt",
            "email": "mara@startup.example",
            "zone": "Europe/Berlin",
            "consent_contact_again": YES,
        }
        return await self.put("interview_guests", **{**usual, **fields})

    async def enrol(self, sequence_id: str, guest_id: str, interview_id: str) -> str:
        """Somebody enrols a guest by hand."""
        return await self.put(
            "enrolments", sequence_id=sequence_id, guest_id=guest_id, interview_id=interview_id
        )

    async def enrolled(self, **sequence: Any) -> str:
        """A guest enrolled in a fresh sequence; the enrolment."""
        sequence_id = await self.sequence(**sequence)
        interview_id = await self.interview()
        return await self.enrol(sequence_id, await self.guest(interview_id), interview_id)

    async def work(self) -> None:
        """Let the workers do whatever there is to do now."""
        for _ in range(20):
            await self.planner.look(self.parts)
            if not await self.sender.carry_due(self.parts):
                await self.planner.look(self.parts)
                if not await self.sender.carry_due(self.parts):
                    return

    async def later(self, **units: float) -> None:
        """Let so much time pass, and the workers do what there is to do then."""
        clock = self.parts.clock
        assert isinstance(clock, SetClock)
        clock.advance(**units)
        await self.work()

    async def live(self, *, days: int) -> None:
        """Live through some days; the workers work once a day."""
        for _ in range(days):
            await self.later(days=1)

    async def first_mail_due(self, **sequence: Any) -> str:
        """A guest who was enrolled two hours ago, when the first mail leaves; the enrolment."""
        enrolment = await self.enrolled(**sequence)
        await self.work()
        await self.later(hours=2)
        return enrolment

    async def let_leases_end(self) -> None:
        """As if so much time had passed that whoever holds work is taken for dead."""
        over = sa.update(due_work).values(lease_until=datetime(2020, 1, 1, tzinfo=UTC))
        await self.parts.database.write(lambda tx: tx.connection.execute(over))

    async def messages(self) -> list[StoredRecord]:
        """Every mail, the oldest first."""
        return await self.records("follow_up_messages")

    async def states(self) -> list[str]:
        """Where every mail stands."""
        return [str(one.fields["state"]) for one in await self.messages()]

    async def enrolment(self) -> StoredRecord:
        """The newest enrolment."""
        return (await self.records("enrolments"))[-1]

    async def state_of(self, enrolment_id: str) -> str:
        """Where a guest stands in a sequence."""
        enrolments = await self.records("enrolments")
        fields = next(one.fields for one in enrolments if one.id == enrolment_id)
        return str(fields.get("state") or "active")

    async def records(self, entity: str) -> list[StoredRecord]:
        """Every live record of this kind, the oldest first."""
        return await self.parts.database.read(
            lambda tx: records_of_kind(tx, self.workspace_id, entity)
        )

    async def effects(self) -> dict[str, Any]:
        """What is on the ledger, by message."""

        def read(tx: Tx) -> dict[str, Any]:
            found = records_of_kind(tx, self.workspace_id, "follow_up_messages")
            return {one.id: repository.effect_of(tx, one.id) for one in found}

        return await self.parts.database.read(read)


def post_office(**changes: Any) -> Post:
    """A way of sending that sees replies."""
    usual: dict[str, Any] = {
        "sender": "Team <team@desk.example>",
        "reply_to": None,
        "public_url": "https://desk.example",
        "per_day": 50,
        "sees_replies": True,
    }
    return Post(**{**usual, **changes})
