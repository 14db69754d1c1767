"""Retention and erasure: what is to go is gone everywhere, and does not come back."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.instants import format_instant
from interview_desk.domain.roles import Role
from interview_desk.wire import routes
from sync_server.infra.parts import Parts
from sync_server.models import workspace
from sync_server.models.records import records
from sync_server.operations import catalogue
from sync_server.operations.backups import read_backup, write_backup
from sync_server.operations.commands import CommandFailed, run_command
from sync_server.operations.housekeeping import keep_order_where_due
from tests.helpers.server import SetClock
from tests.helpers.storage import everything_said
from tests.helpers.team import Laptop, Team, new_id, team_on

assert catalogue.__all__
SECRET_STORY = "SchwarzwaldKonto"
GUEST = "gundula.gast@example.org"


@pytest.fixture
async def team(parts: Parts) -> AsyncIterator[Team]:
    team = team_on(parts)
    yield team
    await team.client.aclose()


async def purge(team: Team, **args: Any) -> dict[str, Any]:
    result: dict[str, Any] = await run_command(team.parts, "purge", args)
    return result


async def said(team: Team) -> str:
    return await team.parts.database.read(everything_said)


async def an_interview(team: Team, ada: Laptop, *guests: str) -> str:
    """An interview that tells the story in every place there is."""
    interview = new_id()
    await team.server_writes("interviews", interview, title=f"About {SECRET_STORY}")
    mine: dict[str, Any] = {"interview_id": interview}
    for email in guests:
        await team.server_writes(
            "interview_guests", new_id(), name=SECRET_STORY, email=email, **mine
        )
    answer = new_id()
    await ada.change("interview_answers", answer, field="a.b", value=SECRET_STORY, **mine)
    await ada.change("interview_answers", answer, value=f"{SECRET_STORY} 2")
    other = await team.laptop(ada.member_id)
    late = other.put("interview_answers", answer, base={}, value=f"{SECRET_STORY} 3")
    assert (await other.push(late))[0]["status"] == "conflict"
    await ada.write_notes(interview, "welcome", SECRET_STORY)
    return interview


async def test_an_erased_interview_leaves_nothing_but_its_ids(team: Team) -> None:
    ada = await team.member("Ada")
    interview = await an_interview(team, ada, GUEST)
    await ada.pull()
    assert {"interviews", "conflicts", "note_documents"} <= {entity for entity, _ in ada.rows}
    counts = await purge(team, interview=interview)
    assert counts["interviews"] == 1
    assert SECRET_STORY not in await said(team)
    came = await ada.pull()
    assert {entity for entity, _ in ada.rows} == {"poblysh_team_members"}
    assert all(row["deleted"] and row["fields"] == {} for row in came)
    snapshot = await ada.call("GET", routes.SNAPSHOT)
    assert interview not in snapshot.text
    with pytest.raises(CommandFailed, match="no interview"):
        await purge(team, interview=interview)


async def test_an_erased_interview_does_not_come_back_from_an_old_outbox(team: Team) -> None:
    ada = await team.member("Ada")
    interview = await an_interview(team, ada, GUEST)
    await purge(team, interview=interview)
    for entity, record_id, fields in (
        ("interviews", interview, {"title": SECRET_STORY}),
        ("interview_answers", new_id(), {"interview_id": interview, "value": SECRET_STORY}),
    ):
        assert (await ada.change(entity, record_id, **fields))["code"] == "erased"
    posted = await ada.post_notes(interview, "welcome", [b"\0\0"])
    assert posted.status_code in {404, 422}
    doc = note_document_id(interview, "welcome")
    found = await ada.call("GET", routes.note_updates(doc))
    assert SECRET_STORY not in found.text
    assert SECRET_STORY not in await said(team)


async def test_an_external_member_is_told_to_forget(team: Team) -> None:
    ada, eve = await team.member("Ada"), await team.member("Eve", Role.EXTERNAL)
    interview = await an_interview(team, ada, GUEST)
    mine: dict[str, Any] = {"interview_id": interview, "member_id": eve.member_id}
    await team.server_writes("interview_assignments", new_id(), role="note_taker", **mine)
    await eve.pull()
    assert "interview_answers" in {entity for entity, _ in eve.rows}
    await purge(team, interview=interview)
    await eve.pull()
    assert {entity for entity, _ in eve.rows} == {"poblysh_team_members"}


async def test_a_guest_goes_with_the_interviews_that_were_theirs_alone(team: Team) -> None:
    ada = await team.member("Ada")
    alone = await an_interview(team, ada, GUEST)
    shared = new_id()
    await team.server_writes("interviews", shared, title="Two of them")
    for email in (GUEST, "hans@example.org"):
        fields: dict[str, Any] = {"interview_id": shared, "email": email, "name": email}
        await team.server_writes("interview_guests", new_id(), **fields)
    await team.server_writes("contacts", new_id(), name=SECRET_STORY, email=GUEST.upper())
    looked = await purge(team, guest=GUEST, dry_run=True)
    assert SECRET_STORY in await said(team)
    counts = await purge(team, guest=GUEST)
    assert counts == looked
    assert (counts["interviews"], counts["kept_interviews"]) == (1, [shared])
    rest = await said(team)
    assert SECRET_STORY not in rest
    assert GUEST not in rest
    await ada.pull()
    assert set(ada.sees("interviews")) == {shared}
    assert [guest["email"] for guest in ada.sees("interview_guests").values()] == [
        "hans@example.org"
    ]
    assert alone not in ada.sees("interviews")
    with pytest.raises(CommandFailed, match="Nothing is stored"):
        await purge(team, guest=GUEST)


async def test_the_audit_says_that_something_was_erased_and_not_what(team: Team) -> None:
    ada = await team.member("Ada")
    interview = await an_interview(team, ada, GUEST)
    await purge(team, interview=interview)
    rows = await run_command(team.parts, "export.audit", {})
    erased = [row for row in rows if row["action"] == "erased"]
    assert interview in {row["id"] for row in erased}
    assert SECRET_STORY not in json.dumps(rows)


async def test_a_restored_backup_does_not_bring_back_what_was_erased_since(
    team: Team, tmp_path: Path
) -> None:
    ada, file = await team.member("Ada"), tmp_path / "backup.gz"
    interview = await an_interview(team, ada, GUEST)
    await team.parts.database.read(lambda tx: write_backup(tx, file))
    await purge(team, interview=interview)
    await team.parts.database.write(lambda tx: read_backup(tx, file))
    assert SECRET_STORY not in await said(team)
    ada.cursor, ada.rows = None, {}
    await ada.pull()
    assert ada.sees("interviews") == {}


async def test_recordings_go_when_their_day_has_come(team: Team, clock: SetClock) -> None:
    ada = await team.member("Ada")
    old, new = new_id(), new_id()
    for recording, day in ((old, "2026-11-24"), (new, "2027-11-24")):
        await team.server_writes("recordings", recording, keep_until=f"{day}T00:00:00Z")
    assert (await purge(team))["recordings"] == 0
    clock.advance(days=1)
    assert (await purge(team, dry_run=True))["recordings"] == 1
    assert (await purge(team))["recordings"] == 1
    assert (await purge(team))["recordings"] == 0
    later = await team.laptop(ada.member_id)
    await later.pull()
    assert set(later.sees("recordings")) == {new}


async def test_recordings_get_their_day_from_the_servers_limit_and_a_week_ahead(
    team: Team, clock: SetClock
) -> None:
    ada = await team.member("Ada")
    interview, old_interview, kept = new_id(), new_id(), "2027-02-01T00:00:00Z"
    await team.server_writes("interviews", interview, end="2026-11-20T10:00:00Z")
    await team.server_writes("interviews", old_interview, end="2025-01-01T10:00:00Z")
    fresh, old, dated, loose = (new_id() for _ in range(4))
    for recording, of in ((fresh, interview), (old, old_interview), (loose, new_id())):
        await team.server_writes("recordings", recording, interview_id=of)
    await team.server_writes("recordings", dated, interview_id=interview, keep_until=kept)
    assert (await purge(team))["dated"] == 0
    limit = team.parts.settings.model_copy(update={"recordings_kept_days": 30})
    limited = replace(team.parts, settings=limit)
    await keep_order_where_due(limited)
    await ada.pull()
    days = {one: fields["keep_until"] for one, fields in ada.sees("recordings").items()}
    week = format_instant(clock.now() + timedelta(days=7))
    month = format_instant(clock.now() + timedelta(days=30))
    assert days == {fresh: "2026-12-20T10:00:00Z", old: week, dated: kept, loose: month}
    clock.advance(days=8)
    await keep_order_where_due(limited)
    later = await team.laptop(ada.member_id)
    await later.pull()
    assert set(later.sees("recordings")) == {fresh, dated, loose}


async def test_retention_is_carried_out_by_itself(team: Team, clock: SetClock) -> None:
    old, other = new_id(), new_id()
    await team.server_writes("recordings", old, keep_until="2026-11-24T00:00:00Z")
    ada = await team.member("Ada")
    await ada.change("startups", other, name="Example")
    await ada.pull()
    await ada.remove("startups", other)

    async def left() -> set[str]:
        found = team.parts.database.read(
            lambda tx: tx.connection.execute(sa.select(records.c.id)).scalars().all()
        )
        return {*await found} & {old, other}

    await keep_order_where_due(team.parts)
    assert old in {row["id"] for row in await (await team.laptop(ada.member_id)).pull()}
    clock.advance(days=2)
    await keep_order_where_due(team.parts)
    fresh = await team.laptop(ada.member_id)
    await fresh.pull()
    assert fresh.sees("recordings") == {}
    assert await left() == {old, other}
    clock.advance(days=93)
    await keep_order_where_due(team.parts)
    assert await left() == set()


async def horizon(team: Team) -> int:
    return int(
        await team.parts.database.read(
            lambda tx: tx.connection.execute(sa.select(workspace.c.horizon)).scalar_one()
        )
    )


async def test_old_tombstones_go_and_whoever_missed_them_begins_anew(
    team: Team, clock: SetClock
) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    startup, young = new_id(), new_id()
    for record_id in (startup, young):
        await ada.change("startups", record_id, name="Example")
    await ada.pull()
    await ben.pull()
    await ada.remove("startups", startup)
    await ada.pull()
    clock.advance(days=89)
    late = await team.laptop(ada.member_id)
    late.rows = ada.rows
    await late.remove("startups", young)
    clock.advance(days=2)
    counts = await purge(team)
    assert (counts["tombstones"], await horizon(team)) == (1, 5)
    renewed = [await team.laptop(laptop.member_id) for laptop in (ada, ben)]
    renewed[0].cursor, renewed[1].cursor = ada.cursor, ben.cursor
    assert [row["id"] for row in await renewed[0].pull()] == [young]
    answer = await renewed[1].call("GET", routes.PULL, params={"cursor": ben.cursor})
    assert (answer.status_code, answer.json()["code"]) == (410, "resync_required")
    history = await renewed[0].call(
        "GET", routes.HISTORY, params={"entity": "startups", "id": startup}
    )
    assert history.status_code == 404


async def test_nobody_begins_anew_where_nothing_was_deleted(team: Team, clock: SetClock) -> None:
    ada = await team.member("Ada")
    await ada.change("startups", new_id(), name="Example")
    clock.advance(days=400)
    assert (await purge(team))["tombstones"] == 0
    assert await horizon(team) == 0


async def test_lost_sight_is_forgotten_behind_the_horizon(team: Team, clock: SetClock) -> None:
    eve = await team.member("Eve", Role.EXTERNAL)
    interview, assignment = new_id(), new_id()
    await team.server_writes("interviews", interview, title="Switching")
    mine: dict[str, Any] = {"interview_id": interview, "member_id": eve.member_id}
    await team.server_writes("interview_assignments", assignment, **mine)
    await eve.pull()
    await team.server_writes("interview_assignments", assignment, member_id=new_id())
    clock.advance(days=91)
    counts = await purge(team)
    assert counts["gone"] == 1
    again = await team.laptop(eve.member_id)
    answer = await again.call("GET", routes.PULL, params={"cursor": eve.cursor})
    assert answer.json()["code"] == "resync_required"
    await again.pull()
    assert again.sees("interviews") == {}


async def test_the_answers_given_to_a_device_that_was_signed_out_are_forgotten(
    team: Team, clock: SetClock
) -> None:
    ada = await team.member("Ada")
    await ada.change("startups", new_id(), name="Example")
    assert (await ada.call("DELETE", routes.device(ada.device_id))).status_code == 204
    clock.advance(days=1)
    assert (await purge(team))["pushes"] == 0
    clock.advance(seconds=timedelta(days=90).total_seconds())
    assert (await purge(team))["pushes"] == 1
