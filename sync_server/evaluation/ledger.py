"""Knowing whose result may be out of date, without opening a record."""

from collections.abc import Iterable, Sequence

from interview_desk.domain.evaluation.computed import PEER_FIELDS
from interview_desk.domain.ids import answer_id
from sync_server.evaluation.repository import Touched

_INPUTS = frozenset(
    {
        "interview_assignments",
        "interview_guests",
        "interview_answers",
        "interview_insights",
        "rating_sheets",
    }
)
# Whose role changes may be shown other things of the rules.
_RULES = frozenset({"evaluation_rules", "event_types", "poblysh_team_members"})
WATCHED = _INPUTS | _RULES | {"interviews", "startups", "evaluations", "flags"}


class Ledger:
    """Remembers at which version each interview changed last, and up to which it was judged.

    What stands in it is found again from the records: a server that starts anew loses nothing.
    """

    def __init__(self) -> None:
        self.seen = -1
        self.rules_ver = -1
        self.rules_touched = False
        self.segments_touched = False
        self._changed: dict[str, int] = {}
        self._judged: dict[str, int] = {}
        self._interviews_of: dict[str, set[str]] = {}

    def learn(self, touched: Iterable[Touched]) -> None:
        """Take in what changed since the last look."""
        for record in touched:
            self.seen = max(self.seen, record.ver)
            self._learn(record)

    def out_of_date(self) -> list[str]:
        """The interviews that changed since they were judged, those first that changed first."""
        late = [one for one, ver in self._changed.items() if ver > self._judged.get(one, -1)]
        return sorted(late, key=lambda one: (self._changed[one], one))

    def judged(self, interview_ids: Sequence[str]) -> None:
        """These have been looked at, as they are now."""
        self._judged |= {one: self._changed[one] for one in interview_ids}

    def forget_judged(self) -> None:
        """Nothing that was judged before counts."""
        self._judged = {}

    def doubt_all(self, ver: int) -> None:
        """At version `ver` something has changed by which every interview is judged."""
        self._changed = {one: max(ver, changed) for one, changed in self._changed.items()}

    def _learn(self, record: Touched) -> None:
        own = record.interview_id
        if record.entity == "interviews":
            self._changed[record.id] = record.ver
            if record.startup_id is not None:
                self._interviews_of.setdefault(record.startup_id, set()).add(record.id)
        elif record.entity == "startups":
            theirs = self._interviews_of.get(record.id, ())
            self._changed |= dict.fromkeys(theirs, record.ver)
        elif record.entity in _RULES:
            self.rules_touched = True
            self.rules_ver = record.ver
        elif record.entity == "evaluations" and own is not None:
            self._judged[own] = record.ver
        elif record.entity in _INPUTS and own is not None:
            self._changed[own] = record.ver
            self.segments_touched |= _is_of_segments(record, own)


def _is_of_segments(record: Touched, interview_id: str) -> bool:
    if record.entity != "interview_answers":
        return False
    return record.id in {answer_id(interview_id, field) for field in PEER_FIELDS}
