"""Who is in which stage on the other servers of the same database.

Presence is told from server to server, sealed, because PostgreSQL may write a notification to its
disk. A server that has gone is noticed by its silence: whoever is there is told of again and again.
"""

import asyncio
import json
import logging
from dataclasses import asdict, dataclass, replace
from functools import partial
from time import monotonic

from sync_server.infra.crypto import KeysUnusable, Vault
from sync_server.infra.database import DatabaseUnavailable, Tx
from sync_server.infra.parts import Parts
from sync_server.infra.travelling import travels
from sync_server.sync.live.presence import Attendee, PresenceChanged, Presences, Room

_log = logging.getLogger(__name__)

# A cursor moves with every key; others need not see each step of it.
TELL_SECONDS = 0.1
# Three times as long as the pause after which everybody is told of again.
SILENT_SECONDS = 60.0
# Sealed and spelt out it must fit into one notification.
_LARGEST = 5000


@travels("present")
@dataclass(frozen=True, slots=True)
class PresenceTold:
    """News from another server: where a connection is, or (sealed as null) that it has left."""

    workspace_id: str
    interview: str
    connection: str
    sealed: str

    @property
    def room(self) -> Room:
        """The interview in its workspace."""
        return self.workspace_id, self.interview


@travels("who_is_there")
@dataclass(frozen=True, slots=True)
class PresenceAsked:
    """News from another server: it wants to hear who is in an interview."""

    workspace_id: str
    interview: str

    @property
    def room(self) -> Room:
        """The interview in its workspace."""
        return self.workspace_id, self.interview


class Elsewhere:
    """Tells other servers who is here, and knows who is there."""

    def __init__(self, parts: Parts, presences: Presences) -> None:
        self._parts = parts
        self._presences = presences
        self._heard: dict[str, tuple[Room, float]] = {}
        self._untold: set[tuple[Room, str]] = set()
        self._asked: set[Room] = set()
        self._telling: asyncio.Future[None] | None = None

    def tell(self, room: Room, connection: str) -> None:
        """Tell where a connection of ours is now, soon."""
        self._untold.add((room, connection))
        self._tell_soon()

    def ask(self, room: Room) -> None:
        """Ask who is in an interview."""
        self._asked.add(room)
        self._tell_soon()

    def heard(self, told: PresenceTold) -> set[PresenceChanged]:
        """Take in what another server says; what looks different now."""
        try:
            text = self._parts.vault.open(told.sealed, **_place(told.connection))
        except (KeysUnusable, ValueError):
            _log.warning("another server seals with keys that are not here")
            return set()
        said = json.loads(text)
        if said is None:
            self._heard.pop(told.connection, None)
            return self._presences.leave(told.room, told.connection)
        self._heard[told.connection] = told.room, monotonic()
        attendee = Attendee(**said)
        if attendee == self._presences.attendee(told.room, told.connection):
            return set()
        return self._presences.enter(told.room, told.connection, attendee)

    def forget_silent(self) -> set[PresenceChanged]:
        """Let go of those whom their server no longer tells of; what looks different now."""
        return self._forget(before=monotonic() - SILENT_SECONDS)

    def forget_all(self) -> None:
        """Know nobody elsewhere any more."""
        self._forget(before=float("inf"))

    def _forget(self, *, before: float) -> set[PresenceChanged]:
        changes: set[PresenceChanged] = set()
        for connection, (room, at) in [*self._heard.items()]:
            if at < before:
                del self._heard[connection]
                changes |= self._presences.leave(room, connection)
        return changes

    def _tell_soon(self) -> None:
        if not self._parts.database.is_shared:
            self._untold.clear()
            self._asked.clear()
        elif self._telling is None or self._telling.done():
            self._telling = asyncio.ensure_future(self._tell_all())

    async def _tell_all(self) -> None:
        while self._untold or self._asked:
            news = self._taken()
            try:
                await self._parts.database.write(partial(_tell, news=news))
            except DatabaseUnavailable:
                _log.warning("the database cannot be used; others hear later who is here")
            await asyncio.sleep(TELL_SECONDS)

    def _taken(self) -> list[object]:
        """All that waits to be told, as it is now; what comes while it is told waits anew."""
        asked, self._asked = self._asked, set()
        untold, self._untold = self._untold, set()
        return [
            *(PresenceAsked(*room) for room in asked),
            *(PresenceTold(*room, one, self._sealed(room, one)) for room, one in untold),
        ]

    def _sealed(self, room: Room, connection: str) -> str:
        attendee = self._presences.attendee(room, connection)
        return sealed(self._parts.vault, connection, attendee)


def _tell(tx: Tx, news: list[object]) -> None:
    for one in news:
        tx.tell_elsewhere(one)


def sealed(vault: Vault, connection: str, attendee: Attendee | None) -> str:
    """Where a connection is, for the other servers only; it always fits into a notification."""
    text = _text(attendee)
    if attendee is not None and len(text) > _LARGEST:
        text = _text(replace(attendee, cursor=None))
    return vault.seal(text, **_place(connection))


def _text(attendee: Attendee | None) -> str:
    return json.dumps(None if attendee is None else asdict(attendee))


def _place(connection: str) -> dict[str, str]:
    return {"table": "presence", "row": connection, "column": "attendee"}
