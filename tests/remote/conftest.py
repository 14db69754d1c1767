"""The real server, and desks that are paired with it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.helpers.remote import Desks, Team
from tests.helpers.server import ServerProcess


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """One server for a module; tests keep to records of their own."""
    process = ServerProcess(tmp_path_factory.mktemp("server"))
    process.start()
    yield Team(process)
    if process.running:
        process.stop()


@pytest.fixture
def own_team(tmp_path: Path) -> Iterator[Team]:
    """A server for one test, which may stop it."""
    process = ServerProcess(tmp_path / "server")
    process.start()
    yield Team(process)
    if process.running:
        process.stop()


@pytest.fixture
async def desks(tmp_path: Path) -> AsyncIterator[Desks]:
    desks = Desks(tmp_path / "desks")
    yield desks
    await desks.close()
