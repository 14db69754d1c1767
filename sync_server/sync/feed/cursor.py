"""Where a reader stands: opaque outside, and good only for the reader it was made for."""

import base64
import hmac
import json
from dataclasses import dataclass, replace
from typing import TypeAlias

from interview_desk.domain.roles import Role
from sync_server.auth.caller import Caller
from sync_server.infra.database import Tx
from sync_server.sync.counter import Position
from sync_server.sync.problems import ResyncRequired

# What shows that this server wrote a cursor, and that no byte of it has changed since.
_MARK_BYTES = 9
# Sorts behind every entity: a reader who has everything stands behind the newest row.
_BEHIND_ALL = "~"


# A row: its kind and its id.
Name: TypeAlias = tuple[str, str]
# Nobody has been told of any row yet.
FIRST: Name = ("", "")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row that was read, in the order of (version, entity, id).

    `floor` is the horizon that was valid when the reader began: what vanished before then it has
    never had. `turning` is set for who became external or stopped being it: up to this row they
    have been told what that means for what they have.
    """

    ver: int = 0
    entity: str = ""
    id: str = ""
    floor: int = 0
    turning: Name | None = None

    @property
    def key(self) -> tuple[int, str, str]:
        """What rows are compared with."""
        return self.ver, self.entity, self.id


def at_end(position: Position, floor: int) -> Cursor:
    """The place behind everything there is now."""
    return Cursor(position.seq, _BEHIND_ALL, "", floor)


def encode(tx: Tx, cursor: Cursor, caller: Caller, position: Position) -> str:
    """`cursor` as the caller may keep it."""
    parts = [position.epoch, _view(caller), *cursor.key, cursor.floor, *(cursor.turning or ())]
    text = json.dumps(parts, separators=(",", ":"))
    return _spelled(_mark(tx, text) + text.encode())


def decode(tx: Tx, text: str | None, caller: Caller, position: Position) -> Cursor:
    """The place that `text` names; ResyncRequired where the caller must begin again.

    It is `turning` where the caller has become external since, or stopped being it.
    """
    if text is None:
        return Cursor(floor=position.horizon)
    cursor = _parsed(tx, text, caller, position)
    if cursor is None:
        raise ResyncRequired
    if max(cursor.ver, cursor.floor) < position.horizon:
        raise ResyncRequired
    return cursor


def _parsed(tx: Tx, text: str, caller: Caller, position: Position) -> Cursor | None:
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        mark, kept = data[:_MARK_BYTES], data[_MARK_BYTES:].decode()
    except ValueError:
        return None
    if _spelled(data) != text or not hmac.compare_digest(mark, _mark(tx, kept)):
        return None
    epoch, view, ver, entity, record_id, floor, *turning = json.loads(kept)
    # A database that was put back to an earlier state by its file has not counted so far.
    if epoch != position.epoch or max(ver, floor) > position.seq:
        return None
    if view.partition(":")[2] != caller.member_id:
        return None
    place = Cursor(ver, entity, record_id, floor)
    if view != _view(caller):
        return replace(place, turning=FIRST)
    return replace(place, turning=(turning[0], turning[1])) if turning else place


def _mark(tx: Tx, text: str) -> bytes:
    return tx.vault.digest("index", f"cursor|{text}")[:_MARK_BYTES]


def _spelled(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _view(caller: Caller) -> str:
    """Whose eyes, and whether they are of the team."""
    kind = "external" if caller.role is Role.EXTERNAL else "team"
    return f"{kind}:{caller.member_id}"
