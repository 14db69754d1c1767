"""The records' side of the exchange with the server, and whose desk this is.

The first page asks only whose desk it is; what exchanges is imported where it is used.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from interview_desk.domain.roles import Role
from interview_desk.services.ports import Me
from interview_desk.store.connection import Connection
from interview_desk.store.meta import COPIED, get_meta, set_meta
from interview_desk.store.news import News
from interview_desk.store.part import Part

if TYPE_CHECKING:
    from interview_desk.services.exchange import Mutation, Page, Pending, Position, Result


class StoredExchange(Part):
    """What `SyncStore` says about records, and the `IdentityStore` port."""

    async def position(self) -> "Position":
        """Where the next push and pull begin."""
        return await self._engine.read_again(_position)

    async def pending(self) -> "Pending":
        """How much waits, and how much needs attention."""
        return await self._engine.read(_pending)

    async def next_batch(self, *, limit: int, size: int) -> Sequence["Mutation"]:
        """The oldest waiting edits, numbered for good; at most `size` bytes, but at least one."""
        from interview_desk.store.outbox import number_batch

        # A power cut takes the numbers back at most, and the same edits get them again.
        return await self._engine.write(
            lambda connection, _: number_batch(connection, limit=limit, size=size), durable=False
        )

    async def settle(self, results: Sequence["Result"], now: datetime) -> None:
        """Take the server's results; what was rejected moves to quarantine."""
        from interview_desk.store.outbox import settle

        await self._engine.write(
            lambda connection, news: settle(connection, news, results=results, now=now),
            durable=False,
        )

    async def apply_page(self, page: "Page", now: datetime) -> bool:
        """Take a page of rows in one transaction; the shown rows keep what is still pending.

        Whether the server now has more of any note than this desk.
        """
        from interview_desk.store.pulled import is_behind, take_page

        def work(connection: Connection, news: News) -> bool:
            take_page(connection, news, page=page, now=now)
            return is_behind(connection)

        return await self._engine.write(work, durable=False)

    async def leave_epoch(self) -> None:
        """The server was restored: keep the own copies of notes to send, and pull everything."""
        from interview_desk.store.restoring import keep_for_new_epoch

        def work(connection: Connection, _: News) -> None:
            keep_for_new_epoch(connection)
            set_meta(connection, "epoch", value=None)
            set_meta(connection, "cursor", value=None)

        await self._engine.write(work)

    async def enter_epoch(self, *, last_n: int, now: datetime) -> None:
        """Send again, from `last_n + 1`, what the restored server may have lost."""
        from interview_desk.store.outbox import renumber
        from interview_desk.store.restoring import send_again

        def work(connection: Connection, news: News) -> None:
            send_again(connection, news, now=now)
            renumber(connection, last_n)
            set_meta(connection, "restoring", value=None)

        await self._engine.write(work)

    async def renumber(self, last_n: int) -> None:
        """Count the waiting edits from `last_n + 1`."""
        from interview_desk.store.outbox import renumber

        await self._engine.write(lambda connection, _: renumber(connection, last_n))

    async def fork(self, device_id: str) -> None:
        """Be another device: everything that waits is counted from 1."""

        def work(connection: Connection, _: News) -> None:
            _count_from_one(connection, device_id)
            mine = get_meta(connection, "me")
            if mine is not None:
                set_meta(connection, "me", value={**mine, "device_id": device_id})

        await self._engine.write(work)

    async def me(self) -> Me | None:
        """The person this desk belongs to, or None before the first run."""
        return await self._engine.read(_me)

    async def server_pin(self) -> str | None:
        """The fingerprint that the server's certificate has to have, where one was given."""
        pin: str | None = await self._engine.read(lambda connection: get_meta(connection, "pin"))
        return pin

    async def become(self, me: Me, *, epoch: str | None = None, pin: str | None = None) -> None:
        """Belong to `me` from now on; a new device counts from 1 and needs a whole copy."""

        def work(connection: Connection, news: News) -> None:
            before = _me(connection)
            if before is not None:
                _change_hands(connection, news, before=before, me=me, epoch=epoch)
            set_meta(connection, "me", value=me._asdict())
            set_meta(connection, "epoch", value=epoch)
            set_meta(connection, "pin", value=pin)
            _count_from_one(connection, me.device_id)
            set_meta(connection, "cursor", value=None)

        await self._engine.write(work)


def _position(connection: Connection) -> "Position":
    from interview_desk.services.exchange import Position

    (unsent,) = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM outbox WHERE state = 'waiting') "
        "OR EXISTS (SELECT 1 FROM own_note_updates WHERE state = 'waiting')"
    ).fetchone()
    return Position(
        cursor=get_meta(connection, "cursor"),
        epoch=get_meta(connection, "epoch"),
        device_id=get_meta(connection, "device_id"),
        restoring=get_meta(connection, "restoring", default=False),
        held=get_meta(connection, "held", default=False),
        copied=get_meta(connection, COPIED, default=False),
        unsent=bool(unsent),
    )


def _pending(connection: Connection) -> "Pending":
    from interview_desk.services.exchange import Pending

    edits, notes, attention = connection.execute(
        "SELECT (SELECT count(*) FROM outbox WHERE state = 'waiting'), "
        "(SELECT count(*) FROM own_note_updates WHERE state = 'waiting'), "
        "(SELECT count(*) FROM quarantine)"
    ).fetchone()
    return Pending(edits, notes, attention, held=get_meta(connection, "held", default=False))


def _change_hands(
    connection: Connection, news: News, *, before: Me, me: Me, epoch: str | None
) -> None:
    """What a desk that was somebody's already brings along to its next server."""
    from interview_desk.store.joining import hand_over
    from interview_desk.store.restoring import keep_for_new_epoch

    if before.server is None and me.server is not None:
        hand_over(connection, news, local=before.member_id, joined=me.member_id)
    elif get_meta(connection, "epoch") not in {None, epoch}:
        # Paired again with a server that was restored meanwhile.
        keep_for_new_epoch(connection)


def _count_from_one(connection: Connection, device_id: str | None) -> None:
    from interview_desk.store.outbox import renumber

    set_meta(connection, "device_id", value=device_id)
    set_meta(connection, COPIED, value=None)
    renumber(connection, 0)
    connection.execute("UPDATE own_note_updates SET n = NULL")
    connection.execute("UPDATE notes SET last_n = 0")


def _me(connection: Connection) -> Me | None:
    kept = get_meta(connection, "me")
    if kept is None:
        return None
    me = Me(**{**kept, "role": Role(kept["role"])})
    return me if me.server is None else me._replace(role=_role_in_team(connection, me))


def _role_in_team(connection: Connection, me: Me) -> Role:
    """The role the team has given since the desk was paired.

    Only to external members is no role told, not even their own.
    """
    row = connection.execute(
        "SELECT json_extract(coalesce(shown, fields), '$.role') FROM records "
        "WHERE live = 1 AND entity = 'poblysh_team_members' AND id = ?",
        (me.member_id,),
    ).fetchone()
    if row is None:
        return me.role
    return Role(row[0]) if row[0] in set(Role) else Role.EXTERNAL
