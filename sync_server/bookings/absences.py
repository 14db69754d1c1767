"""Absences as records: told by events one by one, or listed by Cal.com all at once."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid5

from interview_desk.domain.instants import format_instant, instant_in, parse_instant
from interview_desk.domain.values import Fields
from sync_server.bookings import repository
from sync_server.calcom.absences import Absence, listed_absence
from sync_server.calcom.api.shapes import OutOfOffice, Person
from sync_server.infra.crypto import normal_email
from sync_server.infra.database import Tx
from sync_server.sync.authors import Author
from sync_server.sync.batch import RecordBatch
from sync_server.sync.read import StoredRecord, records_of_kind

# Its `user_id` is Cal.com's number of the person, `told_at` when an event last spoke of it.
KIND = "out_of_office"
_CALCOM = Author("calcom")
_CLOCK = Author("clock")
_NEWER_KNOWN = "Something newer is known of this absence."
_OVER = "This absence is over."


class Listing(NamedTuple):
    """All absences of somebody that Cal.com has; `whose` is their number, None for everybody."""

    absences: Iterable[OutOfOffice]
    people: dict[int, Person]
    whose: int | None


def keep_told(records: RecordBatch, absence: Absence) -> str | None:
    """Bring the record in line with an event; why there was nothing to do, where that is so."""
    record_id = _record_id(records.workspace_id, absence.key)
    stored = records.read(KIND, record_id)
    if stored is not None and _is_older(absence, stored):
        return _NEWER_KNOWN
    if absence.end <= records.tx.now:
        if stored is not None:
            records.write(KIND, record_id, fields=None, author=_CALCOM)
        return _OVER
    told_at = format_instant(absence.told_at) if absence.told_at else None
    fields = {**_fields(records, absence), "told_at": told_at}
    records.write(KIND, record_id, fields=fields, author=_CALCOM)
    return None


def keep_listed(tx: Tx, listing: Listing, *, read_at: datetime) -> None:
    """Bring the records in line with a list; what it should name and does not was taken back.

    What an event has told since `read_at`, when the list was asked for, stays.
    """
    workspace_id = repository.the_workspace(tx)
    with RecordBatch(tx, workspace_id) as records:
        known = {one.id: one for one in records_of_kind(tx, workspace_id, KIND)}
        there: set[str] = set()
        for one in listing.absences:
            record_id = _record_id(workspace_id, one.uuid)
            stored = known.get(record_id)
            absence = _recognised(records, one, stored, listing.people.get(one.user_id))
            if absence.end > tx.now:
                there.add(record_id)
                if stored is None or stored.updated_at <= read_at:
                    fields = _fields(records, absence, known=stored)
                    records.write(KIND, record_id, fields=fields, author=_CALCOM)
        for stored in known.values():
            if stored.id not in there and _is_gone(stored, listing, read_at):
                records.write(KIND, stored.id, fields=None, author=_CALCOM)


def over_at(absence: StoredRecord) -> datetime | None:
    """When the record goes, or None where it has gone."""
    return None if absence.deleted else instant_in(absence.fields.get("end"))


def drop_if_over(records: RecordBatch, absence_id: str) -> datetime | None:
    """Let the absence go if it is over; else say when to look again."""
    absence = records.read(KIND, absence_id)
    over = over_at(absence) if absence else None
    if over is None or over > records.tx.now:
        return over
    records.write(KIND, absence_id, fields=None, author=_CLOCK)
    return None


def _record_id(workspace_id: str, key: str) -> str:
    return str(uuid5(UUID(workspace_id), f"out_of_office:{key}"))


def _is_older(absence: Absence, stored: StoredRecord) -> bool:
    """Whether the record knows better: events come in any order, and again after a replay."""
    if absence.told_at is None:
        return stored.deleted
    said = stored.fields.get("told_at")
    known = parse_instant(said) if isinstance(said, str) else absence.told_at
    return absence.told_at < (max(known, stored.updated_at) if stored.deleted else known)


def _is_gone(stored: StoredRecord, listing: Listing, read_at: datetime) -> bool:
    is_asked = listing.whose is None or stored.fields.get("user_id") == listing.whose
    return is_asked and stored.updated_at <= read_at


def _recognised(
    records: RecordBatch, one: OutOfOffice, stored: StoredRecord | None, person: Person | None
) -> Absence:
    """The listed absence with what is known of its person from elsewhere."""
    email = person.email if person else None
    member = records.member_with(normal_email(email)) if email else None
    zones = (
        stored.fields.get("zone") if stored else None,
        person.time_zone if person else None,
        member.fields.get("zone") if member else None,
    )
    absence = listed_absence(one, next((str(zone) for zone in zones if zone), None))
    name = (person.name or person.username) if person else None
    return absence._replace(name=name, email=email)


def _fields(records: RecordBatch, absence: Absence, *, known: StoredRecord | None = None) -> Fields:
    """What the record says; who is not named now keeps the name that is `known`."""
    member = records.member_with(normal_email(absence.email)) if absence.email else None
    before = known.fields if known else {}
    return {
        "member_id": member.id if member else before.get("member_id"),
        "user_id": absence.user_id,
        "name": absence.name or before.get("name"),
        "reason": absence.reason,
        "zone": absence.zone,
        "start": format_instant(absence.start),
        "end": format_instant(absence.end),
    }
