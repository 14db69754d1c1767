"""Interviews with all that belongs to them, given to people and taken away again."""

from typing import Any

from interview_desk.domain.ids import sheet_id
from interview_desk.domain.roles import Role
from tests.helpers.team import Laptop, Team, new_id


async def interview_with_everything(team: Team) -> dict[str, str]:
    """An interview and one row of every kind that belongs to it."""
    ids = {
        name: new_id()
        for name in ("interview", "startup", "guide", "guest", "answer", "insight", "contact")
    }
    await team.server_writes("startups", ids["startup"], name="Example GmbH", website="https://x")
    await team.server_writes("guides", ids["guide"], name="Switch", version=1)
    await team.server_writes("contacts", ids["contact"], name="Gundula", phone="+49 30 1234")
    await team.server_writes(
        "interviews",
        ids["interview"],
        title="Switching",
        status="scheduled",
        start="2026-11-24T09:00:00Z",
        location="+49 30 1234",
        startup_id=ids["startup"],
        guide_id=ids["guide"],
        booking_uids=["uid-1"],
    )
    mine: dict[str, Any] = {"interview_id": ids["interview"]}
    await team.server_writes(
        "interview_guests",
        ids["guest"],
        name="Gundula Gast",
        email="g@example.org",
        zone="Europe/Berlin",
        **mine,
    )
    await team.server_writes("interview_answers", ids["answer"], field="welcome.why", **mine)
    await team.server_writes("interview_insights", ids["insight"], statement="Pushed", **mine)
    return ids


async def assign(team: Team, laptop: Laptop, interview: str, role: str = "note_taker") -> str:
    assignment = new_id()
    await team.server_writes(
        "interview_assignments",
        assignment,
        interview_id=interview,
        member_id=laptop.member_id,
        role=role,
        state="accepted",
    )
    return assignment


async def unassign(team: Team, assignment: str) -> None:
    owner = await team.member("Olivia", Role.OWNER)
    await owner.pull()
    assert (await owner.remove("interview_assignments", assignment))["status"] == "ok"


async def sheet_of(laptop: Laptop, interview: str, **fields: Any) -> str:
    sheet = sheet_id(interview, laptop.member_id)
    fields = {"interview_id": interview, "member_id": laptop.member_id, **fields}
    result = await laptop.change("rating_sheets", sheet, **fields)
    assert result["status"] == "ok", result
    return sheet
