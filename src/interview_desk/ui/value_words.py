"""Values of fields as a person reads them: times in my zone, people by name, consents in words."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from interview_desk.domain.answers import words_of
from interview_desk.domain.instants import parse_instant
from interview_desk.domain.records import Field, Kind
from interview_desk.domain.roles import AssignmentRole, AssignmentState
from interview_desk.domain.status import Status
from interview_desk.domain.values import Json
from interview_desk.ui.bridge.dates import clock_time, short_day
from interview_desk.ui.widgets.event_look import (
    ROLE_WORDS,
    service_name,
    state_words,
    status_words,
)

EMPTY = "empty"
_CONSENTS = {"yes": "Yes", "no": "No", "unknown": "Not asked"}
_NOT_HERE = "something that is not here"


class ValueWords:
    """Says values for a reader in `zone`; `names` are those of members, startups and guides.

    The reader, where known as `me`, is not told of themselves by name.
    """

    def __init__(
        self, zone: tzinfo, names: Mapping[str, str] | None = None, *, me: str | None = None
    ) -> None:
        self.zone = zone
        self.names = names or {}
        self._me = me

    def say(self, field: Field, value: Json) -> str:
        """The value in words; never an id, never raw data."""
        if value is None or value in ("", []):
            return EMPTY
        if field.choices:
            return _choice(str(value))
        if field.name == "join_service":
            return service_name(str(value))
        kinds = {Kind.CONSENT: self._consent, Kind.INSTANT: self._instant, Kind.ID: self._named}
        return kinds.get(field.kind, _texts)(value)

    def _named(self, value: Json) -> str:
        return self.names.get(str(value), _NOT_HERE)

    def when(self, moment: datetime) -> str:
        """`Wed 18 Nov, 14:00` in my zone."""
        day = short_day(moment.astimezone(self.zone).date())
        return f"{day}, {clock_time(moment, self.zone)}"

    def _consent(self, value: Json) -> str:
        if not isinstance(value, Mapping):
            return _CONSENTS["unknown"]
        said = _CONSENTS.get(str(value.get("value")), _CONSENTS["unknown"])
        at, by = value.get("at"), value.get("by")
        heard = [self._instant(at)] if isinstance(at, str) else []
        if isinstance(by, str) and by in self.names:
            heard.append(f"heard by {'you' if by == self._me else self.names[by]}")
        return f"{said} ({', '.join(heard)})" if heard else said

    def _instant(self, value: Json) -> str:
        try:
            return self.when(parse_instant(str(value)))
        except ValueError:
            return str(value)


def _choice(value: str) -> str:
    if value in set(Status):
        return status_words(Status(value))
    if value in set(AssignmentRole):
        return ROLE_WORDS[AssignmentRole(value)]
    if value in set(AssignmentState):
        return state_words(AssignmentState(value)).capitalize()
    return value.replace("_", " ").capitalize()


def _texts(value: Json) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence):
        return ", ".join(filter(None, map(words_of, value)))
    if isinstance(value, Mapping) and set(value) <= {"add", "remove"}:
        steps = {"add": "add", "remove": "take away"}
        return "; ".join(
            f"{word} {_texts(value[key])}" for key, word in steps.items() if value.get(key)
        )
    return words_of(value)
