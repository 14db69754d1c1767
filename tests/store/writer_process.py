"""Appends to a journal for ever, and says so after each append; ended by SIGKILL."""

import asyncio
import sys
from pathlib import Path

from interview_desk.domain.records import Edit
from interview_desk.services.ports import NoteAddress
from interview_desk.store import LocalStore


async def write_for_ever(path: Path, key: bytes, note: NoteAddress) -> None:
    store = await LocalStore.open(path, key)
    number = 0
    while True:
        number += 1
        await store.append(note, f"update {number}".encode())
        await store.write([Edit("startups", f"s{number}", {"name": f"Startup {number}"})])
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(
        write_for_ever(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), NoteAddress(*sys.argv[3:5]))
    )
