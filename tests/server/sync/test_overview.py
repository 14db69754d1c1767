"""Digest, snapshot and history: the same rights as a pull."""

import hashlib
import json
from typing import Any

import pytest

from interview_desk.domain.roles import Role
from interview_desk.wire import routes
from tests.helpers.team import Laptop, Team, new_id


async def lines(laptop: Laptop, **params: str) -> tuple[list[dict[str, Any]], bytes]:
    answer = await laptop.call("GET", routes.SNAPSHOT, params=params)
    assert answer.status_code == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.content.splitlines()], answer.content


async def test_a_snapshot_is_whole_and_checked(team: Team) -> None:
    ada = await team.member("Ada")
    startup, deleted = new_id(), new_id()
    await ada.change("startups", startup, name="Example GmbH")
    await ada.change("startups", deleted, name="Gone Ltd")
    await ada.pull()
    await ada.remove("startups", deleted)
    await ada.pull()
    (head, *rows, end), raw = await lines(ada)
    assert head["counts"] == {"poblysh_team_members": 1, "startups": 1}
    assert {(row["entity"], row["id"]): row for row in rows} == ada.rows
    body = b"".join(line + b"\n" for line in raw.splitlines()[:-1])
    assert end == {"sha256": hashlib.sha256(body).hexdigest()}
    ada.cursor = head["cursor"]
    assert await ada.pull() == []


async def test_a_snapshot_goes_on_behind_a_row(team: Team) -> None:
    ada = await team.member("Ada")
    for _ in range(3):
        await ada.change("startups", new_id(), name="Example GmbH")
    (head, *rows, _), _ = await lines(ada)
    second = rows[1]
    after = f"{second['entity']}/{second['id']}"
    (again, *rest, _), _ = await lines(ada, after=after, cursor=head["cursor"])
    assert again == {"cursor": head["cursor"], "epoch": head["epoch"]}
    assert rest == rows[2:]


async def test_an_external_members_snapshot_has_only_what_is_theirs(team: Team) -> None:
    eve, contact = await team.member("Eve", Role.EXTERNAL), new_id()
    await team.server_writes("contacts", contact, name="Gundula")
    (_, *rows, _), _ = await lines(eve)
    assert [row["id"] for row in rows] == [eve.member_id]


async def test_a_digest_is_of_the_callers_live_rows(team: Team) -> None:
    ada, eve = await team.member("Ada"), await team.member("Eve", Role.EXTERNAL)
    ids = [new_id(), new_id()]
    for startup in ids:
        await ada.change("startups", startup, name="Example GmbH")
    await ada.pull()
    answer = (await ada.call("GET", routes.DIGEST, params={"entity": "startups"})).json()
    expected = 0
    for startup in ids:
        text = f"{startup}:{ada.rows['startups', startup]['ver']}"
        mark = hashlib.blake2b(text.encode(), digest_size=8).digest()
        expected ^= int.from_bytes(mark, "big")
    assert answer == {
        "entity": "startups",
        "cursor": ada.cursor,
        "count": 2,
        "digest": f"{expected:016x}",
    }
    hers = (await eve.call("GET", routes.DIGEST, params={"entity": "startups"})).json()
    assert (hers["count"], hers["digest"]) == (0, "0" * 16)
    seen = (await eve.call("GET", routes.DIGEST, params={"entity": "poblysh_team_members"})).json()
    assert seen["count"] == 2


async def test_a_digest_of_nothing_we_know_is_refused(team: Team) -> None:
    ada = await team.member("Ada")
    answer = await ada.call("GET", routes.DIGEST, params={"entity": "unicorns"})
    assert answer.status_code == 422


async def history(laptop: Laptop, entity: str, record_id: str, **params: Any) -> dict[str, Any]:
    answer = await laptop.call(
        "GET", routes.HISTORY, params={"entity": entity, "id": record_id, **params}
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_history_is_read_newest_first_and_page_by_page(team: Team) -> None:
    ada, startup = await team.member("Ada"), new_id()
    for name in ("A", "B", "C"):
        await ada.change("startups", startup, name=name)
    first = await history(ada, "startups", startup, limit=2)
    assert [(c["from"], c["to"]) for c in first["changes"]] == [("B", "C"), ("A", "B")]
    assert first["changes"][0]["by"] == ada.member_id
    assert first["changes"][0]["device"] == ada.device_id
    rest = await history(ada, "startups", startup, limit=2, before=first["next"])
    assert [(c["from"], c["to"]) for c in rest["changes"]] == [(None, "A")]
    assert rest["next"] is None


async def test_the_history_of_hidden_fields_is_hidden(team: Team) -> None:
    eve, interview = await team.member("Eve", Role.EXTERNAL), new_id()
    await team.server_writes("interviews", interview, title="Switching", location="at home")
    assignment: dict[str, Any] = {"interview_id": interview, "member_id": eve.member_id}
    await team.server_writes("interview_assignments", new_id(), **assignment)
    seen = await history(eve, "interviews", interview)
    assert [change["field"] for change in seen["changes"]] == ["title"]


async def test_a_place_that_was_the_guests_stays_hidden_once_a_link_has_replaced_it(
    team: Team,
) -> None:
    ada, eve = await team.member("Ada"), await team.member("Eve", Role.EXTERNAL)
    interview, link = new_id(), "https://meet.example.org/1"
    assignment: dict[str, Any] = {"interview_id": interview, "member_id": eve.member_id}
    await team.server_writes("interview_assignments", new_id(), **assignment)
    await ada.change("interviews", interview, location="+49 30 1234")
    seen = (await ada.pull())[-1]["field_versions"]
    await ada.change("interviews", interview, location=link)
    await ada.change("interviews", interview, location=f"{link}2")
    other = await team.laptop(ada.member_id)
    late = other.put("interviews", interview, base=seen, location="+49 30 5678")
    assert (await other.push(late))[0]["status"] == "conflict"
    await eve.pull()
    assert eve.sees("interviews")[interview]["location"] == f"{link}2"
    assert eve.sees("conflicts") == {}
    past = (await history(eve, "interviews", interview))["changes"]
    assert [(change["from"], change["to"]) for change in past] == [(link, f"{link}2")]


async def test_a_page_of_history_is_full_and_names_no_hidden_field(team: Team) -> None:
    eve, interview = await team.member("Eve", Role.EXTERNAL), new_id()
    start = "2026-12-01T10:00:00Z"
    await team.server_writes(
        "interviews", interview, title="Switching", priority=1, zone="UTC", start=start
    )
    for priority in (2, 3):
        await team.server_writes("interviews", interview, priority=priority)
    assignment: dict[str, Any] = {"interview_id": interview, "member_id": eve.member_id}
    await team.server_writes("interview_assignments", new_id(), **assignment)
    pages = [await history(eve, "interviews", interview, limit=1)]
    for _ in range(2):
        before = pages[-1]["next"]
        pages.append(await history(eve, "interviews", interview, limit=1, before=before))
    assert "priority" not in str(pages)
    told = [[change["field"] for change in page["changes"]] for page in pages]
    assert told == [["zone"], ["title"], ["start"]]
    assert pages[-1]["next"] is None


async def test_a_hidden_record_has_no_history(team: Team) -> None:
    eve, contact = await team.member("Eve", Role.EXTERNAL), new_id()
    await team.server_writes("contacts", contact, name="Gundula")
    for record_id in (contact, new_id()):
        answer = await eve.call(
            "GET", routes.HISTORY, params={"entity": "contacts", "id": record_id}
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("before", ["x", "1", ":name", "9" * 30, "9" * 5000])
async def test_a_page_of_history_is_asked_for_by_the_page_before(team: Team, before: str) -> None:
    ada = await team.member("Ada")
    answer = await ada.call(
        "GET",
        routes.HISTORY,
        params={"entity": "poblysh_team_members", "id": ada.member_id, "before": before},
    )
    assert answer.status_code == (200 if before == "1" else 422)


@pytest.mark.parametrize("odd", ["\0", "a\0b", "x" * 5000])
async def test_an_odd_name_is_refused_or_unknown_on_either_database(team: Team, odd: str) -> None:
    ada = await team.member("Ada")
    for path, params in (
        (routes.HISTORY, {"entity": "startups", "id": odd}),
        (routes.HISTORY, {"entity": odd, "id": new_id()}),
        (routes.DIGEST, {"entity": odd}),
        (routes.SNAPSHOT, {"after": f"startups/{odd}"}),
        (routes.PULL, {"cursor": odd}),
    ):
        answer = await ada.call("GET", path, params=params)
        assert answer.status_code < 500, (path, params)
