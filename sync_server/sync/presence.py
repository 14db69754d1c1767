"""Who is in which stage right now. Kept in memory: whoever is cut off is not there."""

from dataclasses import dataclass

from pydantic import JsonValue

from interview_desk.wire.live import Presence, PresentMember


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    """News: who is in this stage (None: only in the interview) has changed."""

    workspace_id: str
    interview: str
    stage: str | None


@dataclass(frozen=True, slots=True)
class Attendee:
    """A device in an interview, and the stage it has open."""

    device_id: str
    member_id: str
    name: str
    stage: str | None = None
    cursor: JsonValue = None


Room = tuple[str, str]


class Presences:
    """Everybody who is somewhere; used from the event loop only."""

    def __init__(self) -> None:
        self._rooms: dict[Room, dict[str, Attendee]] = {}

    def enter(self, room: Room, attendee: Attendee) -> list[PresenceChanged]:
        """Put a device where it says it is; the stages that look different now."""
        devices = self._rooms.setdefault(room, {})
        before = devices.get(attendee.device_id)
        devices[attendee.device_id] = attendee
        stages = {attendee.stage} if before is None else {before.stage, attendee.stage}
        return [PresenceChanged(*room, stage) for stage in stages]

    def leave(self, room: Room, device_id: str) -> list[PresenceChanged]:
        """Take a device out of an interview; the stages that look different now."""
        devices = self._rooms.get(room, {})
        gone = devices.pop(device_id, None)
        if not devices:
            self._rooms.pop(room, None)
        return [] if gone is None else [PresenceChanged(*room, gone.stage)]

    def rooms_of(self, workspace_id: str, device_id: str) -> list[Room]:
        """The interviews in which a device is present."""
        return [
            room
            for room, devices in self._rooms.items()
            if room[0] == workspace_id and device_id in devices
        ]

    def is_in(self, room: Room, device_id: str) -> bool:
        """Whether the device is in this interview."""
        return device_id in self._rooms.get(room, {})

    def message(self, room: Room, stage: str | None) -> Presence:
        """Who is in the stage, as all who are in the interview are told."""
        here = [a for a in self._rooms.get(room, {}).values() if a.stage == stage]
        return Presence(
            interview=room[1],
            stage=stage,
            members=[_shown(attendee) for attendee in here],
            cursors={a.device_id: a.cursor for a in here if a.cursor is not None},
        )

    def stages(self, room: Room) -> set[str | None]:
        """The stages of an interview in which somebody is."""
        return {attendee.stage for attendee in self._rooms.get(room, {}).values()}


def _shown(attendee: Attendee) -> PresentMember:
    return PresentMember(
        member_id=attendee.member_id,
        device_id=attendee.device_id,
        name=attendee.name,
        cursor=attendee.cursor,
    )
