"""The computer's clock."""

from datetime import UTC, datetime


class SystemClock:
    """The `Clock` port on this computer's own clock."""

    def now(self) -> datetime:
        """The current instant, aware, UTC."""
        return datetime.now(UTC)
