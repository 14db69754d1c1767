"""Listing, revoking, forking and inviting, by role."""

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sync_server.app import app_on
from sync_server.auth.news import DeviceSignedOut
from sync_server.infra.parts import Parts
from tests.helpers.server import SetClock
from tests.server.accounts.conftest import INTERVIEWER, OTHER, OWNER, Paired, bearer, pairing

Pair = Callable[[str], Awaitable[Paired]]


async def test_a_member_sees_own_devices_and_which_is_this_one(
    client: httpx.AsyncClient, pair: Pair
) -> None:
    first, second, _ = await pair(INTERVIEWER), await pair(INTERVIEWER), await pair(OTHER)
    answer = await client.get("/v1/devices", headers=bearer(second))
    assert answer.status_code == 200
    listed = {device["id"]: device for device in answer.json()["devices"]}
    assert set(listed) == {first["device_id"], second["device_id"]}
    assert listed[second["device_id"]]["current"] is True
    assert listed[first["device_id"]]["current"] is False
    assert listed[first["device_id"]]["name"] == "Laptop"


async def test_who_runs_the_team_sees_all_devices(client: httpx.AsyncClient, pair: Pair) -> None:
    owner, other = await pair(OWNER), await pair(OTHER)
    answer = await client.get("/v1/devices", headers=bearer(owner))
    listed = {device["id"] for device in answer.json()["devices"]}
    assert listed == {owner["device_id"], other["device_id"]}


async def test_an_own_device_can_be_signed_out(
    client: httpx.AsyncClient, parts: Parts, pair: Pair
) -> None:
    lost, here = await pair(INTERVIEWER), await pair(INTERVIEWER)
    news = parts.bus.subscribe()
    path = f"/v1/devices/{lost['device_id']}"
    for _ in range(2):
        answer = await client.delete(path, headers=bearer(here))
        assert (answer.status_code, answer.content) == (204, b"")
    assert await anext(news) == DeviceSignedOut(lost["device_id"])
    refused = await client.get("/v1/devices", headers=bearer(lost))
    assert refused.status_code == 401
    assert refused.json()["code"] == "device_revoked"
    assert refused.headers["www-authenticate"] == "Bearer"
    refreshed = await client.post(
        "/v1/devices/refresh", json={"refresh_token": lost["refresh_token"]}
    )
    assert refreshed.json()["code"] == "device_revoked"
    listed = await client.get("/v1/devices", headers=bearer(here))
    revoked = {d["id"]: d["revoked_at"] for d in listed.json()["devices"]}
    assert revoked[lost["device_id"]] is not None
    assert revoked[here["device_id"]] is None


async def test_somebody_elses_device_does_not_exist(client: httpx.AsyncClient, pair: Pair) -> None:
    other, here = await pair(OTHER), await pair(INTERVIEWER)
    answer = await client.delete(f"/v1/devices/{other['device_id']}", headers=bearer(here))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    unknown = await client.delete("/v1/devices/nonsense", headers=bearer(here))
    assert unknown.status_code == 404


async def test_an_owner_signs_out_anybody(client: httpx.AsyncClient, pair: Pair) -> None:
    other, owner = await pair(OTHER), await pair(OWNER)
    answer = await client.delete(f"/v1/devices/{other['device_id']}", headers=bearer(owner))
    assert answer.status_code == 204


async def test_a_refresh_over_http_gives_working_tokens(
    client: httpx.AsyncClient, clock: SetClock, pair: Pair
) -> None:
    paired = await pair(INTERVIEWER)
    clock.advance(hours=1)
    expired = await client.get("/v1/devices", headers=bearer(paired))
    assert expired.json()["code"] == "unauthorized"
    answer = await client.post(
        "/v1/devices/refresh", json={"refresh_token": paired["refresh_token"]}
    )
    assert answer.status_code == 200
    assert set(answer.json()) == {"access_token", "refresh_token", "expires_at"}
    assert (await client.get("/v1/devices", headers=bearer(answer.json()))).status_code == 200


async def test_an_unknown_refresh_token_gets_a_401(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/devices/refresh", json={"refresh_token": "nonsense"})
    assert (answer.status_code, answer.json()["code"]) == (401, "refresh_token_invalid")
    assert "nonsense" not in answer.text


@pytest.mark.parametrize(
    "header", [None, "Bearer", "Bearer nonsense", "Basic dXNlcjpwdw==", "Bearer  "]
)
async def test_without_a_good_token_nobody_comes_in(
    client: httpx.AsyncClient, header: str | None
) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = await client.get("/v1/devices", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


async def test_a_fork_is_a_device_of_its_own_and_the_first_stays(
    client: httpx.AsyncClient, pair: Pair
) -> None:
    origin = await pair(INTERVIEWER)
    plain = await client.post("/v1/devices/fork", headers=bearer(origin))
    named = await client.post(
        "/v1/devices/fork",
        json={"device_name": "Copy", "install_nonce": "n-2"},
        headers=bearer(origin),
    )
    assert (plain.status_code, named.status_code) == (201, 201)
    ids = {origin["device_id"], plain.json()["device_id"], named.json()["device_id"]}
    assert len(ids) == 3
    for paired in (origin, plain.json(), named.json()):
        listed = await client.get("/v1/devices", headers=bearer(paired))
        names = sorted(device["name"] for device in listed.json()["devices"])
        assert names == ["Copy", "Laptop", "Laptop"]


async def test_a_member_invites_own_second_device(
    client: httpx.AsyncClient, team: dict[str, str], pair: Pair
) -> None:
    here = await pair(INTERVIEWER)
    answer = await client.post(
        "/v1/pairing-codes", json={"email": INTERVIEWER.upper()}, headers=bearer(here)
    )
    assert answer.status_code == 201
    document = answer.json()
    link = parse_qs(urlsplit(document["link"]).query)
    assert link == {"server": ["http://127.0.0.1:8787"], "code": [document["code"]]}
    assert document["server_url"] == "http://127.0.0.1:8787"
    assert document["expires_at"] == "2026-11-23T12:10:00Z"
    second = await client.post("/v1/devices/pair", json=pairing(document["code"]))
    assert second.json()["member"]["id"] == team[INTERVIEWER]


async def test_only_who_runs_the_team_invites_others(client: httpx.AsyncClient, pair: Pair) -> None:
    member, owner = await pair(INTERVIEWER), await pair(OWNER)
    for email in (OTHER, "nobody@example.org"):
        refused = await client.post(
            "/v1/pairing-codes", json={"email": email}, headers=bearer(member)
        )
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    invited = await client.post("/v1/pairing-codes", json={"email": OTHER}, headers=bearer(owner))
    assert invited.status_code == 201
    unknown = await client.post(
        "/v1/pairing-codes", json={"email": "nobody@example.org"}, headers=bearer(owner)
    )
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("version", ["2", "0", "one", "1.0", ""])
async def test_another_protocol_is_told_which_ones_are_spoken(
    client: httpx.AsyncClient, version: str
) -> None:
    for method, path in (("POST", "/v1/devices/pair"), ("GET", "/v1/devices")):
        answer = await client.request(method, path, headers={"X-Desk-Protocol": version})
        assert answer.status_code == 426
        document = answer.json()
        assert (document["code"], document["min"], document["max"]) == (
            "protocol_unsupported",
            1,
            1,
        )


async def test_protocol_one_is_spoken(client: httpx.AsyncClient, pair: Pair) -> None:
    paired = await pair(INTERVIEWER)
    answer = await client.get("/v1/devices", headers={**bearer(paired), "X-Desk-Protocol": "1"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "not_found"),
        ("PUT", "/v1/devices", 405, "method_not_allowed"),
        ("GET", "/v1/devices/", 404, "not_found"),
    ],
)
async def test_an_address_that_is_none_gets_a_problem_document(
    client: httpx.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_bug_is_answered_without_its_details(
    client: httpx.AsyncClient, parts: Parts, pair: Pair
) -> None:
    paired = await pair(INTERVIEWER)
    app = app_on(parts)
    app.state.parts = None
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as broken:
        answer = await broken.get("/v1/devices", headers=bearer(paired))
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "NoneType" not in answer.text
