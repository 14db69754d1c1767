"""Who is in which stage right now. Kept in memory: whoever is cut off is not there."""

import json
from dataclasses import dataclass
from typing import TypeAlias

from pydantic import JsonValue

from interview_desk.wire.live import MAX_CURSOR_BYTES, Presence, PresentMember

# Workspace and interview.
Room: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    """News: who is in this stage (None: only in the interview) has changed."""

    workspace_id: str
    interview: str
    stage: str | None

    @property
    def room(self) -> Room:
        """The interview in its workspace."""
        return self.workspace_id, self.interview


@dataclass(frozen=True, slots=True)
class Attendee:
    """A connected device in an interview, and the stage it has open."""

    device_id: str
    member_id: str
    name: str
    stage: str | None = None
    cursor: JsonValue = None


def shown_cursor(cursor: JsonValue) -> JsonValue:
    """The cursor as others are shown it: none that takes more room than a place needs."""
    small = cursor is None or len(json.dumps(cursor)) <= MAX_CURSOR_BYTES
    return cursor if small else None


class Presences:
    """Everybody who is somewhere, by connection; used from the event loop only.

    A device that has lost its connection and made a new one is for a while there twice: what it
    said last counts.
    """

    def __init__(self) -> None:
        self._rooms: dict[Room, dict[str, Attendee]] = {}

    def enter(self, room: Room, connection: str, attendee: Attendee) -> set[PresenceChanged]:
        """Put a connection where it says it is; what looks different now."""
        here = self._rooms.setdefault(room, {})
        before = here.pop(connection, None)
        here[connection] = attendee
        twins = (other for other in here.values() if other.device_id == attendee.device_id)
        stages = {other.stage for other in (*twins, before or attendee)}
        return {PresenceChanged(*room, stage) for stage in stages}

    def leave(self, room: Room, connection: str) -> set[PresenceChanged]:
        """Take a connection out of an interview; what looks different now."""
        here = self._rooms.get(room, {})
        gone = here.pop(connection, None)
        if gone is None:
            return set()
        stages = {gone.stage, *(a.stage for a in here.values() if a.device_id == gone.device_id)}
        if not here:
            del self._rooms[room]
        return {PresenceChanged(*room, stage) for stage in stages}

    def attendee(self, room: Room, connection: str) -> Attendee | None:
        """Where a connection is in an interview, None where it is not."""
        return self._rooms.get(room, {}).get(connection)

    def connections(self, room: Room) -> list[str]:
        """All connections in an interview."""
        return list(self._rooms.get(room, {}))

    def rooms_of(self, connection: str) -> list[Room]:
        """The interviews in which a connection is present."""
        return [room for room, here in self._rooms.items() if connection in here]

    def message(self, room: Room, stage: str | None) -> Presence:
        """Who is in the stage, as all who are in the interview are told."""
        here = [attendee for attendee in self._latest(room) if attendee.stage == stage]
        return Presence(
            interview=room[1],
            stage=stage,
            members=[_shown(attendee) for attendee in here],
            cursors={a.device_id: a.cursor for a in here if a.cursor is not None},
        )

    def stages(self, room: Room) -> set[str | None]:
        """The stages of an interview in which somebody is."""
        return {attendee.stage for attendee in self._latest(room)}

    def _latest(self, room: Room) -> list[Attendee]:
        latest: dict[str, Attendee] = {}
        for attendee in self._rooms.get(room, {}).values():
            latest[attendee.device_id] = attendee
        return sorted(latest.values(), key=lambda one: (one.name, one.device_id))


def _shown(attendee: Attendee) -> PresentMember:
    return PresentMember(
        member_id=attendee.member_id,
        device_id=attendee.device_id,
        name=attendee.name,
        cursor=attendee.cursor,
    )
