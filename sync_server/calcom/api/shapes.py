"""What Cal.com answers about people, event types, slots, recordings and webhooks.

Hosted Cal.com changes weekly: fields we do not know are ignored, words we do not know are kept,
and nothing but the ids has to be there.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Self, TypeAlias, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel

from interview_desk.domain.instants import parse_instant
from sync_server.calcom.api.errors import CalcomUnavailable

T = TypeVar("T")
A = TypeVar("A", bound="Answer")

_FOR_EVER = datetime(9000, 12, 30, tzinfo=UTC)
_STRANGE = "Cal.com answered in a form that this server does not know. Is it an update behind?"


class Answer(BaseModel):
    """A part of an answer: immutable, with Cal.com's names as aliases.

    What does not have to be there and is of another type counts as not there.
    """

    model_config = ConfigDict(
        frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True
    )

    @model_validator(mode="wrap")
    @classmethod
    def _as_far_as_known(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(value)
        except ValidationError as error:
            odd = {str(found["loc"][0]) for found in error.errors() if found["loc"]}
            if not isinstance(value, Mapping) or not odd:
                raise
            # Where something needed is odd too, this fails once more.
            return handler({name: inner for name, inner in value.items() if name not in odd})


def _utc(moment: datetime) -> datetime:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return parse_instant(aware.isoformat())


def _ever(moment: datetime) -> datetime:
    return _FOR_EVER if moment.year >= _FOR_EVER.year else _utc(moment)


def _listed(value: Any) -> Any:
    return () if value is None else value


def _word(value: Any) -> Any:
    return str(value) if isinstance(value, int | float) else value


Moment: TypeAlias = Annotated[datetime, AfterValidator(_utc)]
# One that may lie behind all that records can name: some are away for good.
Ever: TypeAlias = Annotated[datetime, AfterValidator(_ever)]
Listed: TypeAlias = Annotated[tuple[T, ...], BeforeValidator(_listed)]
# An id that is a number in the description and a text in reality, or the other way round.
Word: TypeAlias = Annotated[str, BeforeValidator(_word)]


class Person(Answer):
    """Somebody with an account."""

    id: int
    username: str | None = None
    email: str | None = None
    name: str | None = None
    time_zone: str | None = None


class Me(Person):
    """The owner of the key."""

    organization_id: int | None = None


class Team(Answer):
    """A team that the owner of the key belongs to."""

    id: int
    name: str = ""
    slug: str | None = None
    parent_id: int | None = None
    is_organization: bool = False


class EventTypeHost(Answer):
    """Somebody who takes the bookings of an event type; `name` alone for personal ones."""

    user_id: int | None = None
    name: str | None = None
    username: str | None = None
    email: str | None = None
    mandatory: bool | None = None


class EventType(Answer):
    """A kind of meeting that can be booked."""

    id: int
    title: str = ""
    slug: str = ""
    description: str | None = None
    length_in_minutes: int | None = None
    length_in_minutes_options: Listed[int] = ()
    locations: Listed[dict[str, Any]] = ()
    booking_fields: Listed[dict[str, Any]] = ()
    hosts: Listed[EventTypeHost] = ()
    users: Listed[EventTypeHost] = ()
    owner_id: int | None = None
    team_id: int | None = None
    scheduling_type: str | None = None
    recurrence: dict[str, Any] | None = None
    seats: dict[str, Any] | None = None
    confirmation_policy: dict[str, Any] | None = None
    hidden: bool = False

    @property
    def people(self) -> tuple[EventTypeHost, ...]:
        """Who takes the bookings, for a team's and for a personal event type."""
        return self.hosts or self.users


class Schedule(Answer):
    """When somebody can be booked at all, in wall time of `time_zone`."""

    id: int
    name: str = ""
    time_zone: str | None = None
    is_default: bool = False
    availability: Listed[dict[str, Any]] = ()
    overrides: Listed[dict[str, Any]] = ()


class Slot(Answer):
    """A time that can be booked; `end` is not known where an older server does not say it."""

    start: Moment
    end: Moment | None = None


class SlotReservation(Answer):
    """A slot that is held, and until when."""

    uid: str = Field(alias="reservationUid")
    until: Moment = Field(alias="reservationUntil")
    event_type_id: int | None = None
    slot_start: Moment | None = None


class OutOfOffice(Answer):
    """Days on which somebody cannot be booked: times of their own clock, marked as UTC."""

    uuid: Word
    user_id: int
    to_user_id: int | None = None
    start: Moment
    end: Ever
    reason: str | None = None


class TeamMember(Answer):
    """A member of a team, with the number that reassigning takes."""

    user_id: int
    team_id: int | None = None
    role: str | None = None
    email: str | None = None
    name: str | None = None
    username: str | None = None


class Recording(Answer):
    """A recording of Cal Video; its link opens it for anybody and is never stored."""

    id: str
    status: str | None = None
    started: float | None = Field(default=None, alias="startTs")
    seconds: float | None = Field(default=None, alias="duration")
    download_link: SecretStr | None = None


class Participant(Answer):
    """Somebody in a call, from when (seconds since 1970) and for how many seconds."""

    user_id: str | None = None
    user_name: str | None = None
    join_time: float | None = None
    duration: float | None = None


class ConferencingSession(Answer):
    """One call of Cal Video as it really was."""

    id: str
    start_time: float | None = None
    duration: float | None = None
    ongoing: bool = False
    participants: Listed[Participant] = ()


class Webhook(Answer):
    """A subscription; Cal.com tells its secret in clear."""

    id: Word
    subscriber_url: str = ""
    triggers: Listed[str] = ()
    active: bool = True
    secret: SecretStr | None = None
    payload_template: str | None = None
    version: str | None = None


def slots_in(data: Any) -> tuple[Slot, ...]:
    """The slots of an answer by day, in order; both texts and objects occur."""
    days = data.values() if isinstance(data, dict) else ()
    found = [entry for day in days if isinstance(day, list) for entry in day]
    told = [{"start": entry} if isinstance(entry, str) else entry for entry in found]
    return tuple(sorted(each(Slot, told), key=lambda slot: slot.start))


def each(shape: type[A], data: Any) -> tuple[A, ...]:
    """The entries of a list that can be read; whatever else there is, is passed over."""
    found = []
    for entry in data if isinstance(data, list) else ():
        try:
            found.append(shape.model_validate(entry))
        except ValidationError:
            continue
    return tuple(found)


def one(shape: type[A], data: Any) -> A:
    """The one thing that an answer is about; CalcomUnavailable where it cannot be read."""
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        raise CalcomUnavailable(_STRANGE) from error


def listed(data: Any) -> list[Any]:
    """The list that an answer is; CalcomUnavailable where it is none."""
    if not isinstance(data, list):
        raise CalcomUnavailable(_STRANGE)
    return data
