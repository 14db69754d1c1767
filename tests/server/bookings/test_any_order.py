"""Events and answers of each story, lost, doubled, in any order: the interviews are Cal.com's."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interview_desk.domain.bookings import BookingChange
from sync_server.bookings.service import absorb_answers
from sync_server.calcom.api.bookings import bookings_in
from sync_server.calcom.snapshots import snapshot_of
from tests.faults.month import ours, truth
from tests.helpers.fake_calcom.acting import Bookings
from tests.helpers.fake_calcom.telling import as_answer, as_payload, moment
from tests.helpers.fake_calcom.world import (
    CONFIRMED,
    DISCOVERY,
    ROUND_ROBIN,
    SEATED,
    WEEKLY,
    Booking,
    World,
)
from tests.helpers.server import Databases, SetClock, Templates
from tests.server.bookings.conftest import Desk, parts_on

# A minute passes between any two things that happen.
_BEGIN = datetime(2032, 3, 1, 8, tzinfo=UTC)
_SLOT = datetime(2032, 3, 8, 9, tzinfo=UTC)
_GUEST = {"name": "Ada Guest", "email": "ada@example.org", "timeZone": "Europe/Paris"}
_OTHER = {"name": "Bob Guest", "email": "bob@example.org", "timeZone": "Europe/Rome"}


@dataclass
class Told:
    """What Cal.com says while a story happens: an event, or what it would have answered."""

    world: World = field(default_factory=World)
    said: list[dict[str, Any] | BookingChange] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.bookings = Bookings(self.world, self._tell)
        self.wait()

    def wait(self) -> None:
        """Let a minute pass."""
        count = len(self.said)
        self.world.clock.set(_BEGIN + timedelta(minutes=count))

    def answers(self) -> Iterator[BookingChange]:
        """All bookings as the API has them now."""
        told = [as_answer(self.world, one) for one in self.world.bookings.values()]
        now = self.world.clock.now()
        yield from (snapshot_of(one, read_at=now) for one in bookings_in(told))

    def ask(self) -> None:
        """Somebody asks the API."""
        self.said += self.answers()
        self.wait()

    def book(self, event_type: int, guest: dict[str, str] = _GUEST, at: int = 0) -> Booking:
        start = _SLOT + timedelta(hours=at)
        body = {"eventTypeId": event_type, "attendee": guest, "start": moment(start)}
        made = self.bookings.create(body)[0]
        self.ask()
        return made

    def move(self, booking: Booking, at: int) -> Booking:
        start = _SLOT + timedelta(hours=at)
        made = self.bookings.reschedule(booking.uid, {"start": moment(start)})
        self.ask()
        return made

    def _tell(
        self, trigger: str, booking: Booking, *, people: Any, plain: Any = None, **more: Any
    ) -> None:
        payload = plain or as_payload(self.world, trigger, booking, people=people, more=more)
        sent = {"triggerEvent": trigger, "createdAt": moment(self.world.clock.now())}
        self.said.append({**sent, "payload": payload})
        self.wait()


def moved_twice_and_cancelled(told: Told) -> None:
    last = told.move(told.move(told.book(DISCOVERY), 1), 2)
    told.bookings.cancel(last.uid, {"cancellationReason": "Ill"})


def confirmed(told: Told) -> None:
    told.bookings.decide(told.book(CONFIRMED).uid, accept=True)


def declined_and_asked_again(told: Told) -> None:
    told.bookings.decide(told.book(CONFIRMED).uid, accept=False)
    told.book(CONFIRMED, at=1)


def a_seat_is_given_up(told: Told) -> None:
    booking = told.book(SEATED)
    told.book(SEATED, _OTHER)
    told.bookings.cancel(booking.uid, {"seatUid": booking.attendees[0].seat_uid})


def given_to_another_host(told: Told) -> None:
    told.bookings.reassign(told.book(ROUND_ROBIN).uid, None)


def missed_and_taken_back(told: Told) -> None:
    booking = told.book(DISCOVERY)
    for absent in (True, False, True):
        marks = [{"email": _GUEST["email"], "absent": absent}]
        told.bookings.mark_absent(booking.uid, {"attendees": marks})
        told.ask()


def a_series_ends_early(told: Told) -> None:
    first = told.book(WEEKLY)
    told.bookings.cancel(first.uid, {"cancelSubsequentBookings": True})


def a_series_is_confirmed(told: Told) -> None:
    told.world.event_types[WEEKLY].needs_confirmation = True
    told.bookings.decide(told.book(WEEKLY).uid, accept=True)


STORIES: tuple[Callable[[Told], None], ...] = (
    moved_twice_and_cancelled,
    confirmed,
    declined_and_asked_again,
    a_seat_is_given_up,
    given_to_another_host,
    missed_and_taken_back,
    a_series_ends_early,
    a_series_is_confirmed,
)


async def interviews_after(
    said: list[dict[str, Any] | BookingChange], templates: Templates
) -> list[dict[str, Any]]:
    """What a fresh server has made of it, one thing after the other."""
    path = Path(tempfile.mkdtemp())
    databases = Databases("sqlite", path, None, templates)
    clock = SetClock(_BEGIN)
    desk = Desk(parts_on(await databases.fresh(clock=clock), clock, path))
    try:
        for one in said:
            if isinstance(one, BookingChange):
                await desk.parts.database.write(partial(absorb_answers, answers=[one]))
            else:
                await desk.take(one)
        return await desk.interviews()
    finally:
        await databases.close()
        shutil.rmtree(path)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
@settings(
    max_examples=6,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_in_any_order_it_is_what_cal_com_has(
    templates: Templates, story: Callable[[Told], None], data: st.DataObject
) -> None:
    told = Told()
    story(told)
    # Each came not at all, once or twice; the next look at Cal.com comes for sure, and some time.
    often = data.draw(st.lists(st.integers(0, 2), min_size=len(told.said), max_size=len(told.said)))
    came = [one for one, times in zip(told.said, often, strict=True) for _ in range(times)]
    order = data.draw(st.permutations([*came, *told.answers()]))
    if story is missed_and_taken_back:
        # A mark moves no time at Cal.com: one that comes late counts until somebody asks again.
        order += told.answers()
    found = asyncio.run(interviews_after(order, templates))
    bookings = [as_answer(told.world, one) for one in told.world.bookings.values()]
    assert ours(found) == truth(bookings)
