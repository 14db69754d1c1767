"""What the kinds of records and their fields are called by the people who fill them."""

from collections.abc import Mapping
from typing import Final

from interview_desk.domain.merge import DELETED

_KINDS: Final[Mapping[str, str]] = {
    "startups": "Startup",
    "contacts": "Contact",
    "poblysh_team_members": "Member",
    "interviews": "Interview",
    "interview_assignments": "Part in an interview",
    "interview_guests": "Guest",
    "interview_answers": "Answer",
    "interview_insights": "Insight",
    "rating_sheets": "Rating sheet",
    "event_types": "Event type",
    "booking_requests": "Booking request",
    "guides": "Guide",
    "evaluation_rules": "Evaluation rules",
    "sequences": "Sequence",
    "enrolments": "Follow-up",
    "follow_up_messages": "Follow-up message",
    "transcripts": "Transcript",
    "flags": "Switch",
    "note_documents": "Notes",
}
# Names that a word of the field alone does not say well.
_FIELDS: Final[Mapping[str, str]] = {
    "calcom_title": "Title at Cal.com",
    "start": "Start",
    "end": "End",
    "zone": "Time zone",
    "location": "Place",
    "join_service": "Meeting service",
    "join_url": "Meeting link",
    "booking_uids": "Booking",
    "series_uid": "Series",
    "event_type_id": "Event type",
    "startup_id": "Startup",
    "guide_id": "Guide",
    "interview_id": "Interview",
    "member_id": "Member",
    "contact_id": "Contact",
    "email": "E-mail",
    "no_show": "Did not come",
    "consent_notes": "Consent to notes",
    "consent_recording": "Consent to recording",
    "consent_quotes": "Consent to quotes",
    "consent_contact_again": "Consent to be contacted again",
    "after_seeing_others": "Reopened after seeing the others",
    "replaces": "Follows version",
    "ratings_closed": "Rating round closed",
    "reopened_because": "Why it was opened again",
    "merged_into": "Merged into",
    "weekly_limit": "Interviews a week at most",
    "minutes": "Length in minutes",
    "send_after": "Sent after",
    "value": "Answer",
    "item": "Place in the list",
    "on": "On",
    "guest_id": "Guest",
    "sequence_id": "Sequence",
    "paused_until": "Paused until",
    "sent_at": "Sent",
    "because": "Why",
    DELETED: "Deleted",
}
_OF: Final[Mapping[tuple[str, str], str]] = {
    ("interview_assignments", "role"): "Part",
    ("interview_assignments", "state"): "Reply",
    ("interview_insights", "state"): "State",
    ("startups", "notes"): "Notes on the startup",
    ("booking_requests", "kind"): "Asked for",
    ("booking_requests", "start"): "Wanted start",
}


def kind_words(entity: str) -> str:
    """`Guest`: what a record of this kind is to a person."""
    return _KINDS.get(entity, _spoken(entity))


def field_words(entity: str, field: str) -> str:
    """`Meeting link`: what a person calls this field."""
    return _OF.get((entity, field)) or _FIELDS.get(field) or _spoken(field)


def _spoken(name: str) -> str:
    return name.replace("_", " ").capitalize()
