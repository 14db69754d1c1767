"""Versions of rule sets: which one judges an interview, and what may still be changed.

Each version is a record of its own. A new one says what it `replaces`; what was published never
changes, so an earlier result can always be read beside the rules it came from.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from interview_desk.domain.records import Record
from interview_desk.domain.refusals import ChangeRefusedError, Rejection
from interview_desk.domain.status import Status
from interview_desk.domain.values import Fields, Json

# Only what took place, or should have, is judged; what is filed away stays as it is.
JUDGED = frozenset({Status.HELD, Status.EVALUATED, Status.NO_SHOW})
# What a version says; the rest is where it stands.
_CONTENT = frozenset({"name", "version", "criteria", "rules", "bands", "guide_id", "replaces"})


class State(StrEnum):
    """Where a version stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


MOVES: Mapping[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.DRAFT, State.PUBLISHED, State.RETIRED}),
    State.PUBLISHED: frozenset({State.PUBLISHED, State.RETIRED}),
    State.RETIRED: frozenset({State.RETIRED}),
}


def state_of(fields: Fields) -> State:
    """Where a version stands; one that says nothing is a draft."""
    return State(str(fields.get("state") or State.DRAFT))


def check_version(changed: Fields, current: Fields | None) -> None:
    """Refuse a change of what was published: only drafts are changed, the rest is retired."""
    held = current or {}
    before = state_of(held)
    moves = state_of({**held, **changed}) in MOVES[before]
    if not moves or (before is not State.DRAFT and _CONTENT & set(changed)):
        sentence = "Published rules stay as they are; make a new version of them."
        raise ChangeRefusedError(Rejection.FORBIDDEN, sentence)


def in_force(
    interview: Fields, *, event_types: Iterable[Record], rule_sets: Iterable[Record]
) -> Record | None:
    """The published version that judges an interview; None where the usual rules do.

    The event type's own comes first, in its newest version; then one for the interview's guide;
    then one for any guide.
    """
    published = {one.id: one for one in rule_sets if state_of(one.fields) is State.PUBLISHED}
    replaced = ((one.fields.get("replaces"), one.id) for one in published.values())
    successors = {old: new for old, new in replaced if old is not None}
    wanted = _wanted_by(interview.get("event_type_id"), event_types)
    # A circle of replacements would be somebody's mistake; nobody is followed twice.
    for _ in range(len(published) + 1):
        if wanted not in successors:
            break
        wanted = successors[wanted]
    if wanted in published:
        return published[str(wanted)]
    guide = interview.get("guide_id")
    fitting = [
        one
        for one in published.values()
        if one.id not in successors and one.fields.get("guide_id") in {guide, None}
    ]
    return max(fitting, key=_suits, default=None)


def _wanted_by(event_type: Json, event_types: Iterable[Record]) -> Json:
    if event_type is None:
        return None
    found = (one.fields for one in event_types if one.fields.get("calcom_id") == event_type)
    return next((fields.get("rule_set_id") for fields in found), None)


def _suits(version: Record) -> tuple[bool, int, str]:
    """Made for a guide before made for any, and later published before earlier."""
    return version.fields.get("guide_id") is not None, version.ver, version.id
