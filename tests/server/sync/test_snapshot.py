"""Whole copies: fixed, checked, resumed, and only what the caller may see."""

import asyncio
import gzip
import hashlib
import json
import zlib
from datetime import timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from interview_desk.domain.erasure import erased_mark
from interview_desk.domain.ids import sheet_id
from interview_desk.domain.records import ENTITIES
from interview_desk.domain.roles import Role
from interview_desk.wire import routes
from sync_server.auth.caller import Caller
from sync_server.infra.parts import Parts
from sync_server.models.devices import tokens
from sync_server.sync.feed.snapshot import snapshot
from sync_server.sync.removal.erasing import all_named, erase
from tests.helpers.server import EPOCH, WORKSPACE_ID
from tests.helpers.team import Key, Laptop, Team, new_id

Rows = dict[Key, dict[str, Any]]
ONE = "0190f5fe-7c00-7a00-8000-000000000001"


async def lines(laptop: Laptop, **params: str) -> list[dict[str, Any]]:
    answer = await laptop.call("GET", routes.SNAPSHOT, params=params)
    assert answer.status_code == 200, answer.text
    *body, end = answer.content.splitlines(keepends=True)
    assert json.loads(end) == {"sha256": hashlib.sha256(b"".join(body)).hexdigest()}
    return [json.loads(line) for line in body]


async def everything(laptop: Laptop) -> Rows:
    _, *rows = await lines(laptop)
    return {(row["entity"], row["id"]): row for row in rows}


async def pulled(laptop: Laptop) -> Rows:
    laptop.cursor, laptop.rows = None, {}
    await laptop.pull()
    return laptop.rows


async def a_busy_team(team: Team) -> list[Laptop]:
    """Everything whose sight differs: scores, conflicts, an external member."""
    ada, ben = await team.member("Ada"), await team.member("Ben")
    eve, olga = await team.member("Eve", Role.EXTERNAL), await team.member("Olga", Role.OWNER)
    for number in range(3):
        interview, startup = new_id(), new_id()
        await team.server_writes("startups", startup, name=f"Example {number} Größe „x“")
        await team.server_writes("interviews", interview, title="Switching", startup_id=startup)
        await team.server_writes("evaluations", new_id(), interview_id=interview, score=70)
        for laptop in (ada, ben, eve)[: number + 1]:
            await team.server_writes(
                "interview_assignments",
                new_id(),
                interview_id=interview,
                member_id=laptop.member_id,
                role="note_taker",
            )
        sheet = sheet_id(interview, ada.member_id)
        state = "draft" if number == 0 else "submitted"
        fields = {"interview_id": interview, "member_id": ada.member_id, "state": state}
        assert (await ada.change("rating_sheets", sheet, **fields))["status"] == "ok"
        await ada.change("interviews", interview, base={}, title="Ours")
        await ben.change("interviews", interview, base={}, title="Theirs")
    gone = new_id()
    await team.server_writes("startups", gone, name="Gone Ltd")
    await olga.pull()
    assert (await olga.remove("startups", gone))["status"] == "ok"
    return [ada, ben, eve, olga]


async def test_everybody_is_given_what_a_pull_would_bring(team: Team) -> None:
    laptops = await a_busy_team(team)
    for _ in range(2):
        for laptop in laptops:
            assert await everything(laptop) == await pulled(laptop)
        await team.server_writes("startups", new_id(), name="Another")


async def test_the_rows_come_in_the_order_of_their_names(team: Team) -> None:
    for laptop in await a_busy_team(team):
        head, *rows = await lines(laptop)
        keys = [(row["entity"], row["id"]) for row in rows]
        assert keys == sorted(keys)
        assert sum(head["counts"].values()) == len(rows)


async def test_a_digest_is_of_exactly_these_rows(team: Team) -> None:
    for laptop in await a_busy_team(team):
        rows = await everything(laptop)
        for entity in ENTITIES:
            answer = await laptop.call("GET", routes.DIGEST, params={"entity": entity})
            expected = 0
            for kind, record_id in rows:
                if kind == entity:
                    text = f"{record_id}:{rows[kind, record_id]['ver']}".encode()
                    mark = hashlib.blake2b(text, digest_size=8).digest()
                    expected ^= int.from_bytes(mark, "big")
            assert answer.json()["digest"] == f"{expected:016x}", entity


async def test_from_any_row_on_the_rest_is_the_same(team: Team) -> None:
    for laptop in await a_busy_team(team):
        head, *rows = await lines(laptop)
        for place in range(0, len(rows), 3):
            after = f"{rows[place]['entity']}/{rows[place]['id']}"
            again, *rest = await lines(laptop, after=after, cursor=head["cursor"])
            assert again == {"cursor": head["cursor"], "epoch": EPOCH}
            assert rest == rows[place + 1 :]


async def test_the_head_names_what_was_erased_to_whoever_knows_its_id(team: Team) -> None:
    erased, external = new_id(), await team.member("Eve", Role.EXTERNAL)
    ada = await team.member("Ada")
    assert "erased" not in (await lines(ada))[0]
    await team.server_writes("startups", erased, name="Gone for good")
    cursor = (await lines(ada))[0]["cursor"]
    await team.parts.database.write(
        lambda tx: erase(tx, WORKSPACE_ID, all_named(tx, WORKSPACE_ID, [erased]))
    )
    for laptop in (ada, external):
        assert (await lines(laptop))[0]["erased"] == [erased_mark(erased)]
    # A rest is the rest of a copy that has said so.
    assert "erased" not in (await lines(ada, after=f"startups/{ONE}", cursor=cursor))[0]


async def test_nothing_comes_behind_the_last_row(team: Team) -> None:
    ada = await team.member("Ada")
    head, *rows = await lines(ada)
    after = f"{rows[-1]['entity']}/{rows[-1]['id']}"
    assert len(await lines(ada, after=after, cursor=head["cursor"])) == 1


async def test_what_names_no_row_is_no_place_to_resume_from(team: Team) -> None:
    ada = await team.member("Ada")
    head, *_ = await lines(ada)
    for after in ("zz", "", "/", "startups", "startups/", "startups/x", f"zebras/{ONE}", f"/{ONE}"):
        params = {"after": after, "cursor": head["cursor"]}
        answer = await ada.call("GET", routes.SNAPSHOT, params=params)
        assert problem(answer) == (422, "invalid_request")
        assert "entity/id" in answer.json()["detail"]


async def test_a_resumed_part_and_a_pull_from_its_cursor_are_exact(team: Team) -> None:
    ada = await team.member("Ada")
    for number in range(4):
        await team.server_writes("startups", new_id(), name=f"Example {number}")
    head, *rows = await lines(ada)
    kept = {(row["entity"], row["id"]): row for row in rows[:3]}
    await team.server_writes("startups", rows[1]["id"], name="Changed before")
    await team.server_writes("startups", rows[-1]["id"], name="Changed behind")
    await team.server_writes("startups", new_id(), name="New")
    after = f"{rows[2]['entity']}/{rows[2]['id']}"
    _, *rest = await lines(ada, after=after, cursor=head["cursor"])
    ada.rows = kept | {(row["entity"], row["id"]): row for row in rest}
    ada.cursor = head["cursor"]
    await ada.pull()
    other = await team.laptop(ada.member_id)
    assert ada.rows == await pulled(other)


async def test_a_copy_on_its_way_holds_nothing_newer(team: Team) -> None:
    ada, startup = await team.member("Ada"), new_id()
    await team.server_writes("startups", startup, name="Before")
    caller = Caller(WORKSPACE_ID, ada.member_id, Role.INTERVIEWER, ada.device_id)
    on_its_way = await snapshot(team.parts.database, caller, after=None, cursor=None)
    chunks = on_its_way.chunks()
    begun = [next(chunks)]
    await team.server_writes("startups", startup, name="After")
    await everything(ada)
    text = gzip.decompress(b"".join([*begun, *chunks])).decode()
    assert '"Before"' in text
    assert '"After"' not in text
    ada.cursor = json.loads(text.splitlines()[0])["cursor"]
    assert [row["fields"]["name"] for row in await ada.pull()] == ["After"]


async def test_readers_at_the_same_moment_are_all_given_the_whole(team: Team) -> None:
    laptops = await a_busy_team(team)
    copies = await asyncio.gather(*(everything(laptop) for laptop in laptops * 3))
    for laptop, copy in zip(laptops * 3, copies, strict=True):
        assert copy == await pulled(laptop)


async def test_any_gunzip_reads_the_stream(team: Team) -> None:
    ada = await team.member("Ada")
    async with ada.client.stream(
        "GET", routes.SNAPSHOT, headers={"Authorization": f"Bearer {ada.token}"}
    ) as answer:
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])
    whole = zlib.decompressobj(wbits=31)
    text = whole.decompress(raw)
    assert (whole.eof, whole.unused_data) == (True, b"")
    assert text == gzip.decompress(raw)


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


async def test_an_expired_token_ends_no_copy_but_a_resumed_one(team: Team) -> None:
    ada = await team.member("Ada")
    await team.server_writes("startups", new_id(), name="Example")
    caller = Caller(WORKSPACE_ID, ada.member_id, Role.INTERVIEWER, ada.device_id)
    on_its_way = await snapshot(team.parts.database, caller, after=None, cursor=None)
    chunks = on_its_way.chunks()
    begun = [next(chunks)]
    await team.parts.database.write(
        lambda tx: tx.connection.execute(
            sa.update(tokens).values(expires_at=tx.now - timedelta(seconds=1))
        )
    )
    assert gzip.decompress(b"".join([*begun, *chunks])).count(b"\n") == 4
    params = {"after": f"startups/{ONE}", "cursor": on_its_way.head["cursor"]}
    answer = await ada.call("GET", routes.SNAPSHOT, params=params)
    assert problem(answer) == (401, "unauthorized")


@pytest.mark.parametrize("cursor", ["x", "bm90IG91cnM", "~~~", "\0"])
async def test_a_cursor_of_somebody_else_is_no_place_to_resume_from(
    team: Team, cursor: str
) -> None:
    ada = await team.member("Ada")
    answer = await ada.call(
        "GET", routes.SNAPSHOT, params={"cursor": cursor, "after": f"startups/{ONE}"}
    )
    assert problem(answer) == (410, "resync_required")


async def test_a_cursor_from_the_future_is_refused(team: Team, parts: Parts) -> None:
    ada = await team.member("Ada")
    await team.server_writes("startups", new_id(), name="Example")
    head, *_ = await lines(ada)
    await parts.database.write(
        lambda tx: tx.connection.exec_driver_sql("UPDATE workspace SET seq = 1")
    )
    for path in (routes.SNAPSHOT, routes.PULL):
        answer = await ada.call("GET", path, params={"cursor": head["cursor"]})
        assert problem(answer) == (410, "resync_required")


@pytest.mark.parametrize("path", [routes.SNAPSHOT, routes.PULL, routes.DIGEST, routes.HISTORY])
async def test_another_protocol_is_told_which_ones_fit(team: Team, path: str) -> None:
    ada = await team.member("Ada")
    answer = await ada.call("GET", path, headers={"X-Desk-Protocol": "2"})
    assert problem(answer) == (426, "protocol_unsupported")
    assert (answer.json()["min"], answer.json()["max"]) == (1, 1)
