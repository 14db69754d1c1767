"""The least between a webhook and a calendar: two durable commits, one message, one read.

Argument: a directory. Any POST is kept in one commit and answered; a second commit and a word to
whoever listens follow, as they do where an event is folded behind its answer.
"""

import asyncio
import json
import sqlite3
import sys
from pathlib import Path
from typing import Any

import uvicorn
import uvloop


def database(path: Path) -> sqlite3.Connection:
    """A database that commits each row for good."""
    made = sqlite3.connect(path, isolation_level=None)
    made.execute("PRAGMA journal_mode = WAL")
    made.execute("PRAGMA synchronous = FULL")
    made.execute("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, body BLOB)")
    return made


class Chain:
    """An ASGI application without anything of ours."""

    def __init__(self, directory: Path) -> None:
        self._rows = database(directory / "bare.db")
        self._listening: set[Any] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await self._listen(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] == "POST":
            body = (await receive())["body"]
            self._keep(body)
            folding = asyncio.ensure_future(self._fold(body))
            self._tasks.add(folding)
            folding.add_done_callback(self._tasks.discard)
            answer = b"{}"
        else:
            newest = self._rows.execute("SELECT body FROM rows ORDER BY id DESC LIMIT 1")
            answer = bytes(newest.fetchone()[0])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": answer})

    def _keep(self, body: bytes) -> None:
        self._rows.execute("INSERT INTO rows (body) VALUES (?)", (body,))

    async def _fold(self, body: bytes) -> None:
        self._keep(body)
        for listener in tuple(self._listening):
            await listener({"type": "websocket.send", "text": json.dumps({"type": "poke"})})

    async def _listen(self, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        self._listening.add(send)
        while (await receive())["type"] != "websocket.disconnect":
            pass
        self._listening.discard(send)


async def main() -> None:
    config = uvicorn.Config(
        Chain(Path(sys.argv[1])),
        port=0,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
    )
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    address = server.servers[0].sockets[0].getsockname()
    print(f"listening on http://127.0.0.1:{address[1]}", flush=True)
    await server.main_loop()
    await server.shutdown()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
