"""No request is read beyond its bound."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

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


async def test_a_sender_who_hangs_up_early_is_not_called_too_large() -> None:
    said: list[Message] = []

    async def reading(scope: Scope, receive: Receive, send: Send) -> None:
        await Request(scope, receive).body()

    async def hang_up() -> Message:
        return {"type": "http.disconnect"}

    async def note(message: Message) -> None:
        said.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    with pytest.raises(ClientDisconnect):
        await BoundedBodies(reading, limit=100)(scope, hang_up, note)
    assert said == []


async def test_an_answer_that_comes_anyway_is_replaced_once() -> None:
    said: list[str] = []

    async def heedless(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"fine"})

    async def much() -> Message:
        return {"type": "http.request", "body": b"x" * 101, "more_body": True}

    async def note(message: Message) -> None:
        said.append(f"{message['type']} {message.get('status', '')}".strip())

    scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    await BoundedBodies(heedless, limit=100)(scope, much, note)
    assert said == ["http.response.start 413", "http.response.body"]


async def test_other_connections_pass_through() -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    async def nothing() -> Message:
        return {}

    async def nowhere(message: Message) -> None:
        raise AssertionError(message)

    await BoundedBodies(app)({"type": "websocket"}, nothing, nowhere)
    assert seen == ["websocket"]
