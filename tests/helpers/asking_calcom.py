"""A desk that asks Cal.com for bookings, and what it has booked already."""

from datetime import timedelta

import pytest

from interview_desk.domain.booking_requests import BookingRequest
from interview_desk.domain.roles import Role
from interview_desk.domain.status import Status
from interview_desk.domain.values import Json
from interview_desk.services.booking import BookingService
from interview_desk.services.new_booking import NewBooking
from tests.helpers.desk import ME, NOW, MemoryRecords, StoppedClock, counted_ids

SOON = NOW + timedelta(hours=3)
LATER = NOW + timedelta(days=1)


@pytest.fixture
def records() -> MemoryRecords:
    return MemoryRecords()


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def booking(records: MemoryRecords, clock: StoppedClock) -> BookingService:
    return service(records, clock)


def service(records: MemoryRecords, clock: StoppedClock, role: Role = Role.OWNER) -> BookingService:
    me = ME._replace(role=role)
    return BookingService(records, me=me, clock=clock, new_id=counted_ids(clock))


def booked(records: MemoryRecords, status: Status = Status.SCHEDULED) -> str:
    return records.interview("Booked", SOON, status=status, booking_uids=["uid"], event_type_id=7)


def settle(records: MemoryRecords, request: BookingRequest, **fields: Json) -> None:
    """The server has taken the request and says how it went."""
    row = records.rows["booking_requests", request.id]
    records.put("booking_requests", request.id, **{**row.fields, **fields})


NEW = NewBooking(
    event_type_id=7,
    start=LATER,
    minutes=45,
    title="First call",
    name="Mina",
    email="mina@guest.test",
)
