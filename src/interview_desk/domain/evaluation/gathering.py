"""Reading facts out of the records of an interview; what nobody has said stays unknown."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from interview_desk.domain.answers import FINISHED, STARTED, Answers, words_of
from interview_desk.domain.capture_kinds import is_held_back, is_quoting
from interview_desk.domain.consent import ConsentKind, strictest
from interview_desk.domain.evaluation import computed
from interview_desk.domain.evaluation.computed import Peer, number
from interview_desk.domain.evaluation.conditions import Value
from interview_desk.domain.evaluation.panel import is_submitted
from interview_desk.domain.guides import COVERED
from interview_desk.domain.instants import instant_in
from interview_desk.domain.interviews import Consent, guest_of
from interview_desk.domain.records import Record
from interview_desk.domain.said_dates import said_date
from interview_desk.domain.status import Status
from interview_desk.domain.values import Json

_TOOK_PLACE = frozenset({Status.HELD, Status.EVALUATED})
_REJECTED = "rejected"
_COUNT = "count"
_KINDS_OF_CONSENT = {kind.field: kind for kind in ConsentKind}
_CONSENTS = {Consent.YES: True, Consent.NO: False, Consent.UNKNOWN: None}


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything an interview is judged by, as records.

    `peers` are other interviews of its segment; they are only needed where rules compare with it.
    """

    interview: Record
    startup: Record | None = None
    assignments: Sequence[Record] = ()
    guests: Sequence[Record] = ()
    answers: Sequence[Record] = ()
    insights: Sequence[Record] = ()
    sheets: Sequence[Record] = ()
    peers: Sequence[Peer] = ()

    @property
    def status(self) -> Status:
        """Where the interview stands."""
        return Status(str(self.interview.fields.get("status") or Status.DRAFT))


def gathered(names: Iterable[str], inputs: Inputs) -> dict[str, Value]:
    """The facts called `names`, in the order of their names; None where one is not known."""
    reader = _Reader(inputs)
    return {name: reader.fact(name) for name in sorted(names)}


class _Reader:
    """Reads one interview; each kind of record is looked through once."""

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs
        self._interview = inputs.interview.fields
        self._answers = Answers(inputs.answers)
        self._insights = [
            one.fields for one in inputs.insights if one.fields.get("state") != _REJECTED
        ]

    def fact(self, name: str) -> Value:
        source, _, rest = name.partition(".")
        read = _SOURCES.get(source)
        return None if read is None else read(self, rest)

    def interview(self, name: str) -> Value:
        status = self._inputs.status
        if name == "held":
            return status in _TOOK_PLACE
        if name == "no_show":
            return status is Status.NO_SHOW
        return _plain(self._interview.get(name))

    def startup(self, name: str) -> Value:
        startup = self._inputs.startup
        return None if startup is None else _plain(startup.fields.get(name))

    def guests(self, name: str) -> Value:
        guests = self._inputs.guests
        if name == _COUNT:
            return len(guests)
        if name == "no_show":
            said = [one.fields.get("no_show") for one in guests]
            return True if True in said else False if guests and None not in said else None
        kind = _KINDS_OF_CONSENT.get(name)
        return None if kind is None else _CONSENTS[strictest(map(guest_of, guests), kind)[0]]

    def answers(self, name: str) -> Value:
        stage, _, rest = name.partition(".")
        field, _, part = rest.partition(".")
        rows = [row for row in self._answers.of(f"{stage}.{field}") if row.is_filled]
        if part == _COUNT:
            return len(rows) or (0 if self._is_covered(stage) else None)
        values = [_part_of(row.value, part) for row in rows]
        if rows and not rows[0].item:
            return _plain(values[0])
        return _several(values) or (() if self._is_covered(stage) else None)

    def insights(self, name: str) -> Value:
        if name == "tags":
            tags = {tag for one in self._insights for tag in _texts(one.get("tags"))}
            return tuple(sorted(tags)) if tags or self._is_over else None
        if name == "quotes":
            guests = [guest_of(one) for one in self._inputs.guests]
            quotes = [one for one in self._insights if is_quoting(one)]
            return self._counted(sum(not is_held_back(one, guests) for one in quotes))
        kind, _, what = name.partition(".")
        if not what:
            return self._counted(len(self._insights))
        found = [one for one in self._insights if one.get("kind") == kind]
        if what == _COUNT:
            return self._counted(len(found))
        return _highest([one.get("strength") for one in found])

    def ratings(self, _name: str) -> Value:
        # What the panel gave to each criterion is no record's: `engine` adds it.
        return sum(is_submitted(sheet.fields) for sheet in self._inputs.sheets)

    def timing(self, name: str) -> Value:
        start = instant_in(self._interview.get("start"))
        if name == "planned_minutes":
            return _minutes(start, instant_in(self._interview.get("end")))
        if name == "talked_minutes":
            began = instant_in(self._answers.value(STARTED))
            return _minutes(began, instant_in(self._answers.value(FINISHED)))
        switch = said_date(words_of(self._answers.value("context.switch_date"))).first
        return _days(switch, start)

    def computed(self, name: str) -> Value:
        if name == "forces_balance":
            return _plain(computed.forces_balance(self._answers))
        return _highest(computed.opportunities(self._answers))

    def segment(self, name: str) -> Value:
        balance = computed.forces_balance(self._answers)
        found = computed.compared(balance, self._inputs.peers)
        if found is None:
            return None
        return _plain({_COUNT: found.size, "balance": found.balance}.get(name, found.difference))

    def _counted(self, count: int) -> int | None:
        """Nothing captured says nothing as long as the interview is not over."""
        return count if count or self._is_over else None

    @property
    def _is_over(self) -> bool:
        return self._inputs.status in _TOOK_PLACE

    def _is_covered(self, stage: str) -> bool:
        """Whether an empty list of the stage means that there was nothing."""
        return self._answers.value(f"{stage}.{COVERED}") is True


_SOURCES: Mapping[str, Callable[[_Reader, str], Value]] = {
    "interview": _Reader.interview,
    "startup": _Reader.startup,
    "guests": _Reader.guests,
    "answers": _Reader.answers,
    "insights": _Reader.insights,
    "ratings": _Reader.ratings,
    "timing": _Reader.timing,
    "computed": _Reader.computed,
    "segment": _Reader.segment,
}


def _part_of(value: Json, part: str) -> Json:
    if not part:
        return value
    return value.get(part) if isinstance(value, Mapping) else None


def _plain(value: Json) -> Value:
    """An answer as a fact: whole numbers are whole however they were stored."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return int(value) if value == int(value) else value
    if isinstance(value, str):
        return " ".join(value.split()) or None
    if isinstance(value, Mapping):
        return words_of(value) or None
    return tuple(sorted(_texts(value)))


def _several(values: Sequence[Json]) -> Value:
    """The items of a list: the highest of numbers, else the texts."""
    said = [value for value in values if value is not None]
    if said and all(number(value) is not None for value in said):
        return _highest(said)
    return tuple(filter(None, map(words_of, said)))


def _highest(values: Iterable[Json]) -> Value:
    return _plain(max((one for one in map(number, values) if one is not None), default=None))


def _texts(value: Json) -> list[str]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return []
    return [one for one in value if isinstance(one, str)]


def _minutes(start: datetime | None, end: datetime | None) -> int | None:
    if start is None or end is None:
        return None
    return round((end - start).total_seconds() / 60)


def _days(day: date | None, until: datetime | None) -> int | None:
    return None if day is None or until is None else (until.date() - day).days
