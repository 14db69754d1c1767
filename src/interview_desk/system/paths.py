"""Where this desk keeps its files on this computer."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

DATA_VARIABLE = "INTERVIEW_DESK_DATA"
_APPLICATION = "interview-desk"


class Paths(NamedTuple):
    """The files of one desk; two desks with different directories never meet."""

    data: Path

    @property
    def database(self) -> Path:
        """The encrypted database."""
        return self.data / "desk.db"

    @property
    def key_file(self) -> Path:
        """How the database's key is found: no secret in it."""
        return self.data / "key.json"

    @property
    def log(self) -> Path:
        """What happened lately, without any content."""
        return self.data / "log" / "desk.log"

    @property
    def crashes(self) -> Path:
        """Where a crash leaves its report."""
        return self.data / "crashes"

    @property
    def qt_code(self) -> Path:
        """What Qt's binding would compile anew at each start; nothing of the person's."""
        return self.data / "qt-code"

    @property
    def lock(self) -> Path:
        """Held by the one running desk of this directory."""
        return self.data / "desk.lock"

    def prepare(self) -> None:
        """Make the directory, readable by its owner only."""
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if sys.platform != "win32":
            self.data.chmod(0o700)


def desk_paths(environment: Mapping[str, str] = os.environ) -> Paths:
    """The desk's files: under INTERVIEW_DESK_DATA, else where this system keeps such data."""
    chosen = environment.get(DATA_VARIABLE, "").strip()
    if chosen:
        return Paths(Path(chosen).expanduser().absolute())
    import platformdirs

    return Paths(Path(platformdirs.user_data_dir(_APPLICATION, appauthor=False)))
