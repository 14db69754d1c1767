"""Databases for tests over HTTP: SQLite, and PostgreSQL too where the kind of database matters.

`databases = kinds.databases` in a module or conftest takes the place of the fixture that runs
every test on both.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.helpers.server import Databases, Templates

on_both = pytest.mark.parametrize(
    "databases",
    ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)],
    indirect=True,
)


@pytest.fixture
async def databases(
    request: pytest.FixtureRequest, tmp_path: Path, templates: Templates
) -> AsyncIterator[Databases]:
    """Makes fresh databases of the kind that a test names, SQLite where it names none."""
    kind = getattr(request, "param", "sqlite")
    cluster = request.getfixturevalue("postgres_cluster") if kind == "postgres" else None
    databases = Databases(kind, tmp_path, cluster, templates)
    yield databases
    await databases.close()
