"""A place for files that need not be on a disk."""

import os
from pathlib import Path

_TMPFS = Path("/dev/shm")  # noqa: S108  - where the test itself is not about the disk


def memory_folder() -> Path | None:
    """Where files cost no waiting for the disk; None where there is no such place."""
    return _TMPFS if os.access(_TMPFS, os.W_OK) else None
