"""`interview-desk doctor`: what works on this computer, in words or as JSON."""

import asyncio
import json
import os
import platform
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from interview_desk.domain.errors import DeskError

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

_PATIENCE_SECONDS = 5.0
_KEYRING_PATIENCE_SECONDS = 10.0
_NOTICEABLE = timedelta(minutes=2)
_OLDEST_PYTHON = (3, 11)
_NEWEST_PYTHON = (3, 13)
_NOTIFICATIONS = "org.freedesktop.Notifications"

# A server's address, and the fingerprint of its certificate where one is pinned.
_Way = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found; the desk does not run without what is `needed`."""

    name: str
    ok: bool
    words: str
    needed: bool = False


def run_doctor(*, as_json: bool, server: str | None, data: Path | None) -> int:
    """Print every finding; 1 where something is missing that the desk cannot do without."""
    findings = [*_alone(), *asyncio.run(_around(server, data))]
    healthy = all(each.ok for each in findings if each.needed)
    if as_json:
        print(json.dumps({"ok": healthy, "checks": [asdict(each) for each in findings]}, indent=2))
    else:
        for each in findings:
            print(f"{'ok ' if each.ok else '-- '} {each.name:<14}{each.words}")
    if not healthy:
        missing = ", ".join(each.name for each in findings if each.needed and not each.ok)
        print(f"The desk cannot run without: {missing}.", file=sys.stderr)
    return 0 if healthy else 1


def run_selftest() -> int:
    """Load every part of the packaged program; 1 and the part's name where one is missing."""
    missing = [name for name, load in _PARTS.items() if not _loads(load)]
    if missing:
        print(f"missing from this package: {', '.join(missing)}", file=sys.stderr)
        return 1
    print("selftest ok")
    return 0


def _alone() -> list[Finding]:
    return [_python(), *_qt(), _cipher(), *_desktop()]


async def _around(server: str | None, data: Path | None) -> list[Finding]:
    way = (server, None) if server else await _paired_server(data)
    return [await _keyring(), *await _server(way)]


def _python() -> Finding:
    version = sys.version_info[:2]
    fits = _OLDEST_PYTHON <= version <= _NEWEST_PYTHON
    return Finding("python", fits, platform.python_version(), needed=True)


def _qt() -> Iterable[Finding]:
    try:
        from PySide6.QtCore import qVersion
        from PySide6.QtWidgets import QApplication
    except ImportError as missing:
        return [Finding("qt", ok=False, words=str(missing), needed=True)]
    on = "a display" if _application(QApplication).platformName() != "offscreen" else "no display"
    return [Finding("qt", ok=True, words=f"{qVersion()}, {on}", needed=True)]


def _application(application: "type[QApplication]") -> "QApplication":
    if sys.platform == "linux" and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    running = application.instance()
    return running if isinstance(running, application) else application(["interview-desk"])


def _cipher() -> Finding:
    try:
        from sqlcipher3 import dbapi2
    except ImportError as missing:
        return Finding("cipher", ok=False, words=str(missing), needed=True)
    connection = dbapi2.connect(":memory:")
    try:
        version = connection.execute("PRAGMA cipher_version").fetchone()
    finally:
        connection.close()
    words = f"SQLCipher {version[0]}" if version else "the database library does not encrypt"
    return Finding("cipher", bool(version), words, needed=True)


def _desktop() -> Iterable[Finding]:
    try:
        from PySide6.QtWidgets import QSystemTrayIcon
    except ImportError:
        return []
    there = QSystemTrayIcon.isSystemTrayAvailable()
    words = "there" if there else "none: the window stays open instead"
    return [Finding("tray", there, words), _notifications()]


def _notifications() -> Finding:
    if sys.platform != "linux":
        return Finding("notifications", ok=True, words="by the system")
    from PySide6.QtDBus import QDBusConnection

    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return Finding("notifications", ok=False, words="no session bus: shown in the window")
    names = bus.interface()
    running = bool(names.isServiceRegistered(_NOTIFICATIONS).value())
    startable = _NOTIFICATIONS in names.activatableServiceNames().value()
    there = running or startable
    words = "there" if there else "no service: shown in the window"
    return Finding("notifications", there, words)


async def _keyring() -> Finding:
    try:
        from interview_desk.system.keyring_safe import KeyringSafe

        await KeyringSafe(patience=_KEYRING_PATIENCE_SECONDS).get("doctor")
    except ImportError as missing:
        return Finding("keyring", ok=False, words=str(missing))
    except DeskError:
        return Finding("keyring", ok=False, words="none unlocked: a passphrase is asked for")
    return Finding("keyring", ok=True, words="there")


async def _paired_server(data: Path | None) -> _Way | None:
    from interview_desk.store import LocalStore
    from interview_desk.store.rekeying import opens
    from interview_desk.system.paths import Paths, desk_paths
    from interview_desk.system.secrets import DeskKeys

    paths = Paths(data) if data else desk_paths()
    if not paths.database.exists():
        return None
    try:
        keys = await DeskKeys(paths.key_file).keys()
        # On its way to another key it is under the one or the other.
        key = next((one for one in keys if one and opens(paths.database, one)), keys.current)
        store = await LocalStore.open(paths.database, key)
    except DeskError:
        return None
    try:
        me = await store.me()
        return (me.server, await store.server_pin()) if me and me.server else None
    finally:
        await store.close()


async def _server(way: _Way | None) -> list[Finding]:
    if way is None:
        return [Finding("server", ok=True, words="none known: used alone, locked or not paired")]
    import httpx

    from interview_desk.remote.trust import Trust

    address, pin = way
    try:
        trusted = await Trust(address, pin).context()
        async with httpx.AsyncClient(
            timeout=_PATIENCE_SECONDS, verify=True if trusted is None else trusted
        ) as client:
            answer = await client.get(f"{address.rstrip('/')}/healthz")
    except DeskError as refused:
        return [Finding("server", ok=False, words=f"{address}: {refused}")]
    except (httpx.HTTPError, httpx.InvalidURL) as reason:
        words = f"{address} does not answer ({type(reason).__name__})"
        return [Finding("server", ok=False, words=words)]
    finding = Finding("server", answer.is_success, f"{address} says {answer.status_code}")
    return [finding, *_skew(answer.headers.get("Date"))]


def _skew(date: str | None) -> list[Finding]:
    try:
        server_time = parsedate_to_datetime(date or "")
    except ValueError:
        return []
    skew = datetime.now(UTC) - server_time
    seconds = round(skew.total_seconds())
    words = f"{abs(seconds)} s {'ahead of' if seconds > 0 else 'behind'} the server"
    return [Finding("clock", abs(skew) < _NOTICEABLE, words)]


def _loads(load: Callable[[], object]) -> bool:
    try:
        load()
    except (ImportError, OSError, LookupError):
        return False
    return True


def _import(*names: str) -> Callable[[], object]:
    def load() -> object:
        import importlib

        return [importlib.import_module(name) for name in names]

    return load


def _resources() -> object:
    from importlib.resources import files

    root = files("interview_desk_resources")
    return [root.joinpath(*parts).read_bytes() for parts in _FILES]


_FILES = (("style", "desk.qss"), ("fonts", "Inter-Regular.otf"), ("icons", "join.svg"))
_PARTS: dict[str, Callable[[], object]] = {
    "window": _import("PySide6.QtWidgets", "PySide6.QtSvg", "interview_desk.ui.main_window"),
    "event loop": _import("qasync"),
    "database": _import("sqlcipher3.dbapi2", "interview_desk.store"),
    "sync": _import("interview_desk.remote.http_api", "interview_desk.remote.live"),
    "notes": _import("interview_desk.notes"),
    "keyring": _import("keyring.backends", "interview_desk.system.secrets"),
    "notifications": _import("desktop_notifier.resources", "interview_desk.system.notifications"),
    "resources": _resources,
    "zones": _import("tzdata"),
}
