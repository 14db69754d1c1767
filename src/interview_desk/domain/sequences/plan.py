"""What a sequence is: steps, each with a delay, a text for every case, and a window to send in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from interview_desk.domain.evaluation.conditions import Condition


class Unit(StrEnum):
    """In what a delay is counted."""

    HOURS = "hours"
    WORKING_DAYS = "working_days"  # Monday to Friday in the guest's zone, holidays left out


class After(StrEnum):
    """From when a delay counts."""

    INTERVIEW = "interview"  # from its end
    PREVIOUS = "previous"  # from when the mail before was sent


class Variant(StrEnum):
    """For which case a text is written."""

    USUAL = "usual"
    NO_SHOW = "no_show"  # the guest did not come
    LATE = "late"  # the mail is prepared long after its time


class StopOn(StrEnum):
    """What ends a sequence for a guest if the sequence says so; the rest always does."""

    REPLY = "reply"
    BOOKING = "booking"


class SequenceState(StrEnum):
    """Whether anybody is enrolled in it: only while it is published."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Delay:
    """How long after its starting point a mail is due."""

    amount: int
    unit: Unit
    after: After = After.INTERVIEW


@dataclass(frozen=True, slots=True)
class Template:
    """A mail with places for variables; without `html` that part is made from the text."""

    subject: str
    text: str
    html: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One mail of a sequence. `texts` are by variant and then by language.

    `when` is asked again when the mail is sent; None always holds.
    """

    key: str
    title: str
    delay: Delay
    texts: Mapping[Variant, Mapping[str, Template]]
    approval: bool = True
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """When mail may leave, in the guest's own zone: `closes` is the first moment it may not.

    `days` are counted from Monday = 0. `per_day` is how many mails of this sequence may leave in
    any 24 hours, None for as many as the server allows.
    """

    days: frozenset[int]
    opens: time
    closes: time
    skip_holidays: bool = True
    per_day: int | None = None


@dataclass(frozen=True, slots=True)
class Sequence:
    """A purpose, and the mails that serve it. Nobody is in two sequences of one purpose."""

    id: str
    name: str
    version: int
    purpose: str
    steps: tuple[Step, ...]
    window: Window
    stop_on: frozenset[StopOn]
    state: SequenceState = SequenceState.DRAFT

    def step(self, key: str) -> Step | None:
        """The step of this key, None where a newer version has it no more."""
        return next((step for step in self.steps if step.key == key), None)

    def next_step(self, done: Collection[str]) -> Step | None:
        """The step that follows those already `done`, in the order they were; None at the end.

        What is done is never done again, wherever a newer version has it. Where that version has
        none of it any more, nobody can say where the guest stands, and nothing follows.
        """
        keys = [step.key for step in self.steps]
        kept = [key for key in done if key in keys]
        if done and not kept:
            return None
        rest = self.steps[keys.index(kept[-1]) + 1 :] if kept else self.steps
        return next((step for step in rest if step.key not in done), None)


def effect_key(enrolment_id: str, step_key: str) -> str:
    """The name of one mail's effect in the world: it happens once, however often it is tried."""
    return f"seq/{enrolment_id}/{step_key}"
