"""A sequence as JSON in its record's fields, with one plain sentence for each mistake."""

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from interview_desk.domain.sequences.plan import (
    After,
    Delay,
    Sequence,
    SequenceState,
    Step,
    StopOn,
    Template,
    Unit,
    Variant,
    Window,
)
from interview_desk.domain.values import Fields, Json
from interview_desk.wire.evaluation import ConditionModel
from interview_desk.wire.rule_spelling import condition_json

MAX_STEPS = 10
MAX_TEXT = 20_000
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# What ends every sequence; it may be named beside what a sequence itself says.
_ALWAYS_STOPS = {"bounce", "complaint", "unsubscribe", "manual"}


def _chosen_stops(said: object) -> object:
    if not isinstance(said, list):
        return said
    return [one for one in said if not (isinstance(one, str) and one in _ALWAYS_STOPS)]


class TemplateJson(_Part):
    """One mail in one language."""

    subject: Annotated[str, Field(min_length=1, max_length=300)]
    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
    html: Annotated[str, Field(max_length=MAX_TEXT)] | None = None


class DelayJson(_Part):
    """How long after the interview, or after the mail before."""

    amount: Annotated[int, Field(ge=0, le=1000, strict=True)]
    unit: Unit
    after: After = After.INTERVIEW


class StepJson(_Part):
    """One mail of a sequence, its texts by variant and language."""

    key: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")]
    title: Annotated[str, Field(min_length=1, max_length=120)]
    delay: DelayJson
    texts: dict[Variant, Annotated[dict[str, TemplateJson], Field(min_length=1)]]
    approval: Annotated[bool, Field(strict=True)] = True
    when: ConditionModel | None = None


class WindowJson(_Part):
    """When mail may leave, in the guest's zone."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    days: Annotated[list[_Day], Field(min_length=1)]
    opens: Annotated[str, Field(alias="from", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    closes: Annotated[str, Field(alias="to", pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]
    holidays: Literal["skip", "ignore"] = "skip"
    per_day: Annotated[int, Field(ge=1, le=10_000, strict=True)] | None = None


class SequenceJson(_Part):
    """The fields of a sequence's record that say what it does."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: Annotated[str, Field(min_length=1, max_length=200)]
    version: Annotated[int, Field(ge=0)] = 1
    purpose: Annotated[str, Field(min_length=1, max_length=80)]
    steps: Annotated[list[StepJson], Field(min_length=1, max_length=MAX_STEPS)]
    stop_on: Annotated[list[StopOn], BeforeValidator(_chosen_stops)] = Field(
        default_factory=lambda: list(StopOn)
    )
    window: WindowJson
    state: SequenceState = SequenceState.DRAFT


class ReadSequence(NamedTuple):
    """What a record says, or what is wrong with it; exactly one of the two is there."""

    sequence: Sequence | None
    mistakes: tuple[str, ...] = ()


_ADAPTER = TypeAdapter(SequenceJson)


def read_sequence(record_id: str, fields: Fields) -> ReadSequence:
    """The sequence in a record's fields, or a sentence for every mistake in them."""
    # A field that was never written or was emptied has its usual value.
    said = {name: value for name, value in fields.items() if value is not None}
    try:
        json = _ADAPTER.validate_python(said)
    except ValidationError as error:
        return ReadSequence(None, tuple(dict.fromkeys(map(_sentence, error.errors()))))
    mistakes = tuple(_contradictions(json))
    return ReadSequence(None, mistakes) if mistakes else ReadSequence(_sequence(record_id, json))


def sequence_fields(sequence: Sequence) -> dict[str, Json]:
    """The same as the fields of a record; `read_sequence` reads them back."""
    window = sequence.window
    return {
        "name": sequence.name,
        "version": sequence.version,
        "purpose": sequence.purpose,
        "steps": [_step_fields(step) for step in sequence.steps],
        "stop_on": sorted(reason.value for reason in sequence.stop_on),
        "window": {
            "days": [_DAYS[day] for day in sorted(window.days)],
            "from": f"{window.opens:%H:%M}",
            "to": "24:00" if window.closes == time.max else f"{window.closes:%H:%M}",
            "holidays": "skip" if window.skip_holidays else "ignore",
            "per_day": window.per_day,
        },
        "state": sequence.state.value,
    }


def _step_fields(step: Step) -> dict[str, Json]:
    return {
        "key": step.key,
        "title": step.title,
        "delay": {
            "amount": step.delay.amount,
            "unit": step.delay.unit.value,
            "after": step.delay.after.value,
        },
        "texts": {
            variant.value: {
                language: {"subject": one.subject, "text": one.text, "html": one.html}
                for language, one in languages.items()
            }
            for variant, languages in step.texts.items()
        },
        "approval": step.approval,
        "when": condition_json(step.when) if step.when else None,
    }


def _sequence(record_id: str, json: SequenceJson) -> Sequence:
    window = json.window
    return Sequence(
        id=record_id,
        name=json.name,
        version=json.version,
        purpose=json.purpose,
        steps=tuple(_step(step) for step in json.steps),
        window=Window(
            days=frozenset(_DAYS.index(day) for day in window.days),
            opens=time.fromisoformat(window.opens),
            closes=_closing(window.closes),
            skip_holidays=window.holidays == "skip",
            per_day=window.per_day,
        ),
        stop_on=frozenset(json.stop_on),
        state=json.state,
    )


def _step(json: StepJson) -> Step:
    texts = {
        variant: {
            language: Template(one.subject, one.text, one.html or None)
            for language, one in languages.items()
        }
        for variant, languages in json.texts.items()
    }
    delay = Delay(json.delay.amount, json.delay.unit, json.delay.after)
    when = json.when.read() if json.when else None
    return Step(json.key, json.title, delay, texts, approval=json.approval, when=when)


def _closing(text: str) -> time:
    return time.max if text == "24:00" else time.fromisoformat(text)


def _contradictions(json: SequenceJson) -> Iterable[str]:
    if time.fromisoformat(json.window.opens) >= _closing(json.window.closes):
        yield "The window closes before it opens. Let it end later than it begins."
    seen: set[str] = set()
    for number, step in enumerate(json.steps, 1):
        if step.key in seen:
            yield f"Step {number}: the key {step.key} is taken by an earlier step."
        seen.add(step.key)
        if Variant.USUAL not in step.texts and Variant.NO_SHOW not in step.texts:
            yield f"Step {number}: there is no text for the usual case or for a no-show."
        if number == 1 and step.delay.after is After.PREVIOUS:
            yield "Step 1: there is no mail before it; count from the interview."


_WORDS: Mapping[str, str] = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "string_too_short": "must not be empty",
    "string_too_long": "is too long",
    "greater_than_equal": "must not be less than {ge}",
    "less_than_equal": "must not be more than {le}",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be yes or no",
    "string_type": "must be a text",
    "list_type": "must be a list",
    "dict_type": "must have named parts",
    "model_type": "must have named parts",
    "too_short": "must not be empty",
    "too_long": "has more than {max_length} entries",
    "enum": "must be one of {expected}",
    "literal_error": "must be one of {expected}",
    "union_tag_not_found": "has one of all, any and not, or a fact with op and value",
    "string_pattern_mismatch": "is not written as it must be",
}
_PLACES = {"from": "start", "to": "end", "opens": "start", "closes": "end"}


def _sentence(error: ErrorDetails) -> str:
    words = _WORDS.get(error["type"], "cannot be read")
    said = words.format_map({**error.get("ctx", {})})
    where, place = _place(error["loc"])
    return f"{where}{place} {said}."


def _place(loc: tuple[int | str, ...]) -> tuple[str, str]:
    """`Step 2: ` and the rest of the way in words."""
    names = [part for part in loc if part != "[key]"]
    step = ""
    if len(names) > 1 and names[0] == "steps" and isinstance(names[1], int):
        step = f"Step {names[1] + 1}: "
        names = names[2:] or ["the step"]
    said = [
        f"entry {part + 1}" if isinstance(part, int) else _PLACES.get(part, part).replace("_", " ")
        for part in names
    ]
    return step, ", ".join(said)[:120] if step else ", ".join(said)[:120].capitalize()
