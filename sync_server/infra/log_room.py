"""Room for a write-ahead log, taken once: later commits write in place."""

import os
from contextlib import suppress
from pathlib import Path

# SQLite begins the log anew once it holds a thousand pages, by the commit that fills it; its last
# pages need some more. A frame is a page and 24 bytes: https://www.sqlite.org/fileformat2.html
_FRAMES = 1_100
_FRAME_BYTES = 4_096 + 24


def make_room(log: Path) -> None:
    """Have the commits to come wait for their own bytes only.

    One that makes the file longer waits for the file system's journal as well, and behind whatever
    else that has to write. To SQLite the zeros are what any log leaves behind that has begun anew:
    no frames of this one. Without room on the disk the log grows as it always did.
    """
    with suppress(OSError):
        had = log.stat().st_size
        try:
            with log.open("r+b") as file:
                file.seek(0, os.SEEK_END)
                file.write(bytes(max(0, _FRAMES * _FRAME_BYTES - had)))
        except OSError:
            # The last of a full disk is not for this.
            os.truncate(log, had)
