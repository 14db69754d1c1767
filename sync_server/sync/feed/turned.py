"""What a member has who became external, or stopped being it: put right row by row.

Which rows they see and which fields of them has changed everywhere at once. Every row that they may
have, or lack, is gone through once, in the order of names; what is newer than their place comes
afterwards, as it does to everybody, some of it a second time.
"""

from collections.abc import Iterator
from dataclasses import replace

import sqlalchemy as sa

from interview_desk.domain.roles import Role
from sync_server.auth.caller import Caller
from sync_server.infra.database import Tx
from sync_server.models.records import records
from sync_server.sync.feed import lines
from sync_server.sync.feed.cursor import FIRST, Cursor, Name
from sync_server.sync.feed.lines import Kept
from sync_server.sync.seen.rows import CallerView, gone_row


class Turned:
    """Goes on with the rows of one reader from where they stand."""

    def __init__(self, tx: Tx, caller: Caller) -> None:
        self._tx = tx
        self._caller = caller
        self._view = CallerView(tx, caller)
        self._view.sight.learn_scores()
        # What anybody of the team reads, and so could be there.
        self._before = CallerView(tx, replace(caller, role=Role.OBSERVER))

    def rows(self, place: Cursor, *, wanted: int) -> Iterator[tuple[Name, str | None]]:
        """The next rows by their names, with what is said of each; None where that is nothing."""
        found = self._tx.connection.execute(_behind(self._caller, place).limit(wanted))
        for row in map(Kept._make, found):
            yield (row.entity, row.id), self._said(row, since=place.ver)

    def _said(self, row: Kept, *, since: int) -> str | None:
        if row.is_deleted and row.ver <= since:
            return None  # that was said before
        if row.is_erased:
            return lines.line(self._tx.vault, row)
        return self._less(row) if self._caller.role is Role.EXTERNAL else self._more(row)

    def _less(self, row: Kept) -> str | None:
        """The row with what is still seen of it; what is seen no more goes.

        That counts also for what has changed, was taken back or was deleted since: nobody tells of
        it later.
        """
        stored = lines.stored(self._tx.vault, row)
        seen = self._view.row(stored)
        was_shown = stored.shown_ver is not None or self._before.could_see(stored)
        if seen is None and was_shown:
            seen = gone_row(stored, row.ver)
        return lines.spelled(seen) if seen else None

    def _more(self, row: Kept) -> str | None:
        if row.entity not in lines.DEPENDING:
            return lines.line(self._tx.vault, row)
        seen = self._view.row(lines.stored(self._tx.vault, row))
        return lines.spelled(seen) if seen else None


def _behind(caller: Caller, place: Cursor) -> sa.Select[tuple[object, ...]]:
    name = sa.tuple_(records.c.entity, records.c.id)
    return (
        sa.select(*lines.COLUMNS)
        .where(
            records.c.workspace_id == caller.workspace_id,
            # Of what came later they have had nothing yet.
            records.c.created_ver <= place.ver,
            name > (place.turning or FIRST),
        )
        .order_by(records.c.entity, records.c.id)
    )
