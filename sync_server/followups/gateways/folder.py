"""Mail as .eml files in a folder, for those who send it themselves or only want to look."""

import asyncio
import hashlib
import os
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile

from sync_server.followups.gateways.eml import as_message
from sync_server.followups.letters import Letter
from sync_server.followups.outcomes import Accepted, Lost, NotTaken, Outcome
from sync_server.infra.files import put_in_place

_AGAIN = timedelta(minutes=5)
_NOT_THERE = "There is no file of this mail in the folder. Look whether it was sent on."


def try_folder(folder: Path) -> None:
    """Make the folder and a file in it, which goes again; OSError where that cannot be."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryFile(dir=folder):
        pass


class FolderCarrier:
    """Writes each letter into a file named after its effect: the same letter is the same file."""

    name = "folder"
    repeats_for = timedelta.max

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def carry(self, letter: Letter) -> Outcome:
        """Write the letter, unless it is there already."""
        return await asyncio.to_thread(self._write, letter)

    async def look_up(self, letter: Letter, since: datetime) -> Outcome:
        """Whether its file is there; one that is not may have been taken on. Nothing is written."""
        del since
        path = self._path(letter)
        is_there = await asyncio.to_thread(path.exists)
        return Accepted(path.stem) if is_there else Lost(_NOT_THERE)

    def close(self) -> None:
        """There is nothing to let go of."""

    def _write(self, letter: Letter) -> Outcome:
        path = self._path(letter)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                fresh = path.with_suffix(".new")
                with fresh.open("wb") as file:
                    file.write(bytes(as_message(letter)))
                    file.flush()
                    os.fsync(file.fileno())
                put_in_place(fresh, path)
        except OSError as error:
            why = f"The folder for mail cannot be written ({error.strerror})."
            return NotTaken(why, _AGAIN)
        return Accepted(path.stem)

    def _path(self, letter: Letter) -> Path:
        name = hashlib.sha256(letter.key.encode()).hexdigest()[:32]
        return self._folder / f"{name}.eml"
