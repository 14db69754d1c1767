"""Bringing a transcript from a file into an interview."""

import asyncio
from pathlib import Path
from typing import Any

from interview_desk.domain.transcripts import Cue, TranscriptUnreadable, read_transcript
from sync_server.bookings.media.repository import bring
from sync_server.infra.parts import Parts
from sync_server.operations.commands import CommandFailed, Json, command

_LARGEST = 8 * 1024 * 1024


@command("transcript.import")
async def import_transcript(parts: Parts, args: dict[str, Any]) -> Json:
    """Read WebVTT, SRT or Cal.com's JSON into an interview whose guests allow its recording."""
    cues = await asyncio.to_thread(_cues_of, Path(str(args["file"])))
    interview = str(args["interview"])
    new = await parts.database.write(lambda tx: bring(tx, interview_id=interview, cues=cues))
    return {"transcripts": new, "cues": len(cues)}


def _cues_of(path: Path) -> tuple[Cue, ...]:
    if path.stat().st_size > _LARGEST:
        raise CommandFailed(f"{path.name} is far larger than any transcript.")
    try:
        return read_transcript(path.read_bytes().decode("utf-8", "replace"))
    except TranscriptUnreadable as unreadable:
        raise CommandFailed(str(unreadable)) from unreadable
