"""From events in the inbox to the interviews they change, in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_bytes
from typing import Any

from interview_desk.domain.bookings import BookingChange, FoldedInterview, fold
from interview_desk.domain.ids import new_id
from interview_desk.domain.instants import instant_in
from sync_server.bookings import repository
from sync_server.bookings.absences import keep_told
from sync_server.bookings.anew import going_on
from sync_server.bookings.erasing import empty_events, erased_from, without_erased
from sync_server.bookings.interviews import write_interview
from sync_server.bookings.known import KnownBookings
from sync_server.bookings.looks import plan_look
from sync_server.bookings.merging import merge_into
from sync_server.bookings.notes import note_lost_fork
from sync_server.bookings.placing import placed
from sync_server.bookings.settling import settle_requests
from sync_server.calcom.reading import understood
from sync_server.calcom.translate import Meaning
from sync_server.infra.database import Tx
from sync_server.sync.read import StoredRecord
from sync_server.sync.removal.erased import erased_of

_WAITS = "Nothing is known of this booking yet; this counts as soon as something is."


@dataclass(frozen=True, slots=True)
class _News:
    """What one event says."""

    event_id: str
    meaning: Meaning
    semantic: str | None


def absorb(tx: Tx, event_ids: Iterable[str], *, may_ask: bool = False) -> int:
    """Read waiting events, bring the interviews in line, and say what became of each event.

    Where we `may_ask` Cal.com, what an event leaves open is planned to be looked up.
    How many were still waiting. Events are taken one after the other and folding always starts
    from all changes of the linked bookings, so neither their order, nor how many come together,
    nor a repeated one makes a difference.
    """
    # From here on nobody else folds: two at once would each miss what the other adds.
    with KnownBookings(tx) as bookings:
        return _take(bookings, repository.waiting_events(tx, event_ids), may_ask=may_ask)


def absorb_next(tx: Tx, limit: int, *, may_ask: bool = False) -> int:
    """The same with the events that wait, the oldest first."""
    with KnownBookings(tx) as bookings:
        return _take(bookings, repository.next_events(tx, limit=limit), may_ask=may_ask)


def absorb_answers(tx: Tx, answers: Sequence[BookingChange]) -> frozenset[str]:
    """Bring the interviews in line with what Cal.com answered; the bookings that were news.

    Answers and events are folded alike, so neither undoes what is newer. What was erased for good
    is not taken again, although Cal.com still has it.
    """
    with KnownBookings(tx) as bookings:
        answers = [going_on(bookings.records, one) for one in answers]
        bookings.learn(uid for one in answers for uid in _named(one))
        erased = erased_of(tx, bookings.workspace_id)
        told = [
            without_erased(tx, one, erased=erased)
            for one in answers
            if bookings.interview_of(one.uid) not in erased
        ]
        fresh = [one for one in told if bookings.keep_snapshot(one)]
        return frozenset(one.uid for one in fresh if refold(bookings, one))


def keep_marks(tx: Tx, marks: BookingChange) -> None:
    """Count absences that Cal.com has just taken from us, later than all it said of them before."""
    with KnownBookings(tx) as bookings:
        bookings.learn([marks.uid])
        change_id = new_id(tx.now, token_bytes(10))
        dated = replace(marks, occurred_at=bookings.after_all(marks.uid))
        bookings.keep(change_id, dated)
        refold(bookings, dated)


def _take(bookings: KnownBookings, events: Sequence[repository.Event], *, may_ask: bool) -> int:
    """Bring the interviews in line with `events`; how many they are."""
    if not events:
        return 0
    tx = bookings.tx
    news = [_read(event) for event in events]
    news = [_going_on(bookings, one) for one in news]
    told, news = news, _without_erased(bookings, news)
    bookings.learn(uid for one in news for uid in _named(one.meaning.change))
    firsts = repository.first_with(tx, [one.semantic for one in news if one.semantic])
    outcomes = [_settled(bookings, one, firsts=firsts) for one in news]
    repository.settle_all(tx, outcomes)
    empty_events(tx, (was.event_id for was, now in zip(told, news, strict=True) if was != now))
    for change in (one.meaning.change for one in news if may_ask):
        if change is not None:
            plan_look(tx, change)
    return len(news)


def _read(event: repository.Event) -> _News:
    return _News(event.id, *understood(event.body))


def _going_on(bookings: KnownBookings, news: _News) -> _News:
    if news.meaning.change is None or news.meaning.change.request_id is None:
        return news
    change = going_on(bookings.records, news.meaning.change)
    return replace(news, meaning=replace(news.meaning, change=change))


def _without_erased(bookings: KnownBookings, news: Sequence[_News]) -> list[_News]:
    """What the events say without the guests who were erased from their bookings."""
    tx, changes = bookings.tx, (one.meaning.change for one in news if one.meaning.change)
    erased = erased_from(tx, bookings.workspace_id, changes)
    if not erased:
        return [*news]
    return [
        replace(one, meaning=replace(one.meaning, change=without_erased(tx, change, erased=erased)))
        if (change := one.meaning.change)
        else one
        for one in news
    ]


def _named(change: BookingChange | None) -> Sequence[str]:
    named = (change.uid, change.previous_uid) if change else ()
    return [uid for uid in named if uid]


def _settled(bookings: KnownBookings, news: _News, *, firsts: dict[str, str]) -> dict[str, Any]:
    """What became of the event, as the inbox keeps it; `firsts` knows who brought which news."""
    outcome = _outcome(bookings, news, first=firsts.get(news.semantic or ""))
    if news.semantic and outcome["state"] in {"done", "duplicate"}:
        firsts[news.semantic] = min(news.event_id, firsts.get(news.semantic, news.event_id))
    return {
        "event": news.event_id,
        "semantic": news.semantic,
        "next_try_at": None,
        "duplicate_of": None,
        **outcome,
    }


def _outcome(bookings: KnownBookings, news: _News, *, first: str | None) -> dict[str, Any]:
    meaning, changed = news.meaning, False
    reason = meaning.reason
    if meaning.change is not None:
        bookings.keep(news.event_id, meaning.change)
        changed = refold(bookings, meaning.change)
        reason = None if bookings.interview_of(meaning.change.uid) else _WAITS
    if meaning.absence is not None:
        reason = keep_told(bookings.records, meaning.absence)
    if first is not None and first < news.event_id and not changed:
        return {"state": "duplicate", "duplicate_of": first, "reason": "The same news came before."}
    return {"state": "unusable" if meaning.unusable else "done", "reason": reason}


def refold(bookings: KnownBookings, change: BookingChange) -> bool:
    """Bring all interviews of the bookings linked with `change` in line; whether any changed."""
    changed = False
    for place in placed(bookings, fold(bookings.component(change.uid))):
        for other in place.same:
            merge_into(bookings, survivor=place.interview_id, other=other)
        if bookings.is_erased(place.interview_id):
            continue
        is_new = not bookings.uids_of(place.interview_id)
        bookings.assign(place.folded.booking_uids, place.interview_id)
        before = bookings.records.read("interviews", place.interview_id)
        news = write_interview(bookings, place.interview_id, folded=place.folded)
        if news:
            bookings.moved |= _times(before, place.folded)
        settle_requests(bookings, place.folded)
        if is_new and place.folded.lost_fork_of:
            note_lost_fork(bookings, place.interview_id, place.folded.lost_fork_of)
        changed = changed or news or bool(place.same)
    return changed


def _times(before: StoredRecord | None, folded: FoldedInterview) -> set[datetime]:
    """When the interview was, and when it is."""
    start = instant_in(before.fields.get("start")) if before else None
    return {one for one in (start, folded.start) if one is not None}
