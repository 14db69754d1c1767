"""What happens when a change meets a record that may have moved on: one rule for both sides.

The server decides with it; the client uses the same functions to show unsent edits and to say
which version of each field an edit has seen. No clock takes part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from interview_desk.domain.records import Entity, Field, Policy
from interview_desk.domain.values import Fields, Json, same_value

# Under this name a conflict speaks of the record itself: one side deleted it, the other went on.
DELETED = "deleted"

# What these wrote was only inferred, and gives way to any person without a conflict.
YIELDING_WRITERS = frozenset({"clock", "meeting"})


@dataclass(frozen=True, slots=True)
class Standing:
    """A record as it stands: values, the version of each, and who wrote each last.

    A writer is a device's id, or the server's own name for itself ("calcom", "clock", ...).
    """

    fields: Fields
    versions: Mapping[str, int]
    writers: Mapping[str, str]
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """A change that arrives; `base` is the version of each field its author had seen.

    With `overrides` the author has the last word (the server about its own fields).
    """

    fields: Fields
    base: Mapping[str, int] = field(default_factory=dict)
    writer: str = ""
    delete: bool = False
    overrides: bool = False


@dataclass(frozen=True, slots=True)
class Loss:
    """A value that did not prevail; `arriving` says whether it came with this change."""

    field: str
    kept: Json
    lost: Json
    arriving: bool


@dataclass(frozen=True, slots=True)
class Merge:
    """What a change does to a record: the fields that get a new value, and what was lost."""

    changes: Fields
    losses: tuple[Loss, ...] = ()
    deletes: bool = False
    revives: bool = False
    # The record starts afresh: what it held before it was deleted does not come back.
    resets: bool = False

    @property
    def has_effect(self) -> bool:
        """Whether the record needs a new version."""
        return bool(self.changes) or self.deletes or self.revives


def merge(entity: Entity, standing: Standing | None, incoming: Incoming) -> Merge:
    """The outcome of `incoming` on `standing` (None: the record is new)."""
    if standing is None:
        return _create(entity, incoming)
    if incoming.delete:
        return _delete(standing, incoming)
    if standing.deleted:
        return _revive(entity, standing, incoming)
    return _edit(entity, standing, incoming)


def applied(entity: Entity, fields: Fields, edit: Fields) -> dict[str, Json]:
    """`fields` after `edit`, as its author sees them before the server has answered."""
    return {**fields, **{name: _taken(entity, name, fields, value) for name, value in edit.items()}}


def base_of_edit(
    edited: Sequence[str], *, pending: Mapping[str, int], seen: Mapping[str, int]
) -> dict[str, int]:
    """The base of a new edit: that of the oldest own pending edit of a field, else what was seen.

    Without this inheritance a pull that lands under a pending edit would raise the base, and the
    next edit would silently replace text its author never saw.
    """
    return {name: pending.get(name, seen.get(name, 0)) for name in edited}


def base_after_restore(was: Json, now: Json, *, ver: int) -> int:
    """The base of an edit sent again in a new epoch: `ver` where the field is as it was then."""
    return ver if same_value(was, now) else 0


def same(policy: Policy, one: Json, other: Json) -> bool:
    """Whether two values say the same: for consents who said it and when do not matter."""
    if policy is Policy.RESTRICTIVE:
        return _said(one) == _said(other)
    return same_value(one, other)


def has_seen(name: str, standing: Standing, incoming: Incoming) -> bool:
    """Whether the author of `incoming` knew what a field holds, or need not."""
    writer = standing.writers.get(name)
    return (
        incoming.base.get(name, 0) >= standing.versions.get(name, 0)
        or writer in YIELDING_WRITERS
        or (writer is not None and writer == incoming.writer)
    )


def set_after(current: Json, operation: Json) -> list[Json]:
    """A `set` field after {"add", "remove"}, sorted; a plain list replaces it."""
    if not isinstance(operation, Mapping):
        return _sorted(operation)
    kept = {*_texts(current), *_texts(operation.get("add"))} - {*_texts(operation.get("remove"))}
    return [*sorted(kept)]


def _create(entity: Entity, incoming: Incoming) -> Merge:
    if incoming.delete:
        return Merge({})
    return Merge(applied(entity, {}, incoming.fields), revives=True)


def _delete(standing: Standing, incoming: Incoming) -> Merge:
    if standing.deleted:
        return Merge({})
    unseen = [name for name in standing.versions if not has_seen(name, standing, incoming)]
    if unseen and not incoming.overrides:
        return Merge({}, (Loss(DELETED, kept=False, lost=True, arriving=True),))
    return Merge({}, deletes=True)


def _revive(entity: Entity, standing: Standing, incoming: Incoming) -> Merge:
    if not incoming.base and not incoming.overrides:
        # Its author never saw the record that was deleted: this is a new one.
        return Merge(applied(entity, {}, incoming.fields), revives=True, resets=True)
    merged = _edit(entity, standing, incoming)
    deleter = standing.writers.get(DELETED)
    if incoming.overrides or deleter == incoming.writer:
        return Merge(merged.changes, merged.losses, revives=True)
    loss = Loss(DELETED, kept=False, lost=True, arriving=False)
    return Merge(merged.changes, (*merged.losses, loss), revives=True)


def _edit(entity: Entity, standing: Standing, incoming: Incoming) -> Merge:
    changes: dict[str, Json] = {}
    losses: list[Loss] = []
    for name, value in incoming.fields.items():
        takes, loss = _meet(entity, name, standing=standing, incoming=incoming)
        if takes:
            changes[name] = _taken(entity, name, standing.fields, value)
        if loss:
            losses.append(loss)
    return Merge(changes, tuple(losses))


def _meet(
    entity: Entity, name: str, *, standing: Standing, incoming: Incoming
) -> tuple[bool, Loss | None]:
    """Whether the arriving value is taken, and what is lost either way."""
    rule, value, current = entity.fields[name], incoming.fields[name], standing.fields.get(name)
    if rule.policy is Policy.SET:
        return set_after(current, value) != _sorted(current), None
    if same_value(current, value):
        return False, None
    if incoming.overrides or has_seen(rule.name, standing, incoming):
        return True, None
    if same(rule.policy, current, value):
        return False, None
    if rule.policy is Policy.ANSWER and _cross(rule, standing, incoming):
        return current == rule.choices[0], None
    return _settle(rule, current, value)


def _cross(rule: Field, standing: Standing, incoming: Incoming) -> bool:
    """Whether one of the two values is the question, and the other one the answer to it."""
    question, *answers = rule.choices
    current, value = standing.fields.get(rule.name), incoming.fields[rule.name]
    if value == question:
        return current in answers and _asks_the_same(rule, standing, incoming)
    return current == question and value in answers and _was_asked_so(rule, standing, incoming)


def _asks_the_same(rule: Field, standing: Standing, incoming: Incoming) -> bool:
    """Whether what was answered is still what the record is about once this question is in it."""
    about = standing.fields.get(rule.about)
    wanted = incoming.fields.get(rule.about, about)
    return same_value(wanted, about) or not has_seen(rule.about, standing, incoming)


def _was_asked_so(rule: Field, standing: Standing, incoming: Incoming) -> bool:
    """Whether the answer that arrives was given to what the record is about."""
    if rule.about in incoming.fields:
        return same_value(incoming.fields[rule.about], standing.fields.get(rule.about))
    return standing.versions.get(rule.about, 0) <= incoming.base.get(rule.name, 0)


def _settle(rule: Field, current: Json, value: Json) -> tuple[bool, Loss | None]:
    if rule.policy is Policy.LAST_WRITER:
        return True, None
    if rule.policy is Policy.RESTRICTIVE and _said(value) == "no":
        return True, Loss(rule.name, kept=value, lost=current, arriving=False)
    return False, Loss(rule.name, kept=current, lost=value, arriving=True)


def _taken(entity: Entity, name: str, fields: Fields, value: Json) -> Json:
    rule = entity.fields.get(name)
    if rule is not None and rule.policy is Policy.SET:
        return set_after(fields.get(name), value)
    return value


def _texts(value: Json) -> list[str]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    return [item for item in value if isinstance(item, str)]


def _sorted(value: Json) -> list[Json]:
    return [*sorted(set(_texts(value)))]


def _said(value: Json) -> Json:
    said = value.get("value") if isinstance(value, Mapping) else None
    return said or "unknown"
