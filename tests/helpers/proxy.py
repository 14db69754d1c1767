"""A TCP proxy on 127.0.0.1 that cuts, delays and half-opens connections as a test says."""

import asyncio
import socket
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit

_PACKET = 1460


class Proxy:
    """Passes bytes between a client and a server, as long as it is told to.

    `drop_answers` lets requests through and cuts before the answer; `refuse` cuts at once;
    `hold` accepts and says nothing until it is cleared. With `rate` all connections share a line of
    so many bytes a second towards the client, one packet after the other.
    """

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.url = ""
        self.refuse = False
        self.drop_answers = 0
        self.delay = 0.0
        self.rate: float | None = None
        self._line = asyncio.Lock()
        self.flowing = asyncio.Event()
        self.flowing.set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Cut every open connection at once."""
        for writer in tuple(self._open):
            writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # The streams' own callback would call an end by cancellation an error.
        with suppress(asyncio.CancelledError):
            try:
                await self._serve(reader, writer)
            finally:
                writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refuse:
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        if self.rate is not None:
            # What waits in buffers here would be neither on the line nor with the client.
            for end in (writer, back):
                end.transport.set_write_buffer_limits(high=0)
            _small_buffers(writer)
        self._open |= {writer, back}
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pass(reader, back))
                group.create_task(self._answer(there, writer))
        except* (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            for end in (writer, back):
                self._open.discard(end)
                end.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            await self.flowing.wait()
            if self.delay:
                await asyncio.sleep(self.delay)
            writer.write(data)
            await writer.drain()
        with suppress(OSError, RuntimeError):
            writer.write_eof()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            await self.flowing.wait()
            if self.drop_answers:
                self.drop_answers -= 1
                raise ConnectionResetError
            await self._send(writer, data)
        raise ConnectionResetError

    async def _send(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        for start in range(0, len(data), _PACKET):
            packet = data[start : start + _PACKET]
            if self.rate is not None:
                # The lock hands the line on in turn.
                async with self._line:
                    await asyncio.sleep(len(packet) / self.rate)
            writer.write(packet)
            await writer.drain()


def _small_buffers(writer: asyncio.StreamWriter) -> None:
    end: socket.socket = writer.get_extra_info("socket")
    end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * _PACKET)
