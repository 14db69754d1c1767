"""What a team takes out: evaluations and mails, one object each, every field named."""

import json
import subprocess
from collections.abc import AsyncIterator
from typing import Any

import pytest

from interview_desk.domain.records import ENTITIES
from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts
from sync_server.operations import catalogue
from sync_server.operations.commands import run_command
from sync_server.operations.exports import interview_rows
from tests.helpers.server import ServerProcess
from tests.helpers.team import Team, new_id, team_on

assert catalogue.__all__


@pytest.fixture
async def team(parts: Parts) -> AsyncIterator[Team]:
    team = team_on(parts)
    yield team
    await team.client.aclose()


@pytest.mark.parametrize(
    ("kind", "entity", "said"),
    [
        ("evaluations", "evaluations", {"score": 71.5, "trace": [{"rule": "one"}]}),
        ("messages", "follow_up_messages", {"subject": "Thank you", "state": "sent"}),
    ],
)
async def test_every_field_is_named_also_where_nothing_is_said(
    team: Team, kind: str, entity: str, said: dict[str, object]
) -> None:
    first, second = new_id(), new_id()
    await team.server_writes(entity, first, **said)  # type: ignore[arg-type]  # fields of any kind
    await team.server_writes(entity, second)
    rows = await run_command(team.parts, f"export.{kind}", {})
    assert [row["id"] for row in rows] == [first, second]
    assert all(set(row) == {"id", *ENTITIES[entity].fields} for row in rows)
    assert {name: rows[0][name] for name in said} == said
    assert set(rows[1].values()) == {second, None}


# Only SQLite's driver tells of every question.
@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_more_interviews_take_no_more_questions(team: Team) -> None:
    async def add(title: str) -> None:
        interview = new_id()
        of_it: dict[str, Any] = {"interview_id": interview}
        await team.server_writes("interviews", interview, title=title)
        await team.server_writes("interview_guests", new_id(), name=f"Guest of {title}", **of_it)
        for kind in ("recordings", "recordings", "transcripts"):
            await team.server_writes(kind, new_id(), **of_it)

    def exported(tx: Tx) -> tuple[list[dict[str, Any]], int]:
        asked: list[str] = []
        driver: Any = tx.connection.connection.driver_connection
        driver.set_trace_callback(asked.append)
        rows = interview_rows(tx)
        driver.set_trace_callback(None)
        return rows, len(asked)

    await add("One")
    _, questions = await team.parts.database.read(exported)
    for title in ("Two", "Three", "Four"):
        await add(title)
    rows, more_questions = await team.parts.database.read(exported)
    assert questions > 0
    assert more_questions == questions
    assert [(row["title"], row["attendees"][0]["name"]) for row in rows] == [
        (title, f"Guest of {title}") for title in ("One", "Two", "Three", "Four")
    ]
    assert {(row["recordings"], row["transcripts"]) for row in rows} == {(2, 1)}


def test_retention_and_exports_are_asked_for_beside_a_server(
    server_process: ServerProcess,
) -> None:
    def said(*arguments: str) -> subprocess.CompletedProcess[str]:
        return server_process.run(*arguments)

    looked = said("purge", "--dry-run", "--json")
    assert looked.returncode == 0, looked.stderr
    assert set(json.loads(looked.stdout).values()) == {0}
    for arguments in (("purge",), ("export", "evaluations"), ("export", "messages")):
        assert said(*arguments).returncode == 0
    nobody = said("purge", "--guest", "nobody@example.org")
    assert (nobody.returncode, nobody.stdout) == (1, "")
    assert "Nothing is stored about nobody@example.org." in nobody.stderr
    assert said("purge", "--guest", "a", "--interview", "b").returncode == 2
