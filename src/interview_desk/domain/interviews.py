"""Interviews and the people in them, read from records; fields that are missing stay unknown."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from interview_desk.domain.instants import instant_in
from interview_desk.domain.records import Record
from interview_desk.domain.roles import AssignmentRole, AssignmentState, Role
from interview_desk.domain.status import Status

# No meeting is longer; what claims to be would lead a moved one out of all calendars.
_LONGEST: Final = timedelta(days=7)


class Consent(StrEnum):
    """What a guest has said when asked."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Interview(NamedTuple):
    """One conversation with a startup: when, where, with which guide, and where it stands."""

    id: str
    title: str
    status: Status
    start: datetime | None = None
    end: datetime | None = None
    zone: str | None = None
    location: str | None = None
    join_service: str | None = None
    join_url: str | None = None
    booking_uids: tuple[str, ...] = ()
    event_type_id: int | None = None
    calcom_title: str | None = None
    startup_id: str | None = None
    guide_id: str | None = None
    # The same for all interviews that were booked together as one series.
    series_uid: str | None = None
    tags: tuple[str, ...] = ()
    pending: frozenset[str] = frozenset()

    @property
    def is_booked(self) -> bool:
        """Whether Cal.com holds the booking; its times then belong to the server."""
        return bool(self.booking_uids)

    @property
    def length(self) -> timedelta | None:
        """How long it is meant to last, or None where that is not known."""
        if self.start is None or self.end is None:
            return None
        return min(max(self.end - self.start, timedelta()), _LONGEST)

    @property
    def minutes(self) -> int | None:
        """The same in minutes."""
        return None if self.length is None else round(self.length / timedelta(minutes=1))


class Guest(NamedTuple):
    """A person who is interviewed, and what they allowed us."""

    id: str
    interview_id: str
    name: str
    email: str | None = None
    zone: str | None = None
    no_show: bool | None = None
    consent_notes: Consent = Consent.UNKNOWN
    consent_recording: Consent = Consent.UNKNOWN
    consent_quotes: Consent = Consent.UNKNOWN
    consent_contact_again: Consent = Consent.UNKNOWN

    @property
    def was_asked(self) -> bool:
        """Whether they have said yes or no to anything."""
        said = (
            self.consent_notes,
            self.consent_recording,
            self.consent_quotes,
            self.consent_contact_again,
        )
        return any(one is not Consent.UNKNOWN for one in said)


def all_agree_to_recording(guests: Collection[Guest]) -> bool:
    """Whether recordings and transcripts of a conversation may be used: every guest said yes."""
    return bool(guests) and all(one.consent_recording is Consent.YES for one in guests)


class Assignment(NamedTuple):
    """A member's part in one interview."""

    id: str
    interview_id: str
    member_id: str
    role: AssignmentRole
    state: AssignmentState


class Member(NamedTuple):
    """Somebody of the team."""

    id: str
    name: str
    email: str | None
    role: Role
    zone: str | None = None


def interview_of(record: Record) -> Interview:
    """The interview that `record` describes."""
    return Interview(
        id=record.id,
        title=_text(record, "title") or _text(record, "calcom_title") or "Untitled interview",
        status=Status(_text(record, "status") or Status.DRAFT),
        start=_instant(record, "start"),
        end=_instant(record, "end"),
        zone=_text(record, "zone"),
        location=_text(record, "location"),
        join_service=_text(record, "join_service"),
        join_url=_text(record, "join_url"),
        booking_uids=_texts(record, "booking_uids"),
        event_type_id=_number(record, "event_type_id"),
        calcom_title=_text(record, "calcom_title"),
        startup_id=_text(record, "startup_id"),
        guide_id=_text(record, "guide_id"),
        series_uid=_text(record, "series_uid"),
        tags=_texts(record, "tags"),
        pending=record.pending,
    )


def guest_of(record: Record) -> Guest:
    """The guest that `record` describes."""
    no_show = record.fields.get("no_show")
    return Guest(
        id=record.id,
        interview_id=_text(record, "interview_id") or "",
        name=_text(record, "name") or "Guest",
        email=_text(record, "email"),
        zone=_text(record, "zone"),
        no_show=no_show if isinstance(no_show, bool) else None,
        consent_notes=_consent(record, "consent_notes"),
        consent_recording=_consent(record, "consent_recording"),
        consent_quotes=_consent(record, "consent_quotes"),
        consent_contact_again=_consent(record, "consent_contact_again"),
    )


def assignment_of(record: Record) -> Assignment:
    """The assignment that `record` describes."""
    return Assignment(
        id=record.id,
        interview_id=_text(record, "interview_id") or "",
        member_id=_text(record, "member_id") or "",
        role=AssignmentRole(_text(record, "role") or AssignmentRole.OBSERVER),
        state=AssignmentState(_text(record, "state") or AssignmentState.PROPOSED),
    )


def member_of(record: Record) -> Member:
    """The member that `record` describes."""
    return Member(
        id=record.id,
        name=_text(record, "name") or _text(record, "email") or "Member",
        email=_text(record, "email"),
        role=Role(_text(record, "role") or Role.OBSERVER),
        zone=_text(record, "zone"),
    )


def _text(record: Record, name: str) -> str | None:
    value = record.fields.get(name)
    return value if isinstance(value, str) and value else None


def _number(record: Record, name: str) -> int | None:
    value = record.fields.get(name)
    return value if isinstance(value, int) else None


def _texts(record: Record, name: str) -> tuple[str, ...]:
    value = record.fields.get(name)
    if not isinstance(value, Sequence) or isinstance(value, str):
        return ()
    return tuple(item for item in value if isinstance(item, str))


def _instant(record: Record, name: str) -> datetime | None:
    return instant_in(record.fields.get(name))


def _consent(record: Record, name: str) -> Consent:
    value = record.fields.get(name)
    said = value.get("value") if isinstance(value, dict) else None
    return Consent(said) if isinstance(said, str) else Consent.UNKNOWN
