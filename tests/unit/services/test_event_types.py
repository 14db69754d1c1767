"""Event types of Cal.com on the desk, and what the team adds."""

import pytest

from interview_desk.domain.roles import Role
from interview_desk.services.event_types import Choice, EventTypeService
from tests.helpers.desk import ME, MemoryRecords


@pytest.fixture
def records() -> MemoryRecords:
    return MemoryRecords()


@pytest.fixture
def event_types(records: MemoryRecords) -> EventTypeService:
    return EventTypeService(records, me=ME)


async def test_an_event_type_is_read_whole(
    records: MemoryRecords, event_types: EventTypeService
) -> None:
    records.put(
        "event_types",
        "e1",
        calcom_id=7,
        title="Switch interview",
        minutes=45,
        lengths=[30, 45, "x"],
        hosts=[{"name": "Ada"}, {"email": "ben@x.test"}, {}, "Cy"],
        locations=[{"integration": "google-meet"}, {"type": "attendee_phone"}, "Room 2"],
        needs_confirmation=True,
        guide_id="g1",
        roles={"lead": ["m1"]},
        rule_set_id="",
    )
    (found,) = await event_types.all()
    assert found.choices == (30, 45)
    assert found.hosts == ("Ada", "ben@x.test", "A host", "Cy")
    assert found.places == ("Google meet", "Attendee phone", "Room 2")
    assert (found.guide_id, found.rule_set_id) == ("g1", None)
    assert found.roles == {"lead": ["m1"]}
    assert found.needs_confirmation


async def test_what_is_gone_or_has_no_number_is_not_offered(
    records: MemoryRecords, event_types: EventTypeService
) -> None:
    records.put("event_types", "e1", calcom_id=7, title="Old", gone=True)
    records.put("event_types", "e2", title="Not from Cal.com")
    records.put("event_types", "e3", calcom_id=9)
    (found,) = await event_types.all()
    assert (found.title, found.choices) == ("Event type 9", (60,))


async def test_what_an_event_type_can_be_mapped_to(
    records: MemoryRecords, event_types: EventTypeService
) -> None:
    records.put("guides", "g", name="Switch", version=2)
    records.put("evaluation_rules", "r1", name="Old rules", state="retired")
    records.put("evaluation_rules", "r2", name="Rules", version=1, state="published")
    records.put("sequences", "s", version=1)
    records.member("Ben Cole", member_id="ben")
    choices = await event_types.choices()
    assert choices.guides == (Choice("g", "Switch (version 2)"),)
    assert choices.rule_sets == (Choice("r2", "Rules"),)
    assert choices.sequences == (Choice("s", "Without a name"),)
    assert choices.members == (Choice("ben", "Ben Cole"),)


async def test_a_mapping_is_a_change_to_the_record(
    records: MemoryRecords, event_types: EventTypeService
) -> None:
    records.put("event_types", "e1", calcom_id=7)
    await event_types.map("e1", guide_id="g1")
    assert records.rows["event_types", "e1"].fields["guide_id"] == "g1"
    assert event_types.may_map
    assert not EventTypeService(records, me=ME._replace(role=Role.INTERVIEWER)).may_map
