"""Interview guides: stages with a goal, prompts, minutes and the fields that each one fills."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from interview_desk.domain.errors import DeskError
from interview_desk.domain.values import Json

# Kept beside a stage's fields: whether the stage was covered.
COVERED = "covered"

_T = TypeVar("_T")


class FieldType(StrEnum):
    """How an answer is asked for and kept."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    QUOTE = "quote"  # the guest's own words
    DATE = "date"  # as said, with the precision it was said with
    NUMBER = "number"
    SCALE = "scale"  # whole numbers from lowest to highest, with anchors
    YES_NO = "yes_no"
    CHOICE = "choice"
    GROUP = "group"  # several named parts that belong together
    CONSENT = "consent"  # kept with the guest, not as an answer


class Feeds(StrEnum):
    """Which picture an answer fills."""

    PUSH = "push"
    PULL = "pull"
    ANXIETY = "anxiety"
    HABIT = "habit"
    TIMELINE = "timeline"
    ANCHOR = "anchor"  # the day of the switch, from which the story is rewound


class GuideInvalid(DeskError):  # noqa: N818  - reads as what it says about the guide
    """The guide cannot be used; the sentence names the place."""

    code = "guide_invalid"


@dataclass(frozen=True, slots=True)
class Prompt:
    """Something to ask, and why it helps."""

    text: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class AnswerField:
    """One thing the interview should find out."""

    key: str
    title: str
    type: FieldType = FieldType.TEXT
    is_list: bool = False
    hint: str = ""
    choices: tuple[str, ...] = ()
    parts: tuple["AnswerField", ...] = ()
    lowest: int = 0
    highest: int = 10
    anchors: tuple[tuple[int, str], ...] = ()
    feeds: Feeds | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One part of the conversation; `minutes` is None where no clock runs."""

    key: str
    title: str
    goal: str = ""
    minutes: int | None = None
    prompts: tuple[Prompt, ...] = ()
    fields: tuple[AnswerField, ...] = ()


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide in one length."""

    name: str
    version: int
    variant: str
    stages: tuple[Stage, ...]

    @property
    def minutes(self) -> int:
        """How long the conversation is planned to take."""
        return sum(stage.minutes or 0 for stage in self.stages)

    def stage(self, key: str) -> Stage:
        """The stage with this key; KeyError where the guide has none."""
        return next((stage for stage in self.stages if stage.key == key), None) or _missing(key)

    def feeding(self, feeds: Feeds) -> list[tuple[Stage, AnswerField]]:
        """The fields that fill one picture, in the guide's order."""
        return [(s, field) for s in self.stages for field in s.fields if field.feeds is feeds]


def field_name(stage: Stage, field: AnswerField) -> str:
    """How an answer names its field: `stage.field`."""
    return f"{stage.key}.{field.key}"


def variants_of(data: Mapping[str, Json]) -> tuple[str, ...]:
    """The lengths a guide comes in, longest first; one where its minutes are plain numbers."""
    stages = (stage for stage in _list(data, "stages") if isinstance(stage, Mapping))
    found = {
        variant
        for stage in stages
        if isinstance(minutes := stage.get("minutes"), Mapping)
        for variant in minutes
    }
    return tuple(sorted(found, key=_longest_first)) or (_text(data, "variant"),)


def variant_for(minutes: float, variants: Sequence[str]) -> str:
    """The longest variant that fits into `minutes`, else the shortest."""
    timed = sorted((v for v in variants if v.isdigit()), key=int, reverse=True)
    fitting = (variant for variant in timed if int(variant) <= minutes)
    return next(fitting, None) or (timed or list(variants))[-1]


def guide_of(data: Mapping[str, Json], variant: str | None = None) -> Guide:
    """The guide that a file or record holds, in the length asked for; GuideInvalid otherwise."""
    variant = variant or variants_of(data)[0]
    stages = tuple(_stage(_object(item, "stage"), variant) for item in _list(data, "stages"))
    if not stages:
        raise GuideInvalid("The guide has no stages.")
    _require_unique((stage.key for stage in stages), "stage")
    return Guide(
        name=_text(data, "name") or "Guide",
        version=_whole(data.get("version"), "version") or 1,
        variant=variant,
        stages=stages,
    )


def _stage(data: Mapping[str, Json], variant: str) -> Stage:
    key = _key(data, "stage")
    fields = tuple(_field(_object(item, "field"), key) for item in _list(data, "fields"))
    _require_unique((field.key for field in fields), f"field of {key}")
    minutes = data.get("minutes")
    if isinstance(minutes, Mapping):
        minutes = minutes.get(variant)
    return Stage(
        key=key,
        title=_text(data, "title") or key,
        goal=_text(data, "goal"),
        minutes=_whole(minutes, f"{key}: minutes"),
        prompts=tuple(_prompt(item) for item in _list(data, "prompts")),
        fields=fields,
    )


def _prompt(data: Json) -> Prompt:
    if isinstance(data, str):
        return Prompt(data)
    prompt = _object(data, "prompt")
    return Prompt(_text(prompt, "text"), _text(prompt, "hint"))


def _field(data: Mapping[str, Json], stage: str) -> AnswerField:
    key = _key(data, f"field of {stage}")
    if key == COVERED:
        raise GuideInvalid(f"{stage}: a field cannot be called {COVERED}.")
    kind = _one_of(FieldType, data.get("type", "text"), place=f"{stage}.{key}: type")
    feeds = data.get("feeds")
    anchors = _object(data.get("anchors", {}), f"{stage}.{key}: anchors")
    parts = tuple(_field(_object(item, "part"), f"{stage}.{key}") for item in _list(data, "parts"))
    if (kind is FieldType.GROUP) != bool(parts):
        raise GuideInvalid(f"{stage}.{key}: a group has parts, and only a group has.")
    return AnswerField(
        key=key,
        title=_text(data, "title") or key,
        type=kind,
        is_list=data.get("list") is True,
        hint=_text(data, "hint"),
        choices=tuple(str(choice) for choice in _list(data, "choices")),
        parts=parts,
        lowest=_whole(data.get("lowest"), f"{stage}.{key}: lowest") or 0,
        highest=_whole(data.get("highest"), f"{stage}.{key}: highest") or 10,
        anchors=tuple((int(step), str(words)) for step, words in anchors.items()),
        feeds=None if feeds is None else _one_of(Feeds, feeds, place=f"{stage}.{key}: feeds"),
    )


def _missing(key: str) -> Stage:
    raise KeyError(key)


def _longest_first(variant: str) -> tuple[int, str]:
    return (-int(variant) if variant.isdigit() else 0, variant)


def _key(data: Mapping[str, Json], what: str) -> str:
    key = _text(data, "key")
    if not key.isidentifier():
        raise GuideInvalid(f"A {what} has no usable key: {key!r}.")
    return key


def _text(data: Mapping[str, Json], name: str) -> str:
    value = data.get(name, "")
    return value if isinstance(value, str) else ""


def _list(data: Mapping[str, Json], name: str) -> Sequence[Json]:
    value = data.get(name, ())
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise GuideInvalid(f"{name} is not a list.")
    return value


def _object(value: Json, what: str) -> Mapping[str, Json]:
    if not isinstance(value, Mapping):
        raise GuideInvalid(f"A {what} is not an object.")
    return value


def _whole(value: Json, place: str) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    raise GuideInvalid(f"{place} is not a whole number.")


def _one_of(kind: type[_T], value: Json, *, place: str) -> _T:
    try:
        return kind(value)  # type: ignore[call-arg]  # every kind here is an enumeration of texts
    except ValueError as error:
        raise GuideInvalid(f"{place} cannot be {value!r}.") from error


def _require_unique(keys: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise GuideInvalid(f"There are two of the {what} {key}.")
        seen.add(key)
