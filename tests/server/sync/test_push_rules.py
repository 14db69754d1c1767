"""What a push may change: booked times, states, consents, and what each role may."""

from typing import Any

from interview_desk.domain.roles import Role
from sync_server.sync.authors import Author
from tests.helpers.team import Laptop, Team, new_id


async def booked(team: Team) -> str:
    interview = new_id()
    await team.server_writes(
        "interviews",
        interview,
        author=Author("calcom"),
        title="Switching",
        status="scheduled",
        start="2026-11-24T09:00:00Z",
        booking_uids=["uid-1"],
    )
    return interview


async def test_a_booked_time_is_changed_through_calcom(team: Team) -> None:
    ada, interview = await team.member("Ada"), await booked(team)
    await ada.pull()
    result = await ada.change("interviews", interview, start="2026-11-25T09:00:00Z")
    assert result["code"] == "use_booking_request"
    result = await ada.change("interviews", interview, title="Ours", start="2026-11-24T09:00:00Z")
    assert result["status"] == "ok"
    assert (await ada.remove("interviews", interview))["code"] == "use_booking_request"


async def test_a_status_moves_as_the_table_allows(team: Team) -> None:
    ada, interview = await team.member("Ada"), await booked(team)
    await ada.pull()
    assert (await ada.change("interviews", interview, status="evaluated"))["code"] == (
        "move_not_allowed"
    )
    assert (await ada.change("interviews", interview, status="held"))["status"] == "ok"


async def test_what_the_clock_set_gives_way_to_a_person(team: Team) -> None:
    ada, interview = await team.member("Ada"), await booked(team)
    await ada.pull()
    await team.server_writes("interviews", interview, author=Author("clock"), status="held")
    result = await ada.change("interviews", interview, status="cancelled")
    assert (result["status"], result.get("conflicts")) == ("ok", None)


async def test_a_booking_request_waits_and_can_only_be_undone(team: Team) -> None:
    ada, interview = await team.member("Ada"), await booked(team)
    request = new_id()
    fields = {"kind": "cancel", "interview_id": interview, "state": "waiting"}
    assert (await ada.change("booking_requests", new_id(), kind="cancel", state="done"))[
        "code"
    ] == "forbidden"
    assert (await ada.change("booking_requests", request, **fields))["status"] == "ok"
    await ada.pull()
    assert (await ada.change("booking_requests", request, state="done"))["code"] == "forbidden"
    assert (await ada.change("booking_requests", request, state="undone"))["status"] == "ok"
    assert (await ada.remove("booking_requests", request))["code"] == "forbidden"


async def outsider_on(team: Team, interview: str) -> Laptop:
    external = await team.member("Eve", Role.EXTERNAL)
    await team.server_writes(
        "interview_assignments",
        new_id(),
        interview_id=interview,
        member_id=external.member_id,
        role="note_taker",
        state="proposed",
    )
    return external


async def test_what_was_said_is_taken_only_where_every_guest_agrees(team: Team) -> None:
    ada, ivo = await team.member("Ada"), await team.member("Ivo")
    interview, guests = new_id(), [new_id(), new_id()]
    await team.server_writes("interviews", interview, title="Switching")
    words = [{"start": 1.0, "end": 2.0, "speaker": "Mina", "text": "It broke."}]

    async def told() -> dict[str, Any]:
        return await ada.change("transcripts", new_id(), interview_id=interview, cues=words)

    assert (await told())["code"] == "forbidden"  # nobody could have agreed
    for guest in guests:
        await ivo.change("interview_guests", guest, interview_id=interview, name="Mina")
        refused = await told()
        assert (refused["status"], refused["code"]) == ("rejected", "forbidden")
        assert "said yes to being recorded" in refused["detail"]
        yes = {"value": "yes", "at": "2026-11-23T12:00:00Z", "by": None}
        await ivo.change("interview_guests", guest, consent_recording=yes)
        assert (await told())["status"] == "ok"
    no = {"value": "no", "at": "2026-11-23T12:01:00Z", "by": None}
    await ivo.change("interview_guests", guests[0], consent_recording=no)
    assert (await told())["code"] == "forbidden"


async def test_an_external_member_writes_answers_where_they_are_assigned(team: Team) -> None:
    here, elsewhere = await booked(team), await booked(team)
    eve = await outsider_on(team, here)
    answer = {"field": "welcome.why", "value": "curious"}
    good = await eve.change("interview_answers", new_id(), interview_id=here, **answer)
    assert good["status"] == "ok"
    bad = await eve.change("interview_answers", new_id(), interview_id=elsewhere, **answer)
    assert bad["code"] == "not_found"
    assert (await eve.change("interviews", here, title="Mine"))["code"] == "forbidden"
    assert (await eve.change("interviews", elsewhere, title="Mine"))["code"] == "not_found"
    assert (await eve.change("contacts", new_id(), name="X"))["code"] == "not_found"


async def test_an_observer_answers_their_own_assignment_only(team: Team) -> None:
    olga, ada = await team.member("Olga", Role.OBSERVER), await team.member("Ada")
    interview, mine, hers = await booked(team), new_id(), new_id()
    for assignment, member in ((mine, olga.member_id), (hers, ada.member_id)):
        await ada.change(
            "interview_assignments",
            assignment,
            interview_id=interview,
            member_id=member,
            role="observer",
            state="proposed",
        )
    await olga.pull()
    accepted = await olga.change("interview_assignments", mine, state="accepted")
    assert accepted["status"] == "ok"
    for result in (
        await olga.change("interview_assignments", hers, state="declined"),
        await olga.change("interview_assignments", mine, role="lead"),
        await olga.change("startups", new_id(), name="A"),
    ):
        assert result["code"] == "forbidden"


async def test_the_team_is_run_by_owner_and_admin(team: Team) -> None:
    ada, owner = await team.member("Ada"), await team.member("Olivia", Role.OWNER)
    await ada.pull()
    await owner.pull()
    refused = await ada.change("poblysh_team_members", ada.member_id, role="admin")
    assert refused["code"] == "forbidden"
    taken = await owner.change("poblysh_team_members", ada.member_id, role="admin")
    assert taken["status"] == "ok"
    assert (await ada.change("flags", new_id(), key="calcom", on=True))["status"] == "ok"


async def test_a_team_has_each_address_once_and_keeps_its_last_owner(team: Team) -> None:
    ada, ben = await team.member("Ada", Role.OWNER), await team.member("Ben", Role.ADMIN)
    members, newcomer = "poblysh_team_members", new_id()
    await ben.pull()
    told = await ben.push(
        ben.put(members, newcomer, name="Mina", email="mina@desk.test", role="observer"),
        ben.put(members, new_id(), name="Mina again", email="MINA@desk.test", role="observer"),
        ben.put(members, ada.member_id, role="admin"),
        ben.delete(members, ada.member_id),
        ben.put(members, ben.member_id, role="owner"),
        ben.put(members, ada.member_id, role="observer"),
    )
    codes = [result.get("code") or result["status"] for result in told]
    assert codes == ["ok", "invalid_value", "last_owner", "last_owner", "ok", "ok"]
    assert "owner first" in told[2]["detail"]
    await ben.pull()
    assert ben.sees(members)[ada.member_id]["role"] == "observer"
