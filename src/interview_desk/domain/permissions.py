"""Who may see and change what: the one place for PROTOCOL.md, section 1.

Sight is decided per row and per field. What somebody may not see does not exist for them; what
they see and may not change is forbidden.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from interview_desk.domain.merge import DELETED
from interview_desk.domain.records import ENTITIES
from interview_desk.domain.refusals import ChangeRefusedError, Rejection
from interview_desk.domain.roles import Role
from interview_desk.domain.values import Fields, Json


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose eyes and hands these are."""

    member_id: str
    role: Role


@dataclass(frozen=True, slots=True)
class Subject:
    """A record that somebody wants to see or change."""

    entity: str
    id: str
    fields: Fields


class Sight(Protocol):
    """What a viewer has been given to see, beyond their role."""

    def is_given(self, record_id: str) -> bool:
        """Whether this interview, startup or guide belongs to an assignment of the viewer."""
        ...

    def sees_scores(self, interview_id: str) -> bool:
        """Whether submitted ratings of the interview, and what follows from them, are shown."""
        ...

    def leads(self, interview_id: str) -> bool:
        """Whether the viewer is the interview's lead."""
        ...

    def subject(self, entity: str, record_id: str) -> Subject | None:
        """The record another one speaks of."""
        ...


_ALL: frozenset[str] = frozenset()

# What an external member sees of the interviews they are assigned to; an empty set means all.
_EXTERNAL_READS: Mapping[str, frozenset[str]] = {
    "interviews": frozenset(
        {
            "title",
            "status",
            "start",
            "end",
            "zone",
            "location",
            "join_service",
            "join_url",
            "startup_id",
            "guide_id",
            "merged_into",
        }
    ),
    "interview_assignments": _ALL,
    "interview_guests": frozenset({"interview_id", "name", "zone"}),
    "interview_answers": _ALL,
    "interview_insights": _ALL,
    "note_documents": _ALL,
    "rating_forms": _ALL,
    "startups": frozenset({"name"}),
    "guides": _ALL,
}
_EXTERNAL_WRITES = frozenset({"interview_answers", "interview_insights"})
_GIVEN_BY_OWN_ID = frozenset({"interviews", "startups", "guides"})
_TEAM_SETTINGS = frozenset(
    {"poblysh_team_members", "guides", "evaluation_rules", "sequences", "flags", "erasures"}
)
_SCORES = frozenset({"rating_sheets", "evaluations"})


def visible_fields(viewer: Viewer, subject: Subject, sight: Sight) -> frozenset[str] | None:
    """The names of the fields of `subject` that the viewer sees; None where it does not exist."""
    if subject.entity == "conflicts":
        return _all_of(subject) if _sees_conflict(viewer, subject, sight) else None
    if subject.entity in _SCORES:
        return _all_of(subject) if _sees_score(viewer, subject, sight) else None
    if viewer.role is Role.EXTERNAL:
        return _external_fields(subject, sight)
    return _all_of(subject)


def may_see_field(
    viewer: Viewer, subject: Subject, *, name: str, sight: Sight, values: Iterable[Json] = ()
) -> bool:
    """Whether the viewer may know of a change or conflict of one field of `subject`.

    Unlike `visible_fields` this also answers for a field that holds nothing now, and for the
    `values` that would be told: what is shown now may have been the guest's own before.
    """
    seen = visible_fields(viewer, subject, sight)
    if seen is None:
        return False
    if viewer.role is not Role.EXTERNAL or name == DELETED:
        return True
    if name == "location" and not all(value is None or _is_link(value) for value in values):
        return False
    allowed = _external_names(subject)
    return name in seen or name in allowed


def is_hidden_kind(role: Role, entity: str) -> bool:
    """Whether no row of this kind can ever be seen in this role."""
    if role is not Role.EXTERNAL:
        return False
    return entity not in {*_EXTERNAL_READS, "poblysh_team_members", "rating_sheets", "conflicts"}


def check_may_write(
    viewer: Viewer, change: Subject, *, current: Subject | None, sight: Sight
) -> None:
    """Refuse what the viewer's role does not let them change; `change` has only what is new."""
    _check_exists_for(viewer, change, current=current, sight=sight)
    if ENTITIES[change.entity].server_only or not _may_write(
        viewer, change, current=current, sight=sight
    ):
        raise ChangeRefusedError(Rejection.FORBIDDEN, "Your role may not change this.")


def _check_exists_for(
    viewer: Viewer, change: Subject, *, current: Subject | None, sight: Sight
) -> None:
    """A hidden row must not differ from one that does not exist, also when it is written to."""
    before = visible_fields(viewer, current, sight) if current else frozenset(change.fields)
    held = current.fields if current else {}
    merged = Subject(change.entity, change.id, {**held, **change.fields})
    if (
        before is None
        or is_hidden_kind(viewer.role, change.entity)
        or not _may_appear(viewer, merged, current=current, sight=sight)
    ):
        raise ChangeRefusedError(Rejection.NOT_FOUND, "There is no such record.")


def _may_appear(viewer: Viewer, merged: Subject, *, current: Subject | None, sight: Sight) -> bool:
    """Whether the row, as it would become, is one the viewer may know of."""
    if merged.entity == "conflicts":
        return current is not None
    if merged.entity == "rating_sheets":
        return current is not None or _is_own_of_given(viewer, merged, sight)
    return viewer.role is not Role.EXTERNAL or _external_fields(merged, sight) is not None


def _may_write(viewer: Viewer, change: Subject, *, current: Subject | None, sight: Sight) -> bool:
    if change.entity == "rating_sheets":
        return _is_own(viewer, change) and (current is None or _is_own(viewer, current))
    if change.entity == "conflicts":
        return _may_settle(viewer, change, current=current, sight=sight)
    if change.entity == "interview_assignments" and not _runs_interviews(viewer):
        return _is_own_answer(viewer, change, current=current)
    if change.entity == "interviews" and "ratings_closed" in change.fields:
        return _may_close(viewer, change, sight)
    if change.entity == "follow_up_messages" and "member_id" in change.fields:
        # A test mail goes to oneself and to nobody else.
        return _runs_interviews(viewer) and change.fields["member_id"] == viewer.member_id
    return _role_writes(viewer.role, change)


def _role_writes(role: Role, change: Subject) -> bool:
    if role is Role.OBSERVER:
        return False
    if role is Role.EXTERNAL:
        return change.entity in _EXTERNAL_WRITES
    if role.runs_the_team:
        return True
    if change.entity == "event_types":
        return "roles" not in change.fields
    return change.entity not in _TEAM_SETTINGS


def _runs_interviews(viewer: Viewer) -> bool:
    return viewer.role.runs_interviews


def _may_close(viewer: Viewer, change: Subject, sight: Sight) -> bool:
    if not _runs_interviews(viewer):
        return False
    return viewer.role.runs_the_team or sight.leads(change.id)


def _is_own(viewer: Viewer, sheet: Subject) -> bool:
    # An edit of a sheet need not repeat whose it is.
    return sheet.fields.get("member_id", viewer.member_id) == viewer.member_id


def _is_own_of_given(viewer: Viewer, sheet: Subject, sight: Sight) -> bool:
    if not _is_own(viewer, sheet):
        return False
    return viewer.role is not Role.EXTERNAL or sight.is_given(_interview_of(sheet))


def _is_own_answer(viewer: Viewer, change: Subject, *, current: Subject | None) -> bool:
    """An observer or external member says yes or no to an assignment, and nothing else."""
    if current is None or current.fields.get("member_id") != viewer.member_id:
        return False
    return set(change.fields) == {"state"}


def _may_settle(viewer: Viewer, change: Subject, *, current: Subject | None, sight: Sight) -> bool:
    """A conflict is settled by those who may write the field it is about, and never made."""
    if current is None or set(change.fields) != {"state"}:
        return False
    target = _target(current, sight)
    if target is None:
        return _runs_interviews(viewer)
    name = str(current.fields.get("field"))
    fields: Fields = {} if name == DELETED else {name: None}
    edit = Subject(target.entity, target.id, fields)
    return _may_write(viewer, edit, current=target, sight=sight)


def _sees_score(viewer: Viewer, subject: Subject, sight: Sight) -> bool:
    if subject.entity == "rating_sheets":
        if subject.fields.get("member_id") == viewer.member_id:
            return _is_own_of_given(viewer, subject, sight)
        if subject.fields.get("state") != "submitted":
            return False
    return viewer.role is not Role.EXTERNAL and sight.sees_scores(_interview_of(subject))


def _sees_conflict(viewer: Viewer, conflict: Subject, sight: Sight) -> bool:
    target = _target(conflict, sight)
    if target is None:
        return viewer.role is not Role.EXTERNAL and conflict.fields.get("entity") not in _SCORES
    name = str(conflict.fields.get("field"))
    told = (conflict.fields.get("kept"), conflict.fields.get("lost"))
    return may_see_field(viewer, target, name=name, sight=sight, values=told)


def _target(conflict: Subject, sight: Sight) -> Subject | None:
    entity, record_id = conflict.fields.get("entity"), conflict.fields.get("record_id")
    return sight.subject(str(entity), str(record_id))


def _external_fields(subject: Subject, sight: Sight) -> frozenset[str] | None:
    if subject.entity == "poblysh_team_members":
        return frozenset(subject.fields) & {"name"}
    if subject.entity not in _EXTERNAL_READS or not sight.is_given(_given_through(subject)):
        return None
    return frozenset(subject.fields) & _external_names(subject)


def _external_names(subject: Subject) -> frozenset[str]:
    if subject.entity == "poblysh_team_members":
        return frozenset({"name"})
    if subject.entity == "interviews" and not _is_public_place(subject.fields):
        return _EXTERNAL_READS["interviews"] - {"location"}
    return _EXTERNAL_READS.get(subject.entity) or frozenset(ENTITIES[subject.entity].fields)


def _is_public_place(fields: Fields) -> bool:
    """Whether the location says nothing of the guest: known to be the host's, or a link."""
    location: Json = fields.get("location")
    if fields.get("location_is_guests") is False:
        return True
    return _is_link(location) and fields.get("location_is_guests") is None


def _is_link(location: Json) -> bool:
    return isinstance(location, str) and location.startswith(("https://", "http://"))


def _given_through(subject: Subject) -> str:
    return subject.id if subject.entity in _GIVEN_BY_OWN_ID else _interview_of(subject)


def _interview_of(subject: Subject) -> str:
    return str(subject.fields.get("interview_id"))


def _all_of(subject: Subject) -> frozenset[str]:
    return frozenset(subject.fields)
