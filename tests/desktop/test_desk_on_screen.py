"""The real desk under a window manager, in a tray, with a keyring."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.helpers.desktop import DesktopSession, until
from tests.helpers.driven_desk import DrivenDesk

LINK = "interviewdesk://pair?server=https%3A%2F%2Fdesk.example.org&code=ABCD-EFGH"


@pytest.fixture
def desk(desktop: DesktopSession, tmp_path: Path) -> Iterator[DrivenDesk]:
    """A desk that was used alone, started for the first time, its key in the real keyring."""
    desktop.begin_keyring()
    with DrivenDesk(tmp_path / "desk", desktop.environment) as driven:
        driven.until("press", name="choose-alone")
        driven.until("fill", name="name", text="Mara")
        driven.ask("press", name="start-alone")
        driven.until("window")
        driven.until("ready")
        yield driven


def make_interview(desk: DrivenDesk) -> None:
    """Make an interview by hand that begins in a few minutes."""
    start = datetime.now(UTC) + timedelta(minutes=5)
    desk.ask(
        "make",
        title="Why Lumen left spreadsheets",
        start=start.isoformat(),
        where="https://zoom.us/j/1234567890?pwd=abc",
    )


def test_the_window_opens_under_a_real_window_manager_without_a_passphrase(
    desktop: DesktopSession, desk: DrivenDesk
) -> None:
    until(lambda: "Interview Desk" in desktop.windows())
    assert desk.quit() == 0
    until(lambda: "Interview Desk" not in desktop.windows())


def test_the_tray_shows_the_next_interview_and_joins_it(
    desktop: DesktopSession, desk: DrivenDesk, tmp_path: Path
) -> None:
    make_interview(desk)
    until(lambda: "Why Lumen left spreadsheets in " in desk.ask("tray"))
    desktop.picture(tmp_path / "screen.png")
    assert (tmp_path / "screen.png").stat().st_size > 0
    desk.until("tray-press", name="tray-join")
    assert desk.until("opened") == ["https://zoom.us/j/1234567890?pwd=abc"]


def test_a_reminder_in_the_real_notification_daemon_joins_the_interview(
    desktop: DesktopSession, desk: DrivenDesk
) -> None:
    make_interview(desk)
    until(lambda: desktop.notifications() == 1)
    desktop.press_on_notification("Join")
    assert desk.until("opened") == ["https://zoom.us/j/1234567890?pwd=abc"]
    until(lambda: desktop.notifications() == 0)


def test_with_a_tray_the_desk_outlives_its_window_and_comes_back_from_the_tray(
    desktop: DesktopSession, desk: DrivenDesk
) -> None:
    desk.until("tray")
    assert desk.ask("close-window")
    until(lambda: "Interview Desk" not in desktop.windows())
    desk.until("tray-press", name="tray-open")
    until(lambda: "Interview Desk" in desktop.windows())
    desk.ask("tray-press", name="tray-quit")
    assert desk.process.wait(60) == 0


def test_a_second_start_brings_its_link_to_the_running_desk_and_ends(
    desktop: DesktopSession, desk: DrivenDesk, tmp_path: Path
) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "interview_desk.app", f"--data={tmp_path / 'desk'}", "--link", LINK],
        env=desktop.environment,
        timeout=60,
        check=False,
    )
    assert second.returncode == 0
    # Filled in, and nothing more: a link from outside never pairs by itself.
    assert desk.until("read", name="link") == LINK
    assert desk.process.poll() is None


def test_the_demo_opens_on_its_bookings_and_ends_with_its_window(
    desktop: DesktopSession, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "interview_desk.app", "demo", "--out", str(tmp_path / "out")]
    with subprocess.Popen(
        command, env=desktop.environment, stdout=subprocess.PIPE, text=True
    ) as demo:
        assert demo.stdout is not None
        assert any("is open on sample bookings" in line for line in demo.stdout)
        until(lambda: desktop.notifications() > 0)
        desktop.ask("wmctrl", "-c", "Interview Desk")
        assert demo.wait(60) == 0
    assert "Interview Desk" not in desktop.windows()
