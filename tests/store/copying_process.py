"""Takes a whole copy into a desk's database, and dies by SIGKILL at the step it was told."""

import asyncio
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from interview_desk.store import LocalStore, arriving, rebuilt, swapping
from tests.helpers.copies import take_whole
from tests.helpers.desk import StoppedClock

WATCHED = {str(module.__file__) for module in (arriving, swapping, rebuilt)}


class Steps:
    """Counts what those modules call, their own functions and the system's alike."""

    def __init__(self, last: int) -> None:
        self.count = 0
        self._last = last

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        if event in {"call", "c_call"} and frame.f_code.co_filename in WATCHED:
            self.count += 1
            if self.count == self._last:
                os.kill(os.getpid(), signal.SIGKILL)


async def copy(path: Path, key: bytes, body: bytes) -> None:
    store = await LocalStore.open(path, key)
    await take_whole(store, body, StoppedClock(), size=4096)
    await store.close()


if __name__ == "__main__":
    steps = Steps(int(sys.argv[4]))
    # The database's threads are made after this.
    threading.setprofile(steps)
    asyncio.run(copy(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), Path(sys.argv[3]).read_bytes()))
    sys.stdout.write(f"{steps.count}\n")
