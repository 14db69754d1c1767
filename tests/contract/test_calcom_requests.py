"""Every request to Cal.com is one that its own description allows, and every example is read."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from typing_extensions import override

from sync_server.calcom.api.bookings import BookingQuery, NewAttendee, NewBooking
from sync_server.calcom.api.calls import Call, Family, Priority, WebhookPlace
from sync_server.calcom.api.client import CalcomApi, Sender
from sync_server.calcom.api.errors import CalcomRefused
from sync_server.calcom.api.exchange import Exchange, Reply, checked
from tests.helpers.fake_calcom.world import TRIGGERS
from tests.helpers.prism import Prism, strict_calcom

pytestmark = [pytest.mark.xdist_group("prism"), pytest.mark.timeout(240)]

START = datetime(2050, 9, 5, 9, 0, tzinfo=UTC)
ADA = NewAttendee("Ada", "Europe/Paris", email="ada@example.org", language="en")
BOOKING = NewBooking(
    41,
    START,
    ADA,
    guests=("bob@example.org",),
    minutes=30,
    metadata={"interview_desk_request": "0190f5fe-7c00-7a00-8000-000000000001"},
    answers={"notes": "none"},
)
QUERY = BookingQuery(
    updated_after=START,
    updated_before=START,
    start_after=START,
    end_before=START,
    created_after=START,
    attendee_email="ada@example.org",
    event_type_id=41,
    take=250,
    skip=250,
)
URL = "https://desk.example.org/webhooks/calcom/x"
USER = WebhookPlace.of_user()
PLACES = (USER, WebhookPlace.of_team_event_type(7, 41), WebhookPlace.of_organization(3))

Asked = Callable[[CalcomApi], Awaitable[Any]]

ASKED: dict[str, Asked] = {
    "me": lambda api: api.me(),
    "teams": lambda api: api.teams(),
    "team members": lambda api: api.team_members(7),
    "event types": lambda api: api.event_types(),
    "event types of a team": lambda api: api.event_types(team_id=7),
    "event type": lambda api: api.event_type(41),
    "event type of a team": lambda api: api.event_type(41, team_id=7),
    "schedules": lambda api: api.schedules(),
    "absences": lambda api: api.out_of_office(organization_id=3),
    "absences of the owner": lambda api: api.out_of_office(),
    "absences of a member": lambda api: api.out_of_office_of(6, team_id=7),
    "users": lambda api: api.organization_users(3),
    "slots": lambda api: api.slots(
        41, start=START, end=START + timedelta(days=7), minutes=30, moving_uid="u1"
    ),
    "reserve": lambda api: api.reserve(41, start=START, minutes=30),
    "release": lambda api: api.release("u1"),
    "bookings": lambda api: api.bookings(QUERY),
    "bookings of a status": lambda api: api.bookings(replace(QUERY, status="upcoming")),
    "bookings of a team": lambda api: api.bookings(QUERY, team_id=7),
    "bookings of an organisation": lambda api: api.bookings(QUERY, organization_id=3),
    "booking": lambda api: api.booking("u1"),
    "create": lambda api: api.create_booking(BOOKING),
    "create by phone": lambda api: api.create_booking(
        replace(BOOKING, attendee=NewAttendee("Cleo", "Europe/Rome", phone="+390612345678"))
    ),
    "create at a place": lambda api: api.create_booking(
        replace(BOOKING, location={"type": "integration", "integration": "zoom"})
    ),
    "reschedule": lambda api: api.reschedule("u1", start=START, reason="later", by="a@example.org"),
    "reschedule a seat": lambda api: api.reschedule("u1", start=START, seat_uid="s1"),
    "cancel": lambda api: api.cancel("u1", reason="ill"),
    "cancel a seat": lambda api: api.cancel("u1", reason="ill", seat_uid="s1"),
    "cancel the rest": lambda api: api.cancel("u1", reason="ill", subsequent=True),
    "confirm": lambda api: api.confirm("u1"),
    "decline": lambda api: api.decline("u1", reason="full"),
    "absent": lambda api: api.mark_absent("u1", host=True, attendees=[("ada@example.org", True)]),
    "guests": lambda api: api.add_guests("u1", ["bob@example.org"]),
    "reassign": lambda api: api.reassign("u1", user_id=6, reason="holiday"),
    "reassign to the next": lambda api: api.reassign("u1"),
    "move": lambda api: api.move_to("u1", {"type": "link", "link": "https://meet.example.org"}),
    "recordings": lambda api: api.recordings("u1"),
    "transcripts": lambda api: api.transcripts("u1"),
    "sessions": lambda api: api.conferencing_sessions("u1"),
}


def _of_webhooks(place: WebhookPlace) -> dict[str, Asked]:
    hook: dict[str, Any] = {"triggers": TRIGGERS, "secret": "s", "no_show_minutes": 15}
    return {
        f"webhooks at {place.path}": lambda api: api.webhooks(place),
        f"new at {place.path}": lambda api: api.create_webhook(place, url=URL, **hook),
        f"changed at {place.path}": lambda api: api.change_webhook(place, "w1", **hook),
        f"removed at {place.path}": lambda api: api.delete_webhook(place, "w1"),
    }


for _place in PLACES:
    ASKED |= _of_webhooks(_place)


class Straight(Sender):
    """Sends at once, without a budget: Prism has none."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    @override
    async def send(self, call: Call, priority: Priority) -> Reply:
        return checked(call, await self._exchange.send(call))


@pytest.fixture(scope="session")
def description(shared: Path) -> Path:
    return shared / "calcom" / "openapi.relaxed.json"


@pytest.fixture(scope="session")
def prism(description: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prism]:
    prism = Prism(strict_calcom(description, tmp_path_factory.mktemp("prism"))).start()
    yield prism
    prism.stop()


@pytest.fixture
async def exchange(prism: Prism) -> AsyncIterator[Exchange]:
    exchange = Exchange(prism.url, SecretStr("cal_test_0123"))
    yield exchange
    await exchange.close()


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
async def test_cal_coms_description_allows_what_we_ask(exchange: Exchange, asked: Asked) -> None:
    answer = await asked(CalcomApi(Straight(exchange)))
    # Examples that cannot be read would be passed over.
    assert answer != ()


async def test_a_request_that_it_does_not_allow_is_noticed(exchange: Exchange) -> None:
    """Otherwise the test above would say nothing."""
    wrong = (
        Call("GET", "/v2/bookings", Family.SLOTS),
        Call("GET", "/v2/event-types", Family.BOOKINGS),
        Call("GET", "/v2/schedules", Family.BOOKINGS),
        Call("GET", "/v2/slots", Family.SLOTS),
        Call("POST", "/v2/bookings", Family.BOOKINGS, body={"start": "2050-09-05T09:00:00Z"}),
        Call("POST", "/v2/webhooks", body={"active": True}),
    )
    for call in wrong:
        with pytest.raises(CalcomRefused):
            await Straight(exchange).send(call, Priority.PERSON)
