"""A client of the fake Cal.com, on a database of each kind."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sync_server.calcom.api.client import CalcomApi
from sync_server.calcom.api.opening import calcom_of, close_calcom
from sync_server.infra.clock import SystemClock
from sync_server.infra.parts import Parts
from tests.helpers import kinds
from tests.helpers.fake_calcom.process import FakeCalcom
from tests.helpers.fake_calcom.world import KEY
from tests.helpers.server import Databases, parts_on

databases = kinds.databases


@pytest.fixture
async def calling_parts(
    databases: Databases, fake_calcom: FakeCalcom, tmp_path: Path
) -> AsyncIterator[Parts]:
    """The parts of a server with a key, in real time."""
    clock = SystemClock()
    parts = parts_on(
        await databases.fresh(clock=clock),
        clock,
        data_dir=tmp_path,
        calcom_api_key=KEY,
        calcom_base_url=fake_calcom.url,
    )
    yield parts
    await close_calcom(parts)


@pytest.fixture
def api(calling_parts: Parts) -> CalcomApi:
    """Cal.com for somebody who waits."""
    api = calcom_of(calling_parts)
    assert api is not None
    return api.for_person
