"""The demo as a stranger starts it: one command, real processes, a report of what was seen."""

import json
import os
import struct
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from interview_desk.app.demo.bookings import story
from interview_desk.app.demo.story import AFTER_THE_LOSS, BEFORE, DURING

# What guests and interviewers said in the demo; nobody who finds the disk may read it.
PERSONAL = [
    *(booking.email for booking in story(datetime.now(UTC))),
    *(booking.title for booking in story(datetime.now(UTC))),
    *(sentence for text in (*BEFORE.values(), *DURING.values()) for sentence in text.split(". ")),
    AFTER_THE_LOSS.strip(),
]

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("demo")]


# As on a computer that reaches the world by way of somebody else, who is not there.
BEHIND_A_PROXY = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY"), "http://127.0.0.1:9")


def run_demo(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "interview_desk.app", "demo", *arguments],
        cwd=folder,
        env={**os.environ, **BEHIND_A_PROXY},
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )


def size_of(picture: Path) -> tuple[int, int]:
    width, height = struct.unpack(">II", picture.read_bytes()[16:24])
    return width, height


def test_the_demo_plays_the_whole_job_and_loses_nothing(tmp_path: Path) -> None:
    done = run_demo(tmp_path, "--headless", "--data", "desk", "--out", "out")

    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((tmp_path / "out/report.json").read_text())
    assert all(step["ok"] for step in report["steps"])
    assert report["lost_characters"] == 0
    assert report["typed_characters"] > 200
    assert report["opened_url"].startswith("https://poblysh.zoom.us/j/")
    pictures = sorted((tmp_path / "out").glob("*.png"))
    assert len(pictures) == 8
    assert all(size_of(picture) > (1000, 600) for picture in pictures)
    steps = {step["name"]: step["evidence"] for step in report["steps"]}
    # What was booked before the desk was paired is no news.
    told = steps["an alert announces it"]["told_in_all"]
    assert told
    assert all("Why Lumen left spreadsheets" in title for title in told)
    killed = steps["the desk is killed with SIGKILL and started again"]["killed_process"]
    assert not Path(f"/proc/{killed}").exists()
    assert still_running(tmp_path) == []
    # Database, write-ahead log, mirror, logs, crash files, settings, and the server's as well.
    assert in_the_clear(tmp_path / "desk", PERSONAL) == []


def test_a_demo_that_cannot_write_says_so_and_fails(tmp_path: Path) -> None:
    (tmp_path / "in the way").write_text("a file where a folder should be")

    done = run_demo(tmp_path, "--headless", "--data", "desk", "--out", "in the way")

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "in the way" in done.stderr


def in_the_clear(folder: Path, words: list[str]) -> list[tuple[str, str]]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert any(file.suffix == ".db" for file in files)
    return [
        (file.name, word)
        for file in files
        for word in words
        for encoding in ("utf-8", "utf-16-le")
        if word.encode(encoding) in file.read_bytes()
    ]


def still_running(folder: Path) -> list[str]:
    processes = [entry for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [line for line in map(_command_line, processes) if str(folder) in line]


def _command_line(process: Path) -> str:
    try:
        return (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


@pytest.fixture(autouse=True)
def _without_a_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        if name in os.environ:
            monkeypatch.delenv(name)
