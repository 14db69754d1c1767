"""The real program started on a desk of its own, and what it has loaded at a moment."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from interview_desk.domain.instants import format_instant
from interview_desk.domain.records import Edit
from interview_desk.domain.roles import Role
from interview_desk.services.ports import Me
from interview_desk.store import LocalStore
from interview_desk.system.paths import Paths

KEY = bytes(range(32))
TITLE = "The next interview"

# Said before the watch, which is `watched(desk)` and calls `tell`; `kept` is what lives on.
_BEFORE = f"""
import os, sys
from pathlib import Path
from interview_desk.app.main import run_desk

kept = []

def outside():
    from interview_desk.app.outside import Outside
    return Outside(key=lambda: {KEY!r})

def tell(*lines):
    print(*lines, sep="\\n")
    print(*sys.modules, sep="\\n", flush=True)
    os._exit(0)
"""
_AFTER = """
run_desk(data=Path(sys.argv[1]), outside=outside(), with_desk=watched)
"""


async def fill(folder: Path, *, server: str | None) -> None:
    """A desk with one interview, in a team at this address or of somebody alone."""
    paths = Paths(folder)
    paths.prepare()
    store = await LocalStore.open(paths.database, KEY)
    device = str(UUID(int=2)) if server else None
    await store.become(Me(str(UUID(int=1)), "Mara", None, Role.OWNER, "Team", device, server))
    start = datetime.now(UTC) + timedelta(hours=1)
    fields = {
        "title": TITLE,
        "status": "scheduled",
        "start": format_instant(start),
        "end": format_instant(start + timedelta(hours=1)),
    }
    await store.write([Edit("interviews", str(UUID(int=3)), fields)])
    await store.close()


def told(folder: Path, watch: str) -> list[str]:
    """What the program says when `watch`, a piece of its code, has called `tell`."""
    return subprocess.run(
        [sys.executable, "-c", _BEFORE + watch + _AFTER, str(folder)],
        capture_output=True,
        check=True,
        env=_unwatched(),
        text=True,
        timeout=60,
    ).stdout.splitlines()


def _unwatched() -> dict[str, str]:
    """The environment without coverage, which loads modules of its own into each program."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    return {**kept, "QT_QPA_PLATFORM": "offscreen"}
