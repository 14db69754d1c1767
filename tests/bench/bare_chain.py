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

from tests.bench.bare_server import serve


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


if __name__ == "__main__":
    serve(Chain(Path(sys.argv[1])))
