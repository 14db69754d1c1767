"""The rules in force, ready to judge: each version is read once."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from interview_desk.domain.evaluation.checking import RulesInvalid
from interview_desk.domain.evaluation.engine import Judge
from interview_desk.domain.evaluation.truth import forget_compared
from interview_desk.domain.evaluation.versions import State, in_force, state_of
from interview_desk.domain.records import Record
from interview_desk.domain.roles import Role
from interview_desk.domain.values import Fields
from interview_desk.wire.evaluation import rule_set_of
from interview_desk.wire.shipped import SHIPPED_RULES_ID, shipped_rules
from sync_server.evaluation import repository
from sync_server.infra.database import Tx
from sync_server.sync.removal.memory import forgotten_by

_log = logging.getLogger(__name__)

# A judge remembers the last values of each fact, among them what a guest has said.
forgotten_by(forget_compared)


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything that decides by which rules an interview is judged, as it is now.

    A version that cannot be used has no judge: nobody is judged by half a rule. `externals` are
    the members who are shown no rules.
    """

    event_types: Sequence[Record]
    rule_sets: Sequence[Record]
    judges: Mapping[str, Judge | None]
    externals: frozenset[str]

    def for_interview(self, interview: Fields) -> tuple[str, Judge | None]:
        """The id of the version in force for an interview, and who judges by it."""
        chosen = in_force(interview, event_types=self.event_types, rule_sets=self.rule_sets)
        rules_id = chosen.id if chosen else SHIPPED_RULES_ID
        return rules_id, self.judges[rules_id]

    @property
    def compares_segments(self) -> bool:
        """Whether a change of one interview can change how others are judged."""
        return any(judge.rules.compares_segments for judge in self.judges.values() if judge)

    def is_like(self, other: "Bench | None") -> bool:
        """Whether every interview is judged by the same rules as by `other`."""
        return other is not None and self.key == other.key

    @property
    def key(self) -> list[object]:
        """What decides which version judges an interview, and who is shown none."""
        sets = [
            (one.id, one.ver, one.fields.get("guide_id"), one.fields.get("replaces"))
            for one in self.rule_sets
        ]
        types = [
            (one.fields.get("calcom_id"), one.fields.get("rule_set_id")) for one in self.event_types
        ]
        return [sets, types, sorted(self.externals)]


class Judges:
    """Reads the published versions; what was read once is kept."""

    def __init__(self) -> None:
        self._shipped = Judge(shipped_rules())
        self._read: dict[tuple[str, int], Judge | None] = {}

    def bench(self, tx: Tx) -> Bench:
        """The rules in force in this transaction."""
        rule_sets = [
            one
            for one in repository.of_kind(tx, "evaluation_rules")
            if state_of(one.fields) is State.PUBLISHED
        ]
        judges = {SHIPPED_RULES_ID: self._shipped, **{one.id: self._of(one) for one in rule_sets}}
        externals = frozenset(
            one.id
            for one in repository.of_kind(tx, "poblysh_team_members")
            if one.fields.get("role") == Role.EXTERNAL
        )
        return Bench(repository.of_kind(tx, "event_types"), rule_sets, judges, externals)

    def _of(self, version: Record) -> Judge | None:
        key = (version.id, version.ver)
        if key not in self._read:
            self._read[key] = _judge_of(version)
        return self._read[key]


def _judge_of(version: Record) -> Judge | None:
    try:
        return Judge(rule_set_of(version.fields))
    except RulesInvalid:
        # A push is checked; this came another way, and what it says is a team's own.
        _log.warning("rules %s cannot be used; nobody is judged by them", version.id)
        return None
