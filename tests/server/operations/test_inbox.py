"""Looking into the inbox and reading events again, over HTTP and by the commands."""

from collections.abc import AsyncIterator

import pytest

from interview_desk.domain.instants import format_instant
from interview_desk.domain.roles import Role
from interview_desk.wire import routes
from sync_server.bookings.tasks import read_all
from sync_server.calcom.intake import Arrival, intake_of
from sync_server.cli.parser import parsed
from sync_server.infra.parts import Parts
from sync_server.operations.exports import export_audit
from sync_server.operations.inbox_commands import list_inbox, replay
from tests.helpers.calcom import body_of, cancelled, created
from tests.helpers.server import SetClock
from tests.helpers.team import Laptop, Team, team_on


@pytest.fixture
async def team(parts: Parts) -> AsyncIterator[Team]:
    team = team_on(parts)
    yield team
    await team.client.aclose()


@pytest.fixture
async def olga(team: Team) -> Laptop:
    return await team.member("Olga", Role.OWNER)


@pytest.fixture
async def arrived(parts: Parts, clock: SetClock) -> list[str]:
    """Five events, a minute apart and not read yet; their ids."""
    events = [created("u1"), created("u2"), cancelled("u1"), created("u1"), {"no": "event"}]
    for number, event in enumerate(events):
        body = body_of(event) + b" " * number
        trigger = str(event.get("triggerEvent", ""))
        uid = event.get("payload", {}).get("uid")
        reason = None if trigger else "There is no triggerEvent."
        await intake_of(parts.database).keep(Arrival("", body, trigger or None, uid, reason))
        clock.advance(minutes=1)
    return [row["id"] for row in await list_inbox(parts, {})]


async def listed(laptop: Laptop, **query: object) -> list[str]:
    answer = await laptop.call("GET", routes.INBOX, params=query)
    assert answer.status_code == 200, answer.text
    return [event["id"] for event in answer.json()["events"]]


async def test_the_inbox_is_read_page_by_page_newest_first(olga, parts, arrived) -> None:
    await read_all(parts)
    first = (await olga.call("GET", routes.INBOX, params={"limit": 3})).json()
    assert [event["id"] for event in first["events"]] == arrived[:1:-1]
    assert first["counts"] == {"done": 3, "duplicate": 1, "unusable": 1}
    second = await olga.call("GET", routes.INBOX, params={"limit": 3, "before": first["next"]})
    assert [event["id"] for event in second.json()["events"]] == arrived[1::-1]
    assert second.json()["next"] is None
    assert first["events"][1]["duplicate_of"] == arrived[0]


async def test_only_what_is_asked_for_is_listed(olga, parts, clock, arrived) -> None:
    await read_all(parts)
    assert await listed(olga, trigger="BOOKING_CANCELLED") == [arrived[2]]
    assert await listed(olga, booking_uid="u2") == [arrived[1]]
    assert await listed(olga, state="unusable") == [arrived[4]]
    started = clock.at
    clock.advance(minutes=-3.5)
    third = format_instant(clock.at)
    assert await listed(olga, since=third) == arrived[:1:-1]
    assert await listed(olga, until=third) == arrived[1::-1]
    assert await listed(olga, since=format_instant(started)) == []
    shown = await list_inbox(parts, {"state": "done", "until": third})
    assert [row["id"] for row in shown] == arrived[:2]


@pytest.mark.parametrize("milliseconds", [0, 250], ids=["a whole second", "a part of one"])
async def test_a_range_begins_with_the_event_of_its_very_moment_and_ends_before_it(
    olga: Laptop, parts: Parts, clock: SetClock, milliseconds: int
) -> None:
    clock.advance(milliseconds=milliseconds)
    for uid in ("u1", "u2", "u3"):
        body = body_of(created(uid))
        await intake_of(parts.database).keep(Arrival("", body, "BOOKING_CREATED", uid))
        clock.advance(seconds=1)
    clock.advance(seconds=-2)
    second = format_instant(clock.at)
    ids = await listed(olga)
    assert await listed(olga, since=second) == ids[:2]
    assert await listed(olga, until=second) == ids[2:]
    clock.advance(seconds=1)
    assert await listed(olga, since=second, until=format_instant(clock.at)) == [ids[1]]


async def test_a_page_has_its_bounds(olga: Laptop) -> None:
    for query in ({"limit": 0}, {"limit": 201}, {"since": "yesterday"}):
        assert (await olga.call("GET", routes.INBOX, params=query)).status_code == 422


async def test_one_event_is_shown_without_its_secrets(olga, parts) -> None:
    body = body_of(created("u1", oneTimePassword="0000", videoCallData={"password": "jwt"}))
    await intake_of(parts.database).keep(Arrival("door", body, "BOOKING_CREATED", "u1"))
    (event,) = await listed(olga)
    shown = (await olga.call("GET", routes.inbox_event(event))).json()
    assert (shown["endpoint"], shown["state"]) == ("door", "waiting")
    assert shown["body"]["payload"]["oneTimePassword"] == "(hidden)"
    assert shown["body"]["payload"]["uid"] == "u1"
    missing = await olga.call("GET", routes.inbox_event("nothing"))
    assert missing.status_code == 404
    assert "no event nothing" in missing.json()["detail"]


async def test_only_who_runs_the_team_looks_in(team: Team, arrived) -> None:
    for role in (Role.INTERVIEWER, Role.OBSERVER, Role.EXTERNAL):
        laptop = await team.member(role.value, role)
        for method, path in (
            ("GET", routes.INBOX),
            ("GET", routes.inbox_event(arrived[0])),
            ("POST", routes.INBOX_REPLAY),
        ):
            answer = await laptop.call(method, path, **({"json": {}} if method == "POST" else {}))
            assert answer.status_code == 403
    admin = await team.member("Ada", Role.ADMIN)
    assert len(await listed(admin)) == 5


async def test_a_dry_run_says_what_would_be_read_and_changes_nothing(olga, parts, arrived) -> None:
    await read_all(parts)
    before = await list_inbox(parts, {})
    asked = {"booking_uid": "u1", "dry_run": True}
    told = (await olga.call("POST", routes.INBOX_REPLAY, json=asked)).json()
    assert told == {"replayed": 3, "dry_run": True, "counts": {"done": 2, "duplicate": 1}}
    assert await list_inbox(parts, {}) == before
    assert await replay(parts, {"dry_run": True, "state": "done"}) == {
        "would_replay": 3,
        "done": 3,
    }


async def test_a_range_of_events_is_read_again(olga, parts, clock, arrived) -> None:
    await read_all(parts)
    clock.advance(minutes=-4.5)
    asked = {"since": format_instant(clock.at)}
    told = (await olga.call("POST", routes.INBOX_REPLAY, json=asked)).json()
    assert told["replayed"] == 4
    assert told["counts"] == {"done": 2, "duplicate": 1, "unusable": 1}


async def test_the_audit_says_who_had_which_event_read_again(olga, parts, arrived) -> None:
    await read_all(parts)
    await olga.call("POST", routes.INBOX_REPLAY, json={"booking_uid": "u2"})
    await olga.call("POST", routes.INBOX_REPLAY, json={"booking_uid": "u2", "dry_run": True})
    await replay(parts, {"id": arrived[1]})
    rows = [one for one in await export_audit(parts, {}) if one["entity"] == "webhook_events"]
    assert [(one["by"], one["device"], one["id"]) for one in rows] == [
        (olga.member_id, olga.device_id, arrived[1]),
        ("server", None, arrived[1]),
    ]
    assert {(one["action"], one["field"], one["from"], one["to"]) for one in rows} == {
        ("changed", "state", "done", "waiting")
    }


async def test_a_replay_has_to_say_which_events(olga: Laptop, parts, arrived) -> None:
    answer = await olga.call("POST", routes.INBOX_REPLAY, json={"dry_run": True})
    assert (answer.status_code, "Say which events" in answer.text) == (422, True)


async def test_what_waits_is_not_counted_as_read_again(parts, arrived) -> None:
    assert await replay(parts, {"trigger": "BOOKING_CREATED"}) == {"replayed": 0}
    assert {row["state"] for row in await list_inbox(parts, {})} == {
        "done",
        "duplicate",
        "unusable",
    }


def test_times_on_the_command_line_are_days_or_instants() -> None:
    asked = parsed(
        ["inbox", "replay", "--since", "2026-11-01", "--until", "2026-11-02T01:00:00+02:00"]
    )
    assert (asked.since, asked.until) == ("2026-11-01T00:00:00Z", "2026-11-01T23:00:00Z")


def test_a_time_that_is_none_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parsed(["inbox", "list", "--since", "soon"])
    assert ended.value.code == 2
    assert "soon is not a time" in capsys.readouterr().err
