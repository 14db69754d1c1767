"""Two people answer the same question: what one has not seen is not written over."""

import pytest

from interview_desk.domain.ids import answer_id
from interview_desk.domain.records import Edit
from interview_desk.domain.values import Json
from interview_desk.services.answering import Seen
from tests.helpers.capturing import INTERVIEW, Room

FIELD = "context.startup"
OWN = answer_id(INTERVIEW, FIELD)


def theirs(room: Room, value: Json, own: str = OWN, **place: Json) -> None:
    fields: dict[str, Json] = {"interview_id": INTERVIEW, "field": FIELD, "value": value, **place}
    room.records.put("interview_answers", own, **fields)


async def given(room: Room, value: Json, *, seen: Json) -> list[tuple[Json, set[str]]]:
    session = await room.session()
    await session.set_answer(FIELD, value, seen=Seen(seen))
    return [(edit.fields.get("value"), set(edit.unseen)) for edit in room.records.written]


@pytest.mark.parametrize(
    ("now", "seen", "value", "written"),
    [
        ("Theirs", "Was", "Ours", [("Ours", {"value"})]),
        ("Was", "Was", "Ours", [("Ours", set())]),
        ("Theirs", "Was", "Was", []),
        ({"team": "9", "stage": "seed"}, {"stage": "seed"}, {"stage": "later"}, [
            ({"team": "9", "stage": "later"}, set())
        ]),
    ],
)  # fmt: skip
async def test_an_answer_is_given_beside_what_others_gave(
    now: Json, seen: Json, value: Json, written: list[tuple[Json, set[str]]]
) -> None:
    room = Room()
    theirs(room, now)
    assert await given(room, value, seen=seen) == written


async def test_an_answer_that_was_given_while_one_was_typed_is_not_written_over() -> None:
    room = Room()
    session = await room.session()
    # It has come since the session read.
    theirs(room, "Theirs")
    await session.set_answer(FIELD, "Ours")
    [edit] = room.records.written
    assert edit == Edit("interview_answers", OWN, {"value": "Ours"}, unseen=frozenset({"value"}))


@pytest.mark.parametrize(("now", "unseen"), [("Was", set[str]()), ("Theirs", {"value"})])
async def test_an_item_is_taken_back_as_it_was_seen(now: str, unseen: set[str]) -> None:
    room = Room()
    theirs(room, now, "item", item="a")
    session = await room.session()
    await session.set_item(FIELD, "item", None, seen=Seen("Was"))
    [edit] = room.records.written
    assert edit.delete
    assert edit.unseen == unseen
