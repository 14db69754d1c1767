"""Pushing: counted once, answered the same way, refused where it must be."""

import hashlib
import json
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from interview_desk.wire import routes
from sync_server.models.pushes import push_results
from sync_server.models.records import erased_ids
from tests.helpers.server import WORKSPACE_ID
from tests.helpers.team import Laptop, Team, new_id


def problem(response: httpx.Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


async def test_a_change_is_taken_and_read_by_another_device(team: Team) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    startup = new_id()
    [result] = await ada.push(ada.put("startups", startup, name="Example GmbH"))
    assert (result["n"], result["status"]) == (1, "ok")
    await ben.pull()
    assert ben.sees("startups") == {startup: {"name": "Example GmbH"}}


async def test_a_batch_sent_twice_has_one_effect_and_the_same_answer(team: Team) -> None:
    ada = await team.member("Ada")
    startup, batch = new_id(), []
    batch.append(ada.put("startups", startup, name="Example GmbH"))
    batch.append(ada.put("unicorns", startup, name="?"))
    first = await ada.post(*batch)
    again = await ada.post(*batch)
    assert again.json() == first.json()
    assert [result["status"] for result in again.json()["results"]] == ["ok", "rejected"]
    history = await ada.call("GET", routes.HISTORY, params={"entity": "startups", "id": startup})
    assert len(history.json()["changes"]) == 1


async def test_a_batch_may_overlap_what_was_counted(team: Team) -> None:
    ada = await team.member("Ada")
    startup = new_id()
    one = ada.put("startups", startup, name="Example GmbH")
    two = ada.put("startups", startup, website="https://example.org")
    await ada.push(one)
    results = await ada.push(one, two)
    assert [result["status"] for result in results] == ["ok", "ok"]
    await ada.pull()
    assert set(ada.sees("startups")[startup]) == {"name", "website"}


async def test_an_empty_batch_says_where_the_server_stands(team: Team) -> None:
    ada = await team.member("Ada")
    await ada.change("startups", new_id(), name="Example GmbH")
    answer = (await ada.post()).json()
    assert (answer["last_n"], answer["results"]) == (1, [])


async def test_the_same_number_with_other_content_is_another_copy(team: Team) -> None:
    ada = await team.member("Ada")
    startup = new_id()
    await ada.change("startups", startup, name="Example GmbH")
    ada.n = 0
    other = ada.put("startups", startup, name="Sample Ltd")
    more = ada.put("startups", new_id(), name="Never applied")
    answer = await ada.post(other, more)
    assert problem(answer) == (409, "device_reused")
    await ada.pull()
    assert ada.sees("startups") == {startup: {"name": "Example GmbH"}}


@pytest.mark.parametrize("numbers", [[2], [1, 3], [1, 1]])
async def test_a_gap_applies_nothing_and_says_where_to_go_on(
    team: Team, numbers: list[int]
) -> None:
    ada = await team.member("Ada")
    batch = [{**ada.put("startups", new_id(), name="A"), "n": n} for n in numbers]
    answer = await ada.post(*batch)
    assert problem(answer) == (409, "sequence_gap")
    assert answer.json()["last_n"] == 0
    await ada.pull()
    assert ada.sees("startups") == {}


async def test_another_epoch_is_refused(team: Team) -> None:
    ada = await team.member("Ada")
    assert problem(await ada.post(epoch="before")) == (410, "epoch_changed")


async def test_a_device_speaks_only_for_itself(team: Team) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    assert problem(await ada.post(device=ben.device_id)) == (403, "wrong_device")


async def test_nobody_pushes_without_signing_in(team: Team) -> None:
    answer = await team.client.post(routes.PUSH, json={})
    assert problem(answer) == (401, "unauthorized")


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"not json",
        b'{"device": "d", "epoch": "e"}',
        b'{"device": "d", "epoch": "e", "mutations": [{"n": 0}]}',
        b'{"device": "d", "epoch": "e", "mutations": [{"n": -4, "op": "put"}]}',
    ],
)
async def test_a_body_of_another_shape_moves_nothing(team: Team, body: bytes) -> None:
    ada = await team.member("Ada")
    answer = await ada.call("POST", routes.PUSH, content=body)
    assert problem(answer) == (422, "invalid_request")
    assert (await ada.post()).json()["last_n"] == 0


async def test_more_than_500_changes_are_too_many(team: Team) -> None:
    ada = await team.member("Ada")
    batch = [ada.put("startups", new_id(), name="A") for _ in range(501)]
    assert problem(await ada.post(*batch)) == (413, "batch_too_large")


async def test_500_changes_fit(team: Team) -> None:
    ada = await team.member("Ada")
    results = await ada.push(*[ada.put("startups", new_id(), name="A") for _ in range(500)])
    assert len(results) == 500


@pytest.mark.parametrize(
    ("megabytes", "code"), [(5, "batch_too_large"), (10, "batch_too_large"), (20, "too_large")]
)
async def test_more_than_4_mib_are_too_many(team: Team, megabytes: int, code: str) -> None:
    ada = await team.member("Ada")
    body = json.dumps({"device": "x" * (megabytes * 1024 * 1024)})
    answer = await ada.call("POST", routes.PUSH, content=body)
    assert problem(answer) == (413, code)


REJECTED: list[tuple[str, str, dict[str, Any]]] = [
    ("unknown_entity", "unicorns", {"name": "A"}),
    ("unknown_field", "startups", {"colour": "blue"}),
    ("invalid_value", "startups", {"name": 17}),
    ("invalid_value", "startups", {"tags": ["a list"]}),
    ("too_large", "startups", {"notes": "x" * (1024 * 1024)}),
    ("forbidden", "flags", {"key": "calcom"}),
    ("forbidden", "evaluations", {"score": 100}),
    ("not_found", "conflicts", {"state": "settled"}),
]


@pytest.mark.parametrize(("code", "entity", "fields"), REJECTED)
async def test_what_cannot_be_is_rejected_and_counted(
    team: Team, code: str, entity: str, fields: dict[str, Any]
) -> None:
    ada = await team.member("Ada")
    result = await ada.change(entity, new_id(), **fields)
    assert (result["status"], result["code"]) == ("rejected", code)
    assert result["detail"]
    assert (await ada.post()).json()["last_n"] == 1


async def test_an_id_must_be_a_uuid(team: Team) -> None:
    ada = await team.member("Ada")
    result = await ada.change("startups", "../../etc", name="A")
    assert result["code"] == "invalid_id"


async def test_an_erased_id_is_refused_also_from_an_old_outbox(team: Team) -> None:
    ada, guest = await team.member("Ada"), new_id()
    await team.parts.database.write(
        lambda tx: tx.connection.execute(
            sa.insert(erased_ids).values(workspace_id=WORKSPACE_ID, id=guest, at=tx.now)
        )
    )
    assert (await ada.change("contacts", guest, name="Again"))["code"] == "erased"


async def test_two_people_who_did_not_see_each_other_leave_a_conflict(team: Team) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    startup = new_id()
    await ada.change("startups", startup, name="Example")
    await ben.pull()
    await ada.pull()
    assert (await ada.change("startups", startup, name="Example GmbH"))["status"] == "ok"
    result = await ben.change("startups", startup, name="Example AG")
    assert result["status"] == "conflict"
    await ada.pull()
    [conflict] = ada.sees("conflicts").values()
    assert (conflict["kept"], conflict["lost"], conflict["lost_by"]) == (
        "Example GmbH",
        "Example AG",
        ben.member_id,
    )
    assert ada.sees("startups")[startup]["name"] == "Example GmbH"


async def test_a_conflict_is_settled_by_an_edit_like_any_other(team: Team) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    startup = new_id()
    await ada.change("startups", startup, name="Example")
    [conflict] = (await ben.change("startups", startup, name="Sample"))["conflicts"]
    await ben.pull()
    results = await ben.push(
        ben.put("startups", startup, name="Sample"),
        ben.put("conflicts", conflict, state="settled"),
    )
    assert [result["status"] for result in results] == ["ok", "ok"]
    assert (await ben.change("conflicts", conflict, kept="forged"))["code"] == "forbidden"
    assert (await ben.remove("conflicts", conflict))["code"] == "forbidden"


async def test_who_types_on_against_a_value_is_asked_once_about_what_they_said_last(
    team: Team,
) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    phone, startup = await team.laptop(ben.member_id), new_id()
    await ada.change("startups", startup, name="Example")

    async def said(laptop: Laptop, name: str) -> str:
        [conflict] = (await laptop.change("startups", startup, name=name))["conflicts"]
        return str(conflict)

    typed = await said(ben, "Sam")
    assert await said(ben, "Sample") == typed
    elsewhere = await said(phone, "Sampled")
    await ada.pull()
    conflicts = {key: (one["lost"], one["state"]) for key, one in ada.sees("conflicts").items()}
    assert conflicts == {typed: ("Sample", "open"), elsewhere: ("Sampled", "open")}
    # Nothing that was acknowledged is gone.
    params = {"entity": "conflicts", "id": typed}
    past = (await ada.call("GET", routes.HISTORY, params=params)).json()["changes"]
    assert [one["to"] for one in past if one["field"] == "lost"] == ["Sample", "Sam"]


async def test_who_types_on_after_a_decision_is_asked_again(team: Team) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    startup = new_id()
    await ada.change("startups", startup, name="Example")
    [conflict] = (await ben.change("startups", startup, name="Sam"))["conflicts"]
    await ada.pull()
    await ada.push(ada.put("conflicts", conflict, state="settled"))
    assert (await ben.change("startups", startup, name="Sample"))["conflicts"] == [conflict]
    await ada.pull()
    assert ada.sees("conflicts")[conflict]["state"] == "open"
    # What comes against another value is another question.
    await ada.change("startups", startup, name="Example GmbH")
    [other] = (await ben.change("startups", startup, name="Samples"))["conflicts"]
    assert other != conflict


async def test_tags_of_two_people_are_both_kept(team: Team) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    startup = new_id()
    await ada.change("startups", startup, tags={"add": ["b2b"], "remove": []})
    await ben.change("startups", startup, tags={"add": ["ai"], "remove": []})
    await ada.pull()
    assert ada.sees("startups")[startup]["tags"] == ["ai", "b2b"]
    assert ada.sees("conflicts") == {}


async def test_a_deletion_that_has_not_seen_an_edit_loses(team: Team) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    startup = new_id()
    await ada.change("startups", startup, name="Example")
    await ben.pull()
    await ada.pull()
    await ada.change("startups", startup, name="Example GmbH")
    assert (await ben.remove("startups", startup))["status"] == "conflict"
    await ben.pull()
    assert ben.sees("startups")[startup]["name"] == "Example GmbH"
    [conflict] = ben.sees("conflicts").values()
    assert conflict["field"] == "deleted"


async def test_a_deletion_that_has_seen_everything_is_taken(team: Team) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    startup = new_id()
    await ada.change("startups", startup, name="Example")
    await ben.pull()
    assert (await ben.remove("startups", startup))["status"] == "ok"
    await ada.pull()
    assert ada.sees("startups") == {}


async def test_a_version_beyond_every_counter_is_not_of_the_agreed_shape(team: Team) -> None:
    ada, interview = await team.member("Ada"), new_id()
    await ada.change("interviews", interview, status="scheduled")
    await ada.pull()
    far = ada.put("interviews", interview, base={"status": 2**53 + 1}, status="held")
    answer = await ada.post(far)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert (await ada.page())["last_n"] == 1
    far["base"] = {"status": 2**53}
    assert (await ada.push(far))[0]["status"] == "ok"


async def test_however_old_a_number_is_its_content_is_known(team: Team) -> None:
    ada = await team.member("Ada")
    startup = new_id()
    await ada.push(first := ada.put("startups", startup, name="A"))
    refused = await ada.push(wrong := ada.put("zebras", new_id(), name="A"))
    for _ in range(8):
        await ada.push(*(ada.put("startups", new_id(), name="A") for _ in range(20)))
    ben = await team.member("Ben")
    await ben.pull()
    await ben.change("startups", startup, name="B")
    # A desk that was put back to an old state has this in its outbox again.
    again = await ada.push(first, wrong)
    assert [one["status"] for one in again] == ["ok", "rejected"]
    assert again[1] == refused[0]
    await ben.pull()
    assert ben.sees("startups")[startup]["name"] == "B"
    assert ben.sees("conflicts") == {}
    other = await ada.post({**first, "fields": {"name": "C"}}, wrong)
    assert (other.status_code, other.json()["code"]) == (409, "device_reused")


async def test_what_is_kept_of_a_sent_phone_number_cannot_be_found_by_trying(team: Team) -> None:
    ada = await team.member("Ada")
    change = ada.put("contacts", new_id(), phone="+49 30 1234567")
    await ada.push(change)
    said = {name: value for name, value in change.items() if name != "n"}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    guessed = hashlib.sha256(text.encode()).hexdigest()
    kept = await team.parts.database.read(
        lambda tx: tx.connection.execute(sa.select(push_results.c.digest)).scalars().all()
    )
    assert len(kept) == 1
    assert guessed not in kept
