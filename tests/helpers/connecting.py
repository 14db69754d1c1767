"""A server with a key of Cal.com and a public address."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from interview_desk.wire.calcom import ConnectRequest, ConnectResult, Scope
from sync_server.app import app_on
from sync_server.calcom.api.opening import close_calcom
from sync_server.calcom.connection import service
from sync_server.infra.clock import SystemClock
from sync_server.infra.parts import Parts
from tests.helpers.calcom import body_of, created, signed_headers
from tests.helpers.fake_calcom.process import FakeCalcom
from tests.helpers.fake_calcom.world import KEY
from tests.helpers.server import Databases, parts_on, test_settings
from tests.helpers.team import Team, team_on

PUBLIC = "https://desk.example.org"
CREATED = body_of(created())


def with_settings(parts: Parts, directory: Path, **settings: Any) -> Parts:
    return replace(parts, settings=test_settings(directory, **settings))


@asynccontextmanager
async def calling(
    databases: Databases, fake_calcom: FakeCalcom, directory: Path, **settings: Any
) -> AsyncIterator[Parts]:
    """The parts of a server with a key, in real time."""
    clock = SystemClock()
    parts = parts_on(
        await databases.fresh(clock=clock),
        clock,
        data_dir=directory,
        calcom_api_key=KEY,
        calcom_base_url=fake_calcom.url,
        **settings,
    )
    yield parts
    await close_calcom(parts)


@pytest.fixture
async def connected(
    databases: Databases, fake_calcom: FakeCalcom, tmp_path: Path
) -> AsyncIterator[Parts]:
    """A server with a key and a public address."""
    async with calling(databases, fake_calcom, tmp_path, public_url=PUBLIC) as parts:
        yield parts


@pytest.fixture
async def team(connected: Parts) -> AsyncIterator[Team]:
    """A team on that server."""
    team = team_on(connected)
    yield team
    await team.client.aclose()


async def connect(parts: Parts, *scopes: Scope) -> ConnectResult:
    return await service.connect(parts, ConnectRequest(scopes=scopes or None))


async def post(parts: Parts, path: str, body: bytes, secret: str) -> int:
    transport = httpx.ASGITransport(app_on(parts), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        answer = await client.post(path, content=body, headers=signed_headers(body, secret))
        return answer.status_code


def path_of(webhook: dict[str, Any]) -> str:
    return str(webhook["url"]).removeprefix(PUBLIC)
