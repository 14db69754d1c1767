"""Free times: shown at once where they are known, and never as certain when they are not."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from interview_desk.domain.instants import format_instant, parse_instant
from interview_desk.domain.roles import Role
from sync_server.calcom.api.opening import close_calcom
from sync_server.calcom.availability.service import _UNDERWAY
from tests.helpers.fake_calcom.world import KEY
from tests.helpers.team import Laptop, Team, team_on
from tests.server.bookings.conftest import CalcomDesk, parts_on


@pytest.fixture
async def team(calcom_desk: CalcomDesk) -> AsyncIterator[Team]:
    team = team_on(calcom_desk.parts)
    yield team
    await team.client.aclose()


@pytest.fixture
async def anna(team: Team) -> Laptop:
    return await team.member("Anna")


@pytest.fixture
def monday(calcom_desk: CalcomDesk) -> datetime:
    """A Monday to come, at midnight in UTC."""
    today = calcom_desk.clock.now().date()
    day = today + timedelta(days=7 - today.weekday())
    return datetime.combine(day, time(), tzinfo=UTC)


def _asked(begin: datetime, days: float = 1, **more: Any) -> dict[str, Any]:
    return {
        "event_type": 41,
        "from": format_instant(begin),
        "to": format_instant(begin + timedelta(days=days)),
        "zone": "Europe/Berlin",
        **more,
    }


async def _look(laptop: Laptop, begin: datetime, days: float = 1, **more: Any) -> dict[str, Any]:
    asked = _asked(begin, days, **more)
    answer = await laptop.call("GET", "/v1/availability", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _starts(found: dict[str, Any]) -> list[str]:
    return [slot["start"] for day in found["days"] for slot in day["slots"]]


async def test_the_days_are_those_of_the_zone_and_the_end_is_not_included(
    anna: Laptop, monday: datetime
) -> None:
    found = await _look(anna, monday, 2)
    assert (found["event_type"], found["zone"], found["stale"]) == (41, "Europe/Berlin", False)
    assert found["age_seconds"] == 0
    dates = [day["date"] for day in found["days"]]
    assert dates == [monday.date().isoformat(), (monday + timedelta(days=1)).date().isoformat()]
    first = found["days"][0]["slots"][0]
    assert parse_instant(first["end"]) - parse_instant(first["start"]) == timedelta(minutes=30)
    early = await _look(anna, monday, 2, zone="Pacific/Kiritimati")
    assert len(early["days"]) == 3
    begin, end = parse_instant(_starts(found)[1]), parse_instant(_starts(found)[3])
    some = await _look(anna, begin, (end - begin) / timedelta(days=1))
    assert _starts(some) == _starts(found)[1:3]


async def test_other_lengths_are_asked_for_apart(anna: Laptop, monday: datetime) -> None:
    long = await _look(anna, monday, event_type=46, minutes=60)
    slot = long["days"][0]["slots"][0]
    assert parse_instant(slot["end"]) - parse_instant(slot["start"]) == timedelta(hours=1)


async def test_what_is_known_is_shown_at_once_and_asked_again_behind(
    calcom_desk: CalcomDesk, anna: Laptop, monday: datetime
) -> None:
    before = _starts(await _look(anna, monday))
    calls = calcom_desk.calcom.numbers()["calls"]
    assert _starts(await _look(anna, monday)) == before
    assert calcom_desk.calcom.numbers()["calls"] == calls
    guest = {"name": "Ada", "email": "ada@example.org", "timeZone": "UTC"}
    calcom_desk.calcom.act("create", eventTypeId=41, start=before[0], attendee=guest)
    calcom_desk.clock.advance(seconds=11)
    old = await _look(anna, monday)
    assert (_starts(old), old["stale"], old["age_seconds"] >= 11) == (before, False, True)
    await asyncio.gather(*_UNDERWAY[calcom_desk.parts.database].values())
    assert _starts(await _look(anna, monday)) == before[1:]


async def test_a_booking_of_ours_is_not_offered_any_more(
    calcom_desk: CalcomDesk, anna: Laptop, monday: datetime
) -> None:
    before = _starts(await _look(anna, monday))
    guest = {"name": "Ada", "email": "ada@example.org", "timeZone": "UTC"}
    calcom_desk.calcom.act("create", eventTypeId=41, start=before[0], attendee=guest)
    await calcom_desk.reconcile()
    assert _starts(await _look(anna, monday)) == before[1:]


async def test_while_calcom_is_away_the_last_known_is_shown_as_such_also_after_a_restart(
    calcom_desk: CalcomDesk, anna: Laptop, monday: datetime
) -> None:
    before = _starts(await _look(anna, monday))
    calcom_desk.calcom.set(used_by_others=60_000)
    calcom_desk.clock.advance(minutes=6)
    old = await _look(anna, monday)
    assert (_starts(old), old["stale"]) == (before, True)
    assert old["age_seconds"] >= 360
    parts = calcom_desk.parts
    again = parts_on(
        parts.database,
        calcom_desk.clock,
        parts.settings.data_dir,
        calcom_api_key=KEY,
        calcom_base_url="http://127.0.0.1:9",
    )
    other = team_on(again)
    bert = await other.member("Bert")
    assert _starts(await _look(bert, monday)) == before
    nothing = await bert.call("GET", "/v1/availability", params=_asked(monday + timedelta(days=7)))
    assert (nothing.status_code, nothing.json()["code"]) == (503, "calcom_unavailable")
    assert nothing.headers["Retry-After"]
    await other.client.aclose()
    await close_calcom(again)


async def test_while_more_is_asked_than_calcom_takes_it_says_when_there_is_room(
    calcom_desk: CalcomDesk, anna: Laptop, monday: datetime
) -> None:
    before = _starts(await _look(anna, monday))
    calcom_desk.calcom.set(used_by_others=60_000)
    unknown = _asked(monday + timedelta(days=7))
    busy = await anna.call("GET", "/v1/availability", params=unknown)
    assert (busy.status_code, busy.json()["code"]) == (503, "calcom_unavailable")
    assert busy.json()["detail"].endswith(f"Try again in {busy.headers['Retry-After']} seconds.")
    # What is known is not in doubt for that.
    calcom_desk.clock.advance(seconds=11)
    for _ in range(2):
        old = await _look(anna, monday)
        assert (_starts(old), old["stale"]) == (before, False)
        await asyncio.gather(
            *_UNDERWAY[calcom_desk.parts.database].values(), return_exceptions=True
        )


async def test_an_event_type_that_is_not_there_is_not_found(anna: Laptop, monday: datetime) -> None:
    asked = _asked(monday, event_type=4711)
    answer = await anna.call("GET", "/v1/availability", params=asked)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_without_a_key_nothing_is_known(team: Team, anna: Laptop, monday: datetime) -> None:
    parts = team.parts
    bare = team_on(parts_on(parts.database, parts.clock, parts.settings.data_dir))
    laptop = Laptop(bare.client, anna.member_id, anna.device_id, anna.token)
    answer = await laptop.call("GET", "/v1/availability", params=_asked(monday))
    assert (answer.status_code, answer.json()["code"]) == (503, "calcom_unavailable")
    assert "Set a key on the server" in answer.json()["detail"]
    await bare.client.aclose()


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "Mars/Olympus"},
        {"zone": "localtime"},
        {"zone": "../etc/passwd"},
        {"to": "2020-01-01T00:00:00Z"},
        {"to": "2090-01-01T00:00:00Z"},
        {"from": "9999-12-30T00:00:00Z", "to": "9999-12-31T23:59:59Z"},
        {"from": "0001-01-01T00:00:00+14:00", "to": "0001-01-02T00:00:00Z"},
        {"from": "tomorrow"},
        {"event_type": 0},
        {"minutes": 0},
    ],
)
async def test_a_question_that_cannot_be_understood_says_so(
    anna: Laptop, monday: datetime, wrong: dict[str, Any]
) -> None:
    answer = await anna.call("GET", "/v1/availability", params={**_asked(monday), **wrong})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_who_is_not_of_the_team_does_not_see_when_others_are_free(
    team: Team, monday: datetime
) -> None:
    guest = await team.member("Eve", Role.EXTERNAL)
    answer = await guest.call("GET", "/v1/availability", params=_asked(monday))
    assert answer.status_code == 403
