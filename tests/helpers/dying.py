"""A program that dies by SIGKILL at the very step it was told, and whoever starts it."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Coroutine, Iterable
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

_ROOT = Path(__file__).parents[2]


class _Steps:
    """Counts what some modules call, their own functions and the system's alike."""

    def __init__(self, watched: Iterable[ModuleType], last: int) -> None:
        self.count = 0
        self._watched = {str(module.__file__) for module in watched}
        self._last = last

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        if event in {"call", "c_call"} and frame.f_code.co_filename in self._watched:
            self.count += 1
            if self.count == self._last:
                os.kill(os.getpid(), signal.SIGKILL)


def run_until_step(last: int, *watched: ModuleType, program: Coroutine[Any, Any, None]) -> None:
    """Run `program` in this process, counting the calls of the watched modules; say how many."""
    steps = _Steps(watched, last)
    # The database's threads are made after this.
    threading.setprofile(steps)
    asyncio.run(program)
    sys.stdout.write(f"{steps.count}\n")


async def steps_of(module: str, *arguments: str) -> int:
    """Run a test's program by its module's name; how many steps it took, or 0 where it died."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        stdout=asyncio.subprocess.PIPE,
        cwd=_ROOT,
    )
    said, _ = await process.communicate()
    return int(said or 0)
