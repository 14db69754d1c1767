"""A team whose interviews are judged, without waiting for the worker."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from interview_desk.domain.ids import answer_id, sheet_id
from interview_desk.domain.roles import Role
from sync_server.evaluation.repository import of_kind
from sync_server.evaluation.tasks import Evaluator
from sync_server.infra.parts import Parts
from tests.helpers.team import Laptop, Team, new_id, team_on

RULES: dict[str, Any] = {
    "name": "Fit",
    "version": 1,
    "criteria": [
        {"id": "fit", "label": "Fit", "weight": 3},
        {"id": "pain", "label": "Pain", "weight": 1},
    ],
    "rules": [
        {
            "id": "open",
            "title": "Open to more",
            "when": {"fact": "answers.wrap_up.follow_up_ok", "op": "is", "value": True},
            "then": {"effect": "enrol", "sequence": "Thank you"},
            "message": "They said {answers.wrap_up.follow_up_ok}.",
        }
    ],
    "state": "published",
}


@dataclass
class Desk:
    """A team with one owner who rates, and what was made of it."""

    team: Team
    ada: Laptop
    evaluator: Evaluator
    rules_id: str = ""
    members: dict[str, Laptop] = field(default_factory=dict)

    async def member(self, name: str, role: Role = Role.INTERVIEWER) -> Laptop:
        """One more member of the team."""
        self.members[name] = await self.team.member(name, role)
        return self.members[name]

    async def publish(self, **changes: Any) -> str:
        """Publish the rules of these tests, changed where wanted; the id."""
        rules_id = new_id()
        result = await self.ada.change("evaluation_rules", rules_id, **{**RULES, **changes})
        assert result["status"] == "ok", result
        return rules_id

    async def interview(self, *raters: Laptop, status: str = "held", **fields: Any) -> str:
        """An interview that took place, with members who are asked to rate it."""
        interview_id = new_id()
        said = {"title": "Acme", "status": status, **fields}
        await self.team.server_writes("interviews", interview_id, **said)
        for rater in raters:
            await self.ask(interview_id, rater)
        return interview_id

    async def ask(self, interview_id: str, rater: Laptop, role: str = "observer") -> None:
        """Ask a member to take part."""
        await self.team.server_writes(
            "interview_assignments",
            new_id(),
            interview_id=interview_id,
            member_id=rater.member_id,
            role=role,
            state="accepted",
        )

    async def rate(
        self, interview_id: str, rater: Laptop, state: str = "submitted", /, **levels: int
    ) -> None:
        """A member rates, and hands the sheet in unless told otherwise."""
        await rater.pull()
        result = await rater.change(
            "rating_sheets",
            sheet_id(interview_id, rater.member_id),
            interview_id=interview_id,
            member_id=rater.member_id,
            ratings={key: {"value": level, "evidence": "said so"} for key, level in levels.items()},
            state=state,
        )
        assert result["status"] == "ok", result

    async def answer(self, interview_id: str, name: str, value: Any) -> None:
        """What somebody found out."""
        fields = {"interview_id": interview_id, "field": name, "item": "", "value": value}
        await self.team.server_writes("interview_answers", answer_id(interview_id, name), **fields)

    async def evaluations(self, interview_id: str) -> list[dict[str, Any]]:
        """All results that were kept, oldest first."""
        found = await self.team.parts.database.read(lambda tx: of_kind(tx, "evaluations"))
        return [dict(one.fields) for one in found if one.fields["interview_id"] == interview_id]

    async def fields(self, entity: str, record_id: str) -> dict[str, Any]:
        """What a record says now."""
        found = await self.team.parts.database.read(lambda tx: of_kind(tx, entity))
        return next(dict(one.fields) for one in found if one.id == record_id)


@pytest.fixture
async def desk(parts: Parts) -> AsyncIterator[Desk]:
    """A team that has published one rule set, on SQLite and again on PostgreSQL."""
    team = team_on(parts)
    ada = await team.member("Ada", Role.OWNER)
    desk = Desk(team, ada, Evaluator(parts))
    desk.rules_id = await desk.publish()
    yield desk
    await team.client.aclose()
