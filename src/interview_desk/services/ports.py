"""What the use cases need from outside; the adapters are in `store`, `remote` and `system`.

Everything here is awaited on the one event loop; an adapter that blocks does so on its own thread.
Only the first page is read before there is a loop, when the local database answers on the spot.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from interview_desk.domain.records import Edit, Record
from interview_desk.domain.roles import Role


class Change(NamedTuple):
    """One record (or note document, entity `note_documents`) that reads differently now."""

    entity: str
    id: str


Listener = Callable[[frozenset[Change]], None]
# An id that nobody has had, for a record made now.
NewId = Callable[[], str]


class Records(Protocol):
    """The local database: what everybody may see on this device, own unsent edits included."""

    async def get(self, entity: str, record_id: str) -> Record | None:
        """The row as this user sees it now, or None where it is unknown or deleted."""
        ...

    async def of_interview(self, entity: str, interview_id: str) -> list[Record]:
        """The live rows of one interview, in order of creation."""
        ...

    async def all_of(self, entity: str) -> list[Record]:
        """Every live row of one kind, in order of creation."""
        ...

    async def of_interviews(self, entity: str, interview_ids: Collection[str]) -> list[Record]:
        """The live rows of these interviews, in order of creation; what others have is not read."""
        ...

    async def some_of(self, entity: str, ids: Collection[str]) -> list[Record]:
        """The live rows of one kind with these ids, in order of creation."""
        ...

    async def interviews_between(self, start: datetime, end: datetime) -> list[Record]:
        """Interviews that overlap [start, end), earliest first; those without a time never do."""
        ...

    async def latest_interviews(self, limit: int) -> list[Record]:
        """The first `limit` of all: those without a time, then the latest to start."""
        ...

    async def count_interviews(self) -> int:
        """How many interviews there are."""
        ...

    async def open_requests(self) -> list[Record]:
        """Booking requests that are neither done nor undone, in order of creation."""
        ...

    async def stuck_mails(self) -> list[Record]:
        """Mails to guests that wait for a person: for approval, failed or uncertain."""
        ...

    async def write(self, edits: Sequence[Edit]) -> None:
        """Take the edits for good: outbox and optimistic rows in one durable transaction."""
        ...

    async def pending_count(self) -> int:
        """How many edits and note updates the server has not acknowledged."""
        ...

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` on the loop after each committed change; returns the way to stop."""
        ...


class NoteAddress(NamedTuple):
    """The notes of one stage of one interview."""

    interview_id: str
    stage: str


class StoredNote(NamedTuple):
    """What is on disk of one note document: apply `confirmed` in order, then `pending`."""

    confirmed: tuple[bytes, ...]
    pending: tuple[bytes, ...]
    seq: int
    # So many of `confirmed`, from the first, were checked when they were joined.
    checked: int = 0


class KeptUpdate(NamedTuple):
    """One update of a note as it is kept for reading earlier versions.

    `at` is when it was typed, `author` the member who did, as the server says; what `is_own` was
    typed here and has not come back from the server.
    """

    body: bytes
    author: str | None
    at: datetime | None
    is_own: bool = False


class NoteJournal(Protocol):
    """The notes on this computer: append-only, on disk before `append` returns."""

    async def load(self, note: NoteAddress) -> StoredNote:
        """Everything this computer knows of the document; empty for a new one."""
        ...

    async def append(self, note: NoteAddress, update: bytes, *, at: datetime | None = None) -> None:
        """Keep one update of our own, typed until `at`; it is fsynced when this returns."""
        ...

    async def tidy(self, note: NoteAddress) -> None:
        """Make the document quick to open, ask again for what was lost, send again what was."""
        ...

    async def history(self, note: NoteAddress) -> Sequence[KeptUpdate]:
        """Every update of the document that this computer has, in order."""
        ...

    def on_remote_updates(
        self, note: NoteAddress, listener: Callable[[Sequence[bytes]], None]
    ) -> Callable[[], None]:
        """Call `listener` on the loop with others' updates as they arrive in server order."""
        ...


class Me(NamedTuple):
    """Who uses this desk; `server` is None while it is used alone."""

    member_id: str
    name: str
    email: str | None
    role: Role
    workspace: str
    server: str | None
    device_id: str | None


class Clock(Protocol):
    """The time of day."""

    def now(self) -> datetime:
        """The current instant, aware, UTC."""
        ...
