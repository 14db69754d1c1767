"""The event types of Cal.com: what can be booked, and what a booking of it brings with it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from interview_desk.domain.records import Edit, Record
from interview_desk.domain.values import Json
from interview_desk.services.ports import Me, Records

_MINUTES = 60


class EventType(NamedTuple):
    """One kind of booking at Cal.com, and what the team adds to it."""

    id: str
    number: int
    title: str
    minutes: int
    lengths: tuple[int, ...] = ()
    hosts: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    needs_confirmation: bool = False
    guide_id: str | None = None
    roles: Mapping[str, Sequence[str]] = {}
    rule_set_id: str | None = None
    sequence_id: str | None = None

    @property
    def choices(self) -> tuple[int, ...]:
        """The lengths a person can choose from, in minutes; one where there is no choice."""
        return self.lengths or (self.minutes,)


class Choice(NamedTuple):
    """Something an event type can be mapped to."""

    id: str
    name: str


class Choices(NamedTuple):
    """Everything an event type can be mapped to."""

    guides: tuple[Choice, ...]
    rule_sets: tuple[Choice, ...]
    sequences: tuple[Choice, ...]
    members: tuple[Choice, ...]


class EventTypeService:
    """Lists the event types, and keeps what the team adds; Cal.com keeps the rest."""

    def __init__(self, records: Records, *, me: Me) -> None:
        self._records = records
        self._me = me

    @property
    def may_map(self) -> bool:
        """Whether I may say what a booking brings with it."""
        return self._me.role.runs_the_team

    async def all(self) -> list[EventType]:
        """What can be booked, by name."""
        rows = await self._records.all_of("event_types")
        found = [one for row in rows if (one := _event_type(row)) is not None]
        return sorted(found, key=lambda one: (one.title.casefold(), one.number))

    async def length_to_name(self, number: int, minutes: int | None) -> int | None:
        """This length where an event type offers it among others, else None.

        Cal.com takes a length only of event types that have several.
        """
        offered = next((one.choices for one in await self.all() if one.number == number), ())
        return minutes if len(offered) > 1 and minutes in offered else None

    async def choices(self) -> Choices:
        """What an event type can be mapped to: what is published, and who is in the team."""
        return Choices(
            guides=await self._named("guides"),
            rule_sets=await self._named("evaluation_rules", but="retired"),
            sequences=await self._named("sequences"),
            members=await self._named("poblysh_team_members"),
        )

    async def map(self, event_type_id: str, **fields: Json) -> None:
        """Keep what the team adds: `guide_id`, `roles`, `rule_set_id` and `sequence_id`."""
        await self._records.write([Edit("event_types", event_type_id, fields)])

    async def _named(self, entity: str, *, but: str = "") -> tuple[Choice, ...]:
        rows = await self._records.all_of(entity)
        found = [
            Choice(row.id, _name(row)) for row in rows if row.fields.get("state") != but or not but
        ]
        return tuple(sorted(found, key=lambda one: one.name.casefold()))


def _name(row: Record) -> str:
    name = str(row.fields.get("name") or "Without a name")
    version = row.fields.get("version")
    return f"{name} (version {version})" if isinstance(version, int) and version > 1 else name


def _event_type(row: Record) -> EventType | None:
    fields = row.fields
    number = fields.get("calcom_id")
    if fields.get("gone") or not isinstance(number, int):
        return None
    minutes = fields.get("minutes")
    roles = fields.get("roles")
    return EventType(
        id=row.id,
        number=number,
        title=str(fields.get("title") or fields.get("slug") or f"Event type {number}"),
        minutes=minutes if isinstance(minutes, int) else _MINUTES,
        lengths=tuple(one for one in _items(fields.get("lengths")) if isinstance(one, int)),
        hosts=tuple(_named_in(one) for one in _items(fields.get("hosts"))),
        places=tuple(_place(one) for one in _items(fields.get("locations"))),
        needs_confirmation=fields.get("needs_confirmation") is True,
        guide_id=_id(fields.get("guide_id")),
        roles={
            str(role): [str(one) for one in _items(ids)]
            for role, ids in (roles.items() if isinstance(roles, Mapping) else ())
        },
        rule_set_id=_id(fields.get("rule_set_id")),
        sequence_id=_id(fields.get("sequence_id")),
    )


def _items(value: Json) -> list[Json]:
    return list(value) if isinstance(value, list | tuple) else []


def _named_in(value: Json) -> str:
    if isinstance(value, Mapping):
        return str(value.get("name") or value.get("email") or "A host")
    return str(value)


def _place(value: Json) -> str:
    if isinstance(value, Mapping):
        said = value.get("integration") or value.get("type") or ""
        return str(said).replace("-", " ").replace("_", " ").capitalize()
    return str(value)


def _id(value: Json) -> str | None:
    return value if isinstance(value, str) and value else None
