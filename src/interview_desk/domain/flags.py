"""The switches of a team: what each turns off, and what holds while nobody has touched it."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from interview_desk.domain.values import Fields


class Flag(StrEnum):
    """A part of Interview Desk that a team may turn off without losing what it holds."""

    CALCOM = "calcom"
    STRUCTURED_GUIDANCE = "structured_guidance"
    EVALUATION = "evaluation"
    FOLLOW_UP = "follow_up"


class FlagWords(NamedTuple):
    """What Settings says of a flag."""

    title: str
    off: str


WORDS: Mapping[Flag, FlagWords] = {
    Flag.CALCOM: FlagWords(
        "Cal.com", "Nothing is asked of Cal.com. Interviews made by hand go on; bookings are kept."
    ),
    Flag.STRUCTURED_GUIDANCE: FlagWords(
        "Guide in Capture", "Capture shows the notes only. Answers that were given are kept."
    ),
    Flag.EVALUATION: FlagWords(
        "Evaluation", "No interview is evaluated. Ratings and earlier results are kept."
    ),
    Flag.FOLLOW_UP: FlagWords(
        "Follow-up mail", "No mail leaves. What is queued is held, not lost."
    ),
}


def is_on(flag: Flag, records: Iterable[Fields]) -> bool:
    """Whether the flag is on by these `flags` records; all are while nobody has turned them off.

    Where two people made a record for the same flag, the one that says off holds.
    """
    return all(fields.get("on") is not False for fields in records if fields.get("key") == flag)
