"""Test, Connect and Disconnect: against a Cal.com that sends signed events to the real door."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from interview_desk.domain.flags import Flag
from interview_desk.domain.roles import Role
from interview_desk.wire import routes
from interview_desk.wire.calcom import Scope, ScopeKind
from sync_server.app import app_on
from sync_server.calcom.api.errors import CalcomOff, CalcomUnavailable
from sync_server.calcom.connection import service
from sync_server.calcom.connection.doors import all_doors
from sync_server.calcom.connection.reach import MISSING, PRIVATE, is_hosted, is_private, reach_of
from sync_server.calcom.connection.registering import WANTED
from sync_server.infra.parts import Parts
from tests.helpers import connecting, kinds
from tests.helpers.calcom import SECRET, body_of, created, signed_headers
from tests.helpers.connecting import CREATED, PUBLIC, connect, path_of, post, with_settings
from tests.helpers.fake_calcom.process import FakeCalcom
from tests.helpers.fake_calcom.world import (
    KEY,
    ORGANIZATION,
    ROUND_ROBIN,
    TEAM,
    TRIGGERS,
)
from tests.helpers.team import Team, new_id

databases = kinds.databases
connected = connecting.connected
team = connecting.team


async def test_the_test_says_who_the_key_is_and_what_it_may_see(connected: Parts) -> None:
    result = await service.test(connected)
    assert (result.ok, result.name, result.zone) == (True, "Hana Host", "Europe/Berlin")
    assert [(scope.kind, scope.name) for scope in result.scopes] == [
        (ScopeKind.USER, "Hana Host"),
        (ScopeKind.TEAM, "Research"),
    ]
    assert {check.key: check.says for check in result.checks}["event_types"] == (
        "6 event types can be booked."
    )


async def test_the_test_names_what_is_missing(connected: Parts, tmp_path, fake_calcom) -> None:
    for event_type in range(41, 47):
        fake_calcom.set(removed_event_type=event_type)
    result = await service.test(connected)
    assert [check.key for check in result.checks if not check.ok] == ["event_types"]
    fake_calcom.set(keys=[])
    (check,) = (await service.test(connected)).checks
    assert check.says.startswith("Cal.com does not accept the key.")
    # Whoever looks later sees it too, until the key is taken again.
    told = (await service.state(connected)).problem
    assert told == check.says
    fake_calcom.set(keys=[KEY])
    await service.test(connected)
    assert (await service.state(connected)).problem is None
    (check,) = (await service.test(with_settings(connected, tmp_path))).checks
    assert "INTERVIEW_DESK_CALCOM_API_KEY" in check.says


async def test_a_key_without_rights_in_its_organisation_is_told(connected, fake_calcom) -> None:
    fake_calcom.set(organization=ORGANIZATION)
    assert (await service.test(connected)).ok
    fake_calcom.fault(
        "error", path=f"/v2/organizations/{ORGANIZATION}/webhooks", status=403, times=9
    )
    result = await service.test(connected)
    (check,) = [check for check in result.checks if not check.ok]
    assert "make its owner an admin" in check.says
    done = await connect(connected)
    assert {scope.kind for scope in done.state.scopes} == {ScopeKind.USER, ScopeKind.TEAM}


async def test_connect_registers_every_place_with_a_secret_of_its_own(
    connected: Parts, fake_calcom: FakeCalcom
) -> None:
    result = await connect(connected)
    assert result.connected
    assert "Hana Host, Research" in result.says
    webhooks = fake_calcom.webhooks()
    assert {hook["place"] for hook in webhooks} == {
        "user:5",
        f"team-event-type:{TEAM}:{ROUND_ROBIN}",
    }
    assert len({hook["secret"] for hook in webhooks}) == 2
    assert all(set(hook["triggers"]) == set(WANTED) for hook in webhooks)
    for hook in webhooks:
        assert await post(connected, path_of(hook), CREATED, hook["secret"]) == 200
    first, second = webhooks
    # A door takes its own secret only; the address without a name takes all of them.
    assert await post(connected, path_of(first), CREATED, second["secret"]) == 401
    assert await post(connected, "/webhooks/calcom", CREATED, second["secret"]) == 200
    assert (await service.state(connected)).webhook_arrived_at is not None


async def test_an_organisation_is_followed_as_a_whole(connected, fake_calcom) -> None:
    fake_calcom.set(organization=ORGANIZATION)
    await connect(connected)
    assert [hook["place"] for hook in fake_calcom.webhooks()] == ["organization"]


async def test_connecting_again_rotates_and_both_secrets_are_taken(
    connected: Parts, fake_calcom: FakeCalcom
) -> None:
    await connect(connected)
    before = fake_calcom.webhooks()
    await connect(connected)
    after = fake_calcom.webhooks()
    assert [hook["id"] for hook in after] == [hook["id"] for hook in before]
    assert after[0]["url"] == before[0]["url"]
    assert after[0]["secret"] != before[0]["secret"]
    for secret in (before[0]["secret"], after[0]["secret"]):
        assert await post(connected, path_of(after[0]), CREATED, secret) == 200


async def test_a_running_server_hears_of_secrets_that_another_one_made_or_ended(
    connected: Parts, fake_calcom: FakeCalcom
) -> None:
    transport = httpx.ASGITransport(app_on(connected), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:

        async def arriving(hook: dict[str, Any], secret: str) -> int:
            headers = signed_headers(CREATED, secret)
            answer = await client.post(path_of(hook), content=CREATED, headers=headers)
            return answer.status_code

        await connect(connected)
        first, *_ = fake_calcom.webhooks()
        assert await arriving(first, first["secret"]) == 200
        await connect(connected)
        second, *_ = fake_calcom.webhooks()
        assert await arriving(second, second["secret"]) == 200
        assert await arriving(second, "guessed") == 401
        await service.disconnect(connected)
        assert await arriving(second, second["secret"]) == 401


async def test_connect_repairs_what_somebody_changed_or_deleted(
    connected: Parts, fake_calcom: FakeCalcom
) -> None:
    user = Scope(kind=ScopeKind.USER, id=5, name="Hana Host")
    await connect(connected, user)
    (hook,) = fake_calcom.webhooks()
    async with httpx.AsyncClient(base_url=fake_calcom.url) as client:
        headers = {"Authorization": f"Bearer {KEY}"}
        path = f"/v2/webhooks/{hook['id']}"
        await client.patch(path, json={"active": False, "triggers": []}, headers=headers)
        await connect(connected, user)
        (mended,) = fake_calcom.webhooks()
        assert (mended["active"], set(mended["triggers"])) == (True, set(WANTED))
        await client.delete(path, headers=headers)
    await connect(connected, user)
    assert len(fake_calcom.webhooks()) == 1


async def test_doors_that_are_lost_here_are_removed_there(connected, fake_calcom, tmp_path) -> None:
    """A server that was set up anew finds the webhooks of the one before it."""
    user = Scope(kind=ScopeKind.USER, id=5, name="Hana Host")
    async with httpx.AsyncClient(base_url=fake_calcom.url) as client:
        headers = {"Authorization": f"Bearer {KEY}"}
        for url in (f"{PUBLIC}/webhooks/calcom/lost", f"{PUBLIC}/webhooks/calcom", "https://x.org"):
            body = {"active": True, "subscriberUrl": url, "triggers": []}
            await client.post("/v2/webhooks", json=body, headers=headers)
    await connect(connected, user)
    urls = {hook["url"] for hook in fake_calcom.webhooks()}
    assert f"{PUBLIC}/webhooks/calcom/lost" not in urls
    assert {f"{PUBLIC}/webhooks/calcom", "https://x.org"} < urls
    assert len(urls) == 3


async def test_places_that_are_not_followed_any_more_are_left(connected, fake_calcom) -> None:
    await connect(connected)
    await connect(connected, Scope(kind=ScopeKind.TEAM, id=TEAM, name="Research"))
    assert [hook["place"] for hook in fake_calcom.webhooks()] == [
        f"team-event-type:{TEAM}:{ROUND_ROBIN}"
    ]


async def test_an_older_cal_com_is_asked_for_what_both_know(connected, fake_calcom) -> None:
    fake_calcom.set(triggers=list(TRIGGERS))
    result = await connect(connected)
    assert set(result.state.triggers) == set(WANTED) & set(TRIGGERS)
    assert "BOOKING_REASSIGNED" not in result.state.triggers
    assert "tells of fewer kinds of events" in result.says
    fake_calcom.set(triggers=["SOMETHING_ELSE"])
    with pytest.raises(Exception, match="knows fewer kinds of events"):
        await connect(connected)


async def test_one_that_knows_no_delays_does_without_what_needs_one(connected, fake_calcom) -> None:
    late = {"AFTER_HOSTS_CAL_VIDEO_NO_SHOW", "AFTER_GUESTS_CAL_VIDEO_NO_SHOW"}
    result = await connect(connected)
    assert late <= set(result.state.triggers)
    assert {hook["minutes"] for hook in fake_calcom.webhooks()} == {15}
    fake_calcom.reset().set(knows_delays=False)
    result = await connect(connected)
    assert set(result.state.triggers) == set(WANTED) - late
    # An old one knows neither.
    fake_calcom.reset().set(knows_delays=False, triggers=list(TRIGGERS))
    result = await connect(connected)
    assert set(result.state.triggers) == (set(WANTED) & set(TRIGGERS)) - late


async def test_a_key_that_dies_between_two_calls_leaves_both_secrets_taken(
    connected: Parts, fake_calcom: FakeCalcom
) -> None:
    user = Scope(kind=ScopeKind.USER, id=5, name="Hana Host")
    await connect(connected, user)
    (hook,) = fake_calcom.webhooks()
    fake_calcom.fault("error", method="PATCH", times=9)
    with pytest.raises(CalcomUnavailable):
        await connect(connected, user)
    assert await post(connected, path_of(hook), CREATED, hook["secret"]) == 200
    fake_calcom.reset()
    assert (await service.state(connected)).scopes == (user,)


async def test_without_a_public_address_reconcile_carries_on_alone(
    connected: Parts, fake_calcom: FakeCalcom, tmp_path: Path
) -> None:
    hosted = {"calcom_api_key": KEY, "calcom_base_url": "https://api.cal.com"}
    bare = with_settings(connected, tmp_path, **hosted)
    assert reach_of(bare).problem == MISSING
    assert (await service.state(bare)).problem == MISSING
    private = with_settings(connected, tmp_path, **hosted, public_url="https://192.168.1.5")
    assert reach_of(private).problem == PRIVATE
    assert reach_of(with_settings(bare, tmp_path, **hosted, public_url=PUBLIC)).problem is None
    own = with_settings(connected, tmp_path, calcom_base_url="http://10.0.0.2")
    assert reach_of(own) == (own.server_url, None)
    assert not fake_calcom.webhooks()


def test_private_addresses_are_recognised() -> None:
    private = (
        "http://desk.example.org",
        "https://localhost",
        "https://desk",
        "https://desk.local",
        "https://10.1.2.3",
        "https://169.254.169.254",
        "https://[::1]",
    )
    assert all(is_private(url) for url in private)
    assert not is_private("https://desk.example.org:8443")
    assert not is_private("https://93.184.216.34")
    assert is_hosted("https://api.cal.com")
    assert not is_hosted("https://cal.example.org")


async def test_disconnecting_removes_the_webhooks_and_keeps_the_data(
    connected: Parts, fake_calcom: FakeCalcom
) -> None:
    await connect(connected)
    (hook, *_) = fake_calcom.webhooks()
    assert await post(connected, path_of(hook), CREATED, hook["secret"]) == 200
    result = await service.disconnect(connected)
    assert not result.connected
    assert "Cal.com did not let us" not in result.says
    assert result.state.waiting_events == 1
    assert fake_calcom.webhooks() == []
    assert await connected.database.read(all_doors) == []
    assert await post(connected, path_of(hook), body_of(created("u2")), hook["secret"]) == 401


async def test_disconnecting_with_a_dead_key_closes_the_doors_and_says_what_is_left(
    connected: Parts, fake_calcom: FakeCalcom, tmp_path: Path
) -> None:
    await connect(connected)
    fake_calcom.set(keys=[])
    assert "delete it on its page" in (await service.disconnect(connected)).says
    assert await connected.database.read(all_doors) == []
    keyless = with_settings(connected, tmp_path)
    with pytest.raises(CalcomOff):
        await connect(keyless)
    assert "Disconnected" in (await service.disconnect(keyless)).says


async def test_when_the_team_has_switched_it_off_nothing_leaves(
    connected: Parts, team: Team, fake_calcom: FakeCalcom
) -> None:
    await team.server_writes("flags", new_id(), key=Flag.CALCOM.value, on=False)
    calls = fake_calcom.numbers()["calls"]
    with pytest.raises(CalcomOff):
        await connect(connected)
    (check,) = (await service.test(connected)).checks
    assert "switched off" in check.says
    state = await service.state(connected)
    assert (state.is_on, state.problem is None) == (False, False)
    assert fake_calcom.numbers()["calls"] == calls


async def test_a_pause_that_cal_com_has_asked_for_is_shown(connected, fake_calcom) -> None:
    assert (await service.state(connected)).paused_until is None
    fake_calcom.set(limit=0)
    assert not (await service.test(connected)).ok
    assert (await service.state(connected)).paused_until is not None


async def test_secrets_are_sealed_at_rest(connected: Parts, fake_calcom: FakeCalcom) -> None:
    await connect(connected)
    secrets = [hook["secret"] for hook in fake_calcom.webhooks()]
    doors = await connected.database.read(
        lambda tx: str(tx.connection.exec_driver_sql("SELECT * FROM calcom_doors").all())
    )
    assert not any(secret in doors for secret in secrets)


async def test_configured_secrets_count_at_every_address(connected, tmp_path) -> None:
    parts = with_settings(connected, tmp_path, calcom_webhook_secrets=(SecretStr(SECRET),))
    assert await post(parts, "/webhooks/calcom/anything", CREATED, SECRET) == 200
    assert await post(parts, "/webhooks/calcom", CREATED, SECRET) == 200
    assert await post(parts, "/webhooks/calcom/anything", CREATED, "other") == 401


async def test_only_who_runs_the_team_connects(team: Team, fake_calcom: FakeCalcom) -> None:
    manage = (
        ("POST", routes.CALCOM_TEST),
        ("POST", routes.CALCOM_CONNECT),
        ("DELETE", routes.CALCOM_CONNECT),
    )
    for role in (Role.INTERVIEWER, Role.OBSERVER, Role.EXTERNAL):
        laptop = await team.member(role.value, role)
        answers = [await laptop.call(method, path) for method, path in manage]
        assert [answer.status_code for answer in answers] == [403] * 3
        seen = (await laptop.call("GET", routes.CALCOM)).status_code
        assert seen == (403 if role is Role.EXTERNAL else 200)
    assert fake_calcom.numbers()["calls"] == 0
    admin = await team.member("Ada", Role.ADMIN)
    assert (await admin.call("POST", routes.CALCOM_TEST)).json()["ok"] is True
    made = (await admin.call("POST", routes.CALCOM_CONNECT)).json()
    assert (made["connected"], made["state"]["has_key"]) == (True, True)
    ended = await admin.call("DELETE", routes.CALCOM_CONNECT)
    assert (ended.json()["connected"], ended.json()["state"]["scopes"]) == (False, [])
