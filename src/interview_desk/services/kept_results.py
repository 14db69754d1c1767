"""What the server made of an interview so far: each result, and by which rules."""

from datetime import datetime
from typing import NamedTuple

from pydantic import ValidationError

from interview_desk.domain.records import Record
from interview_desk.services.ports import Records
from interview_desk.wire.results import stored_result


class KeptResult(NamedTuple):
    """One result as it was kept; `at` is when, None where that is not known."""

    id: str
    label: str
    score: float | None
    rules_name: str
    rules_version: int
    is_final: bool
    at: datetime | None


async def kept_results(interview_id: str, records: Records) -> tuple[KeptResult, ...]:
    """Every result of an interview that I am shown, the newest first; unreadable ones left out."""
    found = await records.of_interview("evaluations", interview_id)
    newest = sorted(found, key=lambda one: one.ver, reverse=True)
    return tuple(kept for one in newest if (kept := _kept(one)) is not None)


def _kept(record: Record) -> KeptResult | None:
    try:
        result = stored_result(record.fields)
    except ValidationError:
        return None
    return KeptResult(
        id=record.id,
        label=result.label,
        score=result.score,
        rules_name=result.rules_name,
        rules_version=result.rules_version,
        is_final=result.final,
        at=record.updated_at,
    )
