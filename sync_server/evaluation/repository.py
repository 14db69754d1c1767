"""What an interview is judged by, read from the records, and how it was judged last."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from interview_desk.domain.evaluation.computed import PEER_FIELDS, Peer, Segments
from interview_desk.domain.evaluation.gathering import Inputs
from interview_desk.domain.ids import answer_id
from interview_desk.domain.records import Record
from interview_desk.domain.status import Status
from sync_server.infra.database import Tx
from sync_server.models.records import records
from sync_server.models.workspace import workspace
from sync_server.sync.authors import Author
from sync_server.sync.history import Place, steps_of
from sync_server.sync.read import (
    StoredRecord,
    opened_all,
    read_record,
    records_of_interview,
    records_of_kind,
)

_AT_ONCE = 500
_STEPS = 1000
# Writes what follows from an evaluation.
EVALUATOR = Author("server")


class Touched(NamedTuple):
    """A record that has changed: enough to know whose result may be out of date."""

    entity: str
    id: str
    interview_id: str | None
    startup_id: str | None
    ver: int


def the_workspace(tx: Tx) -> str:
    """The one workspace of this server."""
    return str(tx.connection.execute(sa.select(workspace.c.id)).scalars().one())


def judged_by_shipped(tx: Tx) -> str | None:
    """By which of the rules that come along everything was looked at last."""
    found: str | None = tx.connection.execute(sa.select(workspace.c.shipped_rules)).scalar_one()
    return found


def keep_judged_by_shipped(tx: Tx, rules_id: str) -> None:
    """Everything has been looked at by these rules that come along."""
    tx.connection.execute(sa.update(workspace).values(shipped_rules=rules_id))


def touched_since(tx: Tx, seen: int, entities: Iterable[str]) -> list[Touched]:
    """The records of some kinds that are newer than version `seen`, unopened, oldest first."""
    columns = (records.c.entity, records.c.id, records.c.interview_id, records.c.startup_id)
    rows = tx.connection.execute(
        sa.select(*columns, records.c.ver)
        .where(records.c.workspace_id == the_workspace(tx), records.c.ver > seen)
        .where(records.c.entity.in_(sorted(entities)))
        .order_by(records.c.ver)
    )
    return [Touched(*row) for row in rows]


def of_kind(tx: Tx, entity: str) -> list[Record]:
    """All live records of one kind, as the rules of the domain read them."""
    return [record_of(one) for one in records_of_kind(tx, the_workspace(tx), entity)]


def record_of(stored: StoredRecord) -> Record:
    """A stored record as the rules of the domain read it."""
    return Record(stored.entity, stored.id, stored.fields, stored.ver)


def interview_of(tx: Tx, interview_id: str) -> StoredRecord | None:
    """The interview itself, which says whether the rest is worth reading."""
    return read_record(tx, the_workspace(tx), "interviews", interview_id)


def interviews_among(tx: Tx, ids: Iterable[str]) -> list[StoredRecord]:
    """Those of these interviews that there are, also deleted ones, in one read."""
    rows = tx.connection.execute(
        sa.select(records).where(
            records.c.workspace_id == the_workspace(tx),
            records.c.entity == "interviews",
            records.c.id.in_([*ids]),
        )
    )
    return opened_all(tx.vault, rows)


class Known:
    """All that belongs to one interview, read once."""

    def __init__(self, tx: Tx, interview_id: str) -> None:
        self._tx = tx
        self._workspace_id = the_workspace(tx)
        rows = records_of_interview(tx, self._workspace_id, interview_id)
        self._rows = [record_of(one) for one in rows]

    def latest(self) -> Record | None:
        """The evaluation that stands: the last that was kept."""
        return next(iter(reversed(self._of("evaluations"))), None)

    def inputs(self, interview: StoredRecord, *, with_peers: bool) -> Inputs:
        """What `interview`, to which all this belongs, is judged by."""
        return Inputs(
            interview=record_of(interview),
            startup=self._startup(interview),
            assignments=self._of("interview_assignments"),
            guests=self._of("interview_guests"),
            answers=self._of("interview_answers"),
            insights=self._of("interview_insights"),
            sheets=self._of("rating_sheets"),
            peers=peers(self._tx, interview.id) if with_peers else (),
        )

    def _startup(self, interview: StoredRecord) -> Record | None:
        startup_id = interview.fields.get("startup_id")
        if not isinstance(startup_id, str):
            return None
        found = read_record(self._tx, self._workspace_id, "startups", startup_id)
        return record_of(found) if found and not found.deleted else None

    def _of(self, entity: str) -> list[Record]:
        return [row for row in self._rows if row.entity == entity]


def peers(tx: Tx, interview_id: str) -> tuple[Peer, ...]:
    """The other interviews of its segment; of all others only the answers that say so are read."""
    workspace_id = the_workspace(tx)
    all_of_them = sa.select(records.c.id).where(
        records.c.workspace_id == workspace_id,
        records.c.entity == "interviews",
        records.c.deleted_at.is_(None),
    )
    interviews = list(tx.connection.execute(all_of_them).scalars())
    wanted = [answer_id(one, field) for one in interviews for field in PEER_FIELDS]
    found: list[Record] = []
    for start in range(0, len(wanted), _AT_ONCE):
        found += _answers(tx, workspace_id, wanted[start : start + _AT_ONCE])
    return Segments(found).peers(interview_id)


def was_moved_by_us(tx: Tx, interview_id: str) -> bool:
    """Whether the interview was counted as evaluated before, whatever a person did since."""
    place = Place(the_workspace(tx), "interviews", interview_id)
    return any(
        (step.field, step.author, step.after) == ("status", EVALUATOR.name, Status.EVALUATED)
        for step in steps_of(tx, place, before=None, limit=_STEPS)
    )


def _answers(tx: Tx, workspace_id: str, ids: Sequence[str]) -> list[Record]:
    rows = tx.connection.execute(
        sa.select(records).where(
            records.c.workspace_id == workspace_id,
            records.c.entity == "interview_answers",
            records.c.id.in_(ids),
            records.c.deleted_at.is_(None),
        )
    )
    return [record_of(one) for one in opened_all(tx.vault, rows)]
