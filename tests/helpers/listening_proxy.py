"""A TCP proxy before PostgreSQL that can make its LISTEN connections half open."""

import asyncio
from pathlib import Path
from typing import Self

import sqlalchemy as sa


class ListeningProxy:
    """Passes everything on, until it is told to swallow what comes to whoever listens.

    A connection counts as listening once it has said LISTEN. Nobody is told that it is silent:
    both ends stay open, as behind a router that has forgotten the connection.
    """

    def __init__(self, directory: Path) -> None:
        self._socket = directory / ".s.PGSQL.5432"
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._open: set[asyncio.StreamWriter] = set()
        self._listening: set[asyncio.StreamWriter] = set()
        self._silent: set[asyncio.StreamWriter] = set()
        self._somebody_listens = asyncio.Event()
        self.listened = 0
        self.swallowed = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for end in tuple(self._open):
            end.transport.abort()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def url(self, name: str) -> sa.URL:
        """The address of the database `name` by way of here."""
        assert self._server is not None
        port = self._server.sockets[0].getsockname()[1]
        return sa.URL.create(
            "postgresql+psycopg", "desk", host="127.0.0.1", port=port, database=name
        )

    async def silence(self) -> None:
        """Swallow whatever comes for those who listen, and wait for one first; later ones hear."""
        await self._somebody_listens.wait()
        self._silent |= self._listening

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        there, back = await asyncio.open_unix_connection(self._socket)
        self._open |= {writer, back}
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._ask(reader, back, who=writer))
                group.create_task(self._answer(there, writer))
        except* OSError:
            pass
        finally:
            self._listening.discard(writer)
            if not self._listening:
                self._somebody_listens.clear()
            for end in (writer, back):
                self._open.discard(end)
                end.transport.abort()

    async def _ask(
        self, reader: asyncio.StreamReader, back: asyncio.StreamWriter, *, who: asyncio.StreamWriter
    ) -> None:
        while data := await reader.read(65536):
            if b"LISTEN" in data:
                self._listening.add(who)
                self._somebody_listens.set()
                self.listened += 1
            back.write(data)
            await back.drain()
        raise ConnectionResetError

    async def _answer(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await there.read(65536):
            if writer in self._silent:
                self.swallowed.set()
                continue
            writer.write(data)
            await writer.drain()
        raise ConnectionResetError
