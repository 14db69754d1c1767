"""What is asked on a rating sheet, for those who are not shown the rules.

An external member rates interviews they are assigned to, and sees no rules. A record of the
interview holds just what their sheet needs: the texts and scales of what the rules in force ask
about it, not what counts how much, when it counts, and what follows. What does not apply is left
out here, because whoever fills the sheet in cannot tell.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from interview_desk.domain.ids import rating_form_id
from interview_desk.domain.values import Fields
from interview_desk.wire.forms import form_fields
from sync_server.evaluation import repository
from sync_server.evaluation.judges import Bench
from sync_server.evaluation.repository import EVALUATOR, Known
from sync_server.infra.database import Tx
from sync_server.models.records import records
from sync_server.sync.read import read_record
from sync_server.sync.write import write_record

_FORMS = "rating_forms"


def read_by_externals(tx: Tx, interview_ids: Sequence[str], bench: Bench) -> set[str]:
    """Those of the interviews to which an external member is assigned."""
    if not bench.externals:
        return set()
    query = sa.select(records.c.scope_id).where(
        records.c.workspace_id == repository.the_workspace(tx),
        records.c.scope_id.in_(interview_ids),
        records.c.entity == "interview_assignments",
        records.c.member_id.in_(sorted(bench.externals)),
        records.c.deleted_at.is_(None),
    )
    return set(tx.connection.execute(query).scalars())


def is_form_late(tx: Tx, interview_id: str, bench: Bench) -> bool:
    """Whether an external member of the interview has another form than they would get now."""
    return _wanted(tx, interview_id, bench) is not None


def keep_form(tx: Tx, interview_id: str, bench: Bench) -> None:
    """Give the external members of an interview the form of the rules in force."""
    wanted = _wanted(tx, interview_id, bench)
    if wanted is not None:
        write_record(
            tx,
            workspace_id=repository.the_workspace(tx),
            entity=_FORMS,
            id=rating_form_id(interview_id),
            fields=wanted,
            author=EVALUATOR,
        )


def _wanted(tx: Tx, interview_id: str, bench: Bench) -> Fields | None:
    """What the form should say; None where it says so, or nobody is there to read it."""
    if not read_by_externals(tx, [interview_id], bench):
        return None
    interview = repository.interview_of(tx, interview_id)
    if interview is None or interview.deleted or interview.fields.get("merged_into"):
        return None
    _, judge = bench.for_interview(interview.fields)
    if judge is None:
        return None
    asked = judge.rules.asked
    if judge.asks_by_case:
        known = Known(tx, interview_id)
        asked = judge.asked_about(known.inputs(interview, with_peers=False))
    return _differing(tx, interview_id, form_fields(judge.rules, asked))


def _differing(tx: Tx, interview_id: str, form: Fields) -> Fields | None:
    fields = {"interview_id": interview_id, **form}
    workspace_id = repository.the_workspace(tx)
    held = read_record(tx, workspace_id, _FORMS, rating_form_id(interview_id))
    return None if held and not held.deleted and held.fields == fields else fields
