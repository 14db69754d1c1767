"""Event types as records: what Cal.com says of them, beside what the team has made of them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid5

from interview_desk.domain.values import Json
from sync_server.bookings import repository
from sync_server.calcom.api.shapes import EventType
from sync_server.infra.database import Tx
from sync_server.sync.authors import Author
from sync_server.sync.batch import RecordBatch
from sync_server.sync.read import StoredRecord, records_of_kind

_CALCOM = Author("calcom")
_KIND = "event_types"


def lengths_of(tx: Tx, calcom_id: int) -> tuple[int, ...]:
    """The lengths in minutes that can be chosen; none where there is no choice."""
    found = _by_number(tx, repository.the_workspace(tx)).get(calcom_id)
    lengths = found.fields.get("lengths") if found else None
    return tuple(lengths) if isinstance(lengths, list) else ()


def keep_event_types(tx: Tx, event_types: Iterable[EventType]) -> None:
    """Bring the records in line with all event types there are at Cal.com.

    The team's own fields stay as they are, also those of event types that are gone.
    """
    workspace_id = repository.the_workspace(tx)
    there = {one.id: one for one in event_types if not one.hidden}
    with RecordBatch(tx, workspace_id) as records:
        known = _by_number(tx, workspace_id)
        for number, event_type in there.items():
            record_id = known[number].id if number in known else _record_id(workspace_id, number)
            records.write(_KIND, record_id, fields=_fields(event_type), author=_CALCOM)
        for number in known.keys() - there.keys():
            records.write(_KIND, known[number].id, fields={"gone": True}, author=_CALCOM)


def _by_number(tx: Tx, workspace_id: str) -> dict[Any, StoredRecord]:
    found = records_of_kind(tx, workspace_id, _KIND)
    return {one.fields.get("calcom_id"): one for one in reversed(found)}


def _record_id(workspace_id: str, number: int) -> str:
    return str(uuid5(UUID(workspace_id), f"event_type:{number}"))


def _fields(event_type: EventType) -> dict[str, Json]:
    hosts: list[Json] = [
        {"name": one.name or one.username, "email": one.email} for one in event_type.people
    ]
    return {
        "calcom_id": event_type.id,
        "slug": event_type.slug,
        "title": event_type.title,
        "minutes": event_type.length_in_minutes,
        "hosts": hosts,
        "lengths": list(event_type.length_in_minutes_options),
        "locations": list(event_type.locations),
        "scheduling_type": event_type.scheduling_type,
        "seats": _seats(event_type),
        "needs_confirmation": _is_on(event_type.confirmation_policy),
        "gone": False,
    }


def _seats(event_type: EventType) -> int | None:
    if not _is_on(event_type.seats):
        return None
    seats = (event_type.seats or {}).get("seatsPerTimeSlot")
    return seats if isinstance(seats, int) else None


def _is_on(rule: dict[str, Any] | None) -> bool:
    return bool(rule) and (rule or {}).get("disabled") is not True
