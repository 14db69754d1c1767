"""A team on a fresh server, for every test of sync."""

from collections.abc import AsyncIterator

import pytest

from sync_server.app import app_on
from sync_server.infra.parts import Parts
from tests.helpers.live import LiveServer, serving
from tests.helpers.team import Team, team_on


@pytest.fixture
async def team(parts: Parts) -> AsyncIterator[Team]:
    """A team of nobody yet, on SQLite and again on PostgreSQL."""
    team = team_on(parts)
    yield team
    await team.client.aclose()


@pytest.fixture
async def server(team: Team) -> AsyncIterator[LiveServer]:
    """The team's server, listening on a real socket."""
    async with serving(app_on(team.parts)) as server:
        yield server
