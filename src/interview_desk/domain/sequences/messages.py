"""The life of a mail and of an enrolment: their states, and who may move what."""

from collections.abc import Mapping
from enum import StrEnum


class MessageState(StrEnum):
    """Where a mail stands."""

    DRAFT = "draft"  # prepared, not yet to be looked at, or not complete
    NEEDS_APPROVAL = "needs_approval"
    QUEUED = "queued"  # leaves when it is due
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    FAILED = "failed"
    UNCERTAIN = "uncertain"  # it may have left; a person decides
    CANCELLED = "cancelled"


class EnrolmentState(StrEnum):
    """Where a guest stands in a sequence."""

    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"
    SKIPPED = "skipped"  # never begun; the reason says why


class StopReason(StrEnum):
    """Why no further mail is sent to a guest, in a word that is kept and counted."""

    REPLIED = "replied"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"
    BOOKED = "booked"
    NO_CONSENT = "no_consent"
    CANNOT_BE_MAILED = "cannot_be_mailed"
    BY_HAND = "by_hand"


_M, _E = MessageState, EnrolmentState

# What can still leave the house.
UNSENT = frozenset({_M.DRAFT, _M.NEEDS_APPROVAL, _M.QUEUED})
# The provider has it, whatever became of it there.
ACCEPTED = frozenset({_M.SENT, _M.DELIVERED, _M.BOUNCED, _M.COMPLAINED})
# Nothing more is expected of it, and nobody is waited for.
ENDED = ACCEPTED | {_M.CANCELLED}
# Whose text a person may still change.
EDITABLE = frozenset({_M.DRAFT, _M.NEEDS_APPROVAL})
LIVE = frozenset({_E.ACTIVE, _E.PAUSED})

# Approve, hold, cancel; try again what failed; decide what became of what is uncertain.
BY_PEOPLE: Mapping[MessageState, frozenset[MessageState]] = {
    _M.DRAFT: frozenset({_M.NEEDS_APPROVAL, _M.QUEUED, _M.CANCELLED}),
    _M.NEEDS_APPROVAL: frozenset({_M.QUEUED, _M.CANCELLED}),
    _M.QUEUED: frozenset({_M.NEEDS_APPROVAL, _M.CANCELLED}),
    _M.FAILED: frozenset({_M.QUEUED, _M.CANCELLED}),
    _M.UNCERTAIN: frozenset({_M.QUEUED, _M.SENT, _M.CANCELLED}),
}

ENROLMENT_BY_PEOPLE: Mapping[EnrolmentState, frozenset[EnrolmentState]] = {
    _E.ACTIVE: frozenset({_E.PAUSED, _E.STOPPED}),
    _E.PAUSED: frozenset({_E.ACTIVE, _E.STOPPED}),
    _E.SKIPPED: frozenset({_E.ACTIVE}),
}

# What the provider tells of a mail arrives late, twice and in any order: it only ever says more.
_TOLD = (_M.SENT, _M.DELIVERED, _M.FAILED, _M.BOUNCED, _M.COMPLAINED)
_OPEN_TO_NEWS = frozenset({_M.SENDING, _M.UNCERTAIN, *_TOLD})


def may_move(current: MessageState, wanted: MessageState) -> bool:
    """Whether a person may move a mail so; staying is allowed."""
    return current == wanted or wanted in BY_PEOPLE.get(current, frozenset())


def may_move_enrolment(current: EnrolmentState, wanted: EnrolmentState) -> bool:
    """Whether a person may move an enrolment so; staying is allowed."""
    return current == wanted or wanted in ENROLMENT_BY_PEOPLE.get(current, frozenset())


def after_news(current: MessageState, told: MessageState) -> MessageState:
    """Where a mail stands once the provider has told that it is `told`."""
    if current not in _OPEN_TO_NEWS:
        return current
    if current not in _TOLD or _TOLD.index(told) > _TOLD.index(current):
        return told
    return current
