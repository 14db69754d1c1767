"""Files that are whole under their name, also after the power has failed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# What is being written just now, and is worth nothing before it is whole.
_unfinished: set[Path] = set()


@contextmanager
def unfinished(path: Path) -> Iterator[Path]:
    """A place beside `path` for what is to become it; nothing stays there after the block.

    What lies there was left behind by somebody who was killed, and goes.
    """
    place = path.with_name(path.name + ".part")
    _unfinished.add(place)
    try:
        place.unlink(missing_ok=True)
        yield place
    finally:
        place.unlink(missing_ok=True)
        _unfinished.discard(place)


def remove_unfinished() -> None:
    """Leave nothing behind that is not whole: this process ends in the middle of its work."""
    for place in tuple(_unfinished):
        with suppress(OSError):
            place.unlink(missing_ok=True)


def put_in_place(finished: Path, path: Path) -> None:
    """Give a file that is written and flushed its name, in place of what had it, for good."""
    finished.replace(path)
    # Until its directory is flushed as well, a new name may be forgotten.
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
