"""What this computer's desktop knows of us: programs for links, starting with the session."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QSettings

LINK_SCHEME = "interviewdesk"
DESKTOP_ID = "interview-desk.desktop"

_PATIENCE_SECONDS = 3


class LinkHandlers:
    """Says whether a program on this computer opens links of a scheme such as `zoommtg`.

    Asked once per scheme and run: starting the question takes a tenth of a second.
    """

    def __init__(self, ask: Callable[[str], bool] | None = None) -> None:
        self._ask = ask or _ask_system()
        self._known: dict[str, bool] = {}

    def has(self, scheme: str) -> bool:
        """Whether something here answers to `scheme`."""
        if scheme not in self._known:
            self._known[scheme] = self._ask(scheme)
        return self._known[scheme]


def _ask_system() -> Callable[[str], bool]:
    return {"linux": _xdg_has, "win32": _registry_has}.get(sys.platform, _nobody)


def _nobody(_: str) -> bool:
    # The browser hands over to the program itself; a link that nothing answers leads nowhere.
    return False


def _xdg_has(scheme: str) -> bool:
    program = shutil.which("xdg-mime")
    if program is None:
        return False
    try:
        answer = subprocess.run(  # noqa: S603  - our own words to a system program
            [program, "query", "default", f"x-scheme-handler/{scheme}"],
            capture_output=True,
            text=True,
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.stdout.strip().endswith(".desktop")


def _registry_has(scheme: str) -> bool:
    # Misses packaged programs; then the https page opens, which offers them.
    key = QSettings(f"HKEY_CLASSES_ROOT\\{scheme}", QSettings.Format.NativeFormat)
    return key.contains("URL Protocol")


class DesktopEntry:
    """Our entry in the desktop's menus and in what starts with the session (Linux)."""

    def __init__(self, command: str, environment: Mapping[str, str] | None = None) -> None:
        self._command = command
        self._environment = os.environ if environment is None else environment

    @property
    def starts_with_session(self) -> bool:
        """Whether the desk opens in the background when the person logs in."""
        return self._autostart_path.exists()

    def start_with_session(self, *, wanted: bool) -> None:
        """Open the desk in the background at each login, or no longer."""
        if wanted:
            self._write(self._autostart_path, self._text(argument="--background"))
        else:
            self._autostart_path.unlink(missing_ok=True)

    def register_links(self) -> bool:
        """Have `interviewdesk://` links brought to us; False where the desktop cannot be told."""
        self._write(
            self._folder("XDG_DATA_HOME", ".local/share") / "applications" / DESKTOP_ID,
            self._text(argument="%u"),
        )
        program = shutil.which("xdg-mime")
        if program is None:
            return False
        done = subprocess.run(  # noqa: S603  - our own words to a system program
            [program, "default", DESKTOP_ID, f"x-scheme-handler/{LINK_SCHEME}"],
            capture_output=True,
            timeout=_PATIENCE_SECONDS,
            env=dict(self._environment),
            check=False,
        )
        return done.returncode == 0

    @property
    def _autostart_path(self) -> Path:
        return self._folder("XDG_CONFIG_HOME", ".config") / "autostart" / DESKTOP_ID

    def _folder(self, variable: str, default: str) -> Path:
        named = self._environment.get(variable)
        return Path(named) if named else Path(self._environment["HOME"]) / default

    def _text(self, *, argument: str) -> str:
        return (
            "[Desktop Entry]\n"
            "Type=Application\n"
            "Name=Interview Desk\n"
            f"Exec={self._command} {argument}\n"
            "Icon=interview-desk\n"
            "Terminal=false\n"
            f"MimeType=x-scheme-handler/{LINK_SCHEME};\n"
        )

    @staticmethod
    def _write(path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
