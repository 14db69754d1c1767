"""Opening the database file: made where there is none, never anew over one we cannot read.

Beside the file lies a check of its key. It tells a wrong key (nothing is touched) from a damaged
file (set aside and rebuilt); without it the two look alike.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from interview_desk.store.connection import KEY_BYTES, Connection, connect, migrate
from interview_desk.store.errors import StoreDamagedError, WrongKeyError
from interview_desk.store.mirror import attach_mirror
from interview_desk.store.rebuilt import finish_rebuild, rebuilt_path

if TYPE_CHECKING:
    from interview_desk.store.rescue import Rescue

_PURPOSE = b"interview desk: this key opens this database"


def open_file(path: Path, key: bytes) -> tuple[Connection, "Rescue | None"]:
    """A connection to the migrated database, and what had to be rescued on the way."""
    if len(key) != KEY_BYTES:
        raise WrongKeyError
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    connection = _intact(path, key)
    if connection is not None:
        return _ready(connection, path, key), None
    return _made_or_rescued(path, key)


def _intact(path: Path, key: bytes) -> Connection | None:
    """The file itself proves the key, nearly always; None where there is more to look at."""
    if not (_has_content(path) and _check_path(path).exists()) or rebuilt_path(path).exists():
        return None
    try:
        return connect(path, key)
    except StoreDamagedError:
        return None


def _made_or_rescued(path: Path, key: bytes) -> tuple[Connection, "Rescue | None"]:
    known = _key_is_known(path, key)
    finish_rebuild(path)
    rescue = None
    if not _has_content(path):
        # A file that is gone or empty although its key is known was there before.
        rescue = _rebuild(path, key) if known else None
        _remember_key(path, key)
        path.touch(mode=0o600)
    try:
        connection = connect(path, key)
    except StoreDamagedError:
        if not known:
            raise WrongKeyError from None
        rescue = _rebuild(path, key)
        connection = connect(path, key)
    _remember_key(path, key)
    return _ready(connection, path, key), rescue


def _rebuild(path: Path, key: bytes) -> "Rescue":
    from interview_desk.store.rescue import rebuild

    return rebuild(path, key)


def _ready(connection: Connection, path: Path, key: bytes) -> Connection:
    try:
        migrate(connection)
        attach_mirror(connection, path, key)
    except BaseException:
        connection.close()
        raise
    return connection


def _has_content(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _key_is_known(path: Path, key: bytes) -> bool:
    import hmac

    check = _check_path(path)
    if not check.exists():
        return False
    if not hmac.compare_digest(check.read_text(encoding="ascii").strip(), _check_of(key)):
        raise WrongKeyError
    return True


def _remember_key(path: Path, key: bytes) -> None:
    if not _check_path(path).exists():
        remember_key(path, key)


def remember_key(path: Path, key: bytes) -> None:
    """Have the check beside the file say that this key opens it."""
    check = _check_path(path)
    fresh = check.with_name(check.name + ".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(_check_of(key).encode("ascii"))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(check)


def _check_path(path: Path) -> Path:
    return path.with_name(path.name + ".check")


def _check_of(key: bytes) -> str:
    # Here, because it loads OpenSSL, and an intact file does without.
    import hmac

    return hmac.new(key, _PURPOSE, "sha256").hexdigest()
