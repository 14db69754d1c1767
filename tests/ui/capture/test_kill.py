"""The power goes: everything that was said to be saved is there."""

import itertools
import subprocess
import sys
from pathlib import Path

from interview_desk.notes import text_of
from interview_desk.services.ports import NoteAddress
from interview_desk.store import LocalStore

INTERVIEW = "0192d3a4-0000-7000-8000-00000000a001"
REPOSITORY = Path(__file__).resolve().parents[3]


async def test_what_was_said_to_be_saved_survives_a_kill(tmp_path: Path):
    path = tmp_path / "desk" / "desk.db"
    saved = typed_until_killed(path)

    store = await LocalStore.open(path, bytes(range(32)))
    note = await store.load(NoteAddress(INTERVIEW, "prepare"))
    await store.close()
    text = text_of([*note.confirmed, *note.pending])
    typed = "".join(f"word{number} " for number in range(len(text)))
    assert saved > 0
    assert len(text) >= saved
    assert typed.startswith(text)


def typed_until_killed(path: Path) -> int:
    """Let the other desk type, kill it in the middle, and return what it said was saved."""
    command = [sys.executable, str(Path(__file__).with_name("typist.py")), str(path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY, stderr=subprocess.DEVNULL
    ) as typist:
        assert typist.stdout is not None
        lines = [line for line in itertools.islice(typist.stdout, 4) if line.strip()]
        typist.kill()
        lines += [line for line in typist.stdout if line.endswith("\n")]
    return int(lines[-1])
