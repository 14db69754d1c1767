"""Takes a whole copy into a desk's database, and dies by SIGKILL at the step it was told."""

import sys
from pathlib import Path

from interview_desk.store import LocalStore, arriving, rebuilt, swapping
from tests.helpers.copies import take_whole
from tests.helpers.desk import StoppedClock
from tests.helpers.dying import run_until_step


async def copy(path: Path, key: bytes, body: bytes) -> None:
    store = await LocalStore.open(path, key)
    await take_whole(store, body, StoppedClock(), size=4096)
    await store.close()


if __name__ == "__main__":
    database, key, body, last = sys.argv[1:]
    work = copy(Path(database), bytes.fromhex(key), Path(body).read_bytes())
    run_until_step(int(last), arriving, swapping, rebuilt, program=work)
