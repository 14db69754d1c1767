"""Webhooks in, interviews out: what the export says after any history."""

import hashlib
import itertools
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sync_server.bookings import repository
from sync_server.bookings.watch import ClockWatch
from sync_server.sync.read import read_record, records_of_interview
from tests.helpers import calcom
from tests.helpers.calcom import ADA, BOB, START, booking, cancelled, created, event, rescheduled
from tests.helpers.server import SetClock
from tests.server.bookings.conftest import Desk, edit, parts_on


async def test_a_booking_is_exported_as_it_was_made(desk):
    await desk.take(created())
    interview = await desk.interview()
    assert interview.pop("id")
    assert interview == {
        "status": "scheduled",
        "title": "Discovery between Hana Host and Ada Guest",
        "start": "2026-11-24T10:00:00Z",
        "end": "2026-11-24T10:30:00Z",
        "zone": "Europe/Berlin",
        "booking_uids": ["u1"],
        "event_type_id": 41,
        "location": "integrations:zoom",
        "join_service": "zoom",
        "join_url": calcom.ZOOM,
        "hosts": [{"name": "Hana Host", "email": "hana@team.example.org"}],
        "attendees": [
            {
                "name": "Ada Guest",
                "email": "ada@example.org",
                "zone": "Europe/Paris",
                "no_show": False,
            }
        ],
        "recordings": 0,
        "transcripts": 0,
    }


def story() -> list[dict[str, Any]]:
    """One guest's long way: asked, moved twice, missed, unmarked, recorded."""
    return [
        event("BOOKING_REQUESTED", booking("u1", status="PENDING", metadata={}), minutes=0),
        created("u1", minutes=1),
        cancelled("u1", minutes=5, requestReschedule=True),
        rescheduled("u2", "u1", minutes=6),
        rescheduled("u3", "u2", minutes=7, title="Third time"),
        calcom.no_show("u3", minutes=90),
        calcom.no_show("u3", marked=False, minutes=95),
        calcom.recording("u3"),
        calcom.recording("u3", "tok-2"),
        calcom.transcript("u3"),
        cancelled("u1", minutes=99),
    ]


def without_ids(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


@pytest.mark.parametrize(("seed", "days"), [(0, 0), (1, 0), (2, 0), (3, 30), (4, 30)])
async def test_any_order_with_duplicates_gives_the_same_export(databases, seed, days, tmp_path):
    exports = []
    for order in (None, seed):
        clock = SetClock()
        clock.advance(days=days)
        desk = Desk(parts_on(await databases.fresh(clock=clock), clock, tmp_path))
        for content in arranged(story(), order):
            await desk.take(content)
        exports.append(without_ids(await desk.interviews()))
    assert exports[0] == exports[1]
    (interview,) = exports[0]
    assert interview["booking_uids"] == ["u1", "u2", "u3"]
    assert interview["title"] == "Third time"
    assert interview["status"] == ("held" if days else "scheduled")
    assert (interview["recordings"], interview["transcripts"]) == (2, 1)


def burst() -> list[dict[str, Any]]:
    """Several guests' stories: a fork, two that turn out to be one, seats, a missed one."""
    seat: dict[str, Any] = {"seatsPerTimeSlot": 4}
    return [
        *story(),
        created("f1"),
        rescheduled("f2", "f1", minutes=5),
        rescheduled("f3", "f1", minutes=6),
        created("m1"),
        created("m2", minutes=3, attendees=[ADA, BOB]),
        rescheduled("m2", "m1", minutes=4, attendees=[ADA, BOB]),
        created("s1", attendees=[ADA], attendeeSeatId="seat-1", **seat),
        created("s1", attendees=[{**BOB, "bookingSeat": {"referenceUid": "seat-2"}}], minutes=1),
        cancelled("s1", attendees=[ADA]),
        calcom.no_show("later"),
        created("later", minutes=2),
        created("same", minutes=0),
        created("same", minutes=0.001),
        created("host", organizer={"name": "Nobody's address"}),
        rescheduled("host2", "host", minutes=3),
    ]


@pytest.mark.parametrize("seed", [None, 5, 6])
async def test_events_read_together_give_what_they_give_one_by_one(databases, seed, tmp_path):
    clock = SetClock()
    apart = Desk(parts_on(await databases.fresh(clock=clock), clock, tmp_path))
    at_once = Desk(parts_on(await databases.fresh(clock=clock), clock, tmp_path))
    events = arranged(burst(), seed)
    for content in events:
        await apart.take(content)
        await at_once.keep(calcom.body_of(content))
    await at_once.take()
    assert without_ids(await at_once.interviews()) == without_ids(await apart.interviews())
    assert await states_of(at_once) == await states_of(apart)


async def states_of(desk: Desk) -> list[tuple[Any, ...]]:
    return [(row["state"], row["reason"]) for row in await desk.inbox()]


def arranged(events: list[dict[str, Any]], seed: int | None) -> list[dict[str, Any]]:
    """As they happened, or in another order with half of them twice."""
    if seed is None:
        return events
    return sorted(events + events[::2], key=lambda content: hash_of(content, seed))


def hash_of(content: dict[str, Any], seed: int) -> str:
    return hashlib.sha256(calcom.body_of([seed, content])).hexdigest()


async def test_the_same_event_for_two_subscribers_is_one_event(desk):
    await desk.take(created(minutes=0), created(minutes=0.001))
    first, second = await desk.inbox()
    assert first["state"] == "done"
    assert (second["state"], second["duplicate_of"]) == ("duplicate", first["id"])
    assert len(await desk.interviews()) == 1


async def test_the_same_bytes_are_kept_once_per_address(desk):
    body = calcom.body_of(created())
    assert await desk.keep(body)
    assert not await desk.keep(body)
    assert await desk.keep(body, endpoint="second")
    await desk.take()
    assert [row["state"] for row in await desk.inbox()] == ["done", "duplicate"]


async def test_a_guest_marked_absent_a_second_time_is_absent_again(desk):
    await desk.take(created())
    await desk.take(calcom.no_show(minutes=100))
    await desk.take(calcom.no_show(marked=False, minutes=101))
    await desk.take(calcom.no_show(minutes=102))
    assert (await desk.interview())["status"] == "no_show"
    assert [row["state"] for row in await desk.inbox()] == ["done"] * 4


async def test_a_forked_chain_becomes_two_interviews_and_the_first_keeps_its_id(desk):
    await desk.take(created(), rescheduled("u2", "u1", minutes=5), calcom.recording("u2"))
    before = await desk.interview()
    await desk.take(rescheduled("u3", "u1", minutes=6))
    first, second = await desk.interviews()
    assert (before["recordings"], first["recordings"], second["recordings"]) == (1, 0, 1)
    assert first["id"] == before["id"]
    assert first["booking_uids"] == ["u1", "u3"]
    assert second["booking_uids"] == ["u2"]


async def test_two_interviews_that_are_one_chain_become_the_older_one(desk):
    await desk.take(created("u1"), created("u2", minutes=3, attendees=[ADA, BOB]))
    old, young = await desk.interviews()
    await edit(
        desk,
        "interview_insights",
        "0190f5fe-7c00-7a00-8000-00000000bbbb",
        interview_id=young["id"],
        statement="They gave up on sheets.",
    )
    await desk.take(rescheduled("u2", "u1", minutes=4, attendees=[ADA, BOB]))
    (one,) = await desk.interviews()
    assert one["id"] == old["id"]
    assert one["booking_uids"] == ["u1", "u2"]
    assert [guest["name"] for guest in one["attendees"]] == ["Ada Guest", "Bob Guest"]

    def rows(tx):
        return records_of_interview(tx, repository.the_workspace(tx), old["id"])

    kinds = [row.entity for row in await desk.parts.database.read(rows)]
    assert kinds.count("interview_insights") == 1
    assert kinds.count("interview_guests") == 2


async def test_one_cancelled_seat_is_not_a_cancelled_interview(desk):
    seat: dict[str, Any] = {"seatsPerTimeSlot": 4}
    await desk.take(
        created(attendees=[ADA], attendeeSeatId="s1", **seat),
        created(attendees=[{**BOB, "bookingSeat": {"referenceUid": "s2"}}], minutes=1),
        cancelled(attendees=[ADA]),
    )
    interview = await desk.interview()
    assert interview["status"] == "scheduled"
    assert [guest["name"] for guest in interview["attendees"]] == ["Bob Guest"]
    await desk.take(cancelled(attendees=[BOB], minutes=40))
    interview = await desk.interview()
    assert (interview["status"], interview["attendees"]) == ("cancelled", [])


async def test_a_title_that_a_person_edited_stays_and_calcoms_stands_beside_it(desk):
    await desk.take(created())
    interview_id = (await desk.interview())["id"]
    await edit(desk, "interviews", interview_id, title="The one with the spreadsheet")
    await desk.take(rescheduled("u2", "u1", title="Discovery, again"))
    interview = await desk.interview()
    assert interview["title"] == "The one with the spreadsheet"

    def fields(tx):
        found = read_record(tx, repository.the_workspace(tx), "interviews", interview_id)
        return found.fields if found else {}

    assert (await desk.parts.database.read(fields))["calcom_title"] == "Discovery, again"


async def test_what_a_person_moved_stays_until_calcom_has_a_new_word(desk, clock):
    await desk.take(created())
    interview_id = (await desk.interview())["id"]
    await edit(desk, "interviews", interview_id, status="in_progress")
    await desk.take(created(minutes=0.002), calcom.meeting("MEETING_STARTED"))
    assert (await desk.interview())["status"] == "in_progress"
    await edit(desk, "interviews", interview_id, status="held")
    await edit(desk, "interviews", interview_id, status="evaluated")
    await desk.take(calcom.meeting("MEETING_ENDED"))
    assert (await desk.interview())["status"] == "evaluated"
    await desk.take(rescheduled("u2", "u1", minutes=9))
    assert (await desk.interview())["status"] == "scheduled"


async def test_an_interview_that_a_person_says_was_held_is_not_cancelled(desk):
    await desk.take(created())
    interview_id = (await desk.interview())["id"]
    await edit(desk, "interviews", interview_id, status="held")
    await desk.take(cancelled(minutes=-60))
    assert (await desk.interview())["status"] == "held"


async def test_a_held_meeting_that_only_calcoms_clock_held_may_still_be_cancelled(desk):
    await desk.take(created(), calcom.meeting("MEETING_ENDED"), cancelled(minutes=60))
    assert (await desk.interview())["status"] == "cancelled"


async def test_an_unmarked_no_show_goes_back_to_what_it_was(desk):
    await desk.take(created(), calcom.meeting("MEETING_ENDED"))
    interview_id = (await desk.interview())["id"]
    assert (await desk.interview())["status"] == "held"
    await desk.take(calcom.no_show(minutes=100))
    assert (await desk.interview())["status"] == "no_show"
    await desk.take(calcom.no_show(marked=False, minutes=110))
    assert (await desk.interview())["status"] == "held"
    await desk.take(calcom.no_show(minutes=120))
    await edit(desk, "interviews", interview_id, status="archived")
    await desk.take(calcom.no_show(marked=False, minutes=130))
    assert (await desk.interview())["status"] == "archived"


async def test_the_clock_holds_a_quarter_of_an_hour_after_the_end_and_only_once(desk, clock):
    await desk.take(created())
    interview_id = (await desk.interview())["id"]
    watch = ClockWatch()
    due = START + timedelta(minutes=45)
    assert await watch.look(desk.parts) == due
    clock.at = due - timedelta(seconds=1)
    assert await watch.look(desk.parts) == due
    assert (await desk.interview())["status"] == "scheduled"
    clock.at = due
    assert await watch.look(desk.parts) is None
    assert (await desk.interview())["status"] == "held"
    await edit(desk, "interviews", interview_id, status="in_progress")
    clock.advance(hours=1)
    await watch.look(desk.parts)
    assert (await desk.interview())["status"] == "in_progress"


async def test_a_booking_that_is_long_over_is_held_at_once(desk, clock):
    clock.at = START + timedelta(days=3)
    await desk.take(created())
    assert (await desk.interview())["status"] == "held"


async def test_the_hosts_who_are_members_are_assigned_and_the_organizer_leads(desk):
    await edit(
        desk,
        "poblysh_team_members",
        "0190f5fe-7c00-7a00-8000-0000000000a1",
        name="Hana",
        email="HANA@team.example.org",
    )
    await edit(
        desk,
        "poblysh_team_members",
        "0190f5fe-7c00-7a00-8000-0000000000a2",
        name="Olga",
        email="olga@team.example.org",
    )
    team = {"name": "Team", "members": [{"name": "Olga", "email": "olga@team.example.org"}]}
    await desk.take(created(team=team))
    interview_id = (await desk.interview())["id"]

    async def assignments():
        def work(tx):
            rows = records_of_interview(
                tx, repository.the_workspace(tx), interview_id, entity="interview_assignments"
            )
            return sorted(
                (str(row.fields["member_id"])[-2:], row.fields["role"], row.fields["state"])
                for row in rows
            )

        return await desk.parts.database.read(work)

    assert await assignments() == [("a1", "lead", "accepted"), ("a2", "note_taker", "proposed")]
    olga = {"name": "Olga", "email": "olga@team.example.org", "timeZone": "UTC"}
    await desk.take(event("BOOKING_REASSIGNED", booking(organizer=olga), minutes=9))
    assert [who for who, _, _ in await assignments()] == ["a2"]
    assert (await desk.interview())["hosts"] == [{"name": "Olga", "email": olga["email"]}]


@pytest.fixture
def samples(shared: Path) -> list[Any]:
    """The real payloads."""
    paths = sorted((shared / "calcom" / "payloads").glob("*.json"))
    return [json.loads(path.read_text("utf-8")) for path in paths]


async def test_every_real_sample_goes_through_in_any_order(desk, samples):
    contents = samples
    assert len(contents) > 30
    for content in itertools.chain(contents, reversed(contents)):
        await desk.keep(calcom.body_of(content))
    await desk.take()
    states = {row["state"] for row in await desk.inbox()}
    assert states <= {"done", "duplicate", "unusable"}
    uids = [uid for row in await desk.interviews() for uid in row["booking_uids"]]
    assert len(uids) == len(set(uids))
    assert {"unique-booking-id", "new-booking-unique-id", "bFJeNb2uX8ANpT3JL5EfXw"} <= set(uids)


async def test_a_mark_that_comes_first_waits_for_its_booking(desk):
    await desk.take(calcom.no_show())
    (row,) = await desk.inbox()
    assert row["state"] == "done"
    assert "Nothing is known" in row["reason"]
    assert await desk.interviews() == []
    await desk.take(created())
    assert (await desk.interview())["status"] == "no_show"
