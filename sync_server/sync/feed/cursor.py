"""Where a reader stands: opaque outside, and good only for the reader it was made for."""

import base64
import binascii
import json
from dataclasses import dataclass

from interview_desk.domain.roles import Role
from sync_server.auth.caller import Caller
from sync_server.sync.counter import Position
from sync_server.sync.problems import ResyncRequired

_FORMAT = 1
# Sorts behind every entity: a reader who has everything stands behind the newest row.
_BEHIND_ALL = "~"


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """The last row that was read, in the order of (version, entity, id).

    `floor` is the horizon that was valid when the reader began: what vanished before then it has
    never had.
    """

    ver: int = 0
    entity: str = ""
    id: str = ""
    floor: int = 0

    @property
    def key(self) -> tuple[int, str, str]:
        """What rows are compared with."""
        return self.ver, self.entity, self.id


def at_end(position: Position, floor: int) -> Cursor:
    """The place behind everything there is now."""
    return Cursor(position.seq, _BEHIND_ALL, "", floor)


def encode(cursor: Cursor, caller: Caller, position: Position) -> str:
    """`cursor` as the caller may keep it."""
    parts = [_FORMAT, position.epoch, _view(caller), *cursor.key, cursor.floor]
    text = json.dumps(parts, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def decode(text: str | None, caller: Caller, position: Position) -> Cursor:
    """The place that `text` names; ResyncRequired where the caller must begin again."""
    if text is None:
        return Cursor(floor=position.horizon)
    cursor = _parsed(text, caller, position)
    if cursor is None:
        raise ResyncRequired
    if max(cursor.ver, cursor.floor) < position.horizon:
        raise ResyncRequired
    return cursor


def _parsed(text: str, caller: Caller, position: Position) -> Cursor | None:
    try:
        padded = text + "=" * (-len(text) % 4)
        parts = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return None
    match parts:
        case [version, epoch, view, int(ver), str(entity), str(record_id), int(floor)]:
            cursor = Cursor(ver, entity, record_id, floor)
            mine = [_FORMAT, position.epoch, _view(caller)]
            return cursor if [version, epoch, view] == mine and _is_ours(cursor, position) else None
        case _:
            return None


def _is_ours(cursor: Cursor, position: Position) -> bool:
    """Whether this server could have written it: its names, and numbers it has counted to."""
    names = cursor.entity + cursor.id
    counted = all(0 <= number <= position.seq for number in (cursor.ver, cursor.floor))
    return counted and names.isascii() and "\0" not in names


def _view(caller: Caller) -> str:
    """Whose eyes: a member who becomes external, or stops being it, begins again."""
    kind = "external" if caller.role is Role.EXTERNAL else "team"
    return f"{kind}:{caller.member_id}"
