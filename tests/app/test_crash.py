"""Failures are kept without what a person wrote, and told once."""

import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from interview_desk.app.crash import CrashRecorder
from interview_desk.domain.errors import DeskError

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def recorder(tmp_path: Path) -> CrashRecorder:
    return CrashRecorder(tmp_path / "crashes", now=lambda: NOW)


def broken(words: str = "Ada said she cried") -> DeskError:
    with pytest.raises(DeskError) as caught:
        _fail(words)
    return caught.value


def _fail(words: str) -> None:
    try:
        int(words)
    except ValueError as cause:
        raise DeskError(words) from cause


def test_a_report_says_where_and_never_what_was_written(
    recorder: CrashRecorder, tmp_path: Path
) -> None:
    told: list[str] = []
    recorder.tell(told.append)
    report = recorder.record(broken())
    text = "".join(path.read_text() for path in (tmp_path / "crashes").iterdir())
    assert "test_crash.py" in text
    assert "_fail" in text
    assert "DeskError desk_error" in text
    assert "ValueError" in text
    assert "Ada" not in text
    assert "Ada" not in told[0]
    assert report in told[0]


def test_a_report_says_where_work_done_side_by_side_failed(
    recorder: CrashRecorder, tmp_path: Path
) -> None:
    recorder.record(ExceptionGroup("side by side", [broken()]))
    text = "".join(path.read_text() for path in (tmp_path / "crashes").iterdir())
    assert "_fail" in text
    assert "ExceptionGroup" in text
    assert "Ada" not in text


def test_the_next_start_tells_once(recorder: CrashRecorder, tmp_path: Path) -> None:
    assert recorder.last_time() is None
    report = recorder.record(broken())
    again = CrashRecorder(tmp_path / "crashes", now=lambda: NOW)
    notice = again.last_time()
    assert notice is not None
    assert report in notice
    assert "nothing is lost" in notice
    assert again.last_time() is None


def test_what_a_person_was_told_while_running_is_not_told_again(recorder: CrashRecorder) -> None:
    recorder.record(broken())
    recorder.went_on()
    assert recorder.last_time() is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"id": 7}'])
def test_an_unreadable_report_is_no_report(
    recorder: CrashRecorder, tmp_path: Path, text: str
) -> None:
    (tmp_path / "crashes" / "last-crash.json").write_text(text)
    assert recorder.last_time() is None


def test_the_hooks_record_bugs_in_slots_and_threads_and_let_ctrl_c_through(
    recorder: CrashRecorder, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[str] = []
    recorder.tell(told.append)
    recorder.install()
    try:
        error = broken()
        sys.excepthook(type(error), error, error.__traceback__)
        sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
        threading.excepthook(threading.ExceptHookArgs([type(error), error, None, None]))
        threading.excepthook(threading.ExceptHookArgs([SystemExit, None, None, None]))
    finally:
        recorder.uninstall()
    assert len(told) == 2
    assert "KeyboardInterrupt" in capsys.readouterr().err


def test_a_fault_of_the_interpreter_is_told_at_the_next_start(
    recorder: CrashRecorder, tmp_path: Path
) -> None:
    folder = tmp_path / "crashes"
    died = subprocess.run(
        [
            sys.executable,
            "-c",
            (
                "import ctypes, pathlib, datetime, sys\n"
                "from interview_desk.app.crash import CrashRecorder\n"
                "CrashRecorder(pathlib.Path(sys.argv[1]), now=datetime.datetime.now).install()\n"
                "ctypes.string_at(0)"
            ),
            str(folder),
        ],
        check=False,
    )
    assert died.returncode < 0
    notice = recorder.last_time()
    assert notice is not None
    assert "last-fault.txt" in notice
    assert recorder.last_time() is None


def test_a_run_that_ended_well_leaves_nothing(recorder: CrashRecorder, tmp_path: Path) -> None:
    recorder.install()
    recorder.uninstall()
    assert list((tmp_path / "crashes").iterdir()) == []
