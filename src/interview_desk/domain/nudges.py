"""Quiet remarks while interviewing: pure rules over what is typed and how long it takes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from interview_desk.domain.stage_timers import Pace, StageTimer

_QUOTE_DUE = 0.8
_DATE_DUE_STAGE = 5
_LEADING = re.compile(
    r"\b(?:don'?t you (?:think|agree|feel|want|like)|wouldn'?t you|isn'?t it|aren'?t you"
    r"|would you (?:use|buy|pay|like|prefer|switch|recommend|want)|do you (?:agree|not think)"
    r"|you (?:must|probably|surely) (?:have|be|think|feel|hate|love|want)|right\?\s*$)",
    re.IGNORECASE,
)
_HYPOTHETICAL = re.compile(
    r"\b(?:if (?:we|you|there|it|someone|somebody) (?:\w+ )?"
    r"(?:built|made|had|could|were|was|added|offered|existed)"
    r"|what if|imagine|suppose|in an ideal world|(?:would|could) you (?:ever|imagine)"
    r"|would it (?:help|be))\b",
    re.IGNORECASE,
)


class NudgeKind(StrEnum):
    """What a remark is about."""

    LEADING = "leading"
    HYPOTHETICAL = "hypothetical"
    DOUBLE_BARRELLED = "double_barrelled"
    STAGE_OVER = "stage_over"
    NO_QUOTE = "no_quote"
    NO_DATE = "no_date"


@dataclass(frozen=True, slots=True)
class Nudge:
    """One remark, in one line."""

    kind: NudgeKind
    text: str


def question_nudge(line: str) -> Nudge | None:
    """A remark on the question in `line`; lines without a question get none."""
    line = line.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    if "?" not in line:
        return None
    if _HYPOTHETICAL.search(line):
        return Nudge(
            NudgeKind.HYPOTHETICAL,
            "Sounds hypothetical. Ask what they did the last time it happened.",
        )
    if _LEADING.search(line):
        return Nudge(
            NudgeKind.LEADING, "Sounds leading. Leave the answer open: what, when, how, who?"
        )
    if line.count("?") > 1:
        return Nudge(NudgeKind.DOUBLE_BARRELLED, "Two questions at once. Ask them one by one.")
    return None


def stage_nudge(
    timer: StageTimer, *, title: str, number: int, has_quote: bool, has_date: bool
) -> Nudge | None:
    """The most pressing remark on the stage, which is the guide's `number`th timed one."""
    if timer.pace in {Pace.OVER, Pace.WELL_OVER}:
        return Nudge(
            NudgeKind.STAGE_OVER, f"{title} is over its time. The later stages get a little less."
        )
    if number >= _DATE_DUE_STAGE and not has_date:
        return Nudge(
            NudgeKind.NO_DATE, "No date yet. Pin one down: a season, a holiday, a release."
        )
    if timer.share >= _QUOTE_DUE and not has_quote:
        return Nudge(NudgeKind.NO_QUOTE, "No quote in this stage yet. Catch one in their words.")
    return None


def most_pressing(nudges: Iterable[Nudge | None]) -> Nudge | None:
    """The first remark there is; only one is ever shown."""
    return next((nudge for nudge in nudges if nudge is not None), None)
