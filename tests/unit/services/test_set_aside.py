"""What could not be sent, in words, and what a person does about it."""

from collections.abc import Sequence

import pytest

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.values import Json
from interview_desk.services.exchange import Quarantined
from interview_desk.services.set_aside import SetAsideService
from tests.helpers.desk import NOW, MemoryRecords

INTERVIEW = "0199c0de-0000-7000-8000-000000000001"


class Shelf:
    """A shelf in memory."""

    def __init__(self, *items: Quarantined) -> None:
        self.items = list(items)
        self.done: list[tuple[str, int]] = []

    async def quarantined(self) -> Sequence[Quarantined]:
        return self.items

    async def discard(self, quarantined_id: int) -> None:
        self.done.append(("discard", quarantined_id))

    async def retry(self, quarantined_id: int) -> None:
        self.done.append(("retry", quarantined_id))


def edit(
    entity: str, code: str, *, op: str = "put", detail: str | None = None, **fields: Json
) -> Quarantined:
    content: dict[str, Json] = {"op": op, "fields": fields}
    return Quarantined(3, "edit", entity, "r1", content, "title: x", code, detail, NOW)


@pytest.fixture
def records() -> MemoryRecords:
    made = MemoryRecords()
    made.put("interviews", INTERVIEW, title="Why they switched")
    return made


async def test_an_empty_shelf_is_empty(records: MemoryRecords) -> None:
    assert await SetAsideService(Shelf(), records).items() == []


async def test_a_refused_edit_is_told_field_by_field(records: MemoryRecords) -> None:
    refused = edit(
        "interview_guests", "forbidden", detail="D", interview_id=INTERVIEW, name="Mina", odd=5
    )
    (item,) = await SetAsideService(Shelf(refused), records).items()
    assert (
        item.about.words
        == "Guest \N{LEFT DOUBLE QUOTATION MARK}Mina\N{RIGHT DOUBLE QUOTATION MARK}"
    )
    assert item.about.interview_title == "Why they switched"
    assert [(said.title, said.value) for said in item.said] == [("Name", "Mina"), ("Odd", 5)]
    assert (item.why, item.detail, item.since) == ("Your role may not change this.", "D", NOW)
    assert (item.is_note, item.is_deletion, item.may_retry) == (False, False, True)


async def test_a_refused_note_keeps_its_words(records: MemoryRecords) -> None:
    content = {"interview_id": INTERVIEW, "stage": "first_thought", "updates": []}
    doc = note_document_id(INTERVIEW, "first_thought")
    note = Quarantined(4, "note", "note_documents", doc, content, "my words", "odd", None, NOW)
    (item,) = await SetAsideService(Shelf(note), records).items()
    assert item.about.words == "Notes of First thought"
    assert (item.text, item.is_note, item.said) == ("my words", True, ())
    assert item.why == "The team's server did not take it."


async def test_what_was_erased_is_not_tried_again(records: MemoryRecords) -> None:
    erased = edit("startups", "erased", op="delete")
    unknown = Quarantined(5, "edit", "moons", "r1", None, "", "unknown_entity", None, NOW)
    first, second = await SetAsideService(Shelf(erased, unknown), records).items()
    assert (first.may_retry, first.is_deletion) == (False, True)
    assert (second.about.words, second.said, second.may_retry) == ("Moons", (), True)


async def test_a_mail_is_approved_again_only_where_it_can_be_read(records: MemoryRecords) -> None:
    approved = edit("follow_up_messages", "forbidden", state="queued")
    held = edit("follow_up_messages", "forbidden", state="needs_approval")
    found = await SetAsideService(Shelf(approved, held), records).items()
    assert [item.may_retry for item in found] == [False, True]


async def test_a_person_decides(records: MemoryRecords) -> None:
    shelf = Shelf()
    service = SetAsideService(shelf, records)
    await service.retry(3)
    await service.discard(4)
    assert shelf.done == [("retry", 3), ("discard", 4)]


async def test_taking_a_booking_back_too_late_is_no_question_of_rights(
    records: MemoryRecords,
) -> None:
    late = edit("booking_requests", "forbidden", state="undone")
    (item,) = await SetAsideService(Shelf(late), records).items()
    assert "on its way to Cal.com already" in item.why


async def test_what_belongs_to_an_interview_that_was_set_aside_too_says_which_one(
    records: MemoryRecords,
) -> None:
    alone = "0199c0de-0000-7000-8000-000000000009"
    made: dict[str, Json] = {"op": "put", "fields": {"title": "Made alone"}}
    untitled: dict[str, Json] = {"op": "put", "fields": {"zone": "UTC"}}
    interview = Quarantined(1, "edit", "interviews", alone, made, "", "not_found", None, NOW)
    later = Quarantined(2, "edit", "interviews", alone, untitled, "", "not_found", None, NOW)
    content = {"interview_id": alone, "stage": "first_thought", "updates": []}
    doc = note_document_id(alone, "first_thought")
    note = Quarantined(4, "note", "note_documents", doc, content, "w", "not_found", None, NOW)
    guest = edit("interview_guests", "not_found", interview_id=alone, name="Mina")
    items = await SetAsideService(Shelf(note, guest, later, interview), records).items()
    assert [item.about.interview_title for item in items] == ["Made alone"] * 4
