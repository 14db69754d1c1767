"""One folded interview as a record: only what Cal.com changed is written."""

from datetime import datetime

from interview_desk.domain.bookings import FoldedInterview
from interview_desk.domain.instants import format_instant
from interview_desk.domain.status import Status
from interview_desk.domain.values import Json
from sync_server.bookings.clock import NOT_PEOPLE, hold_if_over
from sync_server.bookings.hosts import write_hosts
from sync_server.bookings.known import KnownBookings
from sync_server.bookings.mapped import prepare_new
from sync_server.bookings.people import write_guests, write_recordings
from sync_server.bookings.status import RETURNABLE, Standing, progressed, word
from sync_server.bookings.written import Written
from sync_server.sync.authors import Author
from sync_server.sync.read import StoredRecord

_CALCOM = Author("calcom")
_MEETING = Author("meeting")


def write_interview(bookings: KnownBookings, interview_id: str, *, folded: FoldedInterview) -> bool:
    """Bring the interview in line with Cal.com, and say whether there was any news.

    What a person has edited since stays theirs, unless it is the booking's own: times, place,
    link and Cal.com's word on the status.
    """
    records = bookings.records
    stored = records.read("interviews", interview_id)
    state = bookings.last_written(interview_id)
    standing = _standing(stored)
    is_new = state.newest is None
    said = word(folded, state, standing)
    news = _news(folded, state, stored)
    if stored is None or said != standing.status:
        news["status"] = said.value
    if news:
        records.write("interviews", interview_id, fields=news, author=_CALCOM)
    anew = state.newest != folded.booking_uids[-1] or said != standing.status
    moved = progressed(said, heard=folded.progress, known=state.progress, anew=anew)
    if moved != said:
        status = {"status": moved.value}
        records.write("interviews", interview_id, fields=status, author=_MEETING)
    _note(folded, state, standing)
    writers = (write_guests, write_recordings, write_hosts)
    others = [write(records, interview_id, folded=folded, state=state) for write in writers]
    if is_new:
        event_type = bookings.event_type(folded.event_type_id)
        prepare_new(records, interview_id, event_type=event_type)
    bookings.remember_written(interview_id, state)
    hold_if_over(records, interview_id)
    return bool(news) or moved != said or any(others)


def _news(folded: FoldedInterview, state: Written, stored: StoredRecord | None) -> dict[str, Json]:
    known = state.fields if stored else {}
    fields = _fields(folded)
    news = {name: value for name, value in fields.items() if known.get(name) != value}
    if "calcom_title" in news and title_is_open(stored):
        news["title"] = news["calcom_title"]
    return news


def _note(folded: FoldedInterview, state: Written, before: Standing) -> None:
    """Keep in `state` what has been written now."""
    if folded.said is Status.NO_SHOW and state.said is not Status.NO_SHOW:
        state.before_no_show = before.status if before.status in RETURNABLE else None
    state.fields, state.newest = _fields(folded), folded.booking_uids[-1]
    state.said, state.progress = folded.said, folded.progress


def _standing(stored: StoredRecord | None) -> Standing:
    if stored is None:
        return Standing(Status.DRAFT, by_person=False)
    by_person = stored.writers.get("status") not in NOT_PEOPLE
    return Standing(Status(str(stored.fields.get("status") or "draft")), by_person=by_person)


def title_is_open(stored: StoredRecord | None) -> bool:
    """Whether Cal.com may name the interview: nobody has given it a title of its own."""
    if stored is None or not stored.fields.get("title"):
        return True
    return stored.writers.get("title") in NOT_PEOPLE


def _fields(folded: FoldedInterview) -> dict[str, Json]:
    return {
        "calcom_title": folded.title,
        "start": _written(folded.start),
        "end": _written(folded.end),
        "zone": folded.zone,
        "location": folded.location,
        "location_is_guests": folded.location_is_guests,
        "join_service": folded.join_service,
        "join_url": folded.join_url,
        "booking_uids": list(folded.booking_uids),
        "event_type_id": folded.event_type_id,
        "series_uid": folded.series_uid,
    }


def _written(moment: datetime | None) -> str | None:
    return format_instant(moment) if moment else None
