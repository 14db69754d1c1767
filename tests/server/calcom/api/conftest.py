"""A client of the fake Cal.com, on a database of each kind."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sync_server.calcom.api.client import CalcomApi
from sync_server.calcom.api.opening import calcom_of
from sync_server.infra.parts import Parts
from tests.helpers import kinds
from tests.helpers.connecting import calling
from tests.helpers.fake_calcom.process import FakeCalcom
from tests.helpers.server import Databases

databases = kinds.databases


@pytest.fixture
async def calling_parts(
    databases: Databases, fake_calcom: FakeCalcom, tmp_path: Path
) -> AsyncIterator[Parts]:
    """The parts of a server with a key, in real time."""
    async with calling(databases, fake_calcom, tmp_path) as parts:
        yield parts


@pytest.fixture
def api(calling_parts: Parts) -> CalcomApi:
    """Cal.com for somebody who waits."""
    api = calcom_of(calling_parts)
    assert api is not None
    return api.for_person
