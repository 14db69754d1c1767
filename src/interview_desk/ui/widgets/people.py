"""The people of an interview, one line each: who, what they do, whether they said yes."""

from datetime import datetime, tzinfo

from PySide6.QtWidgets import QHBoxLayout, QLabel

from interview_desk.domain.agenda import CrewMember
from interview_desk.domain.instants import zone_called
from interview_desk.domain.interviews import Consent, Guest
from interview_desk.domain.roles import AssignmentState
from interview_desk.ui.bridge.dates import differs_from
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.elided_label import ElidedLabel
from interview_desk.ui.widgets.event_look import ROLE_WORDS, guest_clock, state_words
from interview_desk.ui.widgets.parts import Weight, label, pill, row

_STATE_TONES = {
    AssignmentState.PROPOSED: "warning",
    AssignmentState.ACCEPTED: "good",
    AssignmentState.DECLINED: "bad",
}
_EARLY, _LATE = 8, 19


def guest_line(guest: Guest, start: datetime | None, zone: tzinfo) -> QHBoxLayout:
    """The guest with their own clock, warned about where it is night there."""
    parts: list[QLabel | None] = [ElidedLabel(guest.name, weight=Weight.Medium)]
    theirs = zone_called(guest.zone)
    if start is not None and theirs is not None and differs_from(theirs, zone, start):
        hour = start.astimezone(theirs).hour
        tone = "muted" if _EARLY <= hour < _LATE else "warning"
        odd = "" if tone == "muted" else ", outside working hours there"
        words = guest_clock(guest, start, theirs) + odd
        day = start.astimezone(theirs).date() != start.astimezone(zone).date()
        weekday = start.astimezone(theirs).strftime("%a ") if day else ""
        parts.append(ElidedLabel(weekday + words, size=Size.DETAIL, tone=tone))
    parts.append(None)
    if guest.no_show:
        parts.append(pill("Did not come", tone="bad"))
    return row(*parts)


def crew_line(member: CrewMember) -> QHBoxLayout:
    """A member with their part and answer."""
    name = f"{member.name} (you)" if member.is_me else member.name
    return row(
        ElidedLabel(name, weight=Weight.Medium),
        label(ROLE_WORDS[member.role], size=Size.DETAIL, tone="muted"),
        None,
        pill(state_words(member.state).capitalize(), tone=_STATE_TONES[member.state]),
    )


def consent_words(guest: Guest) -> str:
    """What the guest allowed, in one line."""
    asked = {
        "notes": guest.consent_notes,
        "recording": guest.consent_recording,
        "quotes": guest.consent_quotes,
        "contact again": guest.consent_contact_again,
    }
    words = [f"{name}: {value}" for name, value in asked.items() if value is not Consent.UNKNOWN]
    return "Consent \N{EN DASH} " + ", ".join(words) if words else "Consent not asked yet"
