"""The command line `interview-desk`, as a process."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(120)


def desk(*words: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "interview_desk.app", *words],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment},
    )


def test_links_answers_line_by_line() -> None:
    asked = '{"id":"a","text":"zoom.us/j/1234567890"}\n{"id":"b","text":"lunch"}\n'
    done = desk("links", stdin=asked)
    assert done.returncode == 0
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"id": "a", "service": "zoom", "url": "https://zoom.us/j/1234567890"},
        {"id": "b", "service": None, "url": None},
    ]


def test_doctor_says_what_works_for_people_and_for_programs(tmp_path: Path) -> None:
    no_bus = {
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/none",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "INTERVIEW_DESK_DATA": str(tmp_path / "desk"),
    }
    done = desk("doctor", "--json", "--server", "http://127.0.0.1:9", **no_bus)
    assert done.returncode == 0
    found = json.loads(done.stdout)
    works = {check["name"]: check["ok"] for check in found["checks"]}
    assert found["ok"]
    assert works == {
        "python": True,
        "qt": True,
        "cipher": True,
        "tray": False,
        "notifications": False,
        "keyring": False,
        "server": False,
    }
    spoken = desk("doctor", **no_bus)
    assert spoken.returncode == 0
    assert "SQLCipher" in spoken.stdout
    assert "a passphrase is asked for" in spoken.stdout


def test_the_selftest_finds_every_part() -> None:
    done = desk("--selftest")
    assert (done.returncode, done.stdout) == (0, "selftest ok\n")


def test_wrong_usage_is_two_and_a_missing_display_one() -> None:
    assert desk("dance").returncode == 2
    blind = desk(QT_QPA_PLATFORM="", DISPLAY="", WAYLAND_DISPLAY="")
    if sys.platform == "linux":
        assert blind.returncode == 1
        assert blind.stderr == "There is no display to open a window on.\n"
