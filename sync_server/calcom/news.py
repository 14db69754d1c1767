"""What the inbox tells the rest of the server."""

from dataclasses import dataclass

from sync_server.infra.travelling import travels


@travels("event_kept")
@dataclass(frozen=True, slots=True)
class EventKept:
    """An event is in the inbox and waits to be read."""
