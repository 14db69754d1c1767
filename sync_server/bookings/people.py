"""The guests and recordings of a booking as records of the interview."""

from collections.abc import Mapping

from interview_desk.domain.bookings import FoldedInterview, Guest
from interview_desk.domain.values import Json
from sync_server.bookings.written import ANNOUNCED, Written
from sync_server.infra.crypto import normal_email
from sync_server.sync.authors import Author
from sync_server.sync.batch import RecordBatch
from sync_server.sync.consent import agrees_to_recording
from sync_server.sync.read import StoredRecord

_CALCOM = Author("calcom")


def write_guests(
    records: RecordBatch, interview_id: str, *, folded: FoldedInterview, state: Written
) -> bool:
    """Bring the guests in line with the booking; what people wrote about them stays."""
    here = records.of_interview(interview_id, "interview_guests")
    expected = {guest.key: guest for guest in folded.guests}
    changed = False
    for key, guest in expected.items():
        record_id = (
            state.guests.get(key)
            or _same_person(here, guest)
            or records.fresh_id("interview_guests")
        )
        news = _news(state.people.get(key, {}), _fields(guest, interview_id))
        state.guests[key] = record_id
        state.people[key] = _fields(guest, interview_id)
        if news:
            _write(records, "interview_guests", record_id, news)
            changed = True
    for key in [key for key in state.people if key not in expected]:
        _write(records, "interview_guests", state.guests[key], None)
        del state.people[key]
        changed = True
    # In the booking's order, whoever was heard of first.
    state.people = {key: state.people[key] for key in expected}
    return changed


def write_recordings(
    records: RecordBatch, interview_id: str, *, folded: FoldedInterview, state: Written
) -> bool:
    """Know that recordings and transcripts exist, and link them where the guests agree.

    Where they are stays Cal.com's secret.
    """
    sorts = (
        ("recordings", state.recordings, folded.recordings),
        ("transcripts", state.transcripts, folded.transcripts),
    )
    changed = False
    for entity, known, ready in sorts:
        for name in ready:
            known.setdefault(name, ANNOUNCED)
        # A booking that turned out to be another interview's takes its recordings there.
        for name in [name for name in known if name not in ready]:
            record_id = known.pop(name)
            if record_id != ANNOUNCED:
                _write(records, entity, record_id, None)
                changed = True
    return link_announced(records, interview_id, state=state) or changed


def link_announced(records: RecordBatch, interview_id: str, *, state: Written) -> bool:
    """Make records of what Cal.com has of an interview, once every guest agrees to it."""
    if ANNOUNCED not in {*state.recordings.values(), *state.transcripts.values()}:
        return False
    guests = records.of_interview(interview_id, "interview_guests")
    if not guests or not all(map(agrees_to_recording, guests)):
        return False
    for entity, known in (("recordings", state.recordings), ("transcripts", state.transcripts)):
        for name in [name for name, record_id in known.items() if record_id == ANNOUNCED]:
            known[name] = records.fresh_id(entity)
            fields: dict[str, Json] = {"interview_id": interview_id, "source": "calcom"}
            if entity == "recordings":
                fields["source_id"] = name
            _write(records, entity, known[name], fields)
    return True


def _same_person(here: list[StoredRecord], guest: Guest) -> str | None:
    """A guest whom a person entered before the booking told of them."""
    if not guest.email:
        return None
    email = normal_email(guest.email)
    for record in here:
        known = record.fields.get("email")
        if isinstance(known, str) and normal_email(known) == email:
            return record.id
    return None


def _fields(guest: Guest, interview_id: str) -> dict[str, Json]:
    return {
        "interview_id": interview_id,
        "name": guest.name,
        "email": guest.email,
        "zone": guest.zone,
        "no_show": guest.no_show,
    }


def _news(known: Mapping[str, Json], fields: dict[str, Json]) -> dict[str, Json]:
    return {
        name: value for name, value in fields.items() if name not in known or known[name] != value
    }


def _write(
    records: RecordBatch, entity: str, record_id: str, fields: dict[str, Json] | None
) -> None:
    records.write(entity, record_id, fields=fields, author=_CALCOM)
