"""One desk per data directory."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from interview_desk.system.desk_lock import DeskLock
from interview_desk.system.single_instance import SingleInstance, is_plausible

LINK = "interviewdesk://pair?server=https%3A%2F%2Fdesk.example&code=ABCD-EFGH"

_SECOND_START = """
import pathlib, sys
from PySide6.QtCore import QCoreApplication
from interview_desk.system.single_instance import SingleInstance
app = QCoreApplication([])
second = SingleInstance(pathlib.Path(sys.argv[1]))
assert not second.claim()
sys.exit(0 if second.hand_over(sys.argv[2] or None) else 5)
"""


@pytest.fixture
def first(qtbot: QtBot, tmp_path: Path) -> Iterator[SingleInstance]:
    with SingleInstance(tmp_path / "data") as instance:
        assert instance.claim()
        instance.listen()
        instance.listen()
        yield instance


def start_again(data: Path, link: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", _SECOND_START, str(data), link])


@pytest.mark.parametrize(("link", "heard"), [(LINK, LINK), ("", "")])
def test_a_second_start_hands_over_what_it_was_asked(
    first: SingleInstance, qtbot: QtBot, tmp_path: Path, link: str, heard: str
) -> None:
    with qtbot.waitSignal(first.called, timeout=30_000) as call:
        second = start_again(tmp_path / "data", link)
    assert call.args == [heard]
    assert second.wait(30) == 0


@pytest.mark.parametrize(
    "message",
    [
        "quit",
        "interviewdesk:pair",
        "interviewdesk://pair?code=\x00",
        "https://evil.example",
        "interviewdesk://" + "x" * 2000,
        "",
    ],
)
def test_words_that_no_start_would_say_are_not_plausible(message: str) -> None:
    assert not is_plausible(message)


@pytest.mark.parametrize("words", [b"quit\n", b"x" * 5000, b"\xff\xfe\n"])
def test_nonsense_on_the_line_is_dropped_and_the_line_stays_open_for_others(
    first: SingleInstance, qtbot: QtBot, tmp_path: Path, words: bytes
) -> None:
    heard: list[str] = []
    first.called.connect(heard.append)
    intruder = QLocalSocket()
    intruder.connectToServer(first._name)
    intruder.write(words)
    with qtbot.waitSignal(intruder.disconnected, timeout=30_000):
        intruder.flush()
    with qtbot.waitSignal(first.called, timeout=30_000):
        second = start_again(tmp_path / "data", "")
    assert heard == [""]
    assert second.wait(30) == 0


def test_half_a_line_is_waited_for(first: SingleInstance, qtbot: QtBot) -> None:
    caller = QLocalSocket()
    caller.connectToServer(first._name)
    caller.write(b"sho")
    caller.waitForBytesWritten(1000)
    with qtbot.waitSignal(first.called, timeout=30_000) as call:
        caller.write(b"w\n")
        caller.flush()
    assert call.args == [""]


def test_after_the_first_has_ended_the_next_start_is_the_one(qtbot: QtBot, tmp_path: Path) -> None:
    with SingleInstance(tmp_path) as one:
        assert one.claim()
    with SingleInstance(tmp_path) as another:
        assert another.claim()


def test_a_desk_that_was_killed_keeps_nobody_out(tmp_path: Path) -> None:
    lock = tmp_path / "desk.lock"
    dying = (
        "import os, sys, pathlib\n"
        "from interview_desk.system.desk_lock import DeskLock\n"
        "lock = DeskLock(pathlib.Path(sys.argv[1]))\n"
        "print(lock.take(), DeskLock(pathlib.Path(sys.argv[1])).take(), flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", dying, str(lock)], capture_output=True, text=True, check=False
    )
    assert killed.stdout == "True False\n"
    after = DeskLock(lock)
    assert after.take()
    after.release()
    assert DeskLock(lock).take()


def test_two_data_directories_are_two_desks(first: SingleInstance, tmp_path: Path) -> None:
    with SingleInstance(tmp_path / "other") as other:
        assert other.claim()


def test_nobody_at_home_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    assert not SingleInstance(tmp_path).hand_over(LINK)


def test_a_socket_left_by_a_crash_is_taken_over(qtbot: QtBot, tmp_path: Path) -> None:
    crashed = subprocess.run(
        [
            sys.executable,
            "-c",
            (
                "import os, pathlib, sys\n"
                "from PySide6.QtCore import QCoreApplication\n"
                "from interview_desk.system.single_instance import SingleInstance\n"
                "app = QCoreApplication([])\n"
                "one = SingleInstance(pathlib.Path(sys.argv[1]))\n"
                "assert one.claim()\n"
                "one.listen()\n"
                "os._exit(0)"
            ),
            str(tmp_path),
        ],
        check=False,
    )
    assert crashed.returncode == 0
    with SingleInstance(tmp_path) as instance:
        assert instance.claim()
        instance.listen()
        with qtbot.waitSignal(instance.called, timeout=30_000):
            second = start_again(tmp_path, "")
        assert second.wait(30) == 0
