"""Pairing a device: what good, wrong, used and expired codes get."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from sync_server.accounts.codes import new_code, normal_code, pairing_link
from sync_server.app import app_on
from sync_server.infra.parts import Parts
from tests.helpers.server import EPOCH, WORKSPACE_ID, SetClock, parts_on
from tests.server.accounts.conftest import INTERVIEWER, pairing

CodeFor = Callable[[str], Awaitable[str]]


async def test_a_good_code_pairs_a_device(
    client: httpx.AsyncClient, team: dict[str, str], code_for: CodeFor
) -> None:
    answer = await client.post("/v1/devices/pair", json=pairing(await code_for(INTERVIEWER)))
    assert answer.status_code == 201
    document = answer.json()
    assert document["member"] == {
        "id": team[INTERVIEWER],
        "name": "Ivan",
        "email": INTERVIEWER,
        "role": "interviewer",
    }
    assert document["workspace"] == {"id": WORKSPACE_ID, "name": "Team"}
    assert document["epoch"] == EPOCH
    assert document["protocol"] == {"min": 1, "max": 1}
    assert document["expires_at"] == "2026-11-23T13:00:00Z"
    assert document["access_token"] != document["refresh_token"]


async def test_a_code_works_however_it_is_typed(
    client: httpx.AsyncClient, code_for: CodeFor
) -> None:
    typed = (await code_for(INTERVIEWER)).replace("-", " ").lower().replace("0", "o")
    answer = await client.post("/v1/devices/pair", json=pairing(f" {typed} "))
    assert answer.status_code == 201


def _assert_refused(answer: httpx.Response, reason: str) -> None:
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "pairing_code_invalid"
    assert reason in answer.json()["detail"]


async def test_a_wrong_code_is_refused_with_one_sentence(
    client: httpx.AsyncClient, team: dict[str, str]
) -> None:
    _assert_refused(
        await client.post("/v1/devices/pair", json=pairing("WRON-GWRO-NGWR-ONGW")), "wrong"
    )


async def test_a_code_works_once(client: httpx.AsyncClient, code_for: CodeFor) -> None:
    code = await code_for(INTERVIEWER)
    both = await asyncio.gather(
        *(client.post("/v1/devices/pair", json=pairing(code)) for _ in range(2))
    )
    good, refused = sorted(both, key=lambda answer: answer.status_code)
    assert good.status_code == 201
    _assert_refused(refused, "has been used")


async def test_a_code_ends_after_ten_minutes(
    client: httpx.AsyncClient, clock: SetClock, code_for: CodeFor
) -> None:
    code, later = await code_for(INTERVIEWER), await code_for(INTERVIEWER)
    clock.advance(minutes=9, seconds=59)
    assert (await client.post("/v1/devices/pair", json=pairing(code))).status_code == 201
    clock.advance(seconds=1)
    _assert_refused(await client.post("/v1/devices/pair", json=pairing(later)), "has expired")


async def test_ten_wrong_tries_close_the_door_for_a_while(
    client: httpx.AsyncClient, clock: SetClock, code_for: CodeFor
) -> None:
    good = await code_for(INTERVIEWER)
    for _ in range(10):
        clock.advance(seconds=10)
        _assert_refused(await client.post("/v1/devices/pair", json=pairing("WRONG")), "wrong")
    answer = await client.post("/v1/devices/pair", json=pairing(good))
    assert answer.status_code == 429
    assert answer.json()["code"] == "too_many_tries"
    # The first wrong try was 90 seconds ago.
    assert answer.headers["retry-after"] == "510"
    clock.advance(seconds=510)
    fresh = await code_for(INTERVIEWER)
    assert (await client.post("/v1/devices/pair", json=pairing(fresh))).status_code == 201


async def test_guessing_at_once_does_not_help(
    client: httpx.AsyncClient, team: dict[str, str]
) -> None:
    answers = await asyncio.gather(
        *(client.post("/v1/devices/pair", json=pairing(f"WRONG{n}")) for n in range(25))
    )
    assert sorted(answer.status_code for answer in answers) == [401] * 10 + [429] * 15


def _client_from(parts: Parts, address: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app_on(parts), client=(address, 5000))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")


@pytest.mark.parametrize(
    ("guesser", "neighbour", "also_closed"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
    ],
)
async def test_only_the_guesser_is_kept_out(
    parts: Parts, team: dict[str, str], guesser: str, neighbour: str, *, also_closed: bool
) -> None:
    async with _client_from(parts, guesser) as client:
        for _ in range(10):
            await client.post("/v1/devices/pair", json=pairing("WRONG"))
    async with _client_from(parts, neighbour) as client:
        answer = await client.post("/v1/devices/pair", json=pairing("WRONG"))
    assert answer.status_code == (429 if also_closed else 401)


async def test_behind_a_trusted_proxy_the_forwarded_address_counts(
    parts: Parts, clock: SetClock, team: dict[str, str]
) -> None:
    behind = parts_on(
        parts.database, clock, data_dir=parts.settings.data_dir, trusted_proxies="10.0.0.0/8"
    )
    async with _client_from(behind, "10.0.0.1") as client:
        for n in range(10):
            # What the guesser writes itself, left of the proxy's entry, changes nothing.
            forwarded = {"X-Forwarded-For": f"203.0.113.{n}, 198.51.100.7, 10.0.0.2"}
            await client.post("/v1/devices/pair", json=pairing("WRONG"), headers=forwarded)
        closed = await client.post(
            "/v1/devices/pair",
            json=pairing("WRONG"),
            headers={"X-Forwarded-For": "198.51.100.7"},
        )
        other = await client.post(
            "/v1/devices/pair",
            json=pairing("WRONG"),
            headers={"X-Forwarded-For": "198.51.100.8"},
        )
        nonsense = await client.post(
            "/v1/devices/pair", json=pairing("WRONG"), headers={"X-Forwarded-For": "unknown"}
        )
    assert [closed.status_code, other.status_code, nonsense.status_code] == [429, 401, 401]


@pytest.mark.parametrize(
    "body",
    [{}, {"code": 1, "device_name": "x", "install_nonce": "y"}, [], {"code": "x" * 201}],
)
async def test_a_body_of_another_shape_is_told_where_it_is_wrong(
    client: httpx.AsyncClient, body: Any
) -> None:
    answer = await client.post("/v1/devices/pair", json=body)
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_request"
    assert all({"path", "detail"} <= set(error) for error in answer.json()["errors"])
    assert "x" * 201 not in answer.text


async def test_half_a_json_document_is_a_problem_too(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/v1/devices/pair", content=b'{"code": ', headers={"content-type": "application/json"}
    )
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_request"


def test_a_code_has_four_groups_without_confusing_letters() -> None:
    for seed in range(50):
        code = new_code(bytes([seed * 5] * 10))
        assert [len(group) for group in code.split("-")] == [4, 4, 4, 4]
        assert not set(code) & set("OILU")


def test_letters_that_look_like_digits_are_read_as_digits() -> None:
    assert normal_code("o1il-abc") == "0111ABC"


def test_a_link_carries_server_code_and_pin() -> None:
    assert (
        pairing_link(server_url="https://desk.example.org:8787", code="AB-CD", pin="00ff")
        == "interviewdesk://pair?server=https%3A%2F%2Fdesk.example.org%3A8787&code=AB-CD&pin=00ff"
    )
    assert "pin" not in pairing_link(server_url="https://x", code="AB", pin=None)
