"""Carrying out what is to be erased for good: at a team's wish, or because a guest says no."""

import asyncio
import logging
from contextlib import suppress
from datetime import datetime

from sync_server.bookings.repository import the_workspace
from sync_server.infra.database import DatabaseUnavailable, Tx
from sync_server.infra.parts import Parts
from sync_server.operations.commands import CommandFailed
from sync_server.operations.purging import erase_guest, erase_interview
from sync_server.operations.withdrawals import Withdrawals
from sync_server.sync.authors import Author
from sync_server.sync.counter import lock, tells_of_records
from sync_server.sync.read import StoredRecord
from sync_server.sync.removal.erasing import all_of_kind
from sync_server.sync.write import write_record

_log = logging.getLogger(__name__)
_KINDS = {"guest": erase_guest, "interview": erase_interview}
# Nobody waits for it at a screen, and looking at each change costs more than it brings.
_PAUSE_SECONDS = 0.5
_AWAY_SECONDS = 5.0
# So often it is looked at, whatever news was missed.
_SLOWEST = 60.0


async def run(parts: Parts) -> None:
    """Erase what waits, until cancelled."""
    withdrawals = Withdrawals()
    while True:
        with parts.bus.subscribe(tells_of_records) as news:
            try:
                await erase_all(parts)
                due = await withdrawals.look(parts)
            except DatabaseUnavailable:
                _log.warning("the database cannot be used; what is to be erased waits")
                await asyncio.sleep(_AWAY_SECONDS)
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(_seconds_until(due, parts.clock.now())):
                    await anext(news)
        await asyncio.sleep(_PAUSE_SECONDS)


def _seconds_until(due: datetime | None, now: datetime) -> float:
    return _SLOWEST if due is None else min(_SLOWEST, max(0.0, (due - now).total_seconds()))


async def erase_all(parts: Parts) -> int:
    """Erase all that waits, each with its outcome in one transaction; how many that were."""
    count = 0
    while await parts.database.read(_waiting):
        count += await parts.database.write(_erase_next)
    return count


def _waiting(tx: Tx) -> list[StoredRecord]:
    wanted = all_of_kind(tx, the_workspace(tx), "erasures")
    return [one for one in wanted if one.fields.get("state", "waiting") == "waiting"]


def _erase_next(tx: Tx) -> int:
    # Who looks before the other one has committed would do it again.
    lock(tx, the_workspace(tx))
    waiting = _waiting(tx)
    if not waiting:
        return 0  # an operator or another server was faster
    wanted = waiting[0]
    work = _KINDS[str(wanted.fields["kind"])]
    try:
        kept = work(tx, str(wanted.fields["subject_id"])).get("kept_interviews", [])
    except CommandFailed as reason:
        fields = {"state": "failed", "error": str(reason)}
    else:
        fields = {"state": "done", "kept_interviews": kept}
    write_record(
        tx,
        workspace_id=the_workspace(tx),
        entity="erasures",
        id=wanted.id,
        fields=fields,
        author=Author("server"),
    )
    return 1
