"""The invented week with something to decide in it: crossed edits, refused work, and a past."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from interview_desk.domain.instants import format_instant
from interview_desk.domain.records import Record
from interview_desk.domain.values import Json
from interview_desk.services.timeline import HistoryPage, Step
from interview_desk.ui.desk_parts import DeskParts
from tests.helpers.decisions import MemoryIndex, MemoryShelf
from tests.helpers.desk import ME, NOW, MemoryRecords
from tests.helpers.desk_story import FriendlyServer, at, desk_parts, late_parts, story

TITLE = "Why they switched to Brightloom"
_NOTES = (
    "Rota wrong twice in one week, two people stood in front of a locked door.\n"
    "Kept a paper copy in the car, nobody else knew.\n\n"
    '"I sat in the car park and did not want to go in."'
)


class Past:
    """What the server remembers of the interview."""

    def __init__(self, interview_id: str) -> None:
        self._id = interview_id

    async def history(self, entity: str, record_id: str, *, before: str | None) -> HistoryPage:
        if record_id != self._id:
            return HistoryPage(())
        booked = "JTBD interview with Mina Sato"
        first, now = format_instant(at(18, 11)), format_instant(at(18, 14))
        return HistoryPage(
            [
                self._step("title", (booked, TITLE), "member-ben", hours=3, ver=40),
                self._step("start", (first, now), None, hours=20, ver=30),
                self._step("start", (None, first), None, hours=60, ver=2),
                self._step("title", (None, booked), None, hours=60, ver=2),
                self._step("status", (None, "scheduled"), None, hours=60, ver=2),
            ]
        )

    def _step(
        self, field: str, change: tuple[Json, Json], by: str | None, *, hours: int, ver: int
    ) -> Step:
        moment = NOW - timedelta(hours=hours)
        return Step("interviews", self._id, field, *change, by, moment, ver)


def decision_desk(folder: Path) -> tuple[DeskParts, str]:
    """The parts of a window, and the interview that it is about."""
    records = story()
    interview = next(row for row in records.rows.values() if row.fields.get("title") == TITLE)
    versions = {"title": 40, "start": 30, "end": 30, "status": 2}
    _put(records, interview, versions=versions, by="member-ben", hours=3)
    guest = _of(records, "interview_guests", interview.id)[0]
    yes = {"value": "yes", "at": format_instant(NOW - timedelta(hours=2)), "by": ME.member_id}
    heard = guest._replace(fields={**guest.fields, "consent_quotes": yes})
    _put(records, heard, versions={"name": 3, "consent_quotes": 45}, by=ME.member_id, hours=2)
    for ver, part in enumerate(_of(records, "interview_assignments", interview.id), 5):
        versions = dict.fromkeys(part.fields, ver)
        _put(records, part, versions=versions, by=ME.member_id, hours=45 - ver)
    no: Json = {"value": "no", "at": format_instant(NOW - timedelta(hours=1)), "by": "member-ben"}
    mine = "Mina Sato: leaving the spreadsheet"
    _cross(records, interview, "title", lost=mine, by=ME.member_id)
    _cross(records, guest, "consent_quotes", lost=no, by="member-ben")
    shelf, index = MemoryShelf(records), MemoryIndex(records)
    when: dict[str, Json] = {"start": format_instant(at(19, 9)), "end": format_instant(at(19, 10))}
    shelf.edit("interviews", interview.id, code="use_booking_request", **when)
    shelf.note(interview.id, "first_thought", doc="d", text=_NOTES, code="no_longer_visible")
    index.notes.append((interview.id, "first_thought", _NOTES))
    late = late_parts(records, shelf=shelf, index=index, history=Past(interview.id))
    return desk_parts(records, folder, invitations=FriendlyServer(), late=late), interview.id


def _put(
    records: MemoryRecords, row: Record, *, versions: Mapping[str, int], by: str, hours: int
) -> None:
    records.rows[row.entity, row.id] = row._replace(
        ver=max(versions.values()),
        field_versions=versions,
        updated_by=by,
        updated_at=NOW - timedelta(hours=hours),
    )


def _of(records: MemoryRecords, entity: str, interview_id: str) -> list[Record]:
    rows = (row for (name, _), row in records.rows.items() if name == entity)
    return [row for row in rows if row.fields.get("interview_id") == interview_id]


def _cross(records: MemoryRecords, row: Record, field: str, *, lost: Json, by: str) -> None:
    fields: dict[str, Json] = {
        "entity": row.entity,
        "record_id": row.id,
        "field": field,
        "lost": lost,
        "lost_by": by,
        "lost_at": format_instant(NOW - timedelta(minutes=28)),
        "state": "open",
    }
    key = ("conflicts", f"crossed-{field}")
    records.rows[key] = Record(*key, fields)
