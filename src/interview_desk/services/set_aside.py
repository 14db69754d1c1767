"""What could not be sent: shown in words, tried again, or given up by a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from interview_desk.domain.field_words import field_words
from interview_desk.domain.records import ENTITIES, Field, Kind
from interview_desk.domain.sequences.messages import MessageState
from interview_desk.domain.values import Fields, Json
from interview_desk.services.exchange import Quarantined, QuarantineShelf
from interview_desk.services.ports import Records
from interview_desk.services.record_names import About, RecordNames

_WHY: Final[Mapping[str, str]] = {
    "not_found": "The team does not have it for you: it was deleted, or your role may not see it.",
    "no_longer_visible": "You may no longer see it, so what you had not sent stayed here.",
    "forbidden": "Your role may not change this.",
    "use_booking_request": "Cal.com holds this booking: ask for the change there.",
    "move_not_allowed": "It had moved on meanwhile, and from there it cannot go to this status.",
    "text_changed": "Its text was changed after you had read it: read it again, then approve it.",
    "erased": "It was erased for good at somebody's wish, with what you had written about it.",
    "last_owner": "A team needs an owner: make somebody else an owner first.",
    "unknown_entity": "The team's server is older than this desk and does not know it yet.",
    "unknown_field": "The team's server is older than this desk and does not know it yet.",
    "invalid_id": "The team's server cannot take it under this name.",
    "invalid_value": "The team's server cannot keep this value.",
    "invalid_request": "The team's server cannot read it.",
    "too_large": "It is larger than the team's server takes.",
    "batch_too_large": "It is larger than the team's server takes.",
    "note_update_invalid": "The team's server could not read these notes.",
    "document_mismatch": "These notes do not belong to the interview they name.",
}
_ON_ITS_WAY: Final = (
    "It was on its way to Cal.com already, so it could not be taken back. The guest is told."
)
_OTHERWISE: Final = "The team's server did not take it."
# What no second try can change.
_HOPELESS: Final = frozenset({"erased", "text_changed"})


@dataclass(frozen=True, slots=True)
class Said:
    """One field of what was written: its name for a person, its rule and its value."""

    title: str
    field: Field
    value: Json


@dataclass(frozen=True, slots=True)
class SetAside:
    """One thing that was not sent, until a person has decided."""

    id: int
    about: About
    is_note: bool
    is_deletion: bool
    said: tuple[Said, ...]
    text: str
    why: str
    detail: str | None
    since: datetime
    may_retry: bool


class SetAsideShelf(QuarantineShelf, Protocol):
    """Where it is kept."""

    async def retry(self, quarantined_id: int) -> None:
        """Put it in the outbox again, as a change to how things stand now."""
        ...


class SetAsideService:
    """Reads the shelf and carries out what a person decides about each thing on it."""

    def __init__(self, shelf: SetAsideShelf, records: Records) -> None:
        self._shelf = shelf
        self._records = records

    async def items(self) -> list[SetAside]:
        """Everything that could not be sent, newest first."""
        found = await self._shelf.quarantined()
        if not found:
            return []
        names = await RecordNames.read(self._records)
        titles = _titles(found)
        return [await _read(one, names, titles) for one in found]

    async def retry(self, item_id: int) -> None:
        """Send it again; where it is refused again, it is back with the reason."""
        await self._shelf.retry(item_id)

    async def discard(self, item_id: int) -> None:
        """Give it up for good."""
        await self._shelf.discard(item_id)


def _titles(found: Sequence[Quarantined]) -> Mapping[str, str]:
    """What interviews are called that were set aside themselves, by id; the newest word last."""
    said = [
        (one.record_id, _fields(one).get("title"))
        for one in reversed(found)
        if one.entity == "interviews"
    ]
    return {interview: title for interview, title in said if isinstance(title, str)}


def _fields(one: Quarantined) -> Fields:
    fields = one.content.get("fields") if isinstance(one.content, Mapping) else None
    return fields if isinstance(fields, Mapping) else {}


def _approves(entity: str, fields: Fields) -> bool:
    """Whether it lets a mail leave: whoever does that again has to read it again."""
    return entity == "follow_up_messages" and fields.get("state") == MessageState.QUEUED


def _titled(about: About, held: Fields, titles: Mapping[str, str]) -> About:
    """With the name of the interview where the desk has only what was set aside of it."""
    interview = about.id if about.entity == "interviews" else held.get("interview_id")
    if about.interview_title is not None or not isinstance(interview, str):
        return about
    return replace(about, interview_title=titles.get(interview))


async def _read(one: Quarantined, names: RecordNames, titles: Mapping[str, str]) -> SetAside:
    content = one.content if isinstance(one.content, Mapping) else {}
    fields = _fields(one)
    is_note = one.kind == "note"
    held = content if is_note else fields
    return SetAside(
        id=one.id,
        about=_titled(await names.about(one.entity, one.record_id, held), held, titles),
        is_note=is_note,
        is_deletion=content.get("op") == "delete",
        said=_said(one.entity, fields),
        text=one.text if is_note else "",
        why=_why(one.entity, one.code),
        detail=one.detail,
        since=one.at,
        may_retry=one.code not in _HOPELESS and not _approves(one.entity, fields),
    )


def _why(entity: str, code: str) -> str:
    if (entity, code) == ("booking_requests", "forbidden"):
        return _ON_ITS_WAY
    return _WHY.get(code, _OTHERWISE)


def _said(entity: str, fields: Fields) -> tuple[Said, ...]:
    known = ENTITIES[entity].fields if entity in ENTITIES else {}
    return tuple(
        Said(field_words(entity, name), known.get(name) or Field(name, Kind.DATA), value)
        for name, value in fields.items()
        if name != "interview_id"
    )
