"""The short way for pulls and pushes: the same answers as by the long one."""

import json
from collections.abc import AsyncIterator

import pytest

from interview_desk.domain.roles import Role
from interview_desk.wire import routes
from tests.helpers.server import EPOCH
from tests.helpers.team import Laptop, Team, new_id


def batch(laptop: Laptop, *mutations: object) -> bytes:
    body = {"device": laptop.device_id, "epoch": EPOCH, "mutations": mutations}
    return json.dumps(body).encode()


async def in_pieces(body: bytes) -> AsyncIterator[bytes]:
    for place in range(0, len(body), 7):
        yield body[place : place + 7]


async def test_a_push_without_a_length_is_taken_by_the_long_way(team: Team) -> None:
    ada, startup = await team.member("Ada"), new_id()
    body = batch(ada, ada.put("startups", startup, name="Example"))
    answer = await ada.call("POST", routes.PUSH, content=in_pieces(body))
    assert (answer.status_code, answer.json()["last_n"]) == (200, 1)
    # Sent again with a length, it is the same batch.
    again = await ada.call("POST", routes.PUSH, content=body)
    assert again.json() == answer.json()


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_the_scheme_is_read_however_it_is_written(team: Team, scheme: str) -> None:
    ada = await team.member("Ada")
    headers = {"Authorization": f"{scheme} {ada.token}"}
    answer = await team.client.get(routes.PULL, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("token", ["", "nobody", "nöbody"])
async def test_a_stranger_is_refused_on_either_way(team: Team, token: str) -> None:
    ada = await team.member("Ada")
    headers = {b"Authorization": f"Bearer {token}".encode()}
    for answer in (
        await team.client.get(routes.PULL, headers=headers),
        await team.client.post(routes.PUSH, headers=headers, content=batch(ada)),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


async def test_a_stranger_is_not_told_what_is_wrong_with_their_batch(team: Team) -> None:
    ada = await team.member("Ada")
    stranger = {"Authorization": "Bearer nobody"}
    for body in (b"{", b"[]", b'{"device": 1}'):
        answer = await team.client.post(routes.PUSH, headers=stranger, content=body)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
        answer = await ada.call("POST", routes.PUSH, content=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_of_a_header_that_comes_twice_the_first_counts_on_either_way(team: Team) -> None:
    ada = await team.member("Ada")
    good, bad = f"Bearer {ada.token}", "Bearer nobody"
    for tokens, status in (((good, bad), 200), ((bad, good), 401)):
        headers = [("Authorization", token) for token in tokens]
        for path in (routes.PULL, routes.DIGEST):
            answer = await team.client.get(path, headers=headers, params={"entity": "startups"})
            assert answer.status_code == status


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("path", [routes.PULL, routes.PUSH])
async def test_another_method_is_not_for_us(team: Team, method: str, path: str) -> None:
    ada = await team.member("Ada")
    answer = await ada.call(method, path)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == ("GET" if path == routes.PULL else "POST")


@pytest.mark.parametrize("limit", ["٣", "+5", " 5", "1e2", "99999", ""])
async def test_a_limit_that_is_no_plain_number_is_judged_by_its_declared_shape(
    team: Team, limit: str
) -> None:
    ada = await team.member("Ada")
    answer = await ada.call("GET", routes.PULL, params={"limit": limit})
    # Blanks and a sign are what the declared shape allows.
    assert answer.status_code == (200 if limit in {"+5", " 5"} else 422)


async def test_many_rows_come_as_a_few_do(team: Team) -> None:
    ada, eve = await team.member("Ada"), await team.member("Eve", Role.EXTERNAL)
    batches = [ada.put("startups", new_id(), name=f"Example {n}") for n in range(120)]
    await ada.push(*batches)
    assert len(await ada.pull(500)) == 122
    for limit in (1, 49, 50, 51, 119):
        ada.cursor = None
        assert len(await ada.pull(limit)) == 122
    assert len(await eve.pull(500)) == 2


async def test_a_token_is_looked_at_every_time(team: Team) -> None:
    ada = await team.member("Ada")
    assert (await ada.call("GET", routes.PULL)).status_code == 200
    assert (await ada.call("DELETE", routes.device(ada.device_id))).status_code == 204
    for answer in (
        await ada.call("GET", routes.PULL),
        await ada.call("POST", routes.PUSH, content=batch(ada)),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "device_revoked")
