"""Webhooks whose events come in the shape of somebody's template, which nobody here can read."""

from typing import Any

import httpx
import pytest

from interview_desk.wire.calcom import Scope, ScopeKind
from sync_server.calcom.api.errors import CalcomRefused
from sync_server.calcom.connection import service
from sync_server.infra.parts import Parts
from tests.helpers import connecting, kinds
from tests.helpers.connecting import CREATED, PUBLIC, connect, path_of, post
from tests.helpers.fake_calcom.process import FakeCalcom
from tests.helpers.fake_calcom.world import KEY

databases = kinds.databases
connected = connecting.connected


async def _give_template(fake_calcom: FakeCalcom, hook: dict[str, Any]) -> None:
    async with httpx.AsyncClient(base_url=fake_calcom.url) as client:
        changed = await client.patch(
            f"/v2/webhooks/{hook['id']}",
            json={"payloadTemplate": '{"title": "{{title}}"}'},
            headers={"Authorization": f"Bearer {KEY}"},
        )
        assert changed.json()["data"]["payloadTemplate"]


@kinds.on_both
async def test_events_in_the_shape_of_a_template_are_told_until_connect_takes_it_away(
    connected: Parts, fake_calcom: FakeCalcom
) -> None:
    user = Scope(kind=ScopeKind.USER, id=5, name="Hana Host")
    await connect(connected, user)
    (hook,) = fake_calcom.webhooks()
    await _give_template(fake_calcom, hook)
    assert await post(connected, path_of(hook), b'{"title": "Talk"}', hook["secret"]) == 422
    told = (await service.state(connected)).problem
    assert told is not None
    assert "custom payload template. Press Connect again" in told
    result = await connect(connected, user)
    (mended,) = fake_calcom.webhooks()
    assert (mended["id"], mended["template"]) == (hook["id"], "")
    assert result.says.startswith("Connected for Hana Host.")
    assert result.state.problem is None
    assert await post(connected, path_of(hook), b'{"title": "2"}', mended["secret"]) == 422
    assert (await service.state(connected)).problem == told
    assert await post(connected, path_of(hook), CREATED, mended["secret"]) == 200
    assert (await service.state(connected)).problem is None


async def test_connect_says_when_a_webhook_made_by_hand_cannot_be_read(
    connected: Parts, fake_calcom: FakeCalcom
) -> None:
    url = f"{PUBLIC}/webhooks/calcom"
    async with httpx.AsyncClient(base_url=fake_calcom.url) as client:
        headers = {"Authorization": f"Bearer {KEY}"}
        for number, template in enumerate((None, "{{title}}", "{{title}}")):
            place = (url, url + "/", "https://example.org")[number]
            body = {"active": True, "subscriberUrl": place, "triggers": []}
            more = {"payloadTemplate": template} if template else {}
            await client.post("/v2/webhooks", json=body | more, headers=headers)
    says = (await connect(connected)).says
    assert f"What the webhook at Cal.com for {url}/ sends cannot be read" in says
    assert says.startswith("Connected for Hana Host, Research.")


async def test_a_webhook_whose_template_cannot_be_emptied_is_made_anew(
    connected: Parts, fake_calcom: FakeCalcom
) -> None:
    user = Scope(kind=ScopeKind.USER, id=5, name="Hana Host")
    await connect(connected, user)
    (hook,) = fake_calcom.webhooks()
    await _give_template(fake_calcom, hook)
    fake_calcom.set(keeps_templates=True)
    fake_calcom.fault("error", method="POST", path="/v2/webhooks", status=403)
    with pytest.raises(CalcomRefused):
        await connect(connected, user)
    # Whatever comes between, pressing Connect again carries on from there.
    assert (await connect(connected, user)).connected
    (anew,) = fake_calcom.webhooks()
    assert anew["id"] != hook["id"]
    assert (anew["url"], anew["template"]) == (hook["url"], None)
    assert await post(connected, path_of(anew), CREATED, anew["secret"]) == 200
