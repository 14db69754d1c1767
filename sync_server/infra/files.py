"""Files that are whole under their name, also after the power has failed."""

import os
from pathlib import Path


def put_in_place(finished: Path, path: Path) -> None:
    """Give a file that is written and flushed its name, in place of what had it, for good."""
    finished.replace(path)
    # Until its directory is flushed as well, a new name may be forgotten.
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
