"""What a piece of a note can be turned into with one key."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from interview_desk.domain.consent import HELD, ConsentKind, strictest
from interview_desk.domain.errors import DeskError
from interview_desk.domain.interviews import Consent, Guest
from interview_desk.domain.values import Json

_QUOTATION_MARKS = ('"', "\N{LEFT DOUBLE QUOTATION MARK}", "\N{DOUBLE LOW-9 QUOTATION MARK}", "«")


class NothingSelected(DeskError):  # noqa: N818  - says what is the case
    """There are no words to capture."""

    code = "nothing_selected"


@dataclass(frozen=True, slots=True)
class CaptureKind:
    """One kind of insight, as the team names it."""

    key: str
    title: str


# In the order of the keys 1 to 9.
CAPTURE_KINDS = (
    CaptureKind("quote", "Quote"),
    CaptureKind("push", "Push"),
    CaptureKind("pull", "Pull"),
    CaptureKind("anxiety", "Anxiety"),
    CaptureKind("habit", "Habit"),
    CaptureKind("struggling_moment", "Struggle"),
    CaptureKind("trigger_event", "Trigger"),
    CaptureKind("desired_outcome", "Outcome"),
    CaptureKind("surprise", "Surprise"),
)


def words_to_capture(text: str) -> str:
    """`text` in one line; NothingSelected where it holds no words."""
    words = " ".join(text.split())
    if not words:
        raise NothingSelected("Select the words first, or put the caret in a line that has some.")
    return words


def is_verbatim(kind: str, text: str) -> bool:
    """Whether `text` is the guest's own words: a quote, or something in quotation marks."""
    return kind == "quote" or any(mark in text for mark in _QUOTATION_MARKS)


def is_quoting(insight: Mapping[str, Json]) -> bool:
    """Whether an insight's evidence holds the guest's own words."""
    evidence = insight.get("evidence")
    if not isinstance(evidence, list | tuple):
        return False
    return any(isinstance(piece, Mapping) and piece.get("verbatim") is True for piece in evidence)


def is_held_back(insight: Mapping[str, Json], guests: Iterable[Guest]) -> bool:
    """Whether nothing may take an insight's words: a no also binds what was caught without it.

    Somebody who had not heard of the no, being offline, may have kept a quote as allowed.
    """
    if insight.get("state") == HELD:
        return True
    return is_quoting(insight) and strictest(guests, ConsentKind.QUOTES)[0] is Consent.NO
