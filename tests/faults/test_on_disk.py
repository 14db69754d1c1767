"""What is acknowledged is on the disk: counted in the system's own calls, not assumed."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from interview_desk.domain.records import Edit
from interview_desk.services.exchange_round import ExchangeRound
from tests.helpers.calcom import SECRET, body_of, created, signed_headers
from tests.helpers.desk import StoppedClock
from tests.helpers.remote import Desks, Team
from tests.helpers.server import ServerProcess

WRITER = Path(__file__).parents[1] / "store" / "writer_process.py"
NOTE: Final = ("0199c0de-0000-7000-8000-000000000001", "welcome")
ROUNDS: Final = 5
# Becomes the server under strace; whoever started it sees one process.
TRACED: Final = """
import os, sys
os.execvp("strace", [*{strace!r}, sys.executable, "-m", "sync_server", *sys.argv[1:]])
"""

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]


def tracing(to: Path, *more: str) -> list[str]:
    """How strace, standing aside, writes down each wait for the disk, and `more` calls."""
    return ["strace", "-D", "-f", "-o", str(to), "-e", ",".join(("trace=fdatasync,fsync", *more))]


def waits(trace: Path) -> int:
    """How often the program has waited for the disk so far."""
    lines = trace.read_text().splitlines()
    # A call that another thread interrupts in the list is told in two lines.
    return sum("sync(" in line for line in lines)


def waits_before_each_line(trace: Path) -> list[int]:
    """How often the program waited for the disk before each line it printed, since the last.

    Told by the order of the calls themselves: the program goes on while a test reads its lines.
    """
    counts = [0]
    for call in trace.read_text().splitlines():
        if "write(1," in call:
            counts.append(0)
        # What another thread interrupts in the list is told in two lines: it counts at its end.
        elif "sync" in call and call.endswith("= 0"):
            counts[-1] += 1
    return counts[:-1]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """A server whose every wait for the disk is written down in `trace`."""
    program = ("-c", TRACED.format(strace=tracing(tmp_path / "trace")))
    settings = {"CALCOM_WEBHOOK_SECRETS": SECRET}
    process = ServerProcess(tmp_path / "server", program=program, settings=settings)
    await asyncio.to_thread(process.start)
    yield process
    await asyncio.to_thread(process.kill)


async def test_the_server_waits_for_the_disk_before_it_answers_a_push(
    tmp_path: Path, server: ServerProcess
) -> None:
    desks = Desks(tmp_path / "desks")
    # Commands of the operator need no strace around them.
    team = Team(ServerProcess(tmp_path / "server"))
    desk = await desks.pair(server.url, await asyncio.to_thread(team.first_code))
    sending = ExchangeRound(desk.store, desk.api, StoppedClock())
    for number in range(ROUNDS):
        await desk.store.write([Edit("startups", f"{number:032x}", {"name": "Name"})])
        before = waits(tmp_path / "trace")
        await sending.run()
        assert waits(tmp_path / "trace") > before
    await desks.close()


async def test_the_server_waits_for_the_disk_before_it_acknowledges_a_webhook(
    tmp_path: Path, server: ServerProcess
) -> None:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as calcom:
        for number in range(ROUNDS):
            body = body_of(created(f"uid-{number}"))
            before = waits(tmp_path / "trace")
            answer = await calcom.post(
                "/webhooks/calcom", content=body, headers=signed_headers(body)
            )
            assert answer.json() == {"status": "accepted"}
            assert waits(tmp_path / "trace") > before


async def test_a_desk_waits_for_the_disk_for_each_word_and_each_edit(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    writer = (str(WRITER), str(tmp_path / "desk.db"), bytes(32).hex(), *NOTE)
    process = await asyncio.create_subprocess_exec(
        *tracing(trace, "write"), sys.executable, *writer, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    for _ in range(1 + ROUNDS):
        await process.stdout.readline()
    process.kill()
    await process.wait()
    # With the first word the file has been made, which waits for the disk as well.
    assert all(count >= 2 for count in waits_before_each_line(trace)[1 : 1 + ROUNDS])
