"""A server that is killed at any step of a request to Cal.com: nothing is ever booked twice."""

import os
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typing_extensions import override

from interview_desk.domain.instants import format_instant
from interview_desk.domain.values import Fields
from sync_server.bookings.requests.carrying import resume, send
from sync_server.calcom.api.opening import calcom_of, close_calcom
from sync_server.infra.clock import SystemClock
from sync_server.infra.parts import Parts
from sync_server.infra.sqlite import SqliteDatabase
from sync_server.sync.authors import Author
from sync_server.sync.read import read_record
from sync_server.sync.write import write_record
from tests.helpers.dying import steps_of
from tests.helpers.fake_calcom.process import FakeCalcom
from tests.helpers.fake_calcom.world import DISCOVERY, KEY
from tests.helpers.server import WORKSPACE_ID, Templates, parts_on, test_vault

# At so many steps of each request, spread over all there are.
STEPS = int(os.environ.get("INTERVIEW_DESK_ASKED_STEPS", "2"))
DRAFT, BOOKING, MOVING = (str(uuid.UUID(int=0x0193A000 << 96 | n)) for n in range(3))

pytestmark = pytest.mark.timeout(120 + 10 * STEPS)


class LateClock(SystemClock):
    """So much later that no call can be under way any more."""

    @override
    def now(self) -> datetime:
        return super().now() + timedelta(minutes=1)


@pytest.fixture(scope="module")
def program() -> Iterator[FakeCalcom]:
    fake = FakeCalcom().start()
    yield fake
    fake.stop()


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("templates"))


@asynccontextmanager
async def _server(path: Path, address: str) -> AsyncIterator[Parts]:
    clock = LateClock()
    database = SqliteDatabase(path, vault=test_vault(), clock=clock)
    parts = parts_on(
        database, clock, data_dir=path.parent, calcom_api_key=KEY, calcom_base_url=address
    )
    yield parts
    await close_calcom(parts)
    await database.close()


async def _write(parts: Parts, entity: str, record_id: str, fields: Fields) -> None:
    author = Author("member", str(uuid.UUID(int=7)), "laptop")
    await parts.database.write(
        lambda tx: write_record(
            tx, workspace_id=WORKSPACE_ID, entity=entity, id=record_id, fields=fields, author=author
        )
    )


async def _said(parts: Parts, entity: str, record_id: str) -> dict[str, Any]:
    found = await parts.database.read(lambda tx: read_record(tx, WORKSPACE_ID, entity, record_id))
    assert found is not None
    return dict(found.fields)


async def _prepared(path: Path, fake: FakeCalcom, *, booked: bool) -> None:
    """A draft and the request to book it; or the booking, and the request to move it."""
    async with _server(path, fake.url) as parts:
        api = calcom_of(parts)
        assert api is not None
        now = parts.clock.now()
        slots = await api.for_person.slots(
            DISCOVERY, start=now + timedelta(days=1), end=now + timedelta(days=9)
        )
        guest: Fields = {"name": "Ada", "email": "ada@example.org", "zone": "Europe/Paris"}
        wish: Fields = {
            "kind": "create",
            "interview_id": DRAFT,
            "event_type_id": DISCOVERY,
            "start": format_instant(slots[0].start),
            "guest": guest,
        }
        await _write(parts, "interviews", DRAFT, {"title": "Talk", "status": "draft"})
        await _write(parts, "booking_requests", BOOKING, wish)
        if booked:
            await send(parts, api.for_person, BOOKING)
            later = format_instant(slots[4].start)
            move: Fields = {"kind": "reschedule", "interview_id": DRAFT, "start": later}
            await _write(parts, "booking_requests", MOVING, move)


async def _settled(path: Path, fake: FakeCalcom, request_id: str) -> dict[str, Any]:
    """What became of the request once a new server has gone on with it."""
    async with _server(path, fake.url) as parts:
        api = calcom_of(parts)
        assert api is not None
        for step in (send, resume, resume):
            state = (await _said(parts, "booking_requests", request_id)).get("state", "waiting")
            if state in {"waiting", "sending"}:
                await step(parts, api.for_person, request_id)
        interview = await _said(parts, "interviews", DRAFT)
        return {**await _said(parts, "booking_requests", request_id), "interview": interview}


@pytest.mark.parametrize("told", ["later", "first"])
@pytest.mark.parametrize("request_id", [BOOKING, MOVING], ids=["book", "move"])
async def test_a_server_killed_at_any_step_books_and_moves_once(
    program: FakeCalcom, templates: Templates, tmp_path: Path, request_id: str, told: str
) -> None:
    asking = Asking(program, templates.sqlite(), tmp_path, request_id, told)
    # The first time to its end, to know how many steps there are.
    total = await _killed_at(0, asking)
    # At the last of them the answer is there and nothing has been made of it.
    for step in sorted({total * number // STEPS - 1 for number in range(1, STEPS + 1)}):
        assert not await _killed_at(step, asking), f"it was to die at step {step} of {total}"


class Asking(NamedTuple):
    """A request, and whether its webhooks come in before its answer (`told`: "first")."""

    program: FakeCalcom
    template: Path
    folder: Path
    request_id: str
    told: str


async def _killed_at(step: int, asking: Asking) -> int:
    """Ask, die at this step, go on; how many steps it took where it did not die."""
    base, request_id = asking.folder / f"{step}.db", asking.request_id
    fake = asking.program.reset()
    fake.set(limit=60_000)
    shutil.copyfile(asking.template, base)
    await _prepared(base, fake, booked=request_id == MOVING)
    before = len(fake.bookings())
    told = (str(base), fake.url, request_id, asking.told, str(step))
    steps = await steps_of("tests.faults.asking", *told)
    # What Cal.com has been sent, it has done by now.
    for _ in range(3):
        fake.numbers()
    done = await _settled(base, fake, request_id)
    made = fake.bookings()[before:]
    assert len(made) == 1, f"killed at step {step}"
    assert (done["state"], done["booking_uid"]) == ("done", made[0]["uid"]), f"step {step}"
    assert done["interview"]["booking_uids"][-1] == made[0]["uid"]
    return steps
