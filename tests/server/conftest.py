"""What every server test may ask for: a fresh database of each kind, and the real program."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from sync_server.app import app_on
from sync_server.infra.database import Database
from sync_server.infra.parts import Parts
from tests.helpers.fake_calcom.process import FakeCalcom
from tests.helpers.postgres import PostgresCluster
from tests.helpers.server import Databases, ServerProcess, SetClock, Templates, parts_on


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[PostgresCluster]:
    cluster = PostgresCluster()
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def calcom_program() -> Iterator[FakeCalcom]:
    fake = FakeCalcom().start()
    yield fake
    fake.stop()


@pytest.fixture
def fake_calcom(calcom_program: FakeCalcom) -> FakeCalcom:
    """A Cal.com in which nothing has happened yet, over HTTP."""
    return calcom_program.reset()


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """Databases that each test gets a copy of."""
    return Templates(tmp_path_factory.mktemp("templates"))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def databases(
    request: pytest.FixtureRequest, tmp_path: Path, templates: Templates
) -> AsyncIterator[Databases]:
    """Makes fresh databases of both kinds, one kind per run of the test."""
    cluster = None
    if request.param == "postgres":
        cluster = request.getfixturevalue("postgres_cluster")
    databases = Databases(request.param, tmp_path, cluster, templates)
    yield databases
    await databases.close()


@pytest.fixture
def clock() -> SetClock:
    """The clock of `database`, standing at a Monday noon."""
    return SetClock()


@pytest.fixture
async def database(databases: Databases, clock: SetClock) -> Database:
    """A database with all tables and one workspace, on SQLite and again on PostgreSQL."""
    return await databases.fresh(clock=clock)


@pytest.fixture
def parts(database: Database, clock: SetClock, tmp_path: Path) -> Parts:
    """The parts of a server around `database`; `settings` are the defaults."""
    return parts_on(database, clock, data_dir=tmp_path)


@pytest.fixture
async def client(parts: Parts) -> AsyncIterator[httpx.AsyncClient]:
    """Calls the endpoints of a server on `parts`, from 127.0.0.1."""
    transport = httpx.ASGITransport(app_on(parts), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def fresh_database(database: Database) -> Database:
    """The same under another name."""
    return database


@pytest.fixture
def server_process(tmp_path: Path) -> Iterator[ServerProcess]:
    """The real program, running on its own data directory."""
    server = ServerProcess(tmp_path / "server")
    server.start()
    yield server
    if server.running:
        server.stop()
