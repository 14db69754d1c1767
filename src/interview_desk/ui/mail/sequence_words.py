"""A sequence in sentences: when each mail leaves, on what it depends, and what ends it all."""

from collections.abc import Mapping

from interview_desk.domain.sequences.plan import (
    After,
    Delay,
    Sequence,
    SequenceState,
    StopOn,
    Unit,
    Variant,
    Window,
)
from interview_desk.ui.bridge.dates import weekday_name

STATES: Mapping[SequenceState, tuple[str, str]] = {
    SequenceState.PUBLISHED: ("In use", "good"),
    SequenceState.DRAFT: ("Draft", "warning"),
    SequenceState.RETIRED: ("Out of use", "plain"),
}
VARIANTS: Mapping[Variant, str] = {
    Variant.USUAL: "The usual case",
    Variant.NO_SHOW: "The guest did not come",
    Variant.LATE: "It is prepared late",
}
LANGUAGES: Mapping[str, str] = {"en": "English", "de": "German"}
UNITS: Mapping[Unit, str] = {Unit.HOURS: "hours", Unit.WORKING_DAYS: "working days"}
AFTERS: Mapping[After, str] = {
    After.INTERVIEW: "after the interview",
    After.PREVIOUS: "after the mail before",
}
STOPS: Mapping[StopOn, str] = {
    StopOn.REPLY: "the guest replies",
    StopOn.BOOKING: "the guest books again",
}
_ALWAYS = "a mail comes back, the guest asks for no more mail, or somebody stops it"
_WHOLE_WEEK = 7


def delay_words(delay: Delay) -> str:
    """`3 working days after the interview`."""
    if delay.amount == 0:
        return f"At once {AFTERS[delay.after]}"
    unit = UNITS[delay.unit]
    return f"{delay.amount} {unit[:-1] if delay.amount == 1 else unit} {AFTERS[delay.after]}"


def window_words(window: Window) -> str:
    """When mail may leave, in the guest's own time."""
    days = sorted(window.days)
    on = "Every day" if len(days) == _WHOLE_WEEK else ", ".join(map(weekday_name, days))
    closes = "24:00" if window.closes.second else f"{window.closes:%H:%M}"
    parts = [f"{on} from {window.opens:%H:%M} to {closes}, by the guest's clock"]
    if window.skip_holidays:
        parts.append("not on their holidays")
    if window.per_day is not None:
        parts.append(f"at most {window.per_day} in 24 hours")
    return "; ".join(parts) + "."


def stop_words(sequence: Sequence) -> str:
    """What ends it for a guest."""
    own = [STOPS[one] for one in STOPS if one in sequence.stop_on]
    return f"It ends when {', '.join([*own, _ALWAYS])}."
