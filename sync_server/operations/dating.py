"""The day until which a recording is kept, where the team keeps none for ever."""

from datetime import datetime, timedelta

from interview_desk.domain.instants import format_instant, instant_in
from sync_server.bookings.media.limit import NOTICE
from sync_server.bookings.repository import the_workspace
from sync_server.infra.database import Tx
from sync_server.sync.authors import Author
from sync_server.sync.batch import RecordBatch
from sync_server.sync.read import StoredRecord
from sync_server.sync.removal.erasing import all_of_kind

_SERVER = Author("server")


def undated(tx: Tx, *, days: int | None) -> list[StoredRecord]:
    """The recordings that have no such day yet; none where there is no limit."""
    if days is None:
        return []
    recordings = all_of_kind(tx, the_workspace(tx), "recordings")
    return [one for one in recordings if not one.fields.get("keep_until")]


def date_recordings(tx: Tx, *, days: int | None) -> int:
    """Give each its day: so many days after its interview ended; how many there were."""
    found = undated(tx, days=days)
    if days is None or not found:
        return 0
    with RecordBatch(tx, the_workspace(tx)) as records:
        for recording in found:
            ended = _end_of(records, recording) or tx.now
            until = max(ended + timedelta(days=days), tx.now + NOTICE)
            fields = {"keep_until": format_instant(until)}
            records.write("recordings", recording.id, fields=fields, author=_SERVER)
    return len(found)


def _end_of(records: RecordBatch, recording: StoredRecord) -> datetime | None:
    interview = records.read("interviews", str(recording.interview_id))
    return instant_in(interview.fields.get("end")) if interview else None
