"""A free time is held for whoever is about to book it."""

from pathlib import Path

from interview_desk.domain.roles import Role
from interview_desk.wire import routes
from tests.helpers import connecting, kinds
from tests.helpers.connecting import with_settings
from tests.helpers.fake_calcom.process import FakeCalcom
from tests.helpers.fake_calcom.world import DISCOVERY
from tests.helpers.team import Team, team_on
from tests.server.calcom.api.test_client import monday

databases = kinds.databases
connected = connecting.connected
team = connecting.team


async def test_a_slot_is_held_for_who_books(team: Team, fake_calcom: FakeCalcom) -> None:
    ivan = await team.member("Ivan")
    body = {"event_type": DISCOVERY, "start": monday().isoformat()}
    held = await ivan.call("POST", routes.RESERVATIONS, json=body)
    assert held.status_code == 201
    again = await ivan.call("POST", routes.RESERVATIONS, json=body)
    assert (again.status_code, again.json()["code"]) == (409, "slot_taken")
    path = routes.reservation(held.json()["id"])
    for _ in range(2):
        assert (await ivan.call("DELETE", path)).status_code == 204
    assert fake_calcom.numbers()["held"] == 0
    olga = await team.member("Olga", Role.OBSERVER)
    assert (await olga.call("POST", routes.RESERVATIONS, json=body)).status_code == 403


async def test_without_a_key_no_slot_is_held(team: Team, tmp_path: Path) -> None:
    keyless = team_on(with_settings(team.parts, tmp_path))
    ivan = await keyless.member("Ivan")
    body = {"event_type": DISCOVERY, "start": monday().isoformat()}
    answer = await ivan.call("POST", routes.RESERVATIONS, json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "calcom_off")
    await keyless.client.aclose()
