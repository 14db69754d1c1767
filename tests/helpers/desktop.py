"""A real desktop for tests: screen, session bus, window manager, tray, notifications, keyring.

Everything runs on a display and a bus of its own and is stopped by process id.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

_PROGRAMS = ("Xvfb", "dbus-daemon", "openbox", "dunst", "dunstctl", "trayer", "xdotool", "wmctrl")
_PATIENCE = 30.0

# dunst offers a notification's buttons to a menu program: line by line in, the chosen line out.
_PICK = """#!/bin/sh
exec grep -m1 "$(cat "{wanted}")"
"""
_DUNSTRC = """[global]
    dmenu = {pick}
    browser = /bin/true
    idle_threshold = 0
    markup = full
    format = "<b>%s</b>\\n%b"
# A notification stays until it is answered, however long a busy machine takes for that.
[urgency_normal]
    timeout = 0
"""


def missing_programs(programs: Sequence[str] = _PROGRAMS) -> list[str]:
    """What this computer lacks for a desktop test."""
    return [name for name in programs if shutil.which(name) is None]


def until(found: Callable[[], bool], *, patience: float = _PATIENCE) -> None:
    """Wait until the callable says yes; for programs that announce nothing."""
    end = time.monotonic() + patience
    while not found():
        if time.monotonic() > end:
            pytest.fail(f"waited {patience} s in vain for {found}")
        # Another program's state can only be asked for; a fiftieth of a second keeps it cheap.
        time.sleep(0.02)


@dataclass
class DesktopSession:
    """One running desktop; `environment` is what a program needs to appear on it."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(
        self, *command: str, stdout: int | None = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        """Start a program on this desktop; it is stopped with it."""
        with (self.folder / "programs.log").open("ab") as log:
            process = subprocess.Popen(
                command, env=self.environment, stdout=stdout, stderr=log, start_new_session=True
            )
        self._running.append(process)
        return process

    def ask(self, *command: str, patience: float = _PATIENCE) -> str:
        """What a short program says, empty where it fails."""
        answer = subprocess.run(
            command,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=patience,
            check=False,
        )
        return answer.stdout if answer.returncode == 0 else ""

    def begin(self) -> None:
        """Bring up screen, bus, window manager, tray and notification daemon."""
        self.environment = {
            **os.environ,
            "HOME": str(self.folder),
            "XDG_RUNTIME_DIR": str(self.folder),
            "XDG_DATA_HOME": str(self.folder / "share"),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "QT_QPA_PLATFORM": "xcb",
        }
        for leftover in ("WAYLAND_DISPLAY", "XAUTHORITY", "SESSION_MANAGER"):
            self.environment.pop(leftover, None)
        # Without -noreset the screen starts over when a short program is its only client and ends.
        screen = ("-screen", "0", "1600x1000x24", "-dpi", "96", "-nolisten", "tcp", "-noreset")
        server = self.start("Xvfb", "-displayfd", "1", *screen, stdout=subprocess.PIPE)
        self.environment["DISPLAY"] = f":{_first_line(server)}"
        bus = self.start(
            "dbus-daemon",
            "--session",
            "--nofork",
            "--nopidfile",
            "--print-address=1",
            f"--address=unix:path={self.folder}/bus",
            stdout=subprocess.PIPE,
        )
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = _first_line(bus)
        self.start("openbox", "--sm-disable")
        until(lambda: "openbox" in self.ask("wmctrl", "-m").lower())
        self.start("trayer", "--edge", "top", "--align", "right", "--width", "10", "--height", "28")
        self._begin_notifications()

    def begin_keyring(self) -> None:
        """Bring up an unlocked keyring."""
        keyring = subprocess.Popen(
            ["gnome-keyring-daemon", "--unlock", "--foreground", "--components=secrets"],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._running.append(keyring)
        assert keyring.stdin is not None
        keyring.stdin.write(b"pw\n")
        keyring.stdin.close()
        until(lambda: "org.freedesktop.secrets" in self._names_on_the_bus())

    def notifications(self) -> int:
        """How many notifications are on the screen."""
        return int(self.ask("dunstctl", "count", "displayed").strip() or 0)

    def press_on_notification(self, words: str) -> None:
        """Press the button with these words on a notification that is shown."""
        (self.folder / "wanted").write_text(words)
        self.ask("dunstctl", "context")

    def windows(self) -> str:
        """The titles the window manager knows."""
        return self.ask("wmctrl", "-l")

    def picture(self, path: Path) -> None:
        """Photograph the whole screen."""
        dump = self.folder / "screen.xwd"
        self.ask("xwd", "-root", "-silent", "-out", str(dump))
        self.ask("convert", f"xwd:{dump}", str(path))

    def end(self) -> None:
        """Stop every program, the last one first."""
        for process in reversed(self._running):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout:
                process.stdout.close()

    def _begin_notifications(self) -> None:
        pick = self.folder / "pick.sh"
        pick.write_text(_PICK.format(wanted=self.folder / "wanted"))
        pick.chmod(0o700)
        config = self.folder / "dunstrc"
        config.write_text(_DUNSTRC.format(pick=pick))
        self.start("dunst", "-conf", str(config))
        until(lambda: "org.freedesktop.Notifications" in self._names_on_the_bus())

    def _names_on_the_bus(self) -> str:
        return self.ask(
            "dbus-send",
            "--session",
            "--print-reply",
            "--dest=org.freedesktop.DBus",
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus.ListNames",
        )


def desktop_session(folder: Path) -> Iterator[DesktopSession]:
    """A running desktop, or a skip that names what is not installed."""
    missing = missing_programs()
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    session = DesktopSession(folder)
    try:
        session.begin()
        yield session
    finally:
        session.end()


def _first_line(process: subprocess.Popen[bytes]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline().decode().strip()
    assert line, "the program ended before it was ready"
    return line
