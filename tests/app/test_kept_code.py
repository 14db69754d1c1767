"""Qt's binding is compiled once for a computer, and whatever became of the file, Qt is there."""

import marshal
import os
import subprocess
import sys
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from zlib import crc32

import pytest

_LOAD = """
import sys
from pathlib import Path
from interview_desk.app.kept_code import KeptCode

ours = compile
with KeptCode(Path(sys.argv[1])) as kept:
    import PySide6.QtWidgets
    exec(compile("this = 1", "a text", "exec"))
assert compile is ours
assert "argparse" not in sys.modules
from PySide6.support.signature import get_signature
assert "str" in str(get_signature(PySide6.QtWidgets.QLabel.setText))
print(len(kept.compiled))
"""


def _compiled(file: Path, *options: str) -> int:
    """How many texts a new process had to compile."""
    environment = {key: said for key, said in os.environ.items() if not key.startswith("COV")}
    done = subprocess.run(
        [sys.executable, *options, "-c", _LOAD, str(file)],
        capture_output=True,
        check=True,
        env=environment,
        text=True,
        timeout=60,
    )
    return int(done.stdout)


def test_a_second_start_compiles_nothing(tmp_path: Path) -> None:
    kept = tmp_path / "qt-code"
    assert _compiled(kept) > 0
    assert _compiled(kept) == 0
    assert [file.name for file in tmp_path.iterdir()] == ["qt-code"]


def test_what_another_version_left_behind_goes_with_the_next_writing(tmp_path: Path) -> None:
    kept = tmp_path / "qt-code"
    _compiled(kept)
    _leave_behind(kept, ("of an older PySide6.py", b"its hash"))
    assert _compiled(kept) == 1
    assert b"of an older PySide6.py" not in kept.read_bytes()
    assert _compiled(kept) == 0


def _leave_behind(file: Path, key: tuple[str, bytes]) -> None:
    """Put code nobody asks for in the place of one of those that are asked for."""
    start = len(MAGIC_NUMBER) + 1
    content = marshal.loads(file.read_bytes()[start + 4 :])  # noqa: S302  # made a line ago
    _, content[key] = content.popitem()
    changed = marshal.dumps(content)
    head = file.read_bytes()[:start]
    file.write_bytes(head + crc32(changed).to_bytes(4) + changed)


@pytest.mark.parametrize("harm", ["cut", "changed", "emptied", "of another Python"])
def test_a_file_that_cannot_be_used_is_made_anew(tmp_path: Path, harm: str) -> None:
    kept = tmp_path / "qt-code"
    made = _compiled(kept)
    whole = kept.read_bytes()
    middle = len(whole) // 2
    kept.write_bytes(
        {
            "cut": whole[:middle],
            "changed": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
            "emptied": b"",
            "of another Python": bytes(len(MAGIC_NUMBER)) + whole[len(MAGIC_NUMBER) :],
        }[harm]
    )
    assert _compiled(kept) == made
    assert kept.read_bytes() == whole


def test_code_made_without_assertions_is_not_taken_for_other_code(tmp_path: Path) -> None:
    kept = tmp_path / "qt-code"
    made = _compiled(kept)
    assert _compiled(kept, "-O") == made


def test_a_first_start_has_no_folder_yet_and_makes_none(tmp_path: Path) -> None:
    assert _compiled(tmp_path / "not yet" / "qt-code") > 0
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_costs_only_the_time(tmp_path: Path) -> None:
    (tmp_path / "qt-code").mkdir()
    assert _compiled(tmp_path / "qt-code") > 0
    assert [file.name for file in tmp_path.iterdir()] == ["qt-code"]
