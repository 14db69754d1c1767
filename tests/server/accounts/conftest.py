"""A team of four and ways to pair their devices."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from interview_desk.domain.roles import Role
from sync_server.accounts.service import Doorway, make_code
from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts
from tests.helpers.server import add_member

Paired = dict[str, Any]

OWNER, INTERVIEWER, OTHER = "olga@example.org", "ivan@example.org", "otto@example.org"


@pytest.fixture
async def team(parts: Parts) -> dict[str, str]:
    """Member ids by e-mail address."""

    def work(tx: Tx) -> dict[str, str]:
        return {
            OWNER: add_member(tx, name="Olga", email=OWNER, role=Role.OWNER),
            INTERVIEWER: add_member(tx, name="Ivan", email=INTERVIEWER),
            OTHER: add_member(tx, name="Otto", email=OTHER, role=Role.EXTERNAL),
        }

    return await parts.database.write(work)


@pytest.fixture
def code_for(parts: Parts, team: dict[str, str]) -> Callable[[str], Awaitable[str]]:
    """Makes a pairing code for an address, each time another."""
    count = iter(range(100))

    async def make(email: str) -> str:
        randomness = next(count).to_bytes(10, "big")
        doorway = Doorway(parts.server_url, None)
        made = await parts.database.write(
            lambda tx: make_code(tx, email=email, randomness=randomness, doorway=doorway)
        )
        return made.code

    return make


@pytest.fixture
def pair(
    client: httpx.AsyncClient, code_for: Callable[[str], Awaitable[str]]
) -> Callable[[str], Awaitable[Paired]]:
    """Pairs a device for an address over HTTP."""

    async def paired(email: str) -> Paired:
        answer = await client.post("/v1/devices/pair", json=pairing(await code_for(email)))
        assert answer.status_code == 201, answer.text
        document: Paired = answer.json()
        return document

    return paired


def pairing(code: str) -> dict[str, str]:
    return {"code": code, "device_name": "Laptop", "install_nonce": "n-1"}


def bearer(paired: Paired) -> dict[str, str]:
    return {"Authorization": f"Bearer {paired['access_token']}"}
