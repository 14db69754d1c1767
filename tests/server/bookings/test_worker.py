"""The worker behind the inbox: what it does when something is wrong, and what it leaves alone."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from typing_extensions import override

from interview_desk.domain.ids import new_id
from sync_server.bookings import repository, tasks
from sync_server.bookings.service import absorb_next
from sync_server.bookings.tasks import read_all, run
from sync_server.bookings.watch import ClockWatch
from sync_server.infra.database import Database, Tx
from sync_server.models.calcom import webhook_events
from sync_server.operations.exports import export_audit
from sync_server.operations.inbox_commands import replay
from sync_server.sync.authors import Author
from sync_server.sync.batch import RecordBatch
from sync_server.sync.counter import tells_of_records
from tests.helpers import calcom
from tests.helpers.around import AroundDatabase
from tests.helpers.calcom import START, cancelled, created, rescheduled
from tests.server.bookings.conftest import edit, rows_of, write_note

BY_HAND = Author("server")


async def spoil(desk, event_id: str) -> str:
    """Damage a stored body; returns what it was."""

    def work(tx: Tx) -> str:
        column = webhook_events.c.body
        row = sa.select(column).where(webhook_events.c.id == event_id)
        before = str(tx.connection.execute(row).scalar_one())
        damaged = before[:-4] + ("AAAA" if not before.endswith("AAAA") else "BBBB")
        _put_body(tx, event_id, damaged)
        return before

    return str(await desk.parts.database.write(work))


def _put_body(tx: Tx, event_id: str, body: str) -> None:
    change = sa.update(webhook_events).where(webhook_events.c.id == event_id)
    tx.connection.execute(change.values(body=body))


async def test_an_event_that_cannot_be_read_holds_up_no_other_and_is_tried_again(desk, clock):
    await desk.keep(calcom.body_of(created("u1")))
    await desk.keep(calcom.body_of(created("u2")))
    broken = (await desk.inbox())[0]["id"]
    whole = await spoil(desk, broken)
    await read_all(desk.parts)
    first, second = await desk.inbox()
    assert (first["state"], second["state"]) == ("waiting", "done")
    assert "KeysUnusable" in first["reason"]
    assert await desk.parts.database.read(repository.next_try) == clock.now() + timedelta(seconds=5)
    for _ in range(4):
        clock.advance(hours=1)
        await read_all(desk.parts)
    assert (await desk.inbox())[0]["state"] == "failed"
    await desk.parts.database.write(lambda tx: _put_body(tx, broken, whole))
    assert await replay(desk.parts, {"failed": True}) == {"replayed": 1, "done": 1}
    assert len(await desk.interviews()) == 2


async def test_the_worker_holds_what_is_over_when_it_starts(desk, clock):
    await desk.take(created())
    clock.at = START + timedelta(hours=2)
    worker = asyncio.ensure_future(run(desk.parts))
    with desk.parts.bus.subscribe() as news:
        async for _ in news:
            if (await desk.interview())["status"] == "held":
                break
    worker.cancel()
    await asyncio.wait({worker})
    (change,) = [
        row
        for row in await export_audit(desk.parts, {})
        if (row["field"], row["to"]) == ("status", "held")
    ]
    assert (change["by"], change["from"], change["action"]) == ("clock", "scheduled", "changed")


async def test_an_interview_at_the_end_of_all_times_stops_nobody_elses_clock(desk, clock):
    """Kept by a server from before such times were refused."""
    await desk.take(created())
    endless = {"title": "Endless", "status": "scheduled", "end": "9999-12-31T23:59:59Z"}

    def work(tx: Tx) -> None:
        with RecordBatch(tx, repository.the_workspace(tx)) as records:
            records.write("interviews", new_id(tx.now, bytes(10)), fields=endless, author=BY_HAND)

    await desk.parts.database.write(work)
    clock.at = START + timedelta(hours=2)
    await ClockWatch().look(desk.parts)
    states = {row["title"]: row["status"] for row in await desk.interviews()}
    assert states.pop("Endless") == "scheduled"
    assert list(states.values()) == ["held"]


class Noticed(AroundDatabase):
    """A real database, and the names of what was asked of it."""

    def __init__(self, real: Database) -> None:
        super().__init__(real)
        self.asked: list[str] = []
        # The last thing the worker looks at before it waits.
        self.looked = asyncio.Event()

    @override
    async def read(self, work):
        result = await super().read(work)
        self.asked.append(name_of(work))
        if work is repository.next_try:
            self.looked.set()
        return result

    @override
    async def write(self, work):
        self.asked.append(name_of(work))
        return await super().write(work)

    async def look(self) -> list[str]:
        """What was asked until the worker has looked at everything."""
        await self.looked.wait()
        self.looked.clear()
        asked, self.asked = self.asked, []
        return asked


def name_of(work: Any) -> str:
    return str(getattr(work, "func", work).__name__)


@pytest.fixture
async def noticed(desk) -> AsyncIterator[Noticed]:
    """A worker that has looked at everything once, and what it asks of its database."""
    database = Noticed(desk.parts.database)
    worker = asyncio.ensure_future(run(replace(desk.parts, database=database)))
    await database.look()
    yield database
    worker.cancel()
    await asyncio.wait({worker})


async def test_an_event_is_read_before_anything_else_is_looked_at(desk, noticed):
    with desk.parts.bus.subscribe(tells_of_records) as news:
        await desk.keep(calcom.body_of(created()))
        # Its sender is answered first.
        assert noticed.asked == []
        await anext(news)
    # Where no other server writes, it was read in the commit that kept it.
    own = ["absorb_next"] if desk.parts.database.is_shared else []
    assert noticed.asked == own
    assert len(await desk.interviews()) == 1
    # The rest follows as it does for edits.
    asked = await noticed.look()
    rest = asked[len(own) :]
    assert asked == [*own, *rest]
    assert rest[:2] == ["waiting", "waiting"]
    assert rest[2:] == ["changed_since", "changed_since", "_timed_since", "next_try"]


async def test_a_run_of_events_does_not_keep_the_worker_from_the_rest(desk, noticed, monkeypatch):
    monkeypatch.setattr(tasks, "_EDITS_PAUSE", 3600.0)
    monkeypatch.setattr(tasks, "_LATEST_LOOK", 0.0)
    with desk.parts.bus.subscribe(tells_of_records) as news:
        await desk.keep(calcom.body_of(created("u1")))
        await anext(news)
        assert "changed_since" not in noticed.asked
        await desk.keep(calcom.body_of(created("u2")))
        await anext(news)
    assert "changed_since" in await noticed.look()


async def test_an_expected_event_that_cannot_be_read_holds_up_no_other(desk):
    await desk.keep(calcom.body_of(created("u1")))
    await desk.keep(calcom.body_of(created("u2")))
    await spoil(desk, (await desk.inbox())[0]["id"])
    await read_all(desk.parts, expected=True)
    first, second = await desk.inbox()
    assert (first["state"], second["state"]) == ("waiting", "done")
    assert "KeysUnusable" in first["reason"]


async def test_the_oldest_events_are_read_first_and_nothing_where_none_waits(desk):
    for number in (1, 2, 3):
        await desk.keep(calcom.body_of(created(f"u{number}")))
    for count in (2, 1, 0):
        assert await desk.parts.database.write(partial(absorb_next, limit=2)) == count
    assert [event["state"] for event in await desk.inbox()] == ["done"] * 3


async def test_nobody_is_interrupted_by_the_clock_while_typing(desk, clock):
    await desk.take(created())
    interview_id = (await desk.interview())["id"]
    clock.at = START + timedelta(minutes=43)
    await write_note(desk, interview_id, "They are still talking.")
    clock.at = START + timedelta(minutes=45)
    watch = ClockWatch()
    assert await watch.look(desk.parts) == START + timedelta(minutes=48)
    assert (await desk.interview())["status"] == "scheduled"
    clock.at = START + timedelta(minutes=48)
    await watch.look(desk.parts)
    assert (await desk.interview())["status"] == "held"


async def test_a_booking_that_lost_a_fork_says_so_in_its_notes(desk):
    await desk.take(created(), rescheduled("u2", "u1", minutes=5))
    await desk.take(rescheduled("u3", "u1", minutes=6))
    _, alone = await desk.interviews()
    (document,) = await rows_of(desk, alone["id"], "note_documents")
    assert document.fields["stage"] == "prepare"


async def test_a_person_s_move_outlasts_a_late_confirmation_but_not_a_cancellation(desk):
    asked = calcom.event("BOOKING_REQUESTED", calcom.booking(status="PENDING"))
    await desk.take(asked)
    interview_id = (await desk.interview())["id"]
    await edit(desk, "interviews", interview_id, status="in_progress")
    await desk.take(created(minutes=3))
    assert (await desk.interview())["status"] == "in_progress"
    await desk.take(cancelled(minutes=9))
    assert (await desk.interview())["status"] == "cancelled"


async def test_an_unmarked_guest_does_not_undo_what_a_person_moved_since(desk):
    await desk.take(created(), calcom.no_show())
    interview_id = (await desk.interview())["id"]
    await edit(desk, "interviews", interview_id, status="held")
    await desk.take(calcom.no_show(marked=False, minutes=3000))
    interview = await desk.interview()
    assert interview["status"] == "held"
    assert interview["attendees"][0]["no_show"] is False
