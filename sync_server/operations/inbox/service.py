"""The inbox for those who run the team: what came, what became of it, and once more."""

import logging
from collections.abc import Mapping
from functools import partial
from typing import Any

from interview_desk.wire.calcom import (
    InboxEntry,
    InboxEvent,
    InboxFilter,
    InboxPage,
    InboxQuery,
    ReplayRequest,
    ReplayResult,
)
from sync_server.bookings.repository import the_workspace
from sync_server.bookings.tasks import read_all
from sync_server.calcom.masking import masked, masked_body
from sync_server.calcom.reading import read_event
from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts
from sync_server.infra.problems import InvalidRequest, NotFound
from sync_server.operations.inbox import repository
from sync_server.sync.authors import Author
from sync_server.sync.counter import next_ver
from sync_server.sync.history import Place, Step, Taken, remember_all

_log = logging.getLogger(__name__)

# As the audit names them.
_EVENTS = "webhook_events"
# Ids in one statement; more are several.
_AT_ONCE = 500


def page(tx: Tx, query: InboxQuery) -> InboxPage:
    """A page of the inbox, newest first."""
    rows = repository.listed(tx, query, before=query.before, limit=query.limit + 1)
    events = tuple(_entry(row) for row in rows[: query.limit])
    more = len(rows) > query.limit
    return InboxPage(
        events=events, counts=repository.counted(tx), next=events[-1].id if more else None
    )


def one(tx: Tx, event_id: str) -> InboxEvent:
    """One event with what it says; passwords, tokens and private links are hidden."""
    rows = repository.listed(tx, InboxFilter(id=event_id))
    body = repository.body_of(tx, event_id)
    if not rows or body is None:
        raise NotFound(f"There is no event {event_id} in the inbox.")
    content, reason = read_event(body)
    shown = masked(content) if reason is None else masked_body(body)
    entry = _entry(rows[0])
    return InboxEvent(**dict(entry), endpoint=rows[0].endpoint, body=shown)


async def replay(parts: Parts, request: ReplayRequest, *, by: Author) -> ReplayResult:
    """Read events again; what was already right stays as it is. The audit says who had it done.

    An event whose turn is still to come is not counted: it is read anyway. Raises InvalidRequest
    where nothing says which events are meant.
    """
    if not is_chosen(request):
        raise InvalidRequest("Say which events: by id, state, trigger, booking or time.")
    if request.dry_run:
        meant = await parts.database.read(partial(_meant, chosen=request))
        counts = await parts.database.read(partial(_counted, event_ids=meant))
        return ReplayResult(replayed=len(meant), dry_run=True, counts=counts)
    again = await parts.database.write(partial(_wait_again, chosen=request, by=by))
    _log.info("%d events are read again", len(again))
    await read_all(parts)
    counts = await parts.database.read(partial(_counted, event_ids=again))
    return ReplayResult(replayed=len(again), counts=counts)


def is_chosen(chosen: InboxFilter) -> bool:
    """Whether the filter leaves anything out."""
    return any(getattr(chosen, name) is not None for name in InboxFilter.model_fields)


def _wait_again(tx: Tx, chosen: InboxFilter, by: Author) -> list[str]:
    states = _states(tx, chosen)
    for ids in _in_portions(list(states)):
        repository.wait_again(tx, ids)
    _audit(tx, states, by)
    return list(states)


def _audit(tx: Tx, states: Mapping[str, str], by: Author) -> None:
    if not states:
        return
    workspace_id = the_workspace(tx)
    ver, taken = next_ver(tx, workspace_id), []
    for event_id, state in states.items():
        steps = [Step("state", state, "waiting")]
        taken.append(Taken(Place(workspace_id, _EVENTS, event_id), ver, steps, by))
    remember_all(tx, taken)


def _meant(tx: Tx, chosen: InboxFilter) -> list[str]:
    return list(_states(tx, chosen))


def _states(tx: Tx, chosen: InboxFilter) -> dict[str, str]:
    """The events that are to be read again, and where each stands now."""
    rows = repository.listed(tx, chosen)
    return {
        str(row.id): str(row.state)
        for row in rows
        if row.state != "waiting" or chosen.id is not None
    }


def _counted(tx: Tx, event_ids: list[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for ids in _in_portions(event_ids):
        for state, number in repository.counted(tx, ids).items():
            counts[state] = counts.get(state, 0) + number
    return counts


def _in_portions(event_ids: list[str]) -> list[list[str]]:
    return [event_ids[first : first + _AT_ONCE] for first in range(0, len(event_ids), _AT_ONCE)]


def _entry(row: Any) -> InboxEntry:
    return InboxEntry(**{name: getattr(row, name) for name in InboxEntry.model_fields})
