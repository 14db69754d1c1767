"""Who of the team cannot be booked, as Cal.com has it."""

from datetime import datetime
from typing import NamedTuple

from interview_desk.domain.instants import parse_instant
from interview_desk.domain.records import Record
from interview_desk.services.ports import Records


class Away(NamedTuple):
    """Somebody's time off; `end` is exclusive."""

    name: str
    start: datetime
    end: datetime
    reason: str = ""


async def away_between(records: Records, start: datetime, end: datetime) -> list[Away]:
    """Time off that touches [start, end), earliest first."""
    names = {
        row.id: str(row.fields.get("name") or "")
        for row in await records.all_of("poblysh_team_members")
    }
    found = [_away(row, names) for row in await records.all_of("out_of_office")]
    there = [one for one in found if one is not None and one.start < end and one.end > start]
    return sorted(there, key=lambda one: (one.start, one.name))


def _away(row: Record, names: dict[str, str]) -> Away | None:
    start, end = row.fields.get("start"), row.fields.get("end")
    if not isinstance(start, str) or not isinstance(end, str):
        return None
    name = names.get(str(row.fields.get("member_id"))) or str(row.fields.get("name") or "A host")
    # Cal.com's own reasons are written like `public_holiday`.
    reason = str(row.fields.get("reason") or "").replace("_", " ")
    return Away(name, parse_instant(start), parse_instant(end), reason)
