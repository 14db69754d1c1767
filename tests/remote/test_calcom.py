"""From a desk through the real server to a Cal.com that keeps state, and back."""

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from interview_desk.app.outside import Outside
from interview_desk.domain.booking_requests import BookingRequest, FreeTime
from interview_desk.domain.instants import format_instant
from interview_desk.domain.records import Edit
from interview_desk.remote.calcom import HttpCalcom
from interview_desk.services.away import away_between
from interview_desk.services.booking import Absence, BookingService
from interview_desk.services.holds import SlotTaken
from interview_desk.services.media import Recording
from interview_desk.services.new_booking import NewBooking
from interview_desk.services.server_errors import RefusedError
from interview_desk.system.clock import SystemClock
from tests.helpers.at_work import Working, at_work
from tests.helpers.calcom import SECRET
from tests.helpers.fake_calcom.process import FakeCalcom
from tests.helpers.fake_calcom.world import KEY, ROUND_ROBIN
from tests.helpers.remote import Desks, Team
from tests.helpers.server import ServerProcess

HOST = "hana@team.example.org"


@pytest.fixture(scope="module")
def calcom() -> Iterator[FakeCalcom]:
    made = FakeCalcom().start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory, calcom: FakeCalcom) -> Iterator[Team]:
    """One server for the module; each test has a guest and times of its own."""
    settings = {
        "CALCOM_API_KEY": KEY,
        "CALCOM_BASE_URL": calcom.url,
        "CALCOM_RECONCILE_SECONDS": "1",
        "CALCOM_WEBHOOK_SECRETS": SECRET,
    }
    process = ServerProcess(tmp_path_factory.mktemp("server"), settings=settings)
    process.start()
    made = Team(process)
    made.code("otto@team.example.org")
    yield made
    if process.running:
        process.stop()


@dataclass
class Host:
    """A host's desk, what it can ask, and ways to wait."""

    desk: Working
    booking: BookingService
    door: HttpCalcom

    async def free(self, nth: int) -> list[FreeTime]:
        """What can be booked on one of the days to come.

        Each test has a day of its own: what another one has just lost to somebody may still be
        offered for a moment.
        """
        begin = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        start, end = begin + timedelta(days=1), begin + timedelta(days=8)
        slots = (await self.door.free_times(ROUND_ROBIN, start, end, None)).slots
        day = sorted({slot.start.date() for slot in slots})[nth]
        return [slot for slot in slots if slot.start.date() == day]

    async def done(self, request: BookingRequest | None, state: str = "done") -> None:
        """Send it at once, and wait until the server has carried it out."""
        assert request is not None
        await self.booking.send_now(request.id)
        self.desk.service.poke()
        await self.desk.record("booking_requests", request.id, state=state)


@pytest.fixture
async def host(team: Team, desks: Desks) -> AsyncIterator[Host]:
    desk = await desks.pair(team.url, team.code(HOST))
    booking = BookingService(desk.store, me=desk.me, clock=SystemClock(), new_id=Outside().new_id)
    async with at_work(desk) as working:
        yield Host(working, booking, HttpCalcom(desk.session))


def new(slot: FreeTime, guest: str) -> NewBooking:
    return NewBooking(
        event_type_id=ROUND_ROBIN,
        start=slot.start,
        minutes=45,
        title="Why Mina switched",
        zone="Europe/Berlin",
        name="Mina Sato",
        email=guest,
        guest_zone="Asia/Tokyo",
        language="en",
    )


def of_guest(calcom: FakeCalcom, guest: str) -> list[dict[str, Any]]:
    """Every booking of this guest, as Cal.com has it."""
    return [one for one in calcom.bookings() if one["attendees"][0]["email"] == guest]


async def member_id(host: Host, name: str) -> str:
    members = await host.desk.store.all_of("poblysh_team_members")
    return next(one.id for one in members if str(one.fields.get("email")).startswith(name))


async def test_a_booking_lives_through_everything_a_desk_can_ask(
    host: Host, calcom: FakeCalcom
) -> None:
    guest_address = "mina@guest.example.org"
    first, second, *_ = await host.free(0)
    request = await host.booking.book(new(first, guest_address))
    await host.done(request)
    interview = request.interview_id
    booked = await host.desk.record("interviews", interview, status="scheduled")
    assert booked.fields["title"] == "Why Mina switched"
    assert booked.fields["start"] == format_instant(first.start)
    (guest,) = await host.desk.store.of_interview("interview_guests", interview)
    assert guest.fields["email"] == guest_address

    await host.done(await host.booking.move(interview, second.start))
    await host.desk.record("interviews", interview, start=format_instant(second.start))

    *_, moved = of_guest(calcom, guest_address)
    other = "otto" if moved["hosts"][0]["email"] == HOST else "hana"
    await host.done(await host.booking.reassign(interview, await member_id(host, other), "Away"))
    *_, now = of_guest(calcom, guest_address)
    assert now["hosts"][0]["email"].startswith(other)

    await host.done(await host.booking.mark_absent(interview, Absence(emails=(guest_address,))))
    *_, now = of_guest(calcom, guest_address)
    assert [one["absent"] for one in now["attendees"]] == [True]

    await host.done(await host.booking.cancel(interview, "Ill today"))
    await host.desk.record("interviews", interview, status="cancelled")
    assert len(of_guest(calcom, guest_address)) == 2  # moved once, never doubled


async def test_a_slot_is_kept_while_the_form_is_open_and_a_lost_race_is_said(
    host: Host, calcom: FakeCalcom
) -> None:
    slot, *_ = await host.free(1)
    hold = await host.door.hold(ROUND_ROBIN, slot.start, None)
    assert hold.until > datetime.now(UTC)
    await host.door.release(hold.id)
    guest = {"name": "Fast", "email": "fast@guest.example.org", "timeZone": "UTC"}
    for _ in range(3):  # every host who takes turns
        with suppress(httpx.HTTPStatusError):
            calcom.act(
                "create",
                eventTypeId=ROUND_ROBIN,
                start=format_instant(slot.start),
                attendee=guest,
            )
    with pytest.raises(SlotTaken):
        await host.door.hold(ROUND_ROBIN, slot.start, None)
    request = await host.booking.book(new(slot, "late@guest.example.org"))
    await host.done(request, state="failed")
    failed = await host.booking.request(request.id)
    assert failed is not None
    assert failed.error
    # One click on a time that is free instead.
    await host.done(await host.booking.take_instead(request.id, failed.next_free[0].start))
    (booked,) = of_guest(calcom, "late@guest.example.org")
    assert booked["start"] != format_instant(slot.start)


async def test_a_wish_taken_back_in_time_never_reaches_cal_com(
    host: Host, calcom: FakeCalcom
) -> None:
    guest = "undone@guest.example.org"
    slot, *_ = await host.free(2)
    request = await host.booking.book(new(slot, guest))
    host.desk.service.poke()
    await host.desk.until_sent()
    await host.booking.undo(request.id)
    await host.desk.until_sent()
    assert of_guest(calcom, guest) == []
    record = await host.desk.store.get("booking_requests", request.id)
    assert record is not None
    assert record.fields["state"] == "undone"


async def test_recordings_and_transcripts_are_fetched_once_the_guest_has_agreed(
    host: Host, calcom: FakeCalcom
) -> None:
    address = "recorded@guest.example.org"
    slot, *_ = await host.free(3)
    request = await host.booking.book(new(slot, address))
    await host.done(request)
    interview = request.interview_id
    await host.desk.record("interviews", interview, status="scheduled")
    with pytest.raises(RefusedError, match="said yes to being recorded"):
        await host.door.recordings(interview)

    (guest,) = await host.desk.store.of_interview("interview_guests", interview)
    yes = {"value": "yes", "at": format_instant(datetime.now(UTC)), "by": None}
    edit = Edit("interview_guests", guest.id, {"consent_recording": yes})
    await host.desk.store.write([edit])
    host.desk.service.poke()
    await host.desk.until_sent()
    (booked,) = of_guest(calcom, address)
    link = "https://files.example.org/recording?token=secret"
    calcom.set(files={"a.vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>It broke.</v>\n"})
    calcom.act(
        "record",
        uid=booked["uid"],
        recordings=[{"id": "r1", "roomName": "x", "duration": 2700, "downloadLink": link}],
        transcripts=[f"{calcom.url}/files/a.vtt"],
    )
    assert await host.door.recordings(interview) == (Recording(link, 45, keep_until=None),)
    assert await host.door.fetch_transcripts(interview) == 1
    assert await host.door.fetch_transcripts(interview) == 0

    async def arrived() -> bool:
        return len(await host.desk.store.of_interview("transcripts", interview)) == 1

    await host.desk.until(arrived)
    with pytest.raises(RefusedError):
        await host.door.recordings("0192d3a4-0000-7000-8000-00000000ffff")


async def test_who_is_away_is_told_to_the_desk_by_a_webhook(
    host: Host, team: Team, calcom: FakeCalcom
) -> None:
    hook = {"subscriberUrl": f"{team.url}/webhooks/calcom", "secret": SECRET, "active": True}
    headers = {"Authorization": f"Bearer {KEY}"}
    async with httpx.AsyncClient(base_url=calcom.url, headers=headers) as client:
        answer = await client.post("/v2/webhooks", json={**hook, "triggers": ["OOO_CREATED"]})
        answer.raise_for_status()
    today = datetime.now(UTC).date()
    days = {"first": str(today + timedelta(days=2)), "last": str(today + timedelta(days=3))}
    calcom.act("away", uuid="holiday", user_id=5, **days)
    begin = datetime.now(UTC)

    async def is_told() -> bool:
        return bool(await away_between(host.desk.store, begin, begin + timedelta(days=7)))

    await host.desk.until(is_told)
    (away,) = await away_between(host.desk.store, begin, begin + timedelta(days=7))
    assert away.reason == "vacation"
    assert away.name == "Hana"
    assert away.end.astimezone(ZoneInfo("Europe/Berlin")).date() == today + timedelta(days=4)
