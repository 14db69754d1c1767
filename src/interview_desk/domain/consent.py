"""What a guest's consent allows us to keep of their words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from interview_desk.domain.errors import DeskError
from interview_desk.domain.interviews import Consent, Guest

# An insight whose quote waits for the guest's yes: no report, mail or export takes it.
HELD = "held"
DRAFT = "draft"
# When a guest no longer agrees to being recorded, what was recorded is erased so long after the
# team's server hears of it: a no that was pressed by mistake can be taken back until then.
KEPT_AFTER_NO: Final = timedelta(minutes=10)


class ConsentKind(StrEnum):
    """What is asked for, before anything is recorded."""

    NOTES = "notes"
    RECORDING = "recording"
    QUOTES = "quotes"
    CONTACT_AGAIN = "contact_again"

    @property
    def field(self) -> str:
        """Where a guest's record keeps it."""
        return f"consent_{self}"


class QuoteRefused(DeskError):  # noqa: N818  - reads as what happened to the quote
    """A guest has said no to being quoted; the note itself stays."""

    code = "quote_refused"


@dataclass(frozen=True, slots=True)
class QuoteRule:
    """What happens to the guest's own words now, and the sentence that says why."""

    consent: Consent
    reason: str

    @property
    def state(self) -> str:
        """The state of an insight that quotes the guest."""
        return DRAFT if self.consent is Consent.YES else HELD

    def require(self) -> None:
        """QuoteRefused where the answer was no."""
        if self.consent is Consent.NO:
            raise QuoteRefused(self.reason)


def consent_of(guest: Guest, kind: ConsentKind) -> Consent:
    """What `guest` said to one question."""
    answers = {
        ConsentKind.NOTES: guest.consent_notes,
        ConsentKind.RECORDING: guest.consent_recording,
        ConsentKind.QUOTES: guest.consent_quotes,
        ConsentKind.CONTACT_AGAIN: guest.consent_contact_again,
    }
    return answers[kind]


def strictest(guests: Iterable[Guest], kind: ConsentKind) -> tuple[Consent, Guest | None]:
    """The answer that binds us when several guests are in the room, and whose it is."""
    asked = [(consent_of(guest, kind), guest) for guest in guests]
    for binding in (Consent.NO, Consent.UNKNOWN):
        found = next((guest for said, guest in asked if said is binding), None)
        if found is not None:
            return binding, found
    return (Consent.YES, asked[0][1]) if asked else (Consent.UNKNOWN, None)


def quote_rule(guests: Iterable[Guest]) -> QuoteRule:
    """Whether words of the guests may be kept as quotes."""
    said, guest = strictest(guests, ConsentKind.QUOTES)
    name = guest.name if guest else "The guest"
    reasons = {
        Consent.NO: f"{name} does not want to be quoted. Write down what you observed instead.",
        Consent.UNKNOWN: f"{name} has not said whether we may quote. The quote is held back.",
        Consent.YES: f"{name} allows quotes.",
    }
    return QuoteRule(said, reasons[said])
