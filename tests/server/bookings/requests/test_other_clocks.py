"""Servers whose clocks differ, or one of which was held up, ask Cal.com once."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from typing_extensions import override

from interview_desk.domain.instants import format_instant
from sync_server.bookings.requests import carrying
from sync_server.bookings.requests.carrying import resume, send
from sync_server.calcom.api.calls import Call, Priority
from sync_server.calcom.api.client import CalcomApi, Sender
from sync_server.calcom.api.exchange import Exchange, Reply
from sync_server.calcom.api.opening import close_calcom, queue_of
from sync_server.infra.postgres import PostgresDatabase
from tests.helpers.fake_calcom.process import FakeCalcom
from tests.helpers.fake_calcom.world import KEY
from tests.helpers.postgres import PostgresCluster
from tests.helpers.server import Templates, test_vault
from tests.server.bookings.conftest import AheadClock, CalcomDesk, parts_on
from tests.server.bookings.requests.test_carrying_out import GUEST

Meanwhile = Callable[[], Awaitable[object]]


class HeldUp(Sender):
    """The queue of a server that is held up just before it asks for its turn with a change."""

    def __init__(self, desk: CalcomDesk, meanwhile: Meanwhile) -> None:
        self._desk = desk
        self._meanwhile = meanwhile

    @override
    async def send(self, call: Call, priority: Priority) -> Reply:
        if not call.is_read:
            await self._meanwhile()
        queue = queue_of(self._desk.parts)
        assert queue is not None
        return await queue.send(call, priority)


async def send_held_up(desk: CalcomDesk, request: str, meanwhile: Meanwhile) -> None:
    await send(desk.parts, CalcomApi(HeldUp(desk, meanwhile), Priority.PERSON), request)


@pytest.fixture
async def servers(
    tmp_path: Path, postgres_cluster: PostgresCluster, templates: Templates, fake_calcom: FakeCalcom
) -> AsyncIterator[tuple[CalcomDesk, CalcomDesk]]:
    """Two servers on one PostgreSQL; the clock of the second is 40 s ahead."""
    name = postgres_cluster.new_database(templates.postgres(postgres_cluster))
    fake_calcom.set(limit=60_000)
    desks = []
    for ahead in (0, 40):
        clock = AheadClock(timedelta(seconds=ahead))
        url = postgres_cluster.url(name)
        database = PostgresDatabase(url, vault=test_vault(), clock=clock)
        given = {"calcom_api_key": SecretStr(KEY), "calcom_base_url": fake_calcom.url}
        desks.append(CalcomDesk(parts_on(database, clock, tmp_path, **given), fake_calcom, clock))
    await desks[0].api.me()
    yield desks[0], desks[1]
    for desk in desks:
        await close_calcom(desk.parts)
        await desk.parts.database.close()
    postgres_cluster.drop(name)


async def wish(desk: CalcomDesk) -> str:
    draft = await desk.write("interviews", title="Talk", status="draft")
    start = format_instant(await desk.free())
    return await desk.ask("create", draft, event_type_id=41, start=start, guest=GUEST)


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The path of each change that has left for Cal.com, from any of the servers."""
    paths: list[str] = []
    send = Exchange.send

    async def noted(exchange: Exchange, call: Call) -> Reply:
        if not call.is_read:
            paths.append(call.path)
        return await send(exchange, call)

    monkeypatch.setattr(Exchange, "send", noted)
    return paths


@pytest.mark.postgres
async def test_a_server_whose_clock_is_ahead_does_not_repeat_what_was_just_sent(
    servers: tuple[CalcomDesk, CalcomDesk], left: list[str]
) -> None:
    one, other = servers
    request = await wish(one)
    await send_held_up(one, request, lambda: resume(other.parts, other.api, request))
    assert left == ["/v2/bookings"]
    assert (await one.record("booking_requests", request))["state"] == "done"


@pytest.mark.postgres
@pytest.mark.parametrize("answers", [True, False], ids=["answered", "unanswered"])
async def test_who_was_held_up_does_not_send_what_another_server_has_taken_up(
    servers: tuple[CalcomDesk, CalcomDesk],
    left: list[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    answers: bool,
) -> None:
    one, other = servers
    request = await wish(one)
    # As if the time were over for which others wait.
    monkeypatch.setattr(carrying, "STILL_AT_WORK", timedelta())
    if not answers:
        one.calcom.fault("error", path="/v2/bookings", method="POST")
    await send_held_up(one, request, lambda: resume(other.parts, other.api, request))
    assert left == ["/v2/bookings"]
    now = await one.record("booking_requests", request)
    assert (now["state"], now["tries"]) == ("done" if answers else "sending", 2)


async def test_what_waited_too_long_for_its_turn_does_not_leave_and_waits_again(
    either_desk: CalcomDesk, left: list[str]
) -> None:
    desk = either_desk
    request = await wish(desk)

    async def time_passes() -> None:
        desk.clock.advance(seconds=20)

    await send_held_up(desk, request, time_passes)
    now = await desk.record("booking_requests", request)
    assert (now["state"], now["tries"], left) == ("waiting", 0, [])
    await send(desk.parts, desk.api, request)
    assert (await desk.record("booking_requests", request))["state"] == "done"
