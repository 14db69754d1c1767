"""Many live clients in a process of its own, told what to do on standard input.

Arguments: host, port, clients, token. Prints `ready` once everybody has heard a first word. The
line `hear` has it print the time at which the last client has heard another poke.
"""

import asyncio
import base64
import json
import os
import sys
import time
from functools import partial
from typing import cast

import uvloop
from typing_extensions import override

PATH = "/v1/live"
_MEDIUM = 126


def frame(data: bytes, opcode: int = 1) -> bytes:
    """A masked frame, as a client must send it; the mask is zero and costs nothing."""
    size = len(data)
    head = bytes([0x80 | opcode])
    if size < _MEDIUM:
        return head + bytes([0x80 | size]) + bytes(4) + data
    return head + bytes([0x80 | _MEDIUM]) + size.to_bytes(2, "big") + bytes(4) + data


PONG = frame(b'{"type":"pong"}')


class Hearing:
    """Counts who has heard since it was last asked."""

    def __init__(self, clients: int) -> None:
        self._clients = clients
        self.silent: set[object] = set()
        self.everybody = asyncio.Event()

    def begin(self, all_clients: list["Client"]) -> None:
        self.silent = set(all_clients)
        self.everybody.clear()

    def heard(self, client: object) -> None:
        self.silent.discard(client)
        if not self.silent:
            self.everybody.set()


class Client(asyncio.Protocol):
    """One connection: says hello, answers pings, tells when it was poked."""

    def __init__(self, token: str, hearing: Hearing) -> None:
        self._hello = frame(json.dumps({"token": token}).encode())
        self._hearing = hearing
        self._data = b""
        self._is_open = False

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {PATH} HTTP/1.1", "Host: bench", "Upgrade: websocket"]
        lines += ["Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        self._transport.write("\r\n".join(lines).encode() + b"\r\n\r\n")

    @override
    def data_received(self, data: bytes) -> None:
        self._data += data
        if not self._is_open:
            head, found, rest = self._data.partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head:
                raise SystemExit(head.decode())
            self._is_open, self._data = True, rest
            self._transport.write(self._hello)
        self._read_frames()

    def _read_frames(self) -> None:
        while len(self._data) >= 2:
            size = self._data[1]
            end = 2 + size
            if size >= _MEDIUM:
                raise SystemExit("a message that is no poke")
            if len(self._data) < end:
                return
            opcode, text = self._data[0] & 0xF, self._data[2:end]
            self._data = self._data[end:]
            self._take(opcode, text)

    def _take(self, opcode: int, text: bytes) -> None:
        if opcode == 9:
            self._transport.write(frame(text, 10))
        elif opcode == 8:
            raise SystemExit(f"closed: {text!r}")
        elif b'"ping"' in text:
            self._transport.write(PONG)
        elif b'"poke"' in text:
            self._hearing.heard(self)


def _given(client: Client) -> Client:
    return client


async def main() -> None:
    host, port, count, token = sys.argv[1], *map(int, sys.argv[2:4]), sys.argv[4]
    loop = asyncio.get_running_loop()
    hearing = Hearing(count)
    clients = [Client(token, hearing) for _ in range(count)]
    hearing.begin(clients)
    for start in range(0, count, 50):
        part = clients[start : start + 50]
        await asyncio.gather(
            *(loop.create_connection(partial(_given, client), host, port) for client in part)
        )
    await hearing.everybody.wait()
    print("ready", flush=True)
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while (await lines.readline()).strip() == b"hear":
        hearing.begin(clients)
        print("listening", flush=True)
        await hearing.everybody.wait()
        print(time.monotonic(), flush=True)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
