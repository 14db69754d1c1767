"""Where people meet, by all that was said of one booking."""

from collections.abc import Sequence
from typing import NamedTuple

from interview_desk.domain.bookings.changes import (
    PLACING,
    BookingChange,
    ChangeKind,
    is_address,
    is_app,
)


class Place(NamedTuple):
    """Where people meet, whether that is the guest's own place, and behind which link."""

    location: str | None = None
    is_guests: bool | None = None
    service: str | None = None
    url: str | None = None


def place_of(changes: Sequence[BookingChange]) -> Place:
    """Where people meet now: the newest placing event, with a link that still belongs to it.

    What Cal.com answered when asked counts from the booking's last change on; before that it
    only adds the link that an event could not have yet.
    """
    told = [change for change in changes if change.location or change.join_url]
    events = [change for change in told if change.kind is not ChangeKind.SNAPSHOT]
    placing = [change for change in events if change.kind in PLACING]
    known = _by_events(placing, events)
    snapshots = [change for change in told if change.kind is ChangeKind.SNAPSHOT]
    if not snapshots:
        return known
    snapshot = snapshots[-1]
    if not placing or snapshot.order > placing[-1].order:
        return _after(known, snapshot)
    has_moved = placing[-1].kind is ChangeKind.LOCATION_UPDATED
    return known if has_moved else _with_late_link(known, snapshot)


def _by_events(placing: list[BookingChange], told: list[BookingChange]) -> Place:
    mentions = [change for change in told if change.kind not in PLACING]
    if not placing:
        return _mentioned(mentions)
    newest = placing[-1]
    if newest.join_url or is_address(newest.location):
        return _place(newest)
    linked = _link_before(placing, mentions)
    return _place(newest, linked or newest)


def _after(known: Place, snapshot: BookingChange) -> Place:
    """The place after a newer snapshot, which names a link or an app but never both."""
    if snapshot.location == known.location:
        return _with_late_link(known, snapshot)
    if snapshot.join_url is None:
        is_same = is_app(snapshot.location) and not _names_another_app(known, snapshot)
        return known if is_same and known.url else _place(snapshot)
    if snapshot.join_url == known.url:
        return known
    is_late = known.url is None and known.location is not None and is_app(known.location)
    return _with_late_link(known, snapshot) if is_late else _place(snapshot)


def _names_another_app(known: Place, snapshot: BookingChange) -> bool:
    is_named = bool(known.location) and is_app(known.location) and bool(snapshot.location)
    return is_named and known.location != snapshot.location


def _with_late_link(known: Place, snapshot: BookingChange) -> Place:
    if known.url or is_address(known.location) or not snapshot.join_url:
        return known
    return Place(known.location, known.is_guests, snapshot.join_service, snapshot.join_url)


def _mentioned(mentions: list[BookingChange]) -> Place:
    linked = [change for change in mentions if change.join_url]
    for change in (linked or mentions)[-1:]:
        return _place(change)
    return Place()


def _place(change: BookingChange, linked: BookingChange | None = None) -> Place:
    link = linked or change
    return Place(change.location, change.guests_place, link.join_service, link.join_url)


def _link_before(
    placing: list[BookingChange], mentions: list[BookingChange]
) -> BookingChange | None:
    """The newest link not older than the last move; a mention's only where nothing moved."""
    for change in reversed(placing):
        if change.join_url:
            return change
        if change.kind is ChangeKind.LOCATION_UPDATED:
            return None
    return next((change for change in reversed(mentions) if change.join_url), None)
