"""Where the server's times come from."""

from datetime import UTC, datetime
from typing import Protocol

from typing_extensions import override


class Clock(Protocol):
    """The one source of the present, so that a test can be at any hour."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock(Clock):
    """The computer's own clock."""

    @override
    def now(self) -> datetime:
        return datetime.now(UTC)
