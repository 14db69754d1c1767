"""The connection to Cal.com and its inbox, as an owner's desk asks the real server for them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from interview_desk.app.outside import Outside
from interview_desk.domain.errors import DeskError
from interview_desk.domain.instants import format_instant
from interview_desk.domain.records import Edit
from interview_desk.domain.roles import Role
from interview_desk.remote.calcom import HttpCalcom
from interview_desk.services.connection import Events, Replayed
from interview_desk.services.media import RecordingsNotKept
from interview_desk.services.server_errors import RefusedError
from tests.helpers.at_work import at_work
from tests.helpers.fake_calcom.process import FakeCalcom
from tests.helpers.fake_calcom.world import KEY, LENGTHS
from tests.helpers.remote import Desks, Team
from tests.helpers.server import ServerProcess

if TYPE_CHECKING:
    from interview_desk.domain.values import Json


@pytest.fixture(scope="module")
def calcom() -> Iterator[FakeCalcom]:
    made = FakeCalcom().start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory, calcom: FakeCalcom) -> Iterator[Team]:
    settings = {
        "CALCOM_API_KEY": KEY,
        "CALCOM_BASE_URL": calcom.url,
        "RECORDINGS_KEPT_DAYS": "30",
    }
    process = ServerProcess(tmp_path_factory.mktemp("server"), settings=settings)
    process.start()
    yield Team(process)
    if process.running:
        process.stop()


@pytest.fixture
async def door(team: Team, desks: Desks) -> HttpCalcom:
    desk = await desks.pair(team.url, team.code("hana@team.example.org"))
    return HttpCalcom(desk.session)


async def test_an_owner_connects_looks_into_the_inbox_and_disconnects(
    door: HttpCalcom, calcom: FakeCalcom
) -> None:
    before = await door.state()
    assert (before.has_key, before.is_on, before.address) == (True, True, calcom.url)
    assert before.connected_at is None

    tested = await door.test()
    assert (tested.ok, tested.name) == (True, "Hana Host")
    assert all(one.says for one in tested.findings)

    connected = await door.connect()
    assert connected.connected
    assert connected.says
    assert connected.state.connected_at is not None
    assert connected.state.follows

    calcom.set(held=True)
    calcom.ping()
    sent = calcom.deliver()
    page = await door.inbox(Events(), before=None)
    assert [one.trigger for one in page.events] == ["PING"] * sent
    assert sum(page.counts.values()) == sent
    oldest = page.events[-1]
    assert oldest.at <= datetime.now(UTC)
    assert page.before is None
    assert await door.inbox(Events(state="failed"), before=None) == page._replace(events=())
    assert (await door.inbox(Events(), before=oldest.id)).events == ()

    shown = await door.event(oldest.id)
    assert isinstance(shown.body, dict)
    assert shown.body["triggerEvent"] == "PING"
    for one in page.events:
        assert (await door.replay(Events(id=one.id), dry_run=False)).total == 1
    for state, count in (await door.inbox(Events(), before=None)).counts.items():
        for dry_run in (True, False):
            read = await door.replay(Events(state=state), dry_run=dry_run)
            assert read == Replayed(count, {state: count})
    later = Events(since=page.events[0].at + timedelta(minutes=1))
    assert (await door.inbox(later, before=None)).events == ()
    assert (await door.replay(later, dry_run=True)).total == 0
    earlier = later._replace(since=None, until=later.since)
    assert len((await door.inbox(earlier, before=None)).events) == sent
    assert (await door.state()).told_at is not None

    await door.disconnect()
    after = await door.state()
    assert after.connected_at is None
    assert calcom.webhooks() == []
    assert len((await door.inbox(Events(), before=None)).events) == sent  # all data stays


async def test_what_is_not_there_is_said_in_a_sentence(door: HttpCalcom) -> None:
    with pytest.raises(RefusedError, match="no event nothing"):
        await door.event("nothing")
    with pytest.raises(RefusedError, match="Say which events"):
        await door.replay(Events(), dry_run=True)


async def test_who_does_not_run_the_team_is_told_so(team: Team, desks: Desks) -> None:
    desk = await desks.pair(
        team.url, team.code("ivan@team.example.org", Role.INTERVIEWER), name="ivan"
    )
    door = HttpCalcom(desk.session)
    assert (await door.state()).has_key
    for asked in (
        door.test(),
        door.connect(),
        door.disconnect(),
        door.inbox(Events(), before=None),
        door.event("any"),
        door.replay(Events(state="failed"), dry_run=True),
    ):
        with pytest.raises(DeskError, match=r"^Only an owner or an admin of the team may .*\.$"):
            await asked


async def test_a_dead_key_is_a_finding_and_connecting_says_what_to_do(
    door: HttpCalcom, calcom: FakeCalcom
) -> None:
    calcom.set(keys=[])
    try:
        tested = await door.test()
        assert not tested.ok
        assert any("Make a new one at Cal.com" in one.says for one in tested.findings)
        with pytest.raises(RefusedError, match=r"Make a new one at Cal\.com"):
            await door.connect()
    finally:
        calcom.set(keys=[KEY])


async def test_free_times_are_as_long_as_the_chosen_length(door: HttpCalcom) -> None:
    begin = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    start, end = begin + timedelta(days=1), begin + timedelta(days=8)
    for minutes, long in ((15, 15), (60, 60), (None, 30)):
        slots = (await door.free_times(LENGTHS, start, end, minutes)).slots
        assert {one.end - one.start for one in slots if one.end} == {timedelta(minutes=long)}


async def test_recordings_of_an_interview_that_is_not_there_are_refused(door: HttpCalcom) -> None:
    unknown = "0192d3a4-0000-7000-8000-00000000ffff"
    for asked in (door.recordings(unknown), door.fetch_transcripts(unknown)):
        with pytest.raises(RefusedError, match=r"\.$"):
            await asked


async def test_recordings_are_asked_for_until_their_day_is_over(team: Team, desks: Desks) -> None:
    desk = await desks.pair(team.url, team.code("hana@team.example.org"))
    door = HttpCalcom(desk.session)
    new_id = Outside().new_id
    today, long_ago = datetime.now(UTC), datetime(2020, 3, 1, tzinfo=UTC)
    yes: Json = {"value": "yes", "at": format_instant(today), "by": None}
    # The limit stands since long ago: nobody has to be left a week.
    with closing(sqlite3.connect(team.process.data_dir / "interview-desk.db")) as database:
        database.execute("UPDATE workspace SET recordings_since = '2020-01-01 00:00:00.000000'")
        database.commit()
    async with at_work(desk) as working:
        for end, is_kept in ((today, True), (long_ago, False)):
            interview = new_id()
            guest: dict[str, Json] = {"interview_id": interview, "consent_recording": yes}
            edits = [
                Edit("interviews", interview, {"title": "Talk", "end": format_instant(end)}),
                Edit("interview_guests", new_id(), guest),
            ]
            await desk.store.write(edits)
            working.service.poke()
            await working.until_sent()
            if is_kept:
                assert await door.recordings(interview) == ()
            else:
                with pytest.raises(RecordingsNotKept, match="kept for 30 days"):
                    await door.recordings(interview)
