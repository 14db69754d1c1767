"""Event types as records: Cal.com's part is kept up to date, the team's part is left alone."""

from typing import Any

from sync_server.bookings.reconciling.pages import Scope
from sync_server.bookings.reconciling.surroundings import look_at_surroundings
from tests.helpers.fake_calcom.world import TEAM
from tests.helpers.server import add_member
from tests.server.bookings.conftest import CalcomDesk


async def _event_types(desk: CalcomDesk) -> dict[int, dict[str, Any]]:
    return {one["calcom_id"]: one for one in await desk.records("event_types")}


async def test_event_types_become_records_and_keep_what_the_team_says_of_them(
    either_desk: CalcomDesk,
) -> None:
    desk = either_desk
    assert await look_at_surroundings(desk.parts, desk.api) == (Scope(), Scope(team_id=TEAM))
    found = await _event_types(desk)
    assert set(found) == {41, 42, 43, 44, 45, 46}
    assert (found[41]["title"], found[41]["minutes"]) == ("Discovery", 30)
    assert found[46]["lengths"] == [15, 30, 60]
    assert (found[43]["seats"], found[41]["seats"]) == (3, None)
    assert found[45]["needs_confirmation"]
    assert found[42]["scheduling_type"] == "roundRobin"
    assert [host["name"] for host in found[42]["hosts"]] == ["Hana Host", "Otto Host", "Mia Host"]
    guide = await desk.write("guides", name="Switch")
    await desk.write("event_types", id=found[41]["id"], guide_id=guide)
    desk.calcom.set(removed_event_type=46)
    await look_at_surroundings(desk.parts, desk.api)
    again = await _event_types(desk)
    assert again[41] == {**found[41], "guide_id": guide}
    assert (again[46]["gone"], again[41]["gone"]) == (True, False)


async def test_a_record_that_the_team_made_first_is_the_same_event_type(
    calcom_desk: CalcomDesk,
) -> None:
    mine = await calcom_desk.write("event_types", calcom_id=41, title="Ours")
    await look_at_surroundings(calcom_desk.parts, calcom_desk.api)
    found = await calcom_desk.records("event_types")
    assert [one["id"] for one in found if one["calcom_id"] == 41] == [mine]


async def test_a_new_booking_gets_the_guide_and_the_people_of_its_event_type(
    calcom_desk: CalcomDesk,
) -> None:
    mia = await calcom_desk.parts.database.write(
        lambda tx: add_member(tx, name="Mia", email="mia@team.example.org")
    )
    guide = await calcom_desk.write("guides", name="Switch")
    roles = {"note_taker": [mia, "nobody"], "observer": "all"}
    await calcom_desk.write("event_types", calcom_id=41, guide_id=guide, roles=roles)
    await calcom_desk.booked()
    await calcom_desk.reconcile()
    (interview,) = await calcom_desk.records("interviews")
    assert interview["guide_id"] == guide
    (assignment,) = await calcom_desk.records("interview_assignments")
    proposed = (assignment["member_id"], assignment["role"], assignment["state"])
    assert proposed == (mia, "note_taker", "proposed")
    # Whoever takes somebody off is not contradicted by the next change of the booking.
    await calcom_desk.write("interviews", id=interview["id"], guide_id=None)
    (booking,) = calcom_desk.calcom.bookings()
    calcom_desk.calcom.act("cancel", uid=booking["uid"])
    await calcom_desk.reconcile()
    (interview,) = await calcom_desk.records("interviews")
    assert interview["guide_id"] is None
