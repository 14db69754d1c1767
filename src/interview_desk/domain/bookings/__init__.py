"""Bookings at Cal.com: what each event says, and the one rule that folds them into interviews."""

from interview_desk.domain.bookings.changes import BookingChange, ChangeKind, Host, Person
from interview_desk.domain.bookings.fold import fold, forget_folded
from interview_desk.domain.bookings.folded import FoldedInterview, Guest
from interview_desk.domain.bookings.progress import Progress, held_at, with_progress

__all__ = [
    "BookingChange",
    "ChangeKind",
    "FoldedInterview",
    "Guest",
    "Host",
    "Person",
    "Progress",
    "fold",
    "forget_folded",
    "held_at",
    "with_progress",
]
