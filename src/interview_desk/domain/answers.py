"""What an interview has found out so far, by the guide's fields, and the pictures it fills."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from interview_desk.domain.guides import AnswerField, Feeds, FieldType, Guide, Stage, field_name
from interview_desk.domain.records import Record
from interview_desk.domain.said_dates import SaidDate, said_date
from interview_desk.domain.values import Json

# The answers that Start and Finish leave behind: when people talked.
STARTED = "capture.started_at"
FINISHED = "capture.finished_at"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, or one item of a list of answers; `item` keeps the items in order."""

    id: str
    field: str
    item: str
    value: Json

    @property
    def is_filled(self) -> bool:
        """Whether somebody has written something into it."""
        return bool(words_of(self.value))


class Answers:
    """All answers of one interview."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self._by_field: dict[str, list[Answer]] = {}
        for record in records:
            answer = _answer_of(record)
            self._by_field.setdefault(answer.field, []).append(answer)
        for items in self._by_field.values():
            items.sort(key=lambda answer: (answer.item, answer.id))

    def of(self, field: str) -> tuple[Answer, ...]:
        """Every row of `stage.field`, in the order of the list."""
        return tuple(self._by_field.get(field, ()))

    def value(self, field: str) -> Json:
        """The answer to a field that has one; None while it is open."""
        rows = self._by_field.get(field)
        return rows[0].value if rows else None

    def is_filled(self, field: str) -> bool:
        """Whether anything was found out about `stage.field`."""
        return any(answer.is_filled for answer in self.of(field))


@dataclass(frozen=True, slots=True)
class Force:
    """One of the four forces of progress: what was said of it, and how strong it was, 0 to 3."""

    feeds: Feeds
    said: tuple[str, ...]
    strength: int | None


@dataclass(frozen=True, slots=True)
class Moment:
    """One point of the timeline of a switch; `when` is None until somebody knows."""

    field: str
    title: str
    stage: str
    when: SaidDate | None


def forces_of(
    guide: Guide, answers: Answers, insights: Iterable[Mapping[str, Json]] = ()
) -> tuple[Force, ...]:
    """What pushes, pulls, worries and holds, from the fields and from what was captured."""
    captured = [(insight.get("kind"), words_of(insight.get("statement"))) for insight in insights]
    forces = []
    for feeds in (Feeds.PUSH, Feeds.PULL, Feeds.ANXIETY, Feeds.HABIT):
        written = [
            words_of(answer.value)
            for place in guide.feeding(feeds)
            for answer in answers.of(field_name(*place))
        ]
        said = [*written, *(words for kind, words in captured if kind == feeds)]
        forces.append(Force(feeds, tuple(filter(None, said)), _strength(guide, answers, feeds)))
    return tuple(forces)


def timeline_of(guide: Guide, answers: Answers) -> tuple[Moment, ...]:
    """The moments of the switch, in the order in which they happen to people."""
    story = [_moment(answers, *place) for place in guide.feeding(Feeds.TIMELINE)]
    # The day of the switch is asked first and told before last: then comes the first use.
    anchor = [_moment(answers, *place) for place in guide.feeding(Feeds.ANCHOR)]
    return (*story[:-1], *anchor, *story[-1:])


def words_of(value: Json) -> str:
    """An answer as one line of text; empty where nothing was said."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return " · ".join(filter(None, map(words_of, value.values())))
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, int | float):
        return f"{value:g}"
    return " · ".join(filter(None, map(words_of, value)))


def _answer_of(record: Record) -> Answer:
    return Answer(
        id=record.id,
        field=words_of(record.fields.get("field")),
        item=words_of(record.fields.get("item")),
        value=record.fields.get("value"),
    )


def _strength(guide: Guide, answers: Answers, feeds: Feeds) -> int | None:
    for stage in guide.stages:
        value = answers.value(f"{stage.key}.{feeds}_strength")
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    return None


def _moment(answers: Answers, stage: Stage, field: AnswerField) -> Moment:
    name = field_name(stage, field)
    title = _moment_title(field, stage.title)
    return Moment(name, title, stage.key, _when(field, answers.value(name)))


def _moment_title(field: AnswerField, stage: str) -> str:
    # "When" says nothing beside other dates; its stage does.
    return stage if field.title == "When" else field.title


def _when(field: AnswerField, value: Json) -> SaidDate | None:
    if field.type is FieldType.GROUP and isinstance(value, Mapping):
        dated = (part.key for part in field.parts if part.type is FieldType.DATE)
        value = next((value.get(key) for key in dated), None)
    words = words_of(value)
    return said_date(words) if words else None
