"""Bookings of ours in place of one that was cancelled: they go on with its interview."""

from dataclasses import replace

from interview_desk.domain.booking_requests import RequestKind, request_of
from interview_desk.domain.bookings import BookingChange
from sync_server.sync.batch import RecordBatch
from sync_server.sync.read import as_record


def going_on(records: RecordBatch, change: BookingChange) -> BookingChange:
    """The change, naming the cancelled booking whose interview was booked anew by it.

    Cal.com knows nothing of that. Linked in this way the two are folded like any bookings that
    continue one another: the newer one decides, and late word of the other changes nothing.
    """
    if change.request_id is None or change.previous_uid is not None:
        return change
    stored = records.read("booking_requests", change.request_id)
    if stored is None or stored.deleted or stored.fields.get("kind") != RequestKind.CREATE:
        return change
    # Of a series, the occurrence that was asked for.
    if change.series and change.start != request_of(as_record(stored)).start:
        return change
    before = stored.fields.get("asked_uid")
    is_other = isinstance(before, str) and before != change.uid
    return replace(change, previous_uid=str(before)) if is_other else change
