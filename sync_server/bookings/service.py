"""From an event in the inbox to the interviews it changes, in one transaction."""

from collections.abc import Mapping
from typing import Any

from interview_desk.domain.bookings import BookingChange, fold
from sync_server.bookings import repository
from sync_server.bookings.interviews import write_interview
from sync_server.bookings.merging import merge_into
from sync_server.bookings.notes import note_lost_fork
from sync_server.bookings.placing import placed
from sync_server.calcom.endpoints import read_event
from sync_server.calcom.sameness import semantic_digest
from sync_server.calcom.translate import translate
from sync_server.infra.database import Tx
from sync_server.sync.counter import lock

_WAITS = "Nothing is known of this booking yet; this counts as soon as something is."


def absorb(tx: Tx, event_id: str) -> bool:
    """Read one waiting event, bring the interviews in line, and say in the inbox what became of it.

    False where somebody else has read it already. Folding always starts from all changes of the
    linked bookings, so neither the order of events nor a repeated one makes a difference.
    """
    workspace_id = repository.the_workspace(tx)
    # From here on nobody else folds: two at once would each miss what the other adds.
    lock(tx, workspace_id)
    event = repository.event(tx, event_id)
    if event is None or event.state != "waiting":
        return False
    content, reason = read_event(event.body)
    if reason is not None:
        repository.settle(tx, event_id, state="unusable", reason=reason)
        return True
    semantic = semantic_digest(content)
    values = _outcome(tx, workspace_id, event_id=event_id, content=content, semantic=semantic)
    repository.settle(tx, event_id, semantic=semantic, next_try_at=None, **values)
    return True


def _outcome(
    tx: Tx, workspace_id: str, *, event_id: str, content: Mapping[str, Any], semantic: str
) -> dict[str, Any]:
    meaning = translate(content)
    twin = repository.twin(tx, event_id, semantic)
    reason, changed = meaning.reason, False
    if meaning.change is not None:
        repository.keep_change(tx, event_id, meaning.change)
        changed = refold(tx, workspace_id, meaning.change)
        known = repository.interviews_of(tx, [meaning.change.uid])
        reason = None if known else _WAITS
    if twin is not None and not changed:
        return {"state": "duplicate", "duplicate_of": twin, "reason": "The same news came before."}
    state = "unusable" if meaning.unusable else "done"
    return {"state": state, "duplicate_of": None, "reason": reason}


def refold(tx: Tx, workspace_id: str, change: BookingChange) -> bool:
    """Bring all interviews of the bookings linked with `change` in line; whether any changed."""
    interviews = fold(repository.component(tx, change.uid))
    changed = False
    for place in placed(tx, interviews):
        for other in place.same:
            merge_into(tx, workspace_id, survivor=place.interview_id, other=other)
        is_new = not repository.uids_of(tx, place.interview_id)
        repository.assign(tx, place.folded.booking_uids, place.interview_id)
        news = write_interview(tx, workspace_id, place.interview_id, folded=place.folded)
        if is_new and place.folded.lost_fork_of:
            note_lost_fork(tx, workspace_id, place.interview_id, place.folded.lost_fork_of)
        changed = changed or news or bool(place.same)
    return changed
