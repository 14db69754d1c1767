"""Who has been given sight of what, kept up to date inside every write.

A member is given an interview, its startup and its guide by an assignment, and the scores of an
interview by a submitted sheet. Each change of sight has a version of its own, so a pull can bring
what appeared and take back what disappeared, whatever the versions of the rows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from interview_desk.domain.evaluation.panel import is_submitted
from interview_desk.domain.evaluation.rounds import is_round_over
from interview_desk.domain.permissions import Subject, Viewer
from interview_desk.domain.roles import AssignmentRole
from interview_desk.domain.values import Fields
from sync_server.infra.database import Tx
from sync_server.models.records import records, sights
from sync_server.sync.read import StoredRecord, read_record, records_of_interview

GIVEN = "given"
SCORES = "scores"
# Stands for every member who is not external.
TEAM = "*"

_LINKS = ("startup_id", "guide_id")


class StoredSight:
    """What one viewer has been given, read once per transaction; a `permissions.Sight`."""

    def __init__(self, tx: Tx, workspace_id: str, viewer: Viewer) -> None:
        self._tx = tx
        self._workspace_id = workspace_id
        self._viewer = viewer
        self._given: frozenset[str] | None = None
        self._scores: dict[str, bool] = {}
        self._all_scores: frozenset[str] | None = None
        self._subjects: dict[tuple[str, str], Subject | None] = {}

    def is_given(self, record_id: str) -> bool:
        """Whether this interview, startup or guide belongs to an assignment of the viewer."""
        if self._given is None:
            found = self._tx.connection.execute(
                _visible(self._workspace_id, GIVEN, [self._viewer.member_id])
            )
            self._given = frozenset(found.scalars())
        return record_id in self._given

    def sees_scores(self, interview_id: str) -> bool:
        """Whether submitted ratings of the interview are shown to the viewer."""
        if self._all_scores is not None:
            return interview_id in self._all_scores
        if interview_id not in self._scores:
            query = _visible(self._workspace_id, SCORES, [self._viewer.member_id, TEAM])
            found = self._tx.connection.execute(
                query.where(sights.c.scope_id == interview_id).limit(1)
            )
            self._scores[interview_id] = found.scalar_one_or_none() is not None
        return self._scores[interview_id]

    def learn_scores(self) -> None:
        """Read at once of which interviews the ratings are shown; for whoever asks of many."""
        members = [self._viewer.member_id, TEAM]
        found = self._tx.connection.execute(_visible(self._workspace_id, SCORES, members))
        self._all_scores = frozenset(found.scalars())

    def ever_saw_scores(self, interview_id: str) -> bool:
        """Whether the viewer was shown the round at any time, also if it was closed to them."""
        query = sa.select(sights.c.scope_id).where(
            sights.c.workspace_id == self._workspace_id,
            sights.c.member_id.in_([self._viewer.member_id, TEAM]),
            sights.c.kind == SCORES,
            sights.c.scope_id == interview_id,
        )
        return self._tx.connection.execute(query.limit(1)).scalar_one_or_none() is not None

    def leads(self, interview_id: str) -> bool:
        """Whether the viewer is the interview's lead."""
        return any(
            assignment.fields.get("member_id") == self._viewer.member_id
            and assignment.fields.get("role") == AssignmentRole.LEAD
            for assignment in _assignments(self._tx, self._workspace_id, interview_id)
        )

    def subject(self, entity: str, record_id: str) -> Subject | None:
        """The record another one speaks of."""
        key = (entity, record_id)
        if key not in self._subjects:
            found = read_record(self._tx, self._workspace_id, entity, record_id)
            self._subjects[key] = found.subject() if found else None
        return self._subjects[key]


@dataclass(frozen=True, slots=True)
class Changed:
    """A record before and after a write; `before` is empty for a new one."""

    entity: str
    id: str
    before: Fields
    after: Fields

    def values(self, name: str) -> set[str]:
        """What the field `name` held before and holds now."""
        found = (fields.get(name) for fields in (self.before, self.after))
        return {value for value in found if isinstance(value, str)}

    def differs(self, *names: str) -> bool:
        """Whether any of the fields reads differently now."""
        return any(self.before.get(name) != self.after.get(name) for name in names)


def refresh(tx: Tx, workspace_id: str, *, changed: Changed, ver: int) -> None:
    """Give and take sight as the write of `changed` at version `ver` demands."""
    writer = _Refresh(tx, workspace_id, ver)
    match changed.entity:
        case "interview_assignments":
            writer.after_assignment(changed)
        case "interviews":
            writer.after_interview(changed)
        case "rating_sheets":
            writer.after_sheet(changed)
        case _:
            pass


@dataclass(frozen=True, slots=True)
class _Refresh:
    tx: Tx
    workspace_id: str
    ver: int

    def after_assignment(self, changed: Changed) -> None:
        for interview_id in changed.values("interview_id"):
            interview = read_record(self.tx, self.workspace_id, "interviews", interview_id)
            scopes = {interview_id, *_links_of(interview)}
            self._give_all(changed.values("member_id"), scopes)
            self._score(interview_id)

    def after_interview(self, changed: Changed) -> None:
        if changed.differs(*_LINKS) or not changed.before:
            scopes = {changed.id}.union(*(changed.values(name) for name in _LINKS))
            self._give_all(self._assigned(changed.id), scopes)
        if changed.differs("ratings_closed"):
            self._score(changed.id)

    def after_sheet(self, changed: Changed) -> None:
        for interview_id in changed.values("interview_id"):
            if is_submitted(changed.after):
                for member_id in changed.values("member_id"):
                    self._set(member_id, SCORES, scope_id=interview_id, visible=True)
            self._score(interview_id)

    def _give_all(self, member_ids: Iterable[str], scopes: Iterable[str]) -> None:
        wanted = sorted(scopes)
        for member_id in sorted(member_ids):
            for scope in wanted:
                visible = self._is_assigned(member_id, scope)
                self._set(member_id, GIVEN, scope_id=scope, visible=visible)

    def _score(self, interview_id: str) -> None:
        """Show the round to everybody once it is over, and hide it when it is open again."""
        visible = self._is_round_over(interview_id)
        self._set(TEAM, SCORES, scope_id=interview_id, visible=visible)

    def _is_round_over(self, interview_id: str) -> bool:
        interview = read_record(self.tx, self.workspace_id, "interviews", interview_id)
        sheets = records_of_interview(
            self.tx, self.workspace_id, interview_id, entity="rating_sheets"
        )
        assignments = _assignments(self.tx, self.workspace_id, interview_id)
        return is_round_over(
            interview.fields if interview else {},
            assignments=[one.fields for one in assignments],
            sheets=[one.fields for one in sheets],
        )

    def _assigned(self, interview_id: str) -> set[str]:
        assignments = _assignments(self.tx, self.workspace_id, interview_id)
        return {str(assignment.fields.get("member_id")) for assignment in assignments}

    def _is_assigned(self, member_id: str, scope: str) -> bool:
        assignment, interview = records.alias("assignment"), records.alias("interview")
        same = sa.and_(
            interview.c.workspace_id == assignment.c.workspace_id,
            interview.c.entity == "interviews",
            interview.c.id == assignment.c.interview_id,
        )
        query = (
            sa.select(assignment.c.id)
            .join(interview, same, isouter=True)
            .where(
                assignment.c.workspace_id == self.workspace_id,
                assignment.c.entity == "interview_assignments",
                assignment.c.member_id == member_id,
                assignment.c.deleted_at.is_(None),
                sa.or_(
                    assignment.c.interview_id == scope,
                    interview.c.startup_id == scope,
                    interview.c.guide_id == scope,
                ),
            )
            .limit(1)
        )
        return self.tx.connection.execute(query).scalar_one_or_none() is not None

    def _set(self, member_id: str, kind: str, *, scope_id: str, visible: bool) -> None:
        key = sa.and_(
            sights.c.workspace_id == self.workspace_id,
            sights.c.member_id == member_id,
            sights.c.kind == kind,
            sights.c.scope_id == scope_id,
        )
        now = self.tx.connection.execute(
            sa.select(sights.c.visible).where(key)
        ).scalar_one_or_none()
        if now is None and visible:
            self.tx.connection.execute(
                sa.insert(sights).values(
                    workspace_id=self.workspace_id,
                    member_id=member_id,
                    kind=kind,
                    scope_id=scope_id,
                    ver=self.ver,
                    visible=True,
                )
            )
        elif now is not None and now != visible:
            self.tx.connection.execute(
                sa.update(sights).where(key).values(ver=self.ver, visible=visible)
            )


def _visible(workspace_id: str, kind: str, member_ids: list[str]) -> sa.Select[str]:
    return sa.select(sights.c.scope_id).where(
        sights.c.workspace_id == workspace_id,
        sights.c.member_id.in_(member_ids),
        sights.c.kind == kind,
        sights.c.visible.is_(True),
    )


def _assignments(tx: Tx, workspace_id: str, interview_id: str) -> list[StoredRecord]:
    return records_of_interview(tx, workspace_id, interview_id, entity="interview_assignments")


def _links_of(interview: StoredRecord | None) -> Iterator[str]:
    for name in _LINKS:
        value = interview.fields.get(name) if interview else None
        if isinstance(value, str):
            yield value
