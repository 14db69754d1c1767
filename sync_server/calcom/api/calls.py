"""A call to Cal.com before it is sent, and the version header that its family wants.

One value for all calls cannot work: a family answers another one's version with 404, or silently
in an old shape.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Any, NamedTuple

from sync_server.infra.database import Tx

VERSION_HEADER = "cal-api-version"

# Asked in the transaction in which a call gets its turn.
Wanted = Callable[[Tx], bool]


class Family(Enum):
    """The parts of the API that have a version of their own."""

    BOOKINGS = "2024-08-13"
    SLOTS = "2024-09-04"
    EVENT_TYPES = "2024-06-14"
    SCHEDULES = "2024-06-11"
    PLAIN = None


class Priority(IntEnum):
    """Who waits for the answer; people go first."""

    PERSON = 0
    BACKGROUND = 1


def always(_tx: Tx) -> bool:
    """Nothing that may happen meanwhile makes the call needless."""
    return True


@dataclass(frozen=True, slots=True)
class Call:
    """One call; only what `is_safe` may be repeated when its answer got lost.

    When its turn has come it leaves only where it `is_wanted` still.
    """

    method: str
    path: str
    family: Family = Family.PLAIN
    parameters: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    is_wanted: Wanted = field(default=always, compare=False)

    @property
    def is_read(self) -> bool:
        """Whether it changes nothing at Cal.com."""
        return self.method == "GET"

    @property
    def is_safe(self) -> bool:
        """Whether doing it twice is the same as doing it once."""
        return self.method in {"GET", "DELETE", "PATCH"}

    @property
    def headers(self) -> dict[str, str]:
        """The header of its family."""
        return {VERSION_HEADER: self.family.value} if self.family.value else {}

    @property
    def sameness(self) -> tuple[str, str, frozenset[tuple[str, str]]]:
        """Equal for calls that ask the same."""
        return self.method, self.path, frozenset(self.parameters.items())


class WebhookPlace(NamedTuple):
    """Where a webhook is registered, and so whose bookings it tells of."""

    path: str

    @classmethod
    def of_user(cls) -> "WebhookPlace":
        """The key's owner: own event types only."""
        return cls("/v2/webhooks")

    @classmethod
    def of_team_event_type(cls, team_id: int, event_type_id: int) -> "WebhookPlace":
        """One event type of a team; the API has no webhook for a whole team."""
        return cls(f"/v2/teams/{team_id}/event-types/{event_type_id}/webhooks")

    @classmethod
    def of_organization(cls, organization_id: int) -> "WebhookPlace":
        """Everything in an organisation."""
        return cls(f"/v2/organizations/{organization_id}/webhooks")
