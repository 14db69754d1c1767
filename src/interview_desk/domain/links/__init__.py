"""Meeting links: found in invites, calendars and bookings, checked, never guessed."""

from interview_desk.domain.links.detect import find_link, find_links, link_of_location
from interview_desk.domain.links.meeting_link import (
    MeetingLink,
    meeting_id,
    passcode,
    service_name,
)
from interview_desk.domain.links.native import native_link
from interview_desk.domain.links.safety import refusal

__all__ = [
    "MeetingLink",
    "find_link",
    "find_links",
    "link_of_location",
    "meeting_id",
    "native_link",
    "passcode",
    "refusal",
    "service_name",
]
