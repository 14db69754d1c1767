"""Records are spoken of as people think of them."""

from interview_desk.domain.field_words import field_words, kind_words
from interview_desk.domain.roles import Role
from interview_desk.services.record_names import RecordNames
from tests.helpers.desk import ME, MemoryRecords

INTERVIEW = "0199c0de-0000-7000-8000-000000000001"


async def words(records: MemoryRecords, entity: str, **fields) -> str:
    records.put(entity, "r1", **fields)
    names = await RecordNames.read(records)
    return (await names.about(entity, "r1")).words


def quoted(text: str) -> str:
    return f"\N{LEFT DOUBLE QUOTATION MARK}{text}\N{RIGHT DOUBLE QUOTATION MARK}"


async def test_every_kind_has_its_words() -> None:
    records = MemoryRecords()
    records.member("Ada Berg", member_id=ME.member_id, role=Role.OWNER)
    records.put("interviews", INTERVIEW, title="T")
    assert await words(records, "startups", name="Bright") == f"Startup {quoted('Bright')}"
    assert await words(records, "contacts") == "Contact"
    part = await words(records, "interview_assignments", member_id=ME.member_id)
    assert part == "Part in an interview of Ada Berg"
    assert await words(records, "rating_sheets") == "Rating sheet of a member"
    long = await words(records, "interview_insights", statement="word " * 30)
    assert len(long) < 80
    assert await words(records, "note_documents", stage="odd") == "Notes of odd"


async def test_answers_are_named_by_the_guide() -> None:
    records = MemoryRecords()
    records.put("interviews", INTERVIEW, title="T")
    of = {"interview_id": INTERVIEW}
    covered = await words(records, "interview_answers", field="context.covered", **of)
    assert covered == "Context and anchor: covered"
    assert (
        await words(records, "interview_answers", field="context.odd_one", **of)
        == "Odd one (Context and anchor)"
    )
    assert await words(records, "interview_answers", field="capture.started_at") == "Started at"
    assert await words(records, "interview_answers") == "Answer"


async def test_the_guide_of_an_interview_is_read_once() -> None:
    records = MemoryRecords()
    records.put("interviews", INTERVIEW, title="T", guide_id="g")
    records.put("guides", "g", name="Short", stages=[{"key": "one", "title": "Beginning"}])
    names = await RecordNames.read(records)
    interview = await records.get("interviews", INTERVIEW)
    assert await names.stage(interview, "one") == "Beginning"
    del records.rows["guides", "g"]
    assert await names.stage(interview, "one") == "Beginning"


async def test_people_who_left_and_the_server_have_their_words() -> None:
    names = await RecordNames.read(MemoryRecords())
    assert names.person("x") == "Somebody who left"
    assert names.person(None) is None


def test_fields_are_called_what_people_call_them() -> None:
    assert field_words("interview_assignments", "state") == "Reply"
    assert field_words("interviews", "join_url") == "Meeting link"
    assert field_words("interviews", "priority") == "Priority"
    assert kind_words("moons_of_mars") == "Moons of mars"
