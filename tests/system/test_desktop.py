"""What this computer's desktop is asked and told."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QDateTime, QTimeZone

from interview_desk.system.desktop import DesktopEntry, LinkHandlers
from interview_desk.system.zone import system_zone

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="a Linux desktop's way")

_FAKE_XDG_MIME = """#!/bin/sh
echo "$@" >> "$HOME/asked"
[ "$1" = query ] && [ "$3" = x-scheme-handler/zoommtg ] && echo Zoom.desktop
exit ${FAIL:-0}
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with an `xdg-mime` that knows Zoom and notes what it was asked."""
    program = tmp_path / "bin" / "xdg-mime"
    program.parent.mkdir()
    program.write_text(_FAKE_XDG_MIME)
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    return tmp_path


def asked(home: Path) -> list[str]:
    return (home / "asked").read_text().splitlines()


@linux_only
def test_the_system_is_asked_once_for_each_scheme(home: Path) -> None:
    handlers = LinkHandlers()
    assert [handlers.has("zoommtg"), handlers.has("zoommtg"), handlers.has("msteams")] == [
        True,
        True,
        False,
    ]
    assert len(asked(home)) == 2


@linux_only
def test_without_the_systems_program_no_handler_is_claimed(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(home))
    assert not LinkHandlers().has("zoommtg")
    assert not DesktopEntry("/opt/desk").register_links()


@linux_only
def test_a_program_that_cannot_be_run_is_no_handler(home: Path) -> None:
    (home / "bin" / "xdg-mime").write_bytes(b"\x7fELF not really")
    assert not LinkHandlers().has("zoommtg")


@linux_only
def test_the_desk_starts_with_the_session_when_wanted(home: Path) -> None:
    entry = DesktopEntry("/opt/interview-desk")
    assert not entry.starts_with_session
    entry.start_with_session(wanted=True)
    text = (home / ".config/autostart/interview-desk.desktop").read_text()
    assert "Exec=/opt/interview-desk --background\n" in text
    assert DesktopEntry("").starts_with_session
    entry.start_with_session(wanted=False)
    entry.start_with_session(wanted=False)
    assert not DesktopEntry("").starts_with_session


@linux_only
def test_pairing_links_are_brought_to_the_desk(home: Path) -> None:
    environment = {"HOME": str(home), "XDG_DATA_HOME": str(home / "share"), "PATH": "/bin"}
    assert DesktopEntry("/opt/interview-desk", environment).register_links()
    text = (home / "share/applications/interview-desk.desktop").read_text()
    assert "Exec=/opt/interview-desk %u\n" in text
    assert "MimeType=x-scheme-handler/interviewdesk;\n" in text
    assert asked(home) == [
        "default interview-desk.desktop x-scheme-handler/interviewdesk",
    ]


@linux_only
def test_a_desktop_that_refuses_the_links_is_told_as_such(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAIL", "3")
    assert not DesktopEntry("/opt/interview-desk").register_links()


def test_other_systems_can_be_asked_another_way() -> None:
    assert LinkHandlers(lambda scheme: scheme == "slack").has("slack")


def test_the_zone_is_the_computers() -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    moment = QDateTime.fromSecsSinceEpoch(int(noon.timestamp()))
    seconds = QTimeZone.systemTimeZone().offsetFromUtc(moment)
    assert noon.astimezone(system_zone()).utcoffset() == timedelta(seconds=seconds)


def test_the_zone_is_the_one_the_computers_time_is_linked_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = tmp_path / "localtime"
    monkeypatch.delenv("TZ")
    link.symlink_to("/usr/share/zoneinfo/Asia/Kathmandu")
    assert system_zone(link) == ZoneInfo("Asia/Kathmandu")


def test_a_link_to_no_zone_we_know_is_shown_in_utc(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = tmp_path / "localtime"
    monkeypatch.delenv("TZ")
    link.symlink_to("/usr/share/zoneinfo/Atlantis/Centre")
    assert system_zone(link) is UTC
