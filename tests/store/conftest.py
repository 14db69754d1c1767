"""A local database in a directory of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from interview_desk.store import LocalStore

KEY = bytes(range(32))


@pytest.fixture
def key() -> bytes:
    return KEY


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk" / "desk.db"


@pytest.fixture
async def store(path: Path, key: bytes) -> AsyncIterator[LocalStore]:
    opened = await LocalStore.open(path, key)
    yield opened
    await opened.close()
