"""The one rule that folds events into interviews, the same for any order of arrival.

The bookings that continue one another form a tree that runs towards the newest one; each tree is
one interview, and its newest booking decides everything but the recordings.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache

from interview_desk.domain.bookings.booking import Booking
from interview_desk.domain.bookings.changes import (
    BEGINNING,
    BookingChange,
    ChangeKind,
    in_order,
)
from interview_desk.domain.bookings.folded import FoldedInterview, Guest, Made

_Age = tuple[datetime, int, str]
# A new booking is mostly all there is of it: folded while it is kept, asked for a moment later.
_KEPT = 8


def fold(changes: Iterable[BookingChange]) -> tuple[FoldedInterview, ...]:
    """The interviews that `changes` of linked bookings come to, oldest first.

    A function of the set of changes: order and repetition make no difference, and any set is
    taken. Bookings that are only known from a no-show mark wait for an event that describes them.
    What was asked for a moment ago is known already.
    """
    return _folded(frozenset(changes))


def forget_folded() -> None:
    """Keep nothing of what was folded: somebody in it has been erased."""
    _folded.cache_clear()


@lru_cache(_KEPT)
def _folded(changes: frozenset[BookingChange]) -> tuple[FoldedInterview, ...]:
    bookings = _bookings(in_order(changes))
    winners = _winners(bookings)
    chains: dict[str, list[str]] = defaultdict(list)
    for uid in bookings:
        chains[_newest(uid, winners)].append(uid)
    folded = [_interview(newest, chains[newest], bookings, winners) for newest in chains]
    described = [one for one in folded if one is not None]
    return tuple(sorted(described, key=lambda one: _age(bookings[one.booking_uids[0]])))


def _bookings(ordered: list[BookingChange]) -> dict[str, Booking]:
    by_uid: dict[str, list[BookingChange]] = defaultdict(list)
    movers: dict[str, list[BookingChange]] = defaultdict(list)
    for change in ordered:
        by_uid[change.uid].append(change)
        if change.previous_uid and change.previous_uid != change.uid:
            movers[change.previous_uid].append(change)
    uids = sorted(by_uid.keys() | movers.keys())
    return {uid: Booking(uid, tuple(by_uid[uid]), tuple(movers[uid])) for uid in uids}


def _winners(bookings: Mapping[str, Booking]) -> dict[str, str]:
    """For each booking that was continued, the one that continues it."""
    winners: dict[str, str] = {}
    for uid, booking in bookings.items():
        successors = {bookings[other].uid for other in booking.continued_by}
        if successors:
            winners[uid] = max(successors, key=lambda other: _age(bookings[other]))
    return _without_circles(winners, bookings)


def _without_circles(winners: dict[str, str], bookings: Mapping[str, Booking]) -> dict[str, str]:
    """Real bookings never run in a circle; a forged or broken one ends at its newest booking."""
    for uid in sorted(winners):
        path = [uid]
        while (following := winners.get(path[-1])) is not None:
            if following in path:
                circle = path[path.index(following) :]
                del winners[max(circle, key=lambda other: _age(bookings[other]))]
                break
            path.append(following)
    return winners


def _age(booking: Booking) -> _Age:
    number = booking.number
    return (booking.founded_at or BEGINNING, -1 if number is None else number, booking.uid)


def _newest(uid: str, winners: Mapping[str, str]) -> str:
    while uid in winners:
        uid = winners[uid]
    return uid


def _steps_to_newest(uid: str, winners: Mapping[str, str]) -> int:
    steps = 0
    while uid in winners:
        uid, steps = winners[uid], steps + 1
    return steps


def _interview(
    newest: str,
    uids: list[str],
    bookings: Mapping[str, Booking],
    winners: Mapping[str, str],
) -> FoldedInterview | None:
    chain = sorted(uids, key=lambda uid: (-_steps_to_newest(uid, winners), _age(bookings[uid])))
    parts = [bookings[uid] for uid in chain]
    if not any(part.is_described for part in parts):
        return None
    deciding = bookings[newest]
    # What the newest event leaves out (a shortened payload) is still what the older ones said.
    older = parts[::-1]
    place = deciding.place
    return FoldedInterview(
        booking_uids=tuple(chain),
        said=deciding.said,
        unmarked=deciding.unmarked,
        progress=deciding.progress,
        title=next((part.title for part in older if part.title), None),
        start=deciding.start,
        end=deciding.end,
        zone=next((part.zone for part in older if part.zone), None),
        location=place.location,
        location_is_guests=place.is_guests,
        join_service=place.service,
        join_url=place.url,
        event_type_id=next(
            (part.event_type_id for part in older if part.event_type_id is not None), None
        ),
        hosts=next((part.hosts for part in older if part.hosts), ()),
        guests=_guests(older),
        recordings=_artifacts(parts, ChangeKind.RECORDING_READY),
        transcripts=_artifacts(parts, ChangeKind.TRANSCRIPT_READY),
        lost_fork_of=_lost_fork(chain, bookings, winners),
        made=_made(parts),
        series=any(part.is_series for part in parts),
        series_uid=next((part.series_uid for part in older if part.series_uid), None),
    )


def _guests(newest_first: list[Booking]) -> tuple[Guest, ...]:
    """Everybody who is still expected; an emptied seated booking has nobody left."""
    if newest_first[0].is_seated:
        return newest_first[0].guests
    return next((part.guests for part in newest_first if part.guests), ())


def _made(parts: list[Booking]) -> tuple[Made, ...]:
    """The booking that each request made; those that continue it carry the request's name on."""
    made: dict[str, str] = {}
    for part in parts:
        for request_id in part.requests:
            made.setdefault(request_id, part.uid)
    return tuple(Made(request_id, uid) for request_id, uid in made.items())


def _artifacts(parts: list[Booking], kind: ChangeKind) -> tuple[str, ...]:
    return tuple(sorted({name for part in parts for name in part.artifacts(kind)}))


def _lost_fork(
    chain: list[str], bookings: Mapping[str, Booking], winners: Mapping[str, str]
) -> str | None:
    for uid in chain:
        for before in bookings[uid].continues:
            wanted = uid in bookings[before].continued_by
            if wanted and before not in chain and before in winners:
                return before
    return None
