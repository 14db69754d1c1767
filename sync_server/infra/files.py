"""Files that are whole under their name, also after the power has failed."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# What is being written just now, and is worth nothing before it is whole.
_unfinished: dict[int, Path] = {}


class BeingWritten(Exception):  # noqa: N818  - says what is the case
    """Somebody else is writing this file just now."""


@contextmanager
def unfinished(path: Path) -> Iterator[tuple[Path, int]]:
    """A place beside `path` for what is to become it, open for writing by its owner only.

    Nothing stays there after the block. What lies there was left behind by somebody who was
    killed, and goes; BeingWritten where they are still at work.
    """
    place = path.with_name(path.name + ".part")
    descriptor = _held(place)
    _unfinished[descriptor] = place
    try:
        yield place, descriptor
    finally:
        _remove(place, descriptor)
        del _unfinished[descriptor]
        os.close(descriptor)


def _held(place: Path) -> int:
    """A new file at `place` that is locked for us; the kernel lets go of it when we end."""
    while True:
        try:
            descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            _remove_what_was_left(place)
            continue
        if _locked(descriptor) and _lies_at(place, descriptor):
            return descriptor
        # Somebody has taken it for left behind before we could lock it.
        os.close(descriptor)


def _remove_what_was_left(place: Path) -> None:
    try:
        descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return
    try:
        if not _locked(descriptor):
            raise BeingWritten
        _remove(place, descriptor)
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    """Whether the file is ours alone from now on."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lies_at(place: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(place.lstat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _remove(place: Path, descriptor: int) -> None:
    # Once ours has its name, what lies here is somebody else's.
    if _lies_at(place, descriptor):
        place.unlink(missing_ok=True)


def remove_unfinished() -> None:
    """Leave nothing behind that is not whole: this process ends in the middle of its work."""
    for descriptor, place in tuple(_unfinished.items()):
        with suppress(OSError):
            _remove(place, descriptor)


def put_in_place(finished: Path, path: Path) -> None:
    """Give a file that is written and flushed its name, in place of what had it, for good."""
    finished.replace(path)
    # Until its directory is flushed as well, a new name may be forgotten.
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
