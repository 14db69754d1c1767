"""A closed loop of senders in a process of its own: prints how many answers came per second.

Arguments: host, port, connections, requests, first number; with `p99` as the last one it prints
too how many seconds only one answer in a hundred takes longer than. Every body is a new booking for
next week, signed before the clock starts; every connection sends its next one when the last was
answered.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import cast

import uvloop
from typing_extensions import override

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.helpers import calcom

PATH = "/webhooks/calcom"


def requests(count: int, first: int) -> Iterator[bytes]:
    start = datetime.now(UTC) + timedelta(days=7)
    starts, ends = calcom.clock_time(start), calcom.clock_time(start + timedelta(minutes=30))
    for number in range(first, first + count):
        booked = calcom.created(f"uid-{number}", bookingId=number, startTime=starts, endTime=ends)
        body = calcom.body_of(booked)
        head = [f"POST {PATH} HTTP/1.1", "Host: bench", f"Content-Length: {len(body)}"]
        head += [f"{name}: {value}" for name, value in calcom.signed_headers(body).items()]
        yield "\r\n".join(head).encode() + b"\r\n\r\n" + body


class Sender(asyncio.Protocol):
    """One keep-alive connection."""

    def __init__(
        self, waiting: Iterator[bytes], done: asyncio.Future[None], took: list[float]
    ) -> None:
        self._waiting = waiting
        self._took = took
        self._sent = 0.0
        self._done = done
        self._answer = b""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._send()

    def _send(self) -> None:
        request = next(self._waiting, None)
        if request is None:
            self._done.set_result(None)
            self._transport.close()
        else:
            self._sent = time.perf_counter()
            self._transport.write(request)

    @override
    def data_received(self, data: bytes) -> None:
        self._answer += data
        head, found, body = self._answer.partition(b"\r\n\r\n")
        if not found or b"}" not in body:
            return
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"unexpected answer: {self._answer!r}")
        self._answer = b""
        self._took.append(time.perf_counter() - self._sent)
        self._send()


async def load(
    host: str, port: int, *, connections: int, prepared: list[bytes]
) -> tuple[float, list[float]]:
    """Answers per second, and the seconds that each took."""
    loop = asyncio.get_running_loop()
    waiting = iter(prepared)
    ends = [loop.create_future() for _ in range(connections)]
    took: list[float] = []
    started = time.perf_counter()
    for end in ends:
        await loop.create_connection(partial(Sender, waiting, end, took), host, port)
    await asyncio.gather(*ends)
    return len(prepared) / (time.perf_counter() - started), took


def main() -> None:
    host, port, connections, count, first = sys.argv[1], *map(int, sys.argv[2:6])
    prepared = list(requests(count, first))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        rate, took = runner.run(load(host, port, connections=connections, prepared=prepared))
    print(rate)
    if sys.argv[6:] == ["p99"]:
        print(statistics.quantiles(took, n=100)[98])


if __name__ == "__main__":
    main()
