"""What the inbox tells the rest of the server."""

from typing import NamedTuple


class EventKept(NamedTuple):
    """An event is in the inbox and waits to be read."""
