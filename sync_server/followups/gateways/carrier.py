"""What every carrier of mail can do."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from sync_server.followups.letters import Letter
from sync_server.followups.outcomes import Outcome


class Carrier(Protocol):
    """Carries a letter; never raises for what goes wrong on the way.

    `repeats_for` is how long after its first try the very same letter may be handed over again
    without becoming a second mail.
    """

    name: str
    repeats_for: timedelta

    async def carry(self, letter: Letter) -> Outcome:
        """Hand the letter over; what became of it."""
        ...

    async def look_up(self, letter: Letter, since: datetime) -> Outcome:
        """What became of a letter that was first tried at `since`, without sending anything."""
        ...

    def close(self) -> None:
        """Let go of every connection."""
        ...


class Reply(NamedTuple):
    """A mail that came in: the provider's id of it, and from whom."""

    id: str
    sender: str


class Suppressed(NamedTuple):
    """An address that the provider does not write to, and where that comes from."""

    address: str
    origin: str


class Reporting(Protocol):
    """A carrier that can be asked afterwards; None or an empty list where nobody answers."""

    async def state_of(self, provider_id: str) -> str | None:
        """The provider's word for where a mail stands."""
        ...

    async def replies(self) -> Sequence[Reply]:
        """The newest mails that came in."""
        ...

    async def headers_of(self, received_id: str) -> object:
        """The headers of a mail that came in; None where nobody answers."""
        ...

    async def suppressed(self) -> Sequence[Suppressed]:
        """The newest addresses that are not written to."""
        ...

    async def suppress(self, address: str) -> bool:
        """Have the provider never write to this address; whether it has heard."""
        ...
