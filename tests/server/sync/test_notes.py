"""Notes on the server: kept in order, counted once, seen by those who see the interview."""

import secrets
from functools import partial
from typing import Any

import httpx
import pytest

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.roles import Role
from interview_desk.notes import NoteDocument, text_of
from interview_desk.wire import routes
from interview_desk.wire.notes import decode_update
from sync_server.auth.service import give_tokens
from sync_server.sync.notes.taking import move_notes
from tests.helpers.server import EPOCH, WORKSPACE_ID
from tests.helpers.team import Laptop, Team, new_id


def typed(*words: str) -> list[bytes]:
    """The updates of somebody who types `words` one after the other."""
    document, updates = NoteDocument(), []
    for word in words:
        before = document.state_vector()
        document.insert(document.length, word)
        updates.append(document.updates_since(before))
    return updates


def problem(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


@pytest.fixture
async def interview(team: Team) -> str:
    interview = new_id()
    await team.server_writes("interviews", interview, title="Switching", status="scheduled")
    return interview


async def external_on(team: Team, interview: str) -> Laptop:
    eve = await team.member("Eve", Role.EXTERNAL)
    assignment: dict[str, Any] = {"interview_id": interview, "member_id": eve.member_id}
    await team.server_writes("interview_assignments", new_id(), **assignment)
    return eve


async def test_what_one_types_another_reads_in_order(team: Team, interview: str) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    doc = note_document_id(interview, "welcome")
    answer = await ada.post_notes(interview, "welcome", typed("Hello ", "world"))
    assert answer.json() == {"last_n": 2, "seq": 2}
    found = (await ben.call("GET", routes.note_updates(doc))).json()
    assert [update["seq"] for update in found["updates"]] == [1, 2]
    assert text_of(decode_update(u["update"]) for u in found["updates"]) == "Hello world"
    later = (await ben.call("GET", routes.note_updates(doc), params={"after": 1})).json()
    assert [update["seq"] for update in later["updates"]] == [2]
    assert await ben.notes(interview, "welcome") == "Hello world"


async def test_two_authors_are_merged(team: Team, interview: str) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    await ada.post_notes(interview, "welcome", typed("from Ada"))
    await ben.post_notes(interview, "welcome", typed("from Ben"))
    text = await ada.notes(interview, "welcome")
    assert "from Ada" in text
    assert "from Ben" in text


async def test_the_same_updates_again_have_no_second_effect(team: Team, interview: str) -> None:
    ada, updates = await team.member("Ada"), typed("Hello ", "world")
    await ada.post_notes(interview, "welcome", updates[:1])
    again = await ada.post_notes(interview, "welcome", updates)
    assert again.json() == {"last_n": 2, "seq": 2}
    again = await ada.post_notes(interview, "welcome", updates)
    assert again.json() == {"last_n": 2, "seq": 2}
    assert await ada.notes(interview, "welcome") == "Hello world"


async def test_no_updates_say_where_the_server_stands(team: Team, interview: str) -> None:
    ada = await team.member("Ada")
    answer = await ada.post_notes(interview, "welcome", [])
    assert answer.json() == {"last_n": 0, "seq": 0}


async def test_a_gap_keeps_nothing(team: Team, interview: str) -> None:
    ada, doc = await team.member("Ada"), note_document_id(interview, "welcome")
    ada.note_n[doc] = 1
    answer = await ada.post_notes(interview, "welcome", typed("Hello"))
    assert problem(answer) == (409, "sequence_gap")
    assert answer.json()["last_n"] == 0
    assert (await ada.call("GET", routes.note_updates(doc))).status_code == 404


async def test_the_same_number_with_another_text_is_another_copy(
    team: Team, interview: str
) -> None:
    ada = await team.member("Ada")
    await ada.post_notes(interview, "welcome", typed("Hello"))
    answer = await ada.post_notes(interview, "welcome", typed("Other"))
    assert problem(answer) == (409, "device_reused")


@pytest.mark.parametrize("stage", ["debrief", "", "x" * 101])
async def test_interview_and_stage_must_give_the_document(
    team: Team, interview: str, stage: str
) -> None:
    ada = await team.member("Ada")
    answer = await ada.post_notes(interview, "welcome", typed("Hello"), instead={"stage": stage})
    assert problem(answer) == (422, "document_mismatch")


async def test_an_interview_that_is_no_id_gives_no_document(team: Team, interview: str) -> None:
    ada = await team.member("Ada")
    answer = await ada.post_notes(interview, "welcome", [], instead={"interview": "nonsense"})
    assert problem(answer) == (422, "document_mismatch")


# Not base64; cut short; a length that no memory holds; too large; an author who wrote nothing, on
# which the engine itself panics; a change of something that is not the note's text.
BROKEN = ["!!", "AQ==", "/////w==", "A" * (4 * 400_000), "AQABAAA=", "AQEBAAQBBXRpdGxlAXgA"]


@pytest.mark.parametrize("update", BROKEN)
async def test_an_update_that_nobody_can_apply_keeps_nothing(
    team: Team, interview: str, update: str
) -> None:
    ada, doc = await team.member("Ada"), note_document_id(interview, "welcome")
    good = {"n": 1, "update": "AAA="}
    answer = await ada.post_notes(
        interview, "welcome", [], instead={"updates": [good, {"n": 2, "update": update}]}
    )
    assert problem(answer) == (422, "note_update_invalid")
    assert (await ada.call("GET", routes.note_updates(doc))).status_code == 404


async def test_what_is_no_message_keeps_nothing(team: Team, interview: str) -> None:
    ada, doc = await team.member("Ada"), note_document_id(interview, "welcome")
    path = routes.note_updates(doc)
    wrong: list[dict[str, Any]] = [
        {"updates": [{"n": 0, "update": "AAA="}]},
        {"updates": [{"n": -1, "update": "AAA="}]},
        {"updates": [{"n": "1", "update": "AAA="}]},
        {"updates": [{"n": 1, "update": None}]},
        {"updates": {}},
        {"interview": None},
    ]
    for instead in wrong:
        answer = await ada.post_notes(interview, "welcome", [], instead=instead)
        assert problem(answer) == (422, "invalid_request")
    assert problem(await ada.call("POST", path, content=b"{")) == (422, "invalid_request")
    huge = b'{"device":"' + b"x" * (10 * 1024 * 1024) + b'"}'
    assert (await ada.call("POST", path, content=huge)).status_code == 413
    assert (await ada.call("GET", path)).status_code == 404


async def test_a_token_that_expires_between_two_batches_loses_nothing(
    team: Team, interview: str
) -> None:
    ada, updates = await team.member("Ada"), typed("before ", "after")
    clock: Any = team.parts.clock
    doc = note_document_id(interview, "welcome")
    first = await ada.post_notes(interview, "welcome", updates[:1])
    ada.note_n[doc] = first.json()["last_n"]
    clock.advance(hours=2)
    late = await ada.post_notes(interview, "welcome", updates[1:])
    assert problem(late) == (401, "unauthorized")
    again = await team.laptop(ada.member_id)
    assert await again.notes(interview, "welcome") == "before "
    ada.token = await new_token(team, ada)
    answer = await ada.post_notes(interview, "welcome", updates[1:])
    assert answer.json() == {"last_n": 2, "seq": 2}
    assert await again.notes(interview, "welcome") == "before after"


async def new_token(team: Team, laptop: Laptop) -> str:
    """What a refresh gives the same device."""
    work = partial(give_tokens, device_id=laptop.device_id, randomness=secrets.token_bytes(32))
    return (await team.parts.database.write(work)).access_token


async def test_too_many_updates_go_in_smaller_batches(team: Team, interview: str) -> None:
    ada = await team.member("Ada")
    answer = await ada.post_notes(interview, "welcome", typed("x") * 501)
    assert problem(answer) == (413, "batch_too_large")


async def test_a_device_types_only_for_itself(team: Team, interview: str) -> None:
    ada = await team.member("Ada")
    answer = await ada.post_notes(interview, "welcome", typed("x"), instead={"device": new_id()})
    assert problem(answer) == (403, "wrong_device")


async def test_notes_of_an_interview_that_nobody_has_sent_wait(team: Team) -> None:
    ada = await team.member("Ada")
    answer = await ada.post_notes(new_id(), "welcome", typed("x"))
    assert problem(answer) == (404, "not_found")


async def test_another_epoch_is_refused_on_every_call(team: Team, interview: str) -> None:
    ada, doc = await team.member("Ada"), note_document_id(interview, "welcome")
    await ada.write_notes(interview, "welcome", "Hello")
    old = {"epoch": "before"}
    for answer in (
        await ada.post_notes(interview, "welcome", typed("x"), instead=old),
        await ada.call("GET", routes.note_updates(doc), params=old),
        await ada.call("GET", routes.note_text(doc), params=old),
        await ada.call("POST", routes.NOTES_PULL, json={"docs": {doc: 0}, **old}),
    ):
        assert problem(answer) == (410, "epoch_changed")
    good = await ada.call("GET", routes.note_text(doc), params={"epoch": EPOCH})
    assert good.status_code == 200


async def test_a_document_is_a_row_like_any_other(team: Team, interview: str) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    doc = note_document_id(interview, "welcome")
    await ada.write_notes(interview, "welcome", "Hello")
    await ada.write_notes(interview, "welcome", " world")
    await ben.pull()
    assert ben.sees("note_documents") == {
        doc: {"interview_id": interview, "stage": "welcome", "seq": 2}
    }
    assert (await ben.change("note_documents", doc, seq=9))["code"] == "forbidden"


async def test_an_external_member_types_where_they_are_assigned_and_nowhere_else(
    team: Team, interview: str
) -> None:
    eve, elsewhere = await external_on(team, interview), new_id()
    await team.server_writes("interviews", elsewhere, title="Other")
    ada = await team.member("Ada")
    await ada.write_notes(elsewhere, "welcome", "secret")
    await eve.write_notes(interview, "welcome", "from Eve")
    assert await ada.notes(interview, "welcome") == "from Eve"
    assert problem(await eve.post_notes(elsewhere, "welcome", typed("x"))) == (404, "not_found")
    doc = note_document_id(elsewhere, "welcome")
    for path in (routes.note_updates(doc), routes.note_text(doc)):
        assert problem(await eve.call("GET", path)) == (404, "not_found")
    pulled = await eve.call("POST", routes.NOTES_PULL, json={"docs": {doc: 0}})
    assert pulled.json() == {"docs": {}, "more": False}


async def test_an_observer_types(team: Team, interview: str) -> None:
    olga = await team.member("Olga", Role.OBSERVER)
    await olga.write_notes(interview, "welcome", "seen")
    assert await olga.notes(interview, "welcome") == "seen"


async def test_many_documents_are_pulled_at_once(team: Team, interview: str) -> None:
    ada = await team.member("Ada")
    docs = {}
    for stage in ("welcome", "debrief"):
        await ada.write_notes(interview, stage, stage)
        docs[note_document_id(interview, stage)] = 0
    unknown = new_id()
    answer = await ada.call("POST", routes.NOTES_PULL, json={"docs": {**docs, unknown: 0}})
    found = answer.json()
    assert set(found["docs"]) == set(docs)
    assert not found["more"]
    for doc, known in found["docs"].items():
        assert (known["seq"], known["more"], doc in docs) == (1, False, True)


async def test_a_large_answer_is_cut_and_goes_on(team: Team, interview: str) -> None:
    ada, doc = await team.member("Ada"), note_document_id(interview, "welcome")
    chunk = "x" * 300_000
    for _ in range(4):
        await ada.write_notes(interview, "welcome", chunk)
    after, text = 0, []
    for _ in range(4):
        answer = await ada.call("POST", routes.NOTES_PULL, json={"docs": {doc: after}})
        found = answer.json()["docs"][doc]
        text += [decode_update(update["update"]) for update in found["updates"]]
        after = found["updates"][-1]["seq"]
        if not found["more"]:
            break
    assert after == 4
    assert text_of(text) == chunk * 4


async def test_two_hundred_documents_are_the_most(team: Team) -> None:
    ada = await team.member("Ada")
    docs = {new_id(): 0 for _ in range(201)}
    answer = await ada.call("POST", routes.NOTES_PULL, json={"docs": docs})
    assert answer.status_code == 422


async def test_notes_move_to_the_interview_that_goes_on(team: Team, interview: str) -> None:
    ada, survivor = await team.member("Ada"), new_id()
    await team.server_writes("interviews", survivor, title="Survivor")
    await ada.write_notes(survivor, "welcome", "kept")
    await ada.write_notes(interview, "welcome", "moved")
    await ada.write_notes(interview, "debrief", " ")
    await team.parts.database.write(
        lambda tx: move_notes(tx, WORKSPACE_ID, interview_id=interview, into=survivor)
    )
    await team.server_writes("interviews", interview, merged_into=survivor)
    assert await ada.notes(survivor, "welcome") == "kept\nmoved"
    answer = await ada.post_notes(interview, "welcome", typed("late"))
    assert problem(answer) == (410, "merged")
    assert answer.json()["into"] == survivor
    doc = note_document_id(interview, "welcome")
    assert problem(await ada.call("GET", routes.note_updates(doc))) == (410, "merged")
    pulled = await ada.call("POST", routes.NOTES_PULL, json={"docs": {doc: 0}})
    assert pulled.json()["docs"] == {}


async def test_what_was_typed_for_a_deleted_interview_is_kept_and_there_when_an_edit_wins(
    team: Team, interview: str
) -> None:
    """A deletion can be undone, and an edit that has not seen it wins: only erasing is for ever."""
    ada, ben = await team.member("Ada"), await team.member("Ben")
    await ada.write_notes(interview, "welcome", "before")
    await ada.pull()
    await ben.pull()
    assert (await ada.remove("interviews", interview))["status"] == "ok"
    await ben.write_notes(interview, "welcome", " and after")
    assert await ada.notes(interview, "welcome") == "before and after"
    assert (await ben.change("interviews", interview, title="Still wanted"))["status"] == "conflict"
    await ada.pull()
    assert ada.sees("interviews")[interview]["title"] == "Still wanted"
    assert ada.sees("note_documents")[note_document_id(interview, "welcome")]["seq"] == 2
    assert await ada.notes(interview, "welcome") == "before and after"


@pytest.mark.parametrize("after", [2**53 + 1, 10**30])
async def test_a_place_beyond_every_document_is_not_of_the_agreed_shape(
    team: Team, interview: str, after: int
) -> None:
    ada = await team.member("Ada")
    await ada.write_notes(interview, "welcome", "Hello")
    doc = note_document_id(interview, "welcome")
    one = await ada.call("GET", routes.note_updates(doc), params={"after": after})
    many = await ada.call("POST", routes.NOTES_PULL, json={"docs": {doc: after}})
    assert [problem(answer) for answer in (one, many)] == [(422, "invalid_request")] * 2
