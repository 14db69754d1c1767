"""The address that Cal.com posts to: what is taken, what is refused, and that nothing is lost."""

import asyncio
import json
from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from sync_server.app import app_on
from sync_server.bookings.tasks import read_all, run
from sync_server.calcom.endpoints import LIMIT
from sync_server.calcom.reading import understood
from sync_server.infra.parts import Parts
from sync_server.models.calcom import calcom_doors
from sync_server.operations.exports import export_inbox, export_interviews
from sync_server.operations.inbox_commands import list_inbox, replay, show_event
from tests.helpers import calcom
from tests.helpers.calcom import created
from tests.server.bookings.conftest import parts_on

PATH = "/webhooks/calcom"


@pytest.fixture
def parts(database, clock, tmp_path: Path) -> Parts:
    secrets = (SecretStr(calcom.SECRET), SecretStr("the one before"))
    return parts_on(database, clock, tmp_path, calcom_webhook_secrets=secrets)


def client_of(parts: Parts, address: str = "198.51.100.7") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app_on(parts), client=(address, 40000))
    return httpx.AsyncClient(transport=transport, base_url="http://desk.example.org")


@pytest.fixture
async def client(parts: Parts) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(parts) as client:
        yield client


async def post(client: httpx.AsyncClient, body: bytes, path: str = PATH, **headers: str) -> Any:
    given = {**calcom.signed_headers(body), **headers}
    return await client.post(path, content=body, headers=given)


def code_of(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["code"])


async def states(parts: Parts) -> list[str]:
    return [str(row["state"]) for row in await export_inbox(parts, {})]


@pytest.mark.parametrize("path", [PATH, f"{PATH}/", f"{PATH}/team", f"{PATH}/team/"])
async def test_a_signed_event_is_accepted_once_at_each_address(client, parts, path):
    body = calcom.body_of(created())
    first = await post(client, body, path)
    again = await post(client, body, path)
    assert (first.status_code, first.json()) == (200, {"status": "accepted"})
    assert (again.status_code, again.json()) == (200, {"status": "duplicate"})
    assert await states(parts) == ["waiting"]


async def test_the_secret_before_still_counts(client):
    body = calcom.body_of(created())
    headers = calcom.signed_headers(body, "the one before")
    assert (await client.post(PATH, content=body, headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "signature",
    [None, "no-secret-provided", "", "é".encode(), b"\xff\xfe", "0" * 64, "sha256=" + "0" * 64],
)
async def test_an_unsigned_or_forged_event_is_refused_and_not_kept(client, parts, signature):
    headers = {} if signature is None else {calcom.HEADER: signature}
    answer = await client.post(PATH, content=calcom.body_of(created()), headers=headers)
    assert answer.status_code == 401
    assert code_of(answer) == "signature_invalid"
    assert await states(parts) == []


async def test_a_signature_in_capitals_or_of_other_bytes_is_refused(client):
    body = calcom.body_of(created())
    upper = calcom.signature(body).upper()
    assert (await post(client, body, **{calcom.HEADER: upper})).status_code == 401
    spaced = json.dumps(created()).encode()
    forged = {calcom.HEADER: calcom.signature(body)}
    assert (await post(client, spaced, **forged)).status_code == 401


async def test_without_a_secret_nothing_is_taken(database, clock, tmp_path):
    parts = parts_on(database, clock, tmp_path, calcom_webhook_secrets=())
    async with client_of(parts) as client:
        body = calcom.body_of(created())
        assert (await post(client, body)).status_code == 401
        empty = {calcom.HEADER: calcom.signature(body, "")}
        assert (await post(client, body, **empty)).status_code == 401


@pytest.mark.parametrize(
    "body",
    [b"false", b"{}", b'{"triggerEvent":1}', b"[1]", b"", b"content=hello", b"\xff", b"[" * 99999],
)
async def test_what_is_no_event_is_kept_with_a_reason_and_refused_each_time(client, parts, body):
    for _ in range(2):
        answer = await post(client, body)
        assert answer.status_code == 422
        assert code_of(answer) == "not_an_event"
    (row,) = await export_inbox(parts, {})
    assert row["state"] == "unusable"
    assert row["reason"]


@pytest.mark.parametrize("odd", [b"[" * 50_000 + b"]" * 50_000, b"7" * 10_000, b'"\\ud800"'])
async def test_an_event_with_something_too_deep_or_too_long_is_an_event(client, parts, odd):
    body = calcom.body_of(created(notes="here")).replace(b'"here"', odd)
    assert odd in body
    assert (await post(client, body)).json() == {"status": "accepted"}
    assert (await post(client, body)).json() == {"status": "duplicate"}
    assert understood(body).meaning.change is not None
    assert await states(parts) == ["waiting"]


async def test_a_body_of_the_largest_size_is_read_and_one_byte_more_is_not(client, parts):
    padding = "x" * (LIMIT - len(calcom.body_of(created(notes=""))))
    whole = calcom.body_of(created(notes=padding))
    assert len(whole) == LIMIT
    assert (await post(client, whole)).status_code == 200
    answer = await post(client, whole + b" ")
    assert answer.status_code == 413
    assert code_of(answer) == "too_large"
    assert await states(parts) == ["waiting"]


async def test_an_endless_body_is_not_read_to_its_end(client):
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 64 * LIMIT:
            sent += 65536
            yield b"x" * 65536

    answer = await client.post(PATH, content=endless(), headers={calcom.HEADER: "0" * 64})
    assert answer.status_code == 413
    assert answer.headers["connection"] == "close"
    assert sent < 3 * LIMIT


async def test_only_posting_is_possible(client):
    answer = await client.get(PATH)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert (await client.post(f"{PATH}/a/b")).status_code == 404
    assert (await client.post("/webhooks/calcomedy")).status_code == 404


@pytest.mark.parametrize(
    ("peer", "forwarded", "status"),
    [
        ("192.0.2.9", None, 200),
        ("198.51.100.7", None, 403),
        ("198.51.100.7", "192.0.2.9", 403),
        ("10.0.0.1", "192.0.2.9", 200),
        ("10.0.0.1", "192.0.2.9, 198.51.100.7", 403),
        ("10.0.0.1", "198.51.100.7, 192.0.2.9, 10.0.0.2", 200),
        ("10.0.0.1", "192.0.2.9:5678", 200),
        ("10.0.0.1", "198.51.100.7:80, 192.0.2.9:5678, 10.0.0.2:443", 200),
        ("10.0.0.1", "198.51.100.7:5678", 403),
        ("10.0.0.1", "[2001:db8::9]:80", 200),
        ("10.0.0.1", "[2001:db8::9]", 200),
        ("10.0.0.1", "2001:db8::9", 200),
        ("10.0.0.1", "[::ffff:192.0.2.9]:80", 200),
        ("10.0.0.1", "[2001:db9::9]:80", 403),
        ("10.0.0.1", "192.0.2.9:http", 403),
        ("10.0.0.1", "192.0.2.9:", 403),
        ("10.0.0.1", "[192.0.2.9", 403),
        ("10.0.0.1", "192.0.2.999:80", 403),
    ],
)
async def test_only_the_named_networks_may_send(
    database, clock, tmp_path, *, peer, forwarded, status
):
    networks = {
        "calcom_allowed_networks": (ip_network("192.0.2.0/24"), ip_network("2001:db8::/32")),
        "trusted_proxies": (ip_network("10.0.0.0/8"),),
    }
    parts = parts_on(database, clock, tmp_path, **networks)
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    async with client_of(parts, peer) as client:
        answer = await post(client, calcom.body_of(created()), **headers)
    assert answer.status_code == status


async def test_many_at_once_are_each_kept_once(client, parts):
    bodies = [calcom.body_of(created(f"u{number % 40}")) for number in range(120)]
    answers = await asyncio.gather(*(post(client, body) for body in bodies))
    said = [answer.json()["status"] for answer in answers]
    assert (said.count("accepted"), said.count("duplicate")) == (40, 80)
    assert len(await states(parts)) == 40


async def test_an_event_that_cannot_be_kept_is_not_acknowledged(client, parts):
    body = calcom.body_of(created())
    await parts.database.close()
    answers = await asyncio.gather(*(post(client, body) for _ in range(3)))
    for answer in answers:
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert code_of(answer) == "unavailable"


@pytest.mark.parametrize("name", ["%00", "team%00", "%ff%fe", "%F0%9F%99%82", "a%2Fb"])
async def test_no_name_behind_the_address_is_more_than_a_wrong_one(client, parts, name):
    body = calcom.body_of(created())
    forged = await post(client, body, f"{PATH}/{name}", **{calcom.HEADER: "0" * 64})
    assert forged.status_code in {401, 404}
    signed = await post(client, body, f"{PATH}/{name}")
    assert signed.status_code in {200, 404}


async def test_a_server_that_cannot_judge_an_event_has_it_sent_later(client, parts, caplog):
    door = {"endpoint": "team", "place": "/v2/webhooks", "scope_kind": "user", "scope_id": 1}
    spoilt = {**door, "scope_name": "Olga", "url": "", "secret": "v1|gone|a|b", "triggers": []}
    await parts.database.write(
        lambda tx: tx.connection.execute(sa.insert(calcom_doors).values(spoilt))
    )
    body = calcom.body_of(created())
    answer = await post(client, body, f"{PATH}/team", **{calcom.HEADER: "0" * 64})
    assert (answer.status_code, code_of(answer)) == (503, "unavailable")
    assert answer.headers["retry-after"]
    assert "could not be taken: KeysUnusable" in caplog.text


async def test_forms_tests_and_unknown_events_are_taken_with_a_reason(client, parts):
    for trigger in ("PING", "FORM_SUBMITTED", "SOMETHING_NEW", ""):
        body = calcom.body_of(calcom.event(trigger, {"title": "x"}))
        assert (await post(client, body)).status_code == 200
    lost = calcom.body_of(calcom.event("BOOKING_CREATED", {"title": "no uid"}))
    assert (await post(client, lost)).status_code == 200
    await read_all(parts)
    rows = await export_inbox(parts, {})
    assert [row["state"] for row in rows] == ["done"] * 4 + ["unusable"]
    assert all(row["reason"] for row in rows)
    assert await export_interviews(parts, {}) == []


async def test_the_worker_reads_what_comes_in(client, parts):
    worker = asyncio.ensure_future(run(parts))
    with parts.bus.subscribe() as news:
        await post(client, calcom.body_of(created()))
        async for _ in news:
            if await states(parts) == ["done"]:
                break
    worker.cancel()
    await asyncio.wait({worker})
    assert worker.cancelled()
    (interview,) = await export_interviews(parts, {})
    assert interview["booking_uids"] == ["u1"]


SECRETS: dict[str, Any] = {
    "oneTimePassword": "0000-otp-secret",
    "videoCallData": {
        "type": "daily_video",
        "password": "jwt-secret",
        "url": "https://meetco.daily.co/room-secret",
    },
    "connectAndJoinUrl": "https://app.cal.com/connect?token=join-secret",
    "downloadLink": "https://app.cal.com/api/video/recording?token=load-secret",
    "downloadLinks": {
        "transcription": [{"format": "txt", "link": "https://files.example.org/a?sig=link-secret"}],
        "recording": "https://app.cal.com/api/video/recording?token=rec-secret",
    },
}


async def test_secrets_of_a_payload_stay_in_the_inbox(client, parts, caplog):
    for content in (
        created(**SECRETS),
        calcom.event("RECORDING_READY", {"uid": "u1", **SECRETS}),
        calcom.event("RECORDING_TRANSCRIPTION_GENERATED", {"uid": "u1", **SECRETS}),
        calcom.event("INSTANT_MEETING", {"uid": "u2", **SECRETS}),
    ):
        assert (await post(client, calcom.body_of(content))).status_code == 200
    await read_all(parts)
    shown = [await show_event(parts, {"id": row["id"]}) for row in await list_inbox(parts, {})]
    outside = json.dumps([await export_interviews(parts, {}), await export_inbox(parts, {}), shown])
    assert "ada@example.org" in outside
    assert "-secret" not in outside + caplog.text


async def test_an_event_can_be_read_again(client, parts):
    await post(client, calcom.body_of(created()))
    await post(client, b"false")
    await read_all(parts)
    first, second = await list_inbox(parts, {})
    assert await replay(parts, {"id": first["id"]}) == {"replayed": 1, "done": 1}
    assert await replay(parts, {"id": second["id"]}) == {"replayed": 1, "unusable": 1}
    assert await replay(parts, {"failed": True}) == {"replayed": 0}
    shown = await show_event(parts, {"id": second["id"]})
    assert shown["body"] == "false"
    assert len(await export_interviews(parts, {})) == 1
