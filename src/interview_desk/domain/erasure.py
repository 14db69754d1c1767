"""What belongs to one guest, what has been kept long enough, and what may be asked of it."""

import json
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from interview_desk.domain.instants import instant_in
from interview_desk.domain.records import Record
from interview_desk.domain.refusals import ChangeRefusedError, Rejection
from interview_desk.domain.values import Fields, Json

# Where a guest is named, and by which fields; a person's own records name them in two ways.
_NAMED_BY: Mapping[str, tuple[str, ...]] = {
    "contacts": (),
    "interview_guests": ("contact_id",),
    "enrolments": ("guest_id",),
    "follow_up_messages": ("guest_id", "enrolment_id"),
    "booking_requests": (),
    "recordings": ("consent_guest_id",),
}
_PEOPLE = frozenset({"contacts", "interview_guests"})

KINDS_WITH_GUESTS = frozenset(_NAMED_BY)


@dataclass(frozen=True, slots=True)
class Traces:
    """What a guest is known by: their addresses, and the ids of records that are theirs."""

    emails: frozenset[str]
    ids: frozenset[str]


def traces_of(records: Sequence[Record], who: str) -> Traces:
    """All that leads to the guest `who`, an address or the id of a contact or guest.

    One record leads to the next: a contact to its guests, a guest to another address.
    """
    traces = Traces(frozenset({normal_address(who)}), frozenset({who}))
    while True:
        found = [record for record in records if concerns(record, traces)]
        people = [record for record in found if record.entity in _PEOPLE]
        emails = (_address(person.fields.get("email")) for person in people)
        theirs = {str(person.fields.get("contact_id") or person.id) for person in people}
        grown = Traces(
            traces.emails.union(email for email in emails if email),
            traces.ids | theirs | {record.id for record in found},
        )
        if grown == traces:
            return traces
        traces = grown


def concerns(record: Record, traces: Traces) -> bool:
    """Whether the record is about the guest and nobody else."""
    if record.entity not in _NAMED_BY:
        return False
    if record.id in traces.ids:
        return True
    if any(record.fields.get(name) in traces.ids for name in _NAMED_BY[record.entity]):
        return True
    return _address(_email_in(record)) in traces.emails


def interviews_with(
    records: Sequence[Record], traces: Traces
) -> tuple[frozenset[str], frozenset[str]]:
    """The guest's interviews: those with nobody else, which go whole, and those with others."""
    guests = [record for record in records if record.entity == "interview_guests"]
    theirs, others = (
        frozenset(
            str(guest.fields.get("interview_id"))
            for guest in guests
            if concerns(guest, traces) is about_them
        )
        for about_them in (True, False)
    )
    return theirs - others, theirs & others


def one_with(merged_into: Mapping[str, str], interview_id: str) -> frozenset[str]:
    """The interviews that are one with this one: where it went up, and all that went up there.

    `merged_into` says of each interview that was merged into which.
    """
    family = {interview_id}
    while True:
        grown = family | {merged_into[one] for one in family if one in merged_into}
        grown |= {one for one, into in merged_into.items() if into in grown}
        if grown == family:
            return frozenset(family)
        family = grown


def check_erasure(changed: Fields, current: Fields | None) -> None:
    """Refuse a wish to erase that names nothing, and any change of one that was made."""
    if current is not None:
        if changed:
            raise ChangeRefusedError(Rejection.FORBIDDEN, "Only the server carries this on.")
        return
    if not changed.get("kind") or not changed.get("subject_id"):
        raise ChangeRefusedError(Rejection.INVALID_VALUE, "It has to say what is to be erased.")
    if changed.get("state", "waiting") != "waiting":
        raise ChangeRefusedError(Rejection.FORBIDDEN, "A wish to erase begins by waiting.")


def erased_mark(record_id: str) -> str:
    """Names an erased id to whoever knows it, and to nobody else: its BLAKE2b-64 in hex."""
    return erased_marks((record_id,))[0]


def erased_marks(record_ids: Iterable[str]) -> list[str]:
    """The marks of many ids, in the same order; a team may have erased thousands."""
    # Only whole copies speak of them: the first page does without what hashing loads.
    from hashlib import blake2b

    return [blake2b(one.encode(), digest_size=8).hexdigest() for one in record_ids]


def is_kept_long_enough(recording: Fields, now: datetime) -> bool:
    """Whether the day until which a recording may be kept has passed."""
    until = instant_in(recording.get("keep_until"))
    return until is not None and until <= now


def normal_address(text: str) -> str:
    """The one spelling under which addresses are compared."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def names_one(text: str, emails: Collection[str]) -> bool:
    """Whether one of these addresses, each in its one spelling, stands in a text.

    Where the text is JSON, also however that spells its signs.
    """
    told = text
    with suppress(ValueError, RecursionError):
        told += json.dumps(json.loads(text), ensure_ascii=False)
    told = normal_address(told)
    return any(email in told for email in emails)


def _email_in(record: Record) -> Json:
    if record.entity == "booking_requests":
        return _email_of(record.fields.get("guest"))
    return record.fields.get("email")


def _email_of(person: Json) -> Json:
    return person.get("email") if isinstance(person, Mapping) else None


def _address(value: Json) -> str | None:
    return normal_address(value) if isinstance(value, str) and value else None
