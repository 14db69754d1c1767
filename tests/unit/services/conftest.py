"""Desks that exchange with one server."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.helpers.exchanging import (
    Desk,
    Desks,
)


@pytest.fixture
async def desks(tmp_path: Path) -> AsyncIterator[Desks]:
    desks = Desks(tmp_path)
    yield desks
    for desk in desks.opened:
        await desk.store.close()


@pytest.fixture
async def desk(desks: Desks) -> Desk:
    return await desks.open()
