"""What this desk has of each kind of record, summed up for a comparison with the server."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from interview_desk.domain.records import ENTITIES
from interview_desk.store.connection import Connection
from interview_desk.store.meta import get_meta, set_meta
from interview_desk.store.part import Part
from interview_desk.store.projection import instant_milliseconds

if TYPE_CHECKING:
    from interview_desk.services.comparison import Compared, Fingerprint

_MARK_BYTES = 8


class StoredFingerprints(Part):
    """The `ComparisonStore` port on the encrypted database."""

    async def compared(self) -> "Compared":
        """The last comparison."""
        from interview_desk.services.comparison import Compared

        kept: dict[str, Any] = await self._engine.read(
            lambda connection: get_meta(connection, "compared", default={})
        )
        at = kept.get("at")
        moment = datetime.fromtimestamp(at / 1000, UTC) if at is not None else None
        return Compared(moment, kept.get("differed", False))

    async def note_comparison(self, compared: "Compared") -> None:
        """Remember this one."""
        at = instant_milliseconds(compared.at) if compared.at is not None else None
        kept = {"at": at, "differed": compared.differed}
        await self._engine.write(lambda connection, _: set_meta(connection, "compared", value=kept))

    async def kinds(self) -> Sequence[str]:
        """Every kind of record that this program knows; those of a newer server are not asked."""
        return sorted(ENTITIES)

    async def fingerprint(self, entity: str) -> "Fingerprint | None":
        """What this desk has of one kind; None while anything of its own is under way."""
        return await self._engine.read(lambda connection: _fingerprint(connection, entity))


def compare_again(connection: Connection) -> None:
    """A new copy is to be compared soon; whether it came because the last one differed stays."""
    kept = get_meta(connection, "compared", default={})
    set_meta(connection, "compared", value={**kept, "at": None})


def _fingerprint(connection: Connection, entity: str) -> "Fingerprint | None":
    from hashlib import blake2b  # it loads OpenSSL, which the first page does without

    from interview_desk.services.comparison import Fingerprint

    cursor = get_meta(connection, "cursor")
    if cursor is None or connection.execute("SELECT 1 FROM outbox LIMIT 1").fetchone():
        return None
    count = total = 0
    for (mark,) in connection.execute(
        "SELECT id || ':' || ver FROM records WHERE entity = ? AND deleted = 0 AND ver > 0",
        (entity,),
    ):
        digest = blake2b(mark.encode(), digest_size=_MARK_BYTES).digest()
        total ^= int.from_bytes(digest, "big")
        count += 1
    return Fingerprint(cursor, count, f"{total:016x}")
