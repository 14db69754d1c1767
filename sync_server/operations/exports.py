"""What a team can take out of its server, row by row."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from interview_desk.domain.instants import format_instant
from interview_desk.domain.records import ENTITIES
from interview_desk.domain.values import Json
from sync_server.bookings import repository
from sync_server.bookings.written import Written
from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts
from sync_server.models.calcom import webhook_events
from sync_server.models.records import records
from sync_server.operations.commands import command
from sync_server.sync.history import every_step
from sync_server.sync.read import StoredRecord, records_of_kind
from sync_server.sync.removal.erasing import ERASED

Row = dict[str, Json]

_COUNTED = ("recordings", "transcripts")

_FROM_RECORD = (
    "status",
    "title",
    "start",
    "end",
    "zone",
    "booking_uids",
    "event_type_id",
    "location",
    "join_service",
    "join_url",
)


@command("export.interviews")
async def export_interviews(parts: Parts, args: dict[str, Any]) -> list[Row]:
    """Every interview as it stands, oldest first; one that became part of another is that one."""
    del args
    return await parts.database.read(interview_rows)


@command("export.inbox")
async def export_inbox(parts: Parts, args: dict[str, Any]) -> list[Row]:
    """Every event that Cal.com sent and what became of it, oldest first."""
    del args
    return await parts.database.read(lambda tx: [inbox_row(row) for row in _events(tx)])


@command("export.evaluations")
async def export_evaluations(parts: Parts, args: dict[str, Any]) -> list[Row]:
    """Every evaluation of an interview by a set of rules, oldest first."""
    del args
    return await parts.database.read(lambda tx: _of_kind(tx, "evaluations"))


@command("export.messages")
async def export_messages(parts: Parts, args: dict[str, Any]) -> list[Row]:
    """Every mail to a guest and where it stands, oldest first."""
    del args
    return await parts.database.read(lambda tx: _of_kind(tx, "follow_up_messages"))


@command("export.audit")
async def export_audit(parts: Parts, args: dict[str, Any]) -> list[Row]:
    """Every change of every field, oldest first."""
    del args
    return await parts.database.read(lambda tx: list(_changes(tx)))


def inbox_row(row: Any) -> Row:
    """One event without its content."""
    return {
        "id": row.id,
        "received_at": format_instant(row.received_at),
        "trigger": row.trigger,
        "booking_uid": row.booking_uid,
        "state": row.state,
        "reason": row.reason,
        "body_sha256": row.body_sha256,
        "duplicate_of": row.duplicate_of,
    }


def _of_kind(tx: Tx, entity: str) -> list[Row]:
    """The live records of one kind, each with all fields there are, null where nothing is said."""
    names = ENTITIES[entity].fields
    return [
        {"id": record.id, **{name: record.fields.get(name) for name in names}}
        for record in records_of_kind(tx, repository.the_workspace(tx), entity)
    ]


def _events(tx: Tx) -> list[Any]:
    query = sa.select(webhook_events).order_by(webhook_events.c.id)
    return list(tx.connection.execute(query))


def interview_rows(tx: Tx) -> list[Row]:
    """Every interview as a row, in as many questions as there are kinds of records."""
    workspace_id = repository.the_workspace(tx)
    states, counts = repository.all_written(tx), _counted(tx, workspace_id)
    guests: defaultdict[str | None, list[StoredRecord]] = defaultdict(list)
    for guest in records_of_kind(tx, workspace_id, "interview_guests"):
        guests[guest.interview_id].append(guest)
    return [
        _interview(interview, guests[interview.id], states.get(interview.id, Written()), counts)
        for interview in records_of_kind(tx, workspace_id, "interviews")
        if not interview.fields.get("merged_into")
    ]


def _counted(tx: Tx, workspace_id: str) -> Counter[tuple[str, str]]:
    """How many recordings and transcripts each interview has, without opening any."""
    query = (
        sa.select(records.c.entity, records.c.interview_id, sa.func.count().label("number"))
        .where(records.c.workspace_id == workspace_id, records.c.deleted_at.is_(None))
        .where(records.c.entity.in_(_COUNTED))
        .group_by(records.c.entity, records.c.interview_id)
    )
    rows = tx.connection.execute(query)
    return Counter({(row.entity, row.interview_id): row.number for row in rows})


def _interview(
    interview: StoredRecord,
    guests: list[StoredRecord],
    state: Written,
    counts: Counter[tuple[str, str]],
) -> Row:
    row: Row = {"id": interview.id}
    row |= {name: interview.fields.get(name) for name in _FROM_RECORD}
    row["booking_uids"] = interview.fields.get("booking_uids") or []
    row["hosts"] = [{"name": host["name"], "email": host["email"]} for host in state.hosts]
    row["attendees"] = [_attendee(guest) for guest in _in_order(guests, state)]
    for entity, announced in zip(_COUNTED, state.announced, strict=True):
        row[entity] = counts[entity, interview.id] + announced
    return row


def _in_order(guests: list[StoredRecord], state: Written) -> list[StoredRecord]:
    """The booking's guests in its order, then those whom people added."""
    places = {state.guests[key]: place for place, key in enumerate(state.people)}
    return sorted(guests, key=lambda guest: places.get(guest.id, len(places)))


def _attendee(guest: StoredRecord) -> Row:
    row: Row = {name: guest.fields.get(name) for name in ("name", "email", "zone")}
    row["no_show"] = bool(guest.fields.get("no_show"))
    return row


def _changes(tx: Tx) -> Iterator[Row]:
    for place, step in every_step(tx):
        yield {
            "at": format_instant(step.at),
            "by": step.member_id or step.author,
            "device": step.device_id,
            "action": _action(step.field, before=step.before, after=step.after),
            "entity": place.entity,
            "id": place.record_id,
            "field": step.field,
            "from": step.before,
            "to": step.after,
        }


def _action(field: str, *, before: Json, after: Json) -> str:
    if field == ERASED:
        return "erased"
    if field == "deleted":
        return "deleted" if after else "restored"
    return "set" if before is None else "changed"
