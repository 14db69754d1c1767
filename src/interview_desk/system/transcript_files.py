"""Transcripts in files that a person chooses."""

import asyncio
from pathlib import Path
from typing import Final

from interview_desk.domain.errors import DeskError
from interview_desk.domain.transcripts import Cue, read_transcript

_LARGEST: Final = 8 * 1024 * 1024
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


class TranscriptFileError(DeskError):
    """The file cannot be read, and why."""

    code = "transcript_file"


async def transcript_in(path: Path) -> tuple[Cue, ...]:
    """What was said, from a WebVTT, SRT or JSON file; a DeskError says why it cannot be read."""
    return await asyncio.to_thread(_cues_of, path)


def _cues_of(path: Path) -> tuple[Cue, ...]:
    try:
        with path.open("rb") as file:
            written = file.read(_LARGEST + 1)
    except OSError as error:
        raise TranscriptFileError(
            f"{path.name} cannot be opened. See whether it is still there and may be read."
        ) from error
    if len(written) > _LARGEST:
        raise TranscriptFileError(f"{path.name} is far larger than any transcript.")
    encoding = "utf-16" if written.startswith(_UTF16) else "utf-8"
    return read_transcript(written.decode(encoding, "replace"))
