"""Who of the team cannot be booked."""

from datetime import timedelta

from interview_desk.domain.instants import format_instant
from interview_desk.services.agenda import AgendaService
from interview_desk.services.away import Away
from tests.helpers.desk import ME, NOW, MemoryRecords, StoppedClock

DAY = timedelta(days=1)


async def test_time_off_is_told_by_the_members_own_name() -> None:
    records = MemoryRecords()
    records.member("Ben Cole", member_id="ben")
    off = (("o1", "ben", "x", 2), ("o2", None, "Kim", 1), ("o3", None, None, 9))
    for key, member, name, days in off:
        start = NOW + days * DAY
        when = {"start": format_instant(start), "end": format_instant(start + DAY)}
        records.put("out_of_office", key, member_id=member, name=name, **when)
    records.put("out_of_office", "o4", name="Broken", start=None)
    agenda = AgendaService(records, me=ME, clock=StoppedClock())
    assert await agenda.away(NOW, NOW + 5 * DAY) == [
        Away("Kim", NOW + DAY, NOW + 2 * DAY),
        Away("Ben Cole", NOW + 2 * DAY, NOW + 3 * DAY),
    ]
    assert [one.name for one in await agenda.away(NOW + 8 * DAY, NOW + 12 * DAY)] == ["A host"]
