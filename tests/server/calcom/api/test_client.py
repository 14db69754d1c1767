"""Every call of the client, against a Cal.com that keeps state, and every refusal."""

from datetime import UTC, datetime, timedelta

import pytest

from sync_server.calcom.api.bookings import (
    Booking,
    BookingKind,
    BookingQuery,
    NewAttendee,
    NewBooking,
)
from sync_server.calcom.api.calls import Call, Priority, WebhookPlace
from sync_server.calcom.api.client import CalcomApi
from sync_server.calcom.api.errors import CalcomRefused, CalcomUnavailable, Refusal, SlotTaken
from sync_server.calcom.api.exchange import Limits, Reply, checked
from sync_server.calcom.api.opening import calcom_of
from sync_server.infra.clock import SystemClock
from sync_server.infra.parts import Parts
from tests.helpers.fake_calcom.process import FakeCalcom
from tests.helpers.fake_calcom.world import (
    CONFIRMED,
    DISCOVERY,
    LENGTHS,
    ORGANIZATION,
    ROUND_ROBIN,
    SEATED,
    TEAM,
    TRIGGERS,
    WEEKLY,
)
from tests.helpers.server import Databases, parts_on

ADA = NewAttendee("Ada Guest", "Europe/Paris", email="ada@example.org", language="fr")
BOB = NewAttendee("Bob Guest", "Asia/Tokyo", email="bob@example.org")


def monday(hour: int = 10, *, weeks: int = 1) -> datetime:
    """A Monday to come, in UTC; within the hosts' office hours from 9 to 15."""
    now = datetime.now(UTC).replace(hour=hour, minute=0, second=0, microsecond=0)
    return now + timedelta(days=7 - now.weekday() + 7 * (weeks - 1))


def booking_of(event_type: int = DISCOVERY, *, start: datetime | None = None, **more) -> NewBooking:
    return NewBooking(event_type, start or monday(), more.pop("attendee", ADA), **more)


async def booked(api: CalcomApi, event_type: int = DISCOVERY, **more) -> Booking:
    (first, *_) = await api.create_booking(booking_of(event_type, **more))
    return first


async def refusal(call) -> Refusal:
    with pytest.raises(CalcomRefused) as refused:
        await call
    return refused.value.refusal


async def test_the_owner_of_the_key_and_what_they_may_see(api: CalcomApi) -> None:
    me = await api.me()
    assert (me.name, me.email, me.time_zone) == (
        "Hana Host",
        "hana@team.example.org",
        "Europe/Berlin",
    )
    assert [team.name for team in await api.teams()] == ["Research"]
    members = await api.team_members(TEAM)
    assert ("otto@team.example.org", 6) in {(one.email, one.user_id) for one in members}
    assert (await api.schedules())[0].is_default


async def test_event_types_are_those_of_the_owner_or_of_a_team(api: CalcomApi) -> None:
    own = {one.id: one for one in await api.event_types()}
    assert own[DISCOVERY].length_in_minutes == 30
    assert own[LENGTHS].length_in_minutes_options == (15, 30, 60)
    assert [one.name for one in own[DISCOVERY].people] == ["Hana Host"]
    (shared,) = await api.event_types(team_id=TEAM)
    assert (shared.id, len(shared.people)) == (ROUND_ROBIN, 3)
    assert (await api.event_type(DISCOVERY)).slug == "discovery-30"
    assert (await api.event_type(ROUND_ROBIN, team_id=TEAM)).team_id == TEAM


async def test_slots_are_those_that_can_be_booked(api: CalcomApi) -> None:
    start = monday(0)
    slots = await api.slots(DISCOVERY, start=start, end=start + timedelta(days=1))
    assert len(slots) == 16
    assert slots[0].end == slots[0].start + timedelta(minutes=30)
    booking = await booked(api, start=slots[3].start)
    left = await api.slots(DISCOVERY, start=start, end=start + timedelta(days=1))
    assert slots[3] not in left
    moving = await api.slots(
        DISCOVERY, start=start, end=start + timedelta(days=1), moving_uid=booking.uid
    )
    assert slots[3] in moving
    longer = await api.slots(LENGTHS, start=start, end=start + timedelta(days=1), minutes=60)
    assert longer[0].end == longer[0].start + timedelta(hours=1)


async def test_a_held_slot_is_kept_from_others_until_it_is_released(api: CalcomApi) -> None:
    held = await api.reserve(DISCOVERY, start=monday())
    assert held.until > datetime.now(UTC)
    with pytest.raises(SlotTaken):
        await api.reserve(DISCOVERY, start=monday())
    await api.release(held.uid)
    await api.release(held.uid)
    assert (await api.reserve(DISCOVERY, start=monday())).uid != held.uid


async def test_a_booking_is_made_with_its_mark_and_found_by_it(api: CalcomApi) -> None:
    made = await booked(api, metadata={"interview_desk_request": "r1"}, guests=("c@example.org",))
    assert (made.kind, made.status, made.guests) == (
        BookingKind.SINGLE,
        "accepted",
        ("c@example.org",),
    )
    assert made.event_type_id == DISCOVERY
    page = await api.bookings(
        BookingQuery(attendee_email="ADA@example.org", event_type_id=DISCOVERY)
    )
    assert [one.metadata for one in page.bookings] == [{"interview_desk_request": "r1"}]
    assert (await api.booking(made.uid))[0].attendees[0].language == "fr"


async def test_a_booking_of_one_of_several_lengths(api: CalcomApi) -> None:
    assert (await booked(api, LENGTHS, minutes=60)).duration == 60
    later = monday(13)
    assert (await refusal(api.create_booking(booking_of(start=later, minutes=60)))) is (
        Refusal.INVALID
    )


async def test_a_guest_may_have_a_phone_number_only(api: CalcomApi) -> None:
    caller = NewAttendee("Cleo", "Europe/Rome", phone="+390612345678")
    made = await booked(api, attendee=caller)
    assert made.attendees[0].phone_number == "+390612345678"


async def test_a_slot_that_somebody_else_took_is_refused_as_taken(api: CalcomApi) -> None:
    await booked(api)
    with pytest.raises(SlotTaken) as taken:
        await api.create_booking(booking_of(attendee=BOB))
    assert str(taken.value) == "Somebody else has just taken this time. Choose another one."


async def test_moving_a_booking_gives_a_new_one_that_names_the_old_one(api: CalcomApi) -> None:
    old = await booked(api)
    (new,) = await api.reschedule(old.uid, start=monday(12), reason="later", by="a@example.org")
    assert (new.rescheduled_from_uid, new.start) == (old.uid, monday(12))
    ((found,),) = [await api.booking(old.uid)]
    assert (found.status, found.rescheduled_to_uid) == ("cancelled", new.uid)
    again = api.reschedule(old.uid, start=monday(13))
    assert await refusal(again) is Refusal.ALREADY_DONE


async def test_a_cancelled_booking_is_not_cancelled_twice(api: CalcomApi) -> None:
    made = await booked(api)
    (gone,) = await api.cancel(made.uid, reason="ill")
    assert (gone.status, gone.cancellation_reason) == ("cancelled", "ill")
    assert await refusal(api.cancel(made.uid)) is Refusal.ALREADY_DONE
    assert await refusal(api.cancel("nobody")) is Refusal.NOT_FOUND


async def test_a_booking_that_waits_is_confirmed_or_declined(api: CalcomApi) -> None:
    first = await booked(api, CONFIRMED)
    assert first.status == "pending"
    assert (await api.confirm(first.uid))[0].status == "accepted"
    second = await booked(api, CONFIRMED, start=monday(12))
    assert (await api.decline(second.uid, reason="full"))[0].status == "rejected"
    assert await refusal(api.confirm(second.uid)) is Refusal.ALREADY_DONE


async def test_who_did_not_come_is_marked_and_unmarked(api: CalcomApi) -> None:
    made = await booked(api)
    (marked,) = await api.mark_absent(made.uid, host=True, attendees=[("ada@example.org", True)])
    assert (marked.absent_host, marked.attendees[0].absent) == (True, True)
    (back,) = await api.mark_absent(made.uid, host=False, attendees=[("ADA@example.org", False)])
    assert (back.absent_host, back.attendees[0].absent) == (False, False)


async def test_more_than_ten_guests_are_added_in_several_requests(api: CalcomApi) -> None:
    made = await booked(api)
    emails = [f"guest{number}@example.org" for number in range(12)]
    (after,) = await api.add_guests(made.uid, emails)
    assert list(after.guests) == emails
    assert await api.add_guests(made.uid, []) == ()


async def test_a_team_booking_is_given_to_another_host(api: CalcomApi) -> None:
    made = await booked(api, ROUND_ROBIN)
    await api.reassign(made.uid, user_id=6, reason="holiday")
    assert (await api.booking(made.uid))[0].hosts[0].name == "Otto Host"
    await api.reassign(made.uid)
    assert (await api.booking(made.uid))[0].hosts[0].name != "Otto Host"


async def test_a_booking_moves_to_another_place(api: CalcomApi) -> None:
    made = await booked(api)
    link = {"type": "link", "link": "https://meet.example.org/x"}
    (moved,) = await api.move_to(made.uid, link)
    assert moved.location == "https://meet.example.org/x"


async def test_a_series_gives_one_booking_for_each_date(api: CalcomApi) -> None:
    made = await api.create_booking(booking_of(WEEKLY))
    assert [one.kind for one in made] == [BookingKind.RECURRING] * 3
    series = made[0].recurring_booking_uid
    assert series is not None
    gone = await api.cancel(made[1].uid, subsequent=True)
    assert [one.uid for one in gone] == [made[1].uid, made[2].uid]
    assert [one.status for one in await api.booking(series)] == [
        "accepted",
        "cancelled",
        "cancelled",
    ]


async def test_seats_share_a_booking_and_are_cancelled_one_by_one(api: CalcomApi) -> None:
    first = await booked(api, SEATED, start=monday(9))
    second = await booked(api, SEATED, start=monday(9), attendee=BOB)
    assert first.uid == second.uid
    assert second.kind is BookingKind.SEATED
    assert second.seat_uid == second.attendees[1].seat_uid
    (left,) = await api.cancel(first.uid, seat_uid=second.seat_uid)
    assert (left.status, len(left.attendees)) == ("accepted", 1)


async def test_changed_bookings_are_walked_page_by_page(api: CalcomApi) -> None:
    began = datetime.now(UTC) - timedelta(seconds=1)
    uids = [(await booked(api, start=monday(9 + hour))).uid for hour in range(3)]
    page = await api.bookings(BookingQuery(updated_after=began, take=2))
    assert [one.uid for one in page.bookings] == uids[:2]
    assert page.has_next
    last = await api.bookings(BookingQuery(updated_after=page.bookings[-1].updated_at, take=250))
    assert [one.uid for one in last.bookings] == uids[1:]
    assert not last.has_next


async def test_an_organisation_is_asked_by_its_own_paths(
    api: CalcomApi, fake_calcom: FakeCalcom
) -> None:
    assert await refusal(api.bookings(BookingQuery(), organization_id=ORGANIZATION)) is (
        Refusal.NO_PERMISSION
    )
    away = {"uuid": "o1", "id": 1, "userId": 6, "start": "2026-12-01T00:00:00Z"}
    fake_calcom.set(
        organization=ORGANIZATION, out_of_office=[{**away, "end": "2026-12-05T00:00:00Z"}]
    )
    await booked(api)
    page = await api.bookings(BookingQuery(), organization_id=ORGANIZATION)
    assert len(page.bookings) == 1
    assert (await api.out_of_office(organization_id=ORGANIZATION))[0].user_id == 6
    assert "Hana Host" in [one.name for one in await api.organization_users(ORGANIZATION)]
    assert await api.out_of_office() == ()
    assert (await api.me()).organization_id == ORGANIZATION
    team = await api.bookings(BookingQuery(), team_id=TEAM)
    assert len(team.bookings) == 1


async def test_recordings_and_transcripts_are_links_that_nobody_prints(
    api: CalcomApi, fake_calcom: FakeCalcom
) -> None:
    made = await booked(api)
    recording = {"id": "r1", "roomName": "x", "startTs": 1.0, "status": "finished", "duration": 60}
    fake_calcom.act(
        "record",
        uid=made.uid,
        recordings=[{**recording, "shareToken": "s", "downloadLink": "https://f.example.org/a?t"}],
        transcripts=["https://f.example.org/a.vtt?sig=1"],
    )
    (found,) = await api.recordings(made.uid)
    assert (found.id, found.seconds) == ("r1", 60)
    assert "f.example.org" not in repr(found)
    assert await api.transcripts(made.uid) == ("https://f.example.org/a.vtt?sig=1",)
    assert await api.conferencing_sessions(made.uid) == ()


@pytest.mark.parametrize(
    "place",
    [
        WebhookPlace.of_user(),
        WebhookPlace.of_team_event_type(TEAM, ROUND_ROBIN),
        WebhookPlace.of_organization(ORGANIZATION),
    ],
)
async def test_a_webhook_is_made_changed_and_removed(
    api: CalcomApi, fake_calcom: FakeCalcom, place: WebhookPlace
) -> None:
    fake_calcom.set(organization=ORGANIZATION)
    url = "https://desk.example.org/webhooks/calcom/x"
    made = await api.create_webhook(place, url=url, triggers=TRIGGERS[:2], secret="one")
    assert [one.id for one in await api.webhooks(place)] == [made.id]
    changed = await api.change_webhook(place, made.id, triggers=TRIGGERS[:3], secret="two")
    assert (len(changed.triggers), changed.active) == (3, True)
    assert fake_calcom.webhooks()[0]["secret"] == "two"
    await api.delete_webhook(place, made.id)
    await api.delete_webhook(place, made.id)
    assert await api.webhooks(place) == ()


async def test_an_older_cal_com_says_which_triggers_it_knows(
    api: CalcomApi, fake_calcom: FakeCalcom
) -> None:
    fake_calcom.set(triggers=["BOOKING_CREATED"])
    with pytest.raises(CalcomRefused) as refused:
        await api.create_webhook(
            WebhookPlace.of_user(), url="https://d.example.org", triggers=TRIGGERS, secret="s"
        )
    assert refused.value.refusal is Refusal.UNKNOWN_TRIGGER
    assert "BOOKING_CREATED" in refused.value.said


async def test_what_cannot_work_has_its_own_sentence(
    api: CalcomApi, fake_calcom: FakeCalcom
) -> None:
    lost = NewAttendee("Ada", "Mars/Olympus", email="ada@example.org")
    assert await refusal(api.create_booking(booking_of(attendee=lost))) is Refusal.ZONE_UNKNOWN
    past = booking_of(start=datetime(2020, 1, 6, 10, tzinfo=UTC))
    assert await refusal(api.create_booking(past)) is Refusal.TIME_NOT_OFFERED
    fake_calcom.set(removed_event_type=DISCOVERY)
    assert await refusal(api.create_booking(booking_of())) is Refusal.EVENT_TYPE_GONE
    assert await refusal(api.event_type(DISCOVERY)) is Refusal.EVENT_TYPE_GONE
    fake_calcom.set(is_hosted=True)
    private = api.create_webhook(
        WebhookPlace.of_user(), url="http://192.168.1.5:8787", triggers=[], secret="s"
    )
    assert await refusal(private) is Refusal.PRIVATE_ADDRESS
    fake_calcom.set(keys=[])
    assert await refusal(api.me()) is Refusal.KEY_REJECTED


async def test_without_a_key_there_is_no_cal_com(databases: Databases, tmp_path) -> None:
    clock = SystemClock()
    parts = parts_on(await databases.fresh(clock=clock), clock, data_dir=tmp_path)
    assert calcom_of(parts) is None


async def test_all_who_ask_share_one_queue_until_the_settings_change(
    calling_parts: Parts,
) -> None:
    first, second = calcom_of(calling_parts), calcom_of(calling_parts)
    assert first is not None
    assert second is not None
    assert first._sender is second._sender


class Answering:
    """A Cal.com that always says the same."""

    def __init__(self, status: int, content: object) -> None:
        self._reply = Reply(status, content, Limits())

    async def send(self, call: Call, _priority: Priority) -> Reply:
        return checked(call, self._reply)


async def test_an_address_without_the_api_is_said_to_be_one() -> None:
    api = CalcomApi(Answering(404, {"message": "Not Found"}))
    assert await refusal(api.me()) is Refusal.WRONG_VERSION
    assert await refusal(api.booking("u1")) is Refusal.NOT_FOUND


async def test_bookings_that_are_no_list_are_no_answer() -> None:
    api = CalcomApi(Answering(200, {"status": "success", "data": None}))
    with pytest.raises(CalcomUnavailable, match="in a form"):
        await api.bookings(BookingQuery())
