"""Several servers on one PostgreSQL."""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from sync_server.infra.clock import SystemClock
from sync_server.infra.postgres import PostgresDatabase
from tests.helpers.live import LiveServer
from tests.helpers.postgres import PostgresCluster
from tests.helpers.server import ServerProcess, Templates, parts_on, test_vault
from tests.helpers.team import Laptop, Team, team_on


@dataclass
class Replica:
    """One server process, and calls to it."""

    process: ServerProcess
    client: httpx.AsyncClient
    live: LiveServer

    def of(self, laptop: Laptop) -> Laptop:
        """The device, which talks to this server from now on."""
        laptop.client = self.client
        return laptop


@dataclass
class Replicas:
    """Server processes on one database, and a team that is written into it directly."""

    team: Team
    url: str
    directory: Path
    _started: list[Replica] = field(default_factory=list)

    def start(self, *, url: str | None = None, **settings: str) -> Replica:
        """One more server process; `url` where it reaches the database another way."""
        process = ServerProcess(
            self.directory / f"server-{len(self._started)}",
            settings={
                "DATABASE_URL": url or self.url,
                # The key of the team's vault.
                "ENCRYPTION_KEYS": base64.b64encode(b"0" * 32).decode(),
                **settings,
            },
        ).start()
        address = process.url.removeprefix("http://")
        client = httpx.AsyncClient(base_url=process.url, timeout=30)
        replica = Replica(process, client, LiveServer(f"ws://{address}"))
        self._started.append(replica)
        return replica

    async def close(self) -> None:
        for replica in self._started:
            await replica.client.aclose()
            if replica.process.running:
                replica.process.stop()


@pytest.fixture
async def replicas(
    tmp_path: Path, postgres_cluster: PostgresCluster, templates: Templates
) -> AsyncIterator[Replicas]:
    """A database with a team of nobody yet, and no server."""
    name = postgres_cluster.new_database(templates.postgres(postgres_cluster))
    url = postgres_cluster.url(name)
    database = PostgresDatabase(url, vault=test_vault(), clock=SystemClock())
    team = team_on(parts_on(database, SystemClock(), data_dir=tmp_path))
    replicas = Replicas(team, url, tmp_path)
    yield replicas
    await replicas.close()
    await team.client.aclose()
    await database.close()
    postgres_cluster.drop(name)
