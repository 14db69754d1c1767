"""Mouse and keyboard on the real desk, the real server behind it, and a Cal.com that keeps state.

One desk, one server and one Cal.com for all; each test has a day of next week to itself.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from interview_desk.domain.instants import format_instant, parse_instant
from tests.helpers.driven_desk import DrivenDesk, becomes, by_hand
from tests.helpers.fake_calcom.process import FakeCalcom
from tests.helpers.fake_calcom.world import KEY, ROUND_ROBIN
from tests.helpers.remote import Team
from tests.helpers.server import ServerProcess

HOST = "hana@team.example.org"
CLOCK = ZoneInfo("Europe/Berlin")

pytestmark = [pytest.mark.timeout(180), pytest.mark.xdist_group("calcom-by-hand")]


@pytest.fixture(scope="module")
def calcom() -> Iterator[FakeCalcom]:
    made = FakeCalcom().start()
    made.set(limit=1200)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, calcom: FakeCalcom) -> Iterator[DrivenDesk]:
    """The desk of a host, open at the calendar's next week."""
    directory = tmp_path_factory.mktemp("by-hand")
    settings = {
        "CALCOM_API_KEY": KEY,
        "CALCOM_BASE_URL": calcom.url,
        "CALCOM_RECONCILE_SECONDS": "1",
    }
    process = ServerProcess(directory / "server", settings=settings)
    process.start()
    team = Team(process)
    team.code("otto@team.example.org")
    code = team.code(HOST)
    with by_hand(directory, server=team.url, code=code) as made:
        made.until("click", name="place-calendar")
        made.until("click", name="view-week")
        made.until("click", name="period-on")
        yield made
    process.stop()


def at(weekday: int, hour: int, minute: int = 0) -> datetime:
    """A time of next week, Monday 0; never a time that daylight saving skips."""
    today = datetime.now(CLOCK).date()
    day = today + timedelta(days=7 - today.weekday() + weekday)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=CLOCK)


def named(guest: str) -> str:
    """What the calendar calls a guest's booking: whom it is with comes first."""
    return f"{guest}: Team interview"


def booked(desk: DrivenDesk, calcom: FakeCalcom, guest: str, start: datetime) -> str:
    """A guest books at Cal.com, and the desk shows it; the booking's uid."""
    attendee = {"name": guest, "email": f"{guest.lower()}@guest.test", "timeZone": "Asia/Tokyo"}
    (made,) = calcom.act(
        "create", eventTypeId=ROUND_ROBIN, start=format_instant(start), attendee=attendee
    )
    desk.until("click", name="place-calendar")
    desk.until("event", title=named(guest))
    return str(made["uid"])


def of(calcom: FakeCalcom, uid: str) -> dict[str, Any]:
    """The booking as Cal.com has it."""
    return next(one for one in calcom.bookings() if one["uid"] == uid)


def show(desk: DrivenDesk, guest: str) -> None:
    """Open a guest's booking from the calendar as an interview."""
    title = named(guest)
    desk.until("open-event", title=title)
    # Until then the page still shows, and acts on, the interview that was open before.
    becomes(lambda: desk.ask("read", name="detail-title") == title)


def ask(desk: DrivenDesk, act: str) -> None:
    """Choose from the menu of the booking."""
    desk.until("click", name="detail-booking")
    desk.until("choose", name=f"booking-{act}")


def test_a_booking_made_in_the_form_is_cal_coms_and_stands_in_the_calendar(
    desk: DrivenDesk, calcom: FakeCalcom
) -> None:
    start = at(0, 10, 30)
    desk.until("click", name="place-calendar")
    desk.until("click", name="new")
    desk.until("click", name="new-book")
    desk.until("turn", name="book-type", text="Team interview")
    desk.until("click", name="slots-on")
    desk.until("pick", name="slot-days", text=_day_words(start.date()))
    desk.until("pick", name="slot-times", text="10:30")
    desk.until("type", name="book-name", text="Mina Sato")
    desk.until("type", name="book-email", text="mina@guest.test")
    desk.until("sees", text="This time is kept for you")
    desk.until("click", name="book")
    desk.until("sees", text="Booking for")
    desk.until("click", name="place-calendar")
    title = "Team interview: Mina Sato"
    assert desk.until("event", title=title) == f"{start.astimezone(UTC).isoformat()} create waiting"
    desk.until("click", name="toast-send")
    (made,) = becomes(
        lambda: [one for one in calcom.bookings() if _guest(one) == "mina@guest.test"]
    )
    assert parse_instant(made["start"]) == start
    becomes(lambda: desk.ask("event", title=title) == start.astimezone(UTC).isoformat())


def test_an_event_that_is_dragged_moves_at_cal_com(desk: DrivenDesk, calcom: FakeCalcom) -> None:
    uid = booked(desk, calcom, "Dora", at(1, 9))
    title, wanted = named("Dora"), at(1, 14, 15)
    desk.until("drag-event", title=title, start=wanted.isoformat())
    wish = f"{wanted.astimezone(UTC).isoformat()} reschedule waiting"
    becomes(lambda: desk.ask("event", title=title) == wish)
    assert of(calcom, uid)["status"] == "accepted"
    desk.until("click", name="toast-send")
    later = becomes(lambda: of(calcom, uid).get("rescheduledToUid"))
    assert parse_instant(of(calcom, later)["start"]) == wanted
    becomes(lambda: desk.ask("event", title=title) == wanted.astimezone(UTC).isoformat())


def test_a_cancelled_booking_is_cancelled_at_cal_com_with_the_reason(
    desk: DrivenDesk, calcom: FakeCalcom
) -> None:
    uid = booked(desk, calcom, "Cleo", at(2, 9))
    show(desk, "Cleo")
    ask(desk, "cancel")
    desk.until("click", name="booking-agree")
    desk.until("click", name="toast-send")
    becomes(lambda: of(calcom, uid)["status"] == "cancelled")
    desk.until("sees", text="Cancelled")


def test_a_guest_who_did_not_come_is_marked_at_cal_com(
    desk: DrivenDesk, calcom: FakeCalcom
) -> None:
    uid = booked(desk, calcom, "Nils", at(3, 9))
    show(desk, "Nils")
    calcom.act("begin", uid=uid)
    desk.until("sees", text="Team interview")
    ask(desk, "absent")
    desk.until("click", name="absent-0")
    desk.until("click", name="booking-agree")
    desk.until("click", name="toast-send")
    becomes(lambda: [one["absent"] for one in of(calcom, uid)["attendees"]] == [True])
    desk.until("sees", text="No-show")


def test_another_host_takes_over_at_cal_com(desk: DrivenDesk, calcom: FakeCalcom) -> None:
    uid = booked(desk, calcom, "Rosa", at(4, 9))
    assert of(calcom, uid)["hosts"][0]["email"] == HOST
    show(desk, "Rosa")
    ask(desk, "host")
    desk.until("turn", name="new-host", text="Otto")
    desk.until("click", name="booking-agree")
    desk.until("click", name="toast-send")
    becomes(lambda: of(calcom, uid)["hosts"][0]["email"] == "otto@team.example.org")


def _guest(booking: dict[str, Any]) -> str:
    return str(booking["attendees"][0]["email"])


def _day_words(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"
