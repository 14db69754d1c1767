"""A desk that is killed while it writes: everything it acknowledged is there afterwards."""

import asyncio
import sys
from pathlib import Path

import pytest

from interview_desk.services.ports import NoteAddress
from interview_desk.store import LocalStore

NOTE = NoteAddress("0199c0de-0000-7000-8000-000000000001", "welcome")
PROGRAM = Path(__file__).with_name("writer_process.py")


async def killed_while_writing(path: Path, key: bytes, *, after: int) -> int:
    """The last number the writer acknowledged before it was killed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(PROGRAM),
        str(path),
        key.hex(),
        *NOTE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    acknowledged = 0
    while acknowledged < after:
        acknowledged = int(await process.stdout.readline())
    process.kill()
    rest = await process.stdout.read()
    await process.wait()
    # The last line may have been cut off in the middle.
    whole = rest.split(b"\n")[:-1]
    return int(whole[-1]) if whole else acknowledged


@pytest.mark.parametrize("after", [1, 40])
async def test_every_acknowledged_append_survives_a_kill(
    path: Path, key: bytes, after: int
) -> None:
    acknowledged = await killed_while_writing(path, key, after=after)
    store = await LocalStore.open(path, key)
    await store.verify()
    assert store.rescued is None
    pending = (await store.load(NOTE)).pending
    names = {record.id for record in await store.all_of("startups")}
    await store.close()
    assert pending == tuple(f"update {n}".encode() for n in range(1, len(pending) + 1))
    assert len(pending) >= acknowledged >= after
    assert names >= {f"s{n}" for n in range(1, acknowledged + 1)}


async def test_a_copy_of_the_files_at_any_moment_opens_with_what_was_acknowledged(
    path: Path, key: bytes, tmp_path: Path
) -> None:
    store = await LocalStore.open(path, key)
    for number in range(1, 12):
        await store.append(NOTE, b"x" * 3000)
        copy = tmp_path / f"copy-{number}" / path.name
        await asyncio.to_thread(_copy, path, copy)
        opened = await LocalStore.open(copy, key)
        assert len((await opened.load(NOTE)).pending) == number
        await opened.close()
    await store.close()


def _copy(path: Path, to: Path) -> None:
    to.parent.mkdir()
    for file in path.parent.iterdir():
        # The index of the log is rebuilt from the log, as after a power cut.
        if not file.name.endswith("-shm"):
            (to.parent / file.name).write_bytes(file.read_bytes())
