"""A desk that is killed while somebody types to book has lost a second of it at most."""

import asyncio
import os
import sys
from itertools import pairwise
from pathlib import Path

from interview_desk.app.behind import UNSENT_BOOKING
from interview_desk.domain.records import Edit
from interview_desk.domain.roles import Role
from interview_desk.services.ports import Me
from interview_desk.store import LocalStore
from interview_desk.system.paths import Paths
from interview_desk.ui.widgets.typed_booking import typed_booking

_ROOT = Path(__file__).parents[2]
KEY = bytes(range(32))
EVENT_TYPE = Edit(
    "event_types",
    "0199c0de-0000-7000-8000-000000000009",
    {"calcom_id": 7, "title": "Switch interview", "minutes": 45},
)
MEMBER = "0199c0de-0000-7000-8000-000000000001"
# Nothing listens there: this desk is offline.
ME = Me(MEMBER, "Ada", "ada@desk.test", Role.INTERVIEWER, "Team", "https://127.0.0.1:9", "d1")
# Twenty are typed in a second, and a machine may be busy.
LETTERS_AT_RISK = 60


async def typed_until_killed(directory: Path) -> list[str]:
    """What a desk could read back, as the letters came, until it was killed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.e2e.typing_process", str(directory), KEY.hex()),
        stdout=asyncio.subprocess.PIPE,
        cwd=_ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(40):
            return [name_in((await process.stdout.readline()).decode()) for _ in range(2)]
    finally:
        process.kill()
        await process.wait()


def name_in(words: str | None) -> str:
    typed = typed_booking(words, MEMBER)
    assert typed is not None
    return typed.lines["name"]


def in_clear(words: str, directory: Path) -> bool:
    files = (file for file in directory.rglob("*") if file.is_file())
    return any(words.encode() in file.read_bytes() for file in files)


async def test_a_desk_killed_while_a_booking_is_typed_has_every_word_but_the_last_seconds(
    tmp_path: Path,
) -> None:
    database = Paths(tmp_path).database
    store = await LocalStore.open(database, KEY)
    await store.become(ME, epoch="e")
    await store.write([EVENT_TYPE])
    await store.close()
    kept = await typed_until_killed(tmp_path)
    assert all(
        len(after) - len(before) <= LETTERS_AT_RISK for before, after in pairwise(["", *kept])
    )
    store = await LocalStore.open(database, KEY)
    assert name_in(await store.text(UNSENT_BOOKING).load()).startswith(kept[-1])
    await store.close()
    assert not in_clear(kept[0], tmp_path)
