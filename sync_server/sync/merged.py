"""What still comes for an interview that went up in another one: it is for that one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from interview_desk.domain.ids import answer_id, sheet_id
from interview_desk.domain.roles import AssignmentState
from interview_desk.domain.values import Fields
from sync_server.infra.database import Tx
from sync_server.sync.history import Place
from sync_server.sync.read import StoredRecord, read_record, records_of_interview

_NOTHING_SEEN: Mapping[str, int] = MappingProxyType({})
_ASSIGNMENTS = "interview_assignments"
# Of which an interview has one for each value of this field. Devices make the id from both; that of
# an assignment may be another, as are those of the hosts whom the server assigns.
_ONE_FOR_EACH = {
    "interview_answers": "field",
    "rating_sheets": "member_id",
    _ASSIGNMENTS: "member_id",
}
_PLACE = ("interview_id", "member_id")


@dataclass(frozen=True, slots=True)
class Edit:
    """What a person set where; `base` says which version of each field they had seen."""

    place: Place
    fields: Fields
    base: Mapping[str, int]


def for_survivor(tx: Tx, edit: Edit, stored: StoredRecord | None) -> Edit:
    """`edit`, pointed where a merge has moved what it speaks of, as the client would have sent it.

    `stored` is the record as it is now. Of the survivor its author has seen nothing, so what
    differs there becomes a conflict.
    """
    place = edit.place
    if place.entity == "interviews":
        into = _survivor(tx, place, place.record_id)
        if into is None:
            return edit
        return Edit(replace(place, record_id=into), edit.fields, _NOTHING_SEEN)
    said = {**_moved_away(stored), **edit.fields}
    interview_id = said.get("interview_id")
    into = _survivor(tx, place, interview_id) if isinstance(interview_id, str) else None
    if into is None:
        return edit
    pointed = replace(edit, fields={**edit.fields, "interview_id": into})
    workspace_id, entity, record_id = place.workspace_id, place.entity, place.record_id
    moved = id_under(tx, workspace_id, entity, record_id, said, into=into)
    if moved is None or (stored is not None and not stored.deleted):
        return pointed
    there = replace(place, record_id=moved)
    if entity == _ASSIGNMENTS:
        return _part_there(tx, there, edit.fields)
    return Edit(there, {**said, **pointed.fields}, _NOTHING_SEEN)


def _part_there(tx: Tx, place: Place, fields: Fields) -> Edit:
    """What was said of a part, of the part that its member has in the survivor.

    Whose and where it is, the record there says; who may only answer may say no more. A part that
    is proposed is a question: it is no word against an answer.
    """
    kept = read_record(tx, place.workspace_id, place.entity, place.record_id)
    said = {
        name: value
        for name, value in fields.items()
        if name not in _PLACE and value != AssignmentState.PROPOSED
    }
    is_asked = kept is not None and kept.fields.get("state") == AssignmentState.PROPOSED
    seen = {"state": kept.versions.get("state", 0)} if kept and is_asked else _NOTHING_SEEN
    return Edit(place, said, seen)


def _moved_away(stored: StoredRecord | None) -> Fields:
    """What a record said of its place that a merge may have written under another id."""
    if stored is None or not stored.deleted or stored.entity not in _ONE_FOR_EACH:
        return {}
    names = ("interview_id", _ONE_FOR_EACH[stored.entity])
    return {name: stored.fields[name] for name in names if name in stored.fields}


def _survivor(tx: Tx, place: Place, interview_id: str) -> str | None:
    """The interview that goes on instead of this one; None where it goes on itself."""
    into, seen = interview_id, {interview_id}
    while True:
        found = read_record(tx, place.workspace_id, "interviews", into)
        following = found.fields.get("merged_into") if found else None
        if not isinstance(following, str) or following in seen:
            return into if into != interview_id else None
        seen.add(following)
        into = following


def id_under(
    tx: Tx, workspace_id: str, entity: str, record_id: str, fields: Fields, *, into: str
) -> str | None:
    """The id under which a record goes on as one of `into`; None where it keeps its own."""
    part = fields.get(_ONE_FOR_EACH.get(entity, ""))
    if not isinstance(part, str):
        return None
    if entity == _ASSIGNMENTS:
        here = records_of_interview(tx, workspace_id, into, entity=entity)
        return next((one.id for one in here if one.fields.get("member_id") == part), None)
    make = answer_id if entity == "interview_answers" else sheet_id
    is_agreed = make(str(fields["interview_id"]), part) == record_id
    return make(into, part) if is_agreed else None
