"""No request is read beyond its bound."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, Request

from sync_server.infra.bodies import BoundedBodies
from sync_server.infra.problems import answer_problems


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    answer_problems(app)
    app.add_middleware(BoundedBodies, limit=100)

    @app.post("/")
    async def length(request: Request) -> int:
        return len(await request.body())

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


async def _drip(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"x" * 10


async def test_a_body_of_exactly_the_bound_is_read(client: httpx.AsyncClient) -> None:
    assert (await client.post("/", content=b"x" * 100)).json() == 100
    assert (await client.post("/", content=_drip(10))).json() == 100


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_larger_body_gets_a_413(client: httpx.AsyncClient, *, streamed: bool) -> None:
    answer = await client.post("/", content=_drip(11) if streamed else b"x" * 101)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert answer.headers["connection"] == "close"
