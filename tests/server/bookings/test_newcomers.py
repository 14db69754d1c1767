"""Members who join after a booking that names them as hosts."""

import asyncio

import pytest

from interview_desk.domain.ids import assignment_id
from sync_server.bookings import repository
from sync_server.bookings.newcomers import Newcomers
from sync_server.bookings.tasks import run
from sync_server.infra.database import Tx
from sync_server.sync.read import StoredRecord, records_of_interview
from tests.helpers import calcom
from tests.helpers.calcom import cancelled, created, rescheduled
from tests.helpers.server import add_member
from tests.server.bookings.conftest import PERSON, Desk, edit, edit_as

OLGA = "0190f5fe-7c00-7a00-8000-0000000000a2"
TEAM = {"name": "Team", "members": [{"name": "Olga", "email": "olga@team.example.org"}]}


async def join(desk: Desk, email: str, name: str = "Somebody") -> str:
    return await desk.parts.database.write(lambda tx: add_member(tx, name=name, email=email))


async def parts(desk: Desk, interview_id: str) -> list[StoredRecord]:
    def work(tx: Tx) -> list[StoredRecord]:
        return records_of_interview(
            tx, repository.the_workspace(tx), interview_id, entity="interview_assignments"
        )

    return await desk.parts.database.read(work)


async def assignments(desk: Desk, interview_id: str) -> dict[str, tuple[str, str]]:
    return {
        str(row.fields["member_id"]): (str(row.fields["role"]), str(row.fields["state"]))
        for row in await parts(desk, interview_id)
    }


async def test_a_host_who_joins_after_the_booking_gets_the_interview(desk: Desk) -> None:
    newcomers = Newcomers()
    await desk.take(created(team=TEAM), created("u2"))
    first, second = [row["id"] for row in await desk.interviews()]
    hana = await join(desk, "HANA@team.example.org")
    await newcomers.welcome(desk.parts)
    assert await assignments(desk, first) == {hana: ("lead", "accepted")}
    assert await assignments(desk, second) == {hana: ("lead", "accepted")}
    olga = await join(desk, "olga@team.example.org")
    await newcomers.welcome(desk.parts)
    assert (await assignments(desk, first))[olga] == ("note_taker", "proposed")
    assert olga not in await assignments(desk, second)


async def test_a_host_who_is_asked_on_a_desk_at_the_same_moment_has_one_part(desk: Desk) -> None:
    newcomers = Newcomers()
    await desk.take(created(team=TEAM))
    interview_id = (await desk.interview())["id"]
    hana = await join(desk, "hana@team.example.org")
    await newcomers.welcome(desk.parts)
    # The desk did not know of it yet.
    part = assignment_id(interview_id, hana)
    fields = {"interview_id": interview_id, "member_id": hana, "role": "lead", "state": "proposed"}
    await edit_as(PERSON, desk, "interview_assignments", part, fields=fields, seen=False)
    assert await assignments(desk, interview_id) == {hana: ("lead", "accepted")}
    assert [one.id for one in await parts(desk, interview_id)] == [part]
    # Whoever is no host any more, and then is one again, has the same part again.
    other = {"name": "Otto", "email": "otto@team.example.org", "timeZone": "Europe/Berlin"}
    await desk.take(rescheduled("u2", "u1", organizer=other))
    assert await assignments(desk, interview_id) == {}
    await desk.take(rescheduled("u3", "u2", minutes=20, organizer=calcom.HOST))
    assert await assignments(desk, interview_id) == {hana: ("lead", "accepted")}


async def test_a_part_that_has_another_id_stays_the_only_one(desk: Desk) -> None:
    newcomers = Newcomers()
    await desk.take(created(team=TEAM))
    interview_id = (await desk.interview())["id"]
    hana = await join(desk, "hana@team.example.org")
    fields = {"interview_id": interview_id, "member_id": hana, "role": "observer"}
    older = "0190f5fe-7c00-7a00-8000-0000000000b1"
    await edit(desk, "interview_assignments", older, **fields, state="accepted")
    await newcomers.welcome(desk.parts)
    assert await assignments(desk, interview_id) == {hana: ("observer", "accepted")}
    await edit(desk, "interview_assignments", older, state="declined")
    await newcomers.welcome(desk.parts)
    assert await assignments(desk, interview_id) == {hana: ("observer", "declined")}
    assert [one.id for one in await parts(desk, interview_id)] == [older]


async def test_a_new_address_of_a_member_counts_like_a_new_member(desk: Desk) -> None:
    newcomers = Newcomers()
    await desk.take(created())
    member = await join(desk, "hana@old.example.org")
    await newcomers.welcome(desk.parts)
    interview_id = (await desk.interview())["id"]
    assert await assignments(desk, interview_id) == {}
    await edit(desk, "poblysh_team_members", member, email=calcom.HOST["email"])
    await newcomers.welcome(desk.parts)
    assert list(await assignments(desk, interview_id)) == [member]


async def test_whoever_leads_already_goes_on_leading(desk: Desk) -> None:
    await desk.take(created())
    interview_id = (await desk.interview())["id"]
    given = "0190f5fe-7c00-7a00-8000-0000000000d1"
    await edit(
        desk,
        "interview_assignments",
        given,
        interview_id=interview_id,
        member_id=OLGA,
        role="lead",
        state="accepted",
    )
    hana = await join(desk, str(calcom.HOST["email"]))
    await Newcomers().welcome(desk.parts)
    assert await assignments(desk, interview_id) == {
        OLGA: ("lead", "accepted"),
        hana: ("note_taker", "proposed"),
    }


@pytest.mark.parametrize("is_over", [True, False])
async def test_what_is_over_or_cancelled_is_given_to_nobody(
    desk: Desk, clock, *, is_over: bool
) -> None:
    await desk.take(created())
    if is_over:
        clock.advance(days=30)
    else:
        await desk.take(cancelled(minutes=5))
    await join(desk, str(calcom.HOST["email"]))
    await Newcomers().welcome(desk.parts)
    assert await assignments(desk, (await desk.interview())["id"]) == {}


async def test_an_assignment_that_was_taken_away_does_not_come_back(desk: Desk) -> None:
    hana = await join(desk, str(calcom.HOST["email"]))
    await desk.take(created())
    interview_id = (await desk.interview())["id"]
    assert list(await assignments(desk, interview_id)) == [hana]
    elsewhere = {"name": "Olga", "email": "olga@team.example.org", "timeZone": "UTC"}
    moved = calcom.event("BOOKING_REASSIGNED", calcom.booking(organizer=elsewhere), minutes=9)
    await desk.take(moved)
    await Newcomers().welcome(desk.parts)
    assert await assignments(desk, interview_id) == {}
    await desk.take(rescheduled("u2", "u1", minutes=20))
    assert list(await assignments(desk, interview_id)) == [hana]


async def test_the_worker_notices_who_joins(desk: Desk) -> None:
    await desk.take(created())
    interview_id = (await desk.interview())["id"]
    worker = asyncio.ensure_future(run(desk.parts))
    with desk.parts.bus.subscribe() as news:
        hana = await join(desk, str(calcom.HOST["email"]))
        async for _ in news:
            if await assignments(desk, interview_id):
                break
    worker.cancel()
    await asyncio.wait({worker})
    assert list(await assignments(desk, interview_id)) == [hana]
