"""New event types of a team are followed by themselves."""

from pathlib import Path

import pytest

from interview_desk.wire.calcom import Scope, ScopeKind
from sync_server.calcom.api.errors import CalcomRefused
from sync_server.calcom.api.opening import calcom_of
from sync_server.calcom.connection import service
from sync_server.calcom.connection.following import follow_new_event_types
from sync_server.infra.parts import Parts
from tests.helpers import connecting, kinds
from tests.helpers.connecting import CREATED, connect, path_of, post, with_settings
from tests.helpers.fake_calcom.process import FakeCalcom
from tests.helpers.fake_calcom.world import KEY, ROUND_ROBIN, TEAM

databases = kinds.databases
connected = connecting.connected


async def test_a_teams_new_event_type_gets_its_webhook_by_itself(connected, fake_calcom) -> None:
    api = calcom_of(connected)
    assert api is not None
    fake_calcom.set(new_team_event_type=77)
    assert await follow_new_event_types(connected, api) == 0  # nobody has connected
    await connect(connected)
    known = len(fake_calcom.webhooks())
    fake_calcom.set(new_team_event_type=78)
    fake_calcom.fault("error", path=f"/v2/teams/{TEAM}/event-types/78", method="POST", status=403)
    assert await follow_new_event_types(connected, api) == 0  # the key may not
    assert await follow_new_event_types(connected, api) == 1
    assert await follow_new_event_types(connected, api) == 0
    (hook,) = [one for one in fake_calcom.webhooks() if ":78" in one["place"]]
    assert len(fake_calcom.webhooks()) == known + 1
    assert await post(connected, path_of(hook), CREATED, hook["secret"]) == 200


async def test_a_team_without_any_event_type_is_followed_from_its_first_one_on(
    connected: Parts, fake_calcom: FakeCalcom
) -> None:
    api = calcom_of(connected)
    assert api is not None
    team = Scope(kind=ScopeKind.TEAM, id=TEAM, name="Research")
    fake_calcom.set(removed_event_type=ROUND_ROBIN)
    result = await connect(connected, team)
    assert result.connected
    assert result.says.startswith("There are no event types to follow yet.")
    assert result.state.scopes == result.state.waiting_scopes == (team,)
    assert result.state.connected_at is not None
    assert fake_calcom.webhooks() == []
    assert await follow_new_event_types(connected, api) == 0
    fake_calcom.set(new_team_event_type=79)
    assert await follow_new_event_types(connected, api) == 1
    (hook,) = fake_calcom.webhooks()
    assert hook["place"] == f"team-event-type:{TEAM}:79"
    now = await service.state(connected)
    assert (now.scopes, now.waiting_scopes) == ((team,), ())
    await service.disconnect(connected)
    assert (await service.state(connected)).scopes == ()
    fake_calcom.set(new_team_event_type=80)
    assert await follow_new_event_types(connected, api) == 0


async def test_what_was_connected_when_connect_broke_off_is_followed(
    connected: Parts, fake_calcom: FakeCalcom
) -> None:
    fake_calcom.fault("error", path=f"/v2/teams/{TEAM}", method="POST", status=403)
    with pytest.raises(CalcomRefused):
        await connect(connected)
    found = await service.state(connected)
    assert [scope.kind for scope in found.scopes] == [ScopeKind.USER]
    assert found.connected_at is not None


async def test_without_a_public_address_no_new_event_type_is_followed(
    connected: Parts, fake_calcom: FakeCalcom, tmp_path: Path
) -> None:
    hosted = with_settings(
        connected, tmp_path, calcom_api_key=KEY, calcom_base_url="https://api.cal.com"
    )
    api = calcom_of(connected)
    assert api is not None
    assert await follow_new_event_types(hosted, api) == 0
    assert fake_calcom.numbers()["calls"] == 0
