"""What no good client sends: each is a problem document or a refusal, and nothing is stored."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.values import Json
from interview_desk.wire import routes
from sync_server.infra.database import Tx
from sync_server.models import metadata
from tests.helpers.server import EPOCH
from tests.helpers.team import Laptop, Team, new_id

# What changes with every use of a token, and says nothing of what was sent.
_ELSEWHERE = {"tokens", "devices"}


def stored(tx: Tx) -> dict[str, list[str]]:
    return {
        table.name: sorted(map(str, tx.connection.execute(sa.select(table))))
        for table in metadata.sorted_tables
        if table.name not in _ELSEWHERE
    }


def is_problem(answer: httpx.Response) -> bool:
    assert answer.status_code < 500, answer.text
    return (
        answer.headers["content-type"] == "application/problem+json"
        and {"type", "title", "status", "detail", "code"} <= set(answer.json())
        and answer.json()["status"] == answer.status_code
    )


def change(**more: Any) -> dict[str, Any]:
    fields = {"name": "Example"}
    told = {"n": 1, "op": "put", "entity": "startups", "id": new_id(), "fields": fields}
    return {**told, "base": {}, **more}


BODIES: list[Any] = [
    b"",
    b"\0",
    b"{",
    b"null",
    b"[[[[",
    b'{"device": 1}',
    "ü".encode("latin-1"),
    [change(n=0)],
    [change(n=-1)],
    [change(n=1.5)],
    [change(n="1")],
    [change(n=2**63)],
    [change(n=None)],
    [change(op="merge")],
    [change(fields=[])],
    [change(base={"name": -1})],
    [change(base={"name": "new"})],
    [change(id=None)],
    [{}],
    [None],
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
async def test_a_push_of_another_shape_leaves_no_trace(team: Team, body: Any) -> None:
    ada = await team.member("Ada")
    await ada.page()
    before = await team.parts.database.read(stored)
    if isinstance(body, list):
        message = {"device": ada.device_id, "epoch": EPOCH, "mutations": body}
        body = json.dumps(message).encode()
    answer = await ada.call("POST", routes.PUSH, content=body)
    assert is_problem(answer)
    assert answer.status_code == 422
    assert await team.parts.database.read(stored) == before


TEN_MEGABYTES = "x" * (10 * 1024 * 1024)
CHANGES = [
    (change(entity="unicorns"), "unknown_entity"),
    (change(entity=""), "unknown_entity"),
    (change(entity="__proto__"), "unknown_entity"),
    (change(id=""), "invalid_id"),
    (change(id="not-a-uuid"), "invalid_id"),
    (change(id="startups/../contacts"), "invalid_id"),
    (change(fields={"name": {"deep": []}}), "invalid_value"),
    (change(fields={"": "x"}), "unknown_field"),
    (change(fields={"tags": "one"}), "invalid_value"),
    (change(fields={"notes": "x" * (3 * 1024 * 1024)}), "too_large"),
    (change(entity="interview_guests", fields={"consent_notes": "yes"}), "invalid_value"),
    (change(entity="contacts", fields={"startup_id": "no id"}), "invalid_value"),
]


@pytest.mark.parametrize(("wrong", "code"), CHANGES, ids=range(len(CHANGES)))
async def test_a_change_that_cannot_be_is_counted_and_holds_up_no_other(
    team: Team, wrong: dict[str, Any], code: str
) -> None:
    ada, good = await team.member("Ada"), new_id()
    answer = await ada.post({**wrong, "n": 1}, {**change(id=good), "n": 2})
    assert answer.status_code == 200
    assert [one.get("code") for one in answer.json()["results"]] == [code, None]
    await ada.pull()
    assert {record_id for entity, record_id in ada.rows if entity == "startups"} == {good}


def nested(times: int) -> Json:
    value: Json = []
    for _ in range(times):
        value = [value]
    return value


def batch(laptop: Laptop, *mutations: dict[str, Any]) -> bytes:
    """In ASCII, which spells also what no UTF-8 can."""
    message = {"device": laptop.device_id, "epoch": EPOCH, "mutations": mutations}
    return json.dumps(message).encode()


async def spelled(laptop: Laptop, *mutations: dict[str, Any]) -> httpx.Response:
    return await laptop.call("POST", routes.PUSH, content=batch(laptop, *mutations))


# A field as it is spelled in the body, for what Python's own writer would not send.
UNREADABLE = [
    (r'{"name": "a\ud800b"}', "invalid_value"),
    (r'{"name": "\udc00"}', "invalid_value"),
    (r'{"tags": {"add": ["\ud800"]}}', "invalid_value"),
    (r'{"\ud800": "x"}', "unknown_field"),
    ('{"name": NaN}', "invalid_value"),
    ('{"name": 1%s}' % ("0" * 5000), "invalid_value"),
    ('{"name": %s}' % ("[" * 1000 + "]" * 1000), "invalid_value"),
    ('{"name": %s}' % ('{"a":' * 100_000 + "1" + "}" * 100_000), "invalid_value"),
]


@pytest.mark.parametrize(("fields", "code"), UNREADABLE, ids=range(len(UNREADABLE)))
async def test_a_change_that_cannot_be_read_is_refused_alone_and_counted(
    team: Team, fields: str, code: str
) -> None:
    ada, first, last = await team.member("Ada"), new_id(), new_id()
    body = batch(ada, change(id=first), change(n=2, fields={}), change(n=3, id=last))
    body = body.replace(b'"fields": {}', f'"fields": {fields}'.encode())
    answer = await ada.call("POST", routes.PUSH, content=body)
    assert answer.status_code == 200, answer.text
    assert [one.get("code") for one in answer.json()["results"]] == [None, code, None]
    assert (await ada.call("POST", routes.PUSH, content=body)).json() == answer.json()
    await ada.pull()
    assert {record_id for entity, record_id in ada.rows if entity == "startups"} == {first, last}


@pytest.mark.parametrize(
    ("one", "other"),
    [("\ud800", "\ud801"), (nested(500), {"a": nested(400)}), (float("nan"), "\ud800")],
    ids=["halves", "depths", "kinds"],
)
async def test_something_else_that_cannot_be_read_is_another_change(
    team: Team, one: Json, other: Json
) -> None:
    ada, record_id = await team.member("Ada"), new_id()
    first = await spelled(ada, change(id=record_id, fields={"name": one}))
    assert first.json()["results"][0]["code"] == "invalid_value"
    second = await spelled(ada, change(id=record_id, fields={"name": other}))
    assert (second.status_code, second.json()["code"]) == (409, "device_reused")


@pytest.mark.parametrize(
    ("place", "code"), [("entity", "unknown_entity"), ("id", "invalid_id"), ("extra", None)]
)
async def test_half_a_sign_elsewhere_in_a_change_is_no_reason_to_refuse_the_others(
    team: Team, place: str, code: str | None
) -> None:
    ada = await team.member("Ada")
    answer = await spelled(ada, change(**{place: "\ud800"}), change(n=2))
    assert [one.get("code") for one in answer.json()["results"]] == [code, None]


@pytest.mark.parametrize("deep", ["[" * 200_000, "[" * 1000 + "]" * 1000, "[" * 1000 + "}" * 1000])
async def test_depth_without_a_batch_around_it_is_no_batch(team: Team, deep: str) -> None:
    ada = await team.member("Ada")
    answer = await ada.call("POST", routes.PUSH, content=deep.encode())
    assert is_problem(answer)
    assert answer.status_code == 422


async def test_a_batch_in_pieces_is_read_with_the_same_patience(team: Team) -> None:
    ada = await team.member("Ada")

    async def pieces() -> AsyncIterator[bytes]:
        yield batch(ada, change(fields={"name": "\ud800"}), change(n=2))

    answer = await ada.call("POST", routes.PUSH, content=pieces())
    assert [one.get("code") for one in answer.json()["results"]] == ["invalid_value", None]


@pytest.mark.parametrize("text", ["a\0b", "\x01\x1f", "\uffff\ufeff", "e\u0301", "\U0001f600"])
async def test_a_strange_text_that_json_can_hold_comes_back_as_it_was(
    team: Team, text: str
) -> None:
    ada, startup = await team.member("Ada"), new_id()
    fields = {"name": text, "tags": {"add": [text]}}
    assert (await ada.post(change(id=startup, fields=fields))).json()["results"][0].get("ver")
    await ada.pull()
    assert ada.sees("startups")[startup] == {"name": text, "tags": [text]}


async def test_a_field_of_ten_megabytes_is_too_much_for_one_call(team: Team) -> None:
    ada = await team.member("Ada")
    before = await team.parts.database.read(stored)
    answer = await ada.post(change(fields={"notes": TEN_MEGABYTES}))
    assert is_problem(answer)
    assert (answer.status_code, answer.json()["code"]) == (413, "batch_too_large")
    assert await team.parts.database.read(stored) == before


async def test_somebody_elses_record_is_as_little_there_as_none(team: Team) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    for record_id in (new_id(), ben.device_id, "\0", "\ufffd" * 2000):
        params = {"entity": "startups", "id": record_id}
        answer = await ada.call("GET", routes.HISTORY, params=params)
        assert is_problem(answer)
        assert answer.status_code == 404


async def test_a_document_that_cannot_be_is_as_little_there_and_keeps_no_other_back(
    team: Team,
) -> None:
    ada, interview = await team.member("Ada"), await team.interview()
    await ada.write_notes(interview, "welcome", "Hello")
    for doc in ("%00", new_id() + "%00", "x" * 5000):
        for path in (routes.note_updates(doc), routes.note_text(doc)):
            answer = await ada.call("GET", path)
            assert is_problem(answer)
            assert answer.status_code == 404
    real = note_document_id(interview, "welcome")
    answer = await ada.call("POST", routes.NOTES_PULL, json={"docs": {"\0": 0, real: 0, "x": 0}})
    assert (answer.status_code, list(answer.json()["docs"])) == (200, [real])


@pytest.mark.parametrize("update", ["%%%", "a", "QUJD=", "AAA", "", "ü"])
async def test_notes_that_nobody_could_read_are_not_kept(team: Team, update: str) -> None:
    ada, interview = await team.member("Ada"), new_id()
    await team.server_writes("interviews", interview, title="Switching")
    before = await team.parts.database.read(stored)
    wrong = {"updates": [{"n": 1, "update": update}]}
    answer = await ada.post_notes(interview, "welcome", [], instead=wrong)
    assert is_problem(answer)
    assert answer.status_code == 422
    assert await team.parts.database.read(stored) == before
