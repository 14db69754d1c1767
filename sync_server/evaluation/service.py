"""Judging one interview by the rules in force, and keeping what follows."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from interview_desk.domain.evaluation.results import Evaluation
from interview_desk.domain.evaluation.rule_sets import Tag
from interview_desk.domain.evaluation.versions import JUDGED
from interview_desk.domain.flags import Flag
from interview_desk.domain.ids import new_id
from interview_desk.domain.records import Record
from interview_desk.domain.status import Status, may_move
from interview_desk.domain.values import Fields, Json
from interview_desk.wire.results import evaluation_fields, stored_result
from sync_server.evaluation import repository
from sync_server.evaluation.forms import is_form_late, keep_form, read_by_externals
from sync_server.evaluation.judges import Bench, Judges
from sync_server.evaluation.repository import EVALUATOR, Known
from sync_server.infra.database import Tx
from sync_server.sync.counter import lock
from sync_server.sync.flags import is_switched_on
from sync_server.sync.read import StoredRecord
from sync_server.sync.write import write_record


def worth_a_look(tx: Tx, interview_ids: Sequence[str], bench: Bench) -> list[str]:
    """Those of the interviews that can have a result or a form, in the order given.

    Most of what a team has ever planned or put away has neither, and is told apart in one read.
    """
    read = {one.id for one in repository.interviews_among(tx, interview_ids) if _is_judged(one)}
    read |= read_by_externals(tx, interview_ids, bench)
    return [one for one in interview_ids if one in read]


def out_of_date(tx: Tx, interview_ids: Iterable[str], bench: Bench) -> list[str]:
    """Those of the interviews whose result or form is not the one that they would get now."""
    return [
        one
        for one in interview_ids
        if _judged(tx, one, bench) is not None or is_form_late(tx, one, bench)
    ]


def evaluate(tx: Tx, interview_id: str, judges: Judges) -> bool:
    """Judge an interview and keep the result where it is a new one; whether it was.

    Nothing happens while the team has evaluation switched off.
    """
    if not is_switched_on(tx, Flag.EVALUATION):
        return False
    # A result is newer than all it was judged by: whoever changes an input meanwhile waits, or it
    # would look judged.
    lock(tx, repository.the_workspace(tx))
    bench = judges.bench(tx)
    keep_form(tx, interview_id, bench)
    judged = _judged(tx, interview_id, bench)
    if judged is None:
        return False
    _Keeping(tx, repository.the_workspace(tx), judged).keep()
    return True


@dataclass(frozen=True, slots=True)
class _Judged:
    """A result that is not kept yet; `latest` is the one that stands."""

    interview: StoredRecord
    rules_id: str
    evaluation: Evaluation
    latest: Record | None


def _judged(tx: Tx, interview_id: str, bench: Bench) -> _Judged | None:
    """The interview judged anew, or None where that changes nothing or is not its time."""
    interview = repository.interview_of(tx, interview_id)
    if interview is None or not _is_judged(interview):
        return None
    rules_id, judge = bench.for_interview(interview.fields)
    if judge is None:
        return None
    known = Known(tx, interview_id)
    with_peers = judge.rules.compares_segments
    evaluation = judge.evaluate(known.inputs(interview, with_peers=with_peers))
    latest = known.latest()
    if latest is not None and _says_the_same(latest.fields, rules_id, evaluation):
        return None
    return _Judged(interview, rules_id, evaluation, latest)


def _is_judged(interview: StoredRecord) -> bool:
    fields = interview.fields
    if interview.deleted or fields.get("merged_into"):
        return False
    return fields.get("status") in JUDGED


def _says_the_same(latest: Fields, rules_id: str, evaluation: Evaluation) -> bool:
    stands = (latest.get("rules_id"), latest.get("inputs_hash"))
    return stands == (rules_id, evaluation.inputs_hash)


@dataclass(frozen=True, slots=True)
class _Keeping:
    """Everything that is written once an interview was judged anew, in one transaction."""

    tx: Tx
    workspace_id: str
    judged: _Judged

    def keep(self) -> None:
        """Keep the result beside the earlier ones, and what it does to the interview."""
        fields = evaluation_fields(self.judged.evaluation)
        fields |= {"interview_id": self.judged.interview.id, "rules_id": self.judged.rules_id}
        record_id = new_id(self.tx.now, secrets.token_bytes(10))
        self._write("evaluations", record_id, fields)
        changes = {**self._status(), **self._tags()}
        if changes:
            self._write("interviews", self.judged.interview.id, changes)

    def _status(self) -> dict[str, Json]:
        """`evaluated`, once there is a verdict that no rating can change any more.

        An interview is moved once: a person who moves it back afterwards is right.
        """
        evaluation, interview = self.judged.evaluation, self.judged.interview
        current = Status(str(interview.fields.get("status")))
        if not (evaluation.is_final and evaluation.has_verdict) or current is Status.EVALUATED:
            return {}
        if not may_move(current, Status.EVALUATED):
            return {}
        if repository.was_moved_by_us(self.tx, interview.id):
            return {}
        return {"status": Status.EVALUATED.value}

    def _tags(self) -> dict[str, Json]:
        """The tags that follow now and did not before; one that a person took off stays off."""
        latest = self.judged.latest
        before = set(_tags_in(latest.fields)) if latest else set()
        effects = (one.effect for one in self.judged.evaluation.effects)
        new = {one.tag for one in effects if isinstance(one, Tag)} - before
        return {"tags": {"add": sorted(new)}} if new else {}

    def _write(self, entity: str, record_id: str, fields: Fields) -> None:
        write_record(
            self.tx,
            workspace_id=self.workspace_id,
            entity=entity,
            id=record_id,
            fields=fields,
            author=EVALUATOR,
        )


def _tags_in(evaluation: Fields) -> Iterable[str]:
    effects = stored_result(evaluation).effects
    return (str(one["tag"]) for one in effects if one.get("effect") == "tag")
