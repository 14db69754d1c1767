"""What a team takes out: evaluations and mails, one object each, every field named."""

import json
import subprocess
from collections.abc import AsyncIterator

import pytest

from interview_desk.domain.records import ENTITIES
from sync_server.infra.parts import Parts
from sync_server.operations import catalogue
from sync_server.operations.commands import run_command
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
