"""The life of an interview: its statuses and the moves between them, in one table."""

from collections.abc import Mapping
from enum import StrEnum


class Status(StrEnum):
    """Where an interview stands; the one truth for scheduling and for evaluation."""

    DRAFT = "draft"
    REQUESTED = "requested"
    SCHEDULED = "scheduled"
    RESCHEDULE_REQUESTED = "reschedule_requested"
    IN_PROGRESS = "in_progress"
    HELD = "held"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    EVALUATED = "evaluated"
    ARCHIVED = "archived"


_S = Status

# A person's moves. What Cal.com says goes through `domain.bookings.fold`, which may also bring a
# cancelled interview back when the guest books again.
MOVES: Mapping[Status, frozenset[Status]] = {
    _S.DRAFT: frozenset({_S.REQUESTED, _S.SCHEDULED, _S.CANCELLED, _S.ARCHIVED}),
    _S.REQUESTED: frozenset({_S.SCHEDULED, _S.DECLINED, _S.CANCELLED}),
    _S.SCHEDULED: frozenset(
        {_S.IN_PROGRESS, _S.HELD, _S.NO_SHOW, _S.CANCELLED, _S.RESCHEDULE_REQUESTED}
    ),
    _S.RESCHEDULE_REQUESTED: frozenset({_S.SCHEDULED, _S.REQUESTED, _S.CANCELLED}),
    _S.IN_PROGRESS: frozenset({_S.HELD, _S.NO_SHOW, _S.CANCELLED, _S.SCHEDULED}),
    _S.HELD: frozenset({_S.EVALUATED, _S.NO_SHOW, _S.IN_PROGRESS, _S.ARCHIVED}),
    _S.NO_SHOW: frozenset({_S.HELD, _S.SCHEDULED, _S.RESCHEDULE_REQUESTED, _S.ARCHIVED}),
    _S.CANCELLED: frozenset({_S.SCHEDULED, _S.ARCHIVED}),
    _S.DECLINED: frozenset({_S.ARCHIVED}),
    _S.EVALUATED: frozenset({_S.HELD, _S.ARCHIVED}),
    _S.ARCHIVED: frozenset({_S.HELD, _S.EVALUATED, _S.CANCELLED, _S.NO_SHOW}),
}


def may_move(current: Status, wanted: Status) -> bool:
    """Whether a person may move an interview from `current` to `wanted`; staying is allowed."""
    return current == wanted or wanted in MOVES[current]
