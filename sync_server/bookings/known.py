"""What is known of bookings inside one unit of work: read for many events, written once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID, uuid5

from typing_extensions import override

from interview_desk.domain.booking_requests import BookingRequest, request_of
from interview_desk.domain.bookings import BookingChange, ChangeKind
from interview_desk.domain.bookings.changes import BEGINNING
from interview_desk.domain.ids import moment_of
from sync_server.bookings import repository
from sync_server.bookings.written import Written
from sync_server.calcom.availability.repository import doubt_around
from sync_server.infra.database import Tx
from sync_server.infra.flushing import Flushing
from sync_server.sync.batch import RecordBatch
from sync_server.sync.read import StoredRecord, as_record, records_of_kind

T = TypeVar("T")

# The newest answer about each booking is kept under an id of its own.
_SNAPSHOTS = UUID("8a5d3c0e-3f4b-5a7e-9d0c-6b1f2e4a7c11")
_MOMENT = timedelta(microseconds=1)


class KnownBookings(Flushing):
    """Bookings, the interviews they belong to and their records, with all changes so far.

    `learn` names what will be asked for. Nothing is stored before `flush`, or the end of the
    `with` block; whoever changes the tables another way calls `flush` before and `forget` after.
    """

    def __init__(self, tx: Tx) -> None:
        self.tx = tx
        self.workspace_id = repository.the_workspace(tx)
        self.records = RecordBatch(tx, self.workspace_id)
        self._learned: set[str] = set()
        self._event_types: dict[object, StoredRecord] | None = None
        self._start()

    def _start(self) -> None:
        self._changes: dict[str, BookingChange] = {}
        self._naming: defaultdict[str, set[str]] = defaultdict(set)
        self._interview_of: dict[str, str] = {}
        self._uids_of: defaultdict[str, set[str]] = defaultdict(set)
        self._written: dict[str, Written] = {}
        self._unsaved_changes: set[str] = set()
        self._unsaved_uids: set[str] = set()
        self._unsaved_written: set[str] = set()
        self._unbooked: set[str] = set()
        # When something was booked or given up, so that what was free may not be, or the reverse.
        self.moved: set[datetime] = set()

    def learn(self, uids: Iterable[str]) -> None:
        """Read all that the bookings `uids` are linked with, however far."""
        fresh = set(uids)
        self._learned |= fresh
        known: set[str] = set()
        while fresh:
            known |= fresh
            found = repository.changes_naming(self.tx, fresh)
            for change_id, change in found.items():
                self._keep(change_id, change)
            fresh = {uid for change in found.values() for uid in _named_by(change)} - known
        placed = set(repository.interviews_of(self.tx, known).values())
        if not placed:
            return
        for uid, interview_id in repository.bookings_of(self.tx, placed).items():
            self._place(uid, interview_id)
        self._written |= repository.written_for(self.tx, placed)
        self.records.load(placed)

    def request(self, request_id: str) -> BookingRequest | None:
        """Our own request of this id."""
        stored = self.records.read("booking_requests", request_id)
        return None if stored is None or stored.deleted else request_of(as_record(stored))

    def event_type(self, calcom_id: int | None) -> StoredRecord | None:
        """What the team knows of an event type."""
        if self._event_types is None:
            found = records_of_kind(self.tx, self.workspace_id, "event_types")
            self._event_types = {one.fields.get("calcom_id"): one for one in reversed(found)}
        return self._event_types.get(calcom_id)

    def is_erased(self, interview_id: str) -> bool:
        """Whether the interview is gone for good, whatever Cal.com still says of it."""
        self.records.load([interview_id])
        return self.records.is_erased(interview_id)

    def forget(self) -> None:
        """Read everything anew, after the tables were changed another way."""
        self._start()
        self.records.forget()
        self.learn(self._learned)

    @override
    def flush(self) -> None:
        """Store all that was changed so far."""
        tx = self.tx
        repository.keep_changes(tx, _taken(self._unsaved_changes, self._changes))
        repository.assign_all(tx, _taken(self._unsaved_uids, self._interview_of))
        repository.remember_all(tx, _taken(self._unsaved_written, self._written))
        repository.forget_written(tx, _emptied(self._unbooked))
        doubt_around(tx, self.moved)
        self.moved.clear()
        self.records.flush()

    def keep(self, change_id: str, change: BookingChange) -> None:
        """Keep what an event says; a replayed one says it anew."""
        self._keep(change_id, change)
        self._unsaved_changes.add(change_id)

    def component(self, uid: str) -> list[BookingChange]:
        """All changes of the bookings that are linked with `uid`, however far."""
        found: dict[str, BookingChange] = {}
        known: set[str] = set()
        fresh = {uid}
        while fresh:
            known |= fresh
            ids = {one for name in fresh for one in self._naming[name]} - found.keys()
            found |= {one: self._changes[one] for one in ids}
            fresh = {name for one in ids for name in _named_by(found[one])} - known
        return list(found.values())

    def keep_snapshot(self, snapshot: BookingChange) -> bool:
        """Keep what Cal.com answered, in place of an older answer; whether it says anything new.

        What was asked after an event had arrived is newer than it as far as people are concerned,
        whatever the clocks say.
        """
        change_id = str(uuid5(_SNAPSHOTS, snapshot.uid))
        before = self._changes.get(change_id)
        if before is not None and snapshot.previous_uid is None:
            # Which booking it goes on from may be known by our own request alone.
            snapshot = replace(snapshot, previous_uid=before.previous_uid)
        read_at = snapshot.read_at or self.tx.now
        if before is not None and (before.when, before.read_at or BEGINNING) > (
            snapshot.when,
            read_at,
        ):
            return False
        heard = self._heard(snapshot.uid, until=read_at)
        after = None if heard is None else heard + _MOMENT
        dated = replace(snapshot, people_at=max(snapshot.when, after or snapshot.when))
        if before is not None and replace(dated, read_at=before.read_at) == before:
            return False
        self.keep(change_id, dated)
        return True

    def after_all(self, uid: str) -> datetime:
        """A moment after everything that was ever said of the booking's people."""
        said = [self._changes[one] for one in self._naming[uid] if self._changes[one].uid == uid]
        return max((change.people_when for change in said), default=self.tx.now) + _MOMENT

    def _heard(self, uid: str, *, until: datetime) -> datetime | None:
        """When the newest event of the booking happened, of those that had come in `until` then."""
        heard = [
            change.when
            for change_id in self._naming[uid]
            if (change := self._changes[change_id]).uid == uid
            and change.kind is not ChangeKind.SNAPSHOT
            and moment_of(change_id) <= until
        ]
        return max(heard, default=None)

    def interview_of(self, uid: str) -> str | None:
        """The interview that this booking belongs to so far."""
        return self._interview_of.get(uid)

    def uids_of(self, interview_id: str) -> set[str]:
        """The bookings of an interview so far."""
        return set(self._uids_of[interview_id])

    def assign(self, uids: Iterable[str], interview_id: str) -> None:
        """Have these bookings belong to an interview."""
        for uid in uids:
            if self._interview_of.get(uid) != interview_id:
                self._place(uid, interview_id)
                self._unsaved_uids.add(uid)

    def last_written(self, interview_id: str) -> Written:
        """What was last written to the interview for Cal.com."""
        return self._written.get(interview_id) or Written()

    def remember_written(self, interview_id: str, state: Written) -> None:
        """Keep what was written now."""
        self._written[interview_id] = state
        self._unsaved_written.add(interview_id)

    def forget_written(self, interview_id: str) -> None:
        """The interview is no longer a booked one of its own."""
        self._written.pop(interview_id, None)
        self._unsaved_written.discard(interview_id)
        self._unbooked.add(interview_id)

    def _keep(self, change_id: str, change: BookingChange) -> None:
        before = self._changes.get(change_id)
        for uid in _named_by(before) if before else ():
            self._naming[uid].discard(change_id)
        self._changes[change_id] = change
        for uid in _named_by(change):
            self._naming[uid].add(change_id)

    def _place(self, uid: str, interview_id: str) -> None:
        before = self._interview_of.get(uid)
        if before is not None:
            self._uids_of[before].discard(uid)
        self._interview_of[uid] = interview_id
        self._uids_of[interview_id].add(uid)


def _named_by(change: BookingChange) -> tuple[str, ...]:
    return (change.uid, change.previous_uid) if change.previous_uid else (change.uid,)


def _taken(keys: set[str], values: Mapping[str, T]) -> dict[str, T]:
    """The values of `keys`, which is empty afterwards."""
    return {key: values[key] for key in _emptied(keys)}


def _emptied(keys: set[str]) -> list[str]:
    taken = sorted(keys)
    keys.clear()
    return taken
