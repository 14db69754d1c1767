"""What was recorded of an interview, and what was said in writing."""

from datetime import datetime
from typing import NamedTuple

from interview_desk.domain.instants import parse_instant
from interview_desk.domain.records import Record
from interview_desk.services.ports import Records


class Medium(NamedTuple):
    """A recording or a transcript; `keep_until` is when a recording is erased."""

    is_recording: bool
    source: str
    minutes: int | None = None
    keep_until: datetime | None = None
    language: str = ""
    lines: int = 0


async def media_of(records: Records, interview_id: str) -> tuple[Medium, ...]:
    """The recordings of an interview, then its transcripts, in order of arrival."""
    recordings = await records.of_interview("recordings", interview_id)
    transcripts = await records.of_interview("transcripts", interview_id)
    return (*map(_recording, recordings), *map(_transcript, transcripts))


def _recording(row: Record) -> Medium:
    minutes, until = row.fields.get("minutes"), row.fields.get("keep_until")
    return Medium(
        is_recording=True,
        source=str(row.fields.get("source") or ""),
        minutes=round(minutes) if isinstance(minutes, int | float) else None,
        keep_until=parse_instant(until) if isinstance(until, str) else None,
    )


def _transcript(row: Record) -> Medium:
    cues = row.fields.get("cues")
    return Medium(
        is_recording=False,
        source=str(row.fields.get("source") or ""),
        language=str(row.fields.get("language") or ""),
        lines=len(cues) if isinstance(cues, list) else 0,
    )
