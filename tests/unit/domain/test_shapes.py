"""What was sent is what it claims to be, or is refused with a reason."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desk.domain.records import ENTITIES
from interview_desk.domain.refusals import ChangeRefusedError, Rejection
from interview_desk.domain.shapes import checked_fields, checked_id, entity_named

ID = "0193a000-0000-7000-8000-000000000001"


def refusal(entity: str, **fields: Any) -> str:
    with pytest.raises(ChangeRefusedError) as refused:
        checked_fields(ENTITIES[entity], fields)
    assert refused.value.code == refused.value.reason.value
    return refused.value.code


def test_an_entity_is_known_by_its_name() -> None:
    assert entity_named("flags") is ENTITIES["flags"]
    with pytest.raises(ChangeRefusedError) as refused:
        entity_named("unicorns")
    assert refused.value.reason is Rejection.UNKNOWN_ENTITY


def test_an_id_is_a_uuid_as_we_write_them() -> None:
    assert checked_id(ID) == ID


@pytest.mark.parametrize("wrong", ["", "x", ID.upper(), ID.replace("-", ""), f"{{{ID}}}"])
def test_anything_else_is_no_id(wrong: str) -> None:
    with pytest.raises(ChangeRefusedError) as refused:
        checked_id(wrong)
    assert refused.value.reason is Rejection.INVALID_ID


GOOD: list[tuple[str, str, Any]] = [
    ("startups", "name", "Example GmbH"),
    ("startups", "name", None),
    ("startups", "tags", {"add": ["a"]}),
    ("startups", "tags", {"add": ["a"], "remove": []}),
    ("interviews", "priority", 1.5),
    ("interviews", "start", "2026-11-22T09:00:00Z"),
    ("interviews", "startup_id", ID),
    ("interviews", "booking_uids", ["u"]),
    ("interviews", "status", "held"),
    ("interview_guests", "no_show", True),
    ("interview_guests", "consent_notes", {"value": "yes"}),
    (
        "interview_guests",
        "consent_notes",
        {"value": "no", "at": "2026-11-22T09:00:00Z", "by": "ada"},
    ),
    ("interview_answers", "value", {"any": [1, None, True]}),
]


@pytest.mark.parametrize(("entity", "name", "value"), GOOD)
def test_what_fits_is_taken_as_it_is(entity: str, name: str, value: Any) -> None:
    assert checked_fields(ENTITIES[entity], {name: value}) == {name: value}


def test_a_time_is_written_in_utc() -> None:
    for spelled in ("2026-11-22T10:00:00+01:00", "2026-11-22t09:00:00z", "2026-11-22T09:00:00.0Z"):
        fields = checked_fields(ENTITIES["interviews"], {"start": spelled})
        assert fields == {"start": "2026-11-22T09:00:00Z"}


BAD: list[tuple[str, str, Any]] = [
    ("startups", "name", 17),
    ("startups", "name", "half a \ud83d pair"),
    ("startups", "tags", ["a"]),
    ("startups", "tags", None),
    ("startups", "tags", {"add": ["a"], "drop": []}),
    ("startups", "tags", {"add": "a"}),
    ("startups", "tags", {"add": [1]}),
    ("interviews", "priority", True),
    ("interviews", "priority", float("nan")),
    ("interviews", "priority", 2**53 + 1),
    ("interview_insights", "evidence", [{"at": -(10**300)}]),
    ("interviews", "start", 17),
    ("interviews", "start", "2026-11-22"),
    ("interviews", "start", "2026-11-22T09:00:00"),
    ("interviews", "start", "Tomorrow"),
    ("interviews", "start", "2026-11-22T09:00Z"),
    ("interviews", "start", "20261122T090000Z"),
    ("interviews", "start", "2026-W47-7T09:00:00Z"),
    ("interviews", "start", "2026-11-22 09:00:00Z"),
    ("interviews", "start", "2026-11-22T09:00:00Z\0"),
    ("interviews", "start", "2026-11-22T09:00:00Z\n"),
    ("interviews", "start", "2026-11-22T\u0661\u0660:00:00Z"),
    ("interviews", "start", "2026-02-30T09:00:00Z"),
    ("interviews", "start", "2026-11-22T09:00:00+01:00:30"),
    ("interviews", "start", "0001-01-01T00:00:00+14:00"),
    ("interviews", "end", "9999-12-31T23:59:59Z"),
    ("interviews", "startup_id", "x"),
    ("interviews", "startup_id", 17),
    ("interviews", "booking_uids", [1]),
    ("interviews", "status", "maybe"),
    ("interview_guests", "no_show", "yes"),
    ("interview_guests", "consent_notes", "yes"),
    ("interview_guests", "consent_notes", {"value": "maybe"}),
    ("interview_guests", "consent_notes", {"value": "yes", "at": "now"}),
    ("interview_guests", "consent_notes", {"value": "yes", "by": 17}),
    ("interview_answers", "value", [float("inf")]),
    ("interview_answers", "value", {"\ud83d": 1}),
]


@pytest.mark.parametrize(("entity", "name", "value"), BAD)
def test_what_does_not_fit_is_refused(entity: str, name: str, value: Any) -> None:
    assert refusal(entity, **{name: value}) == "invalid_value"


def test_an_unknown_field_is_refused() -> None:
    assert refusal("startups", colour="blue") == "unknown_field"


def test_a_field_has_at_most_a_mebibyte() -> None:
    assert refusal("startups", notes="ä" * (512 * 1024)) == "too_large"
    assert refusal("interview_answers", value=["x" * 1000] * 1100) == "too_large"


@pytest.mark.parametrize(("depth", "taken"), [(100, True), (101, False)])
def test_what_a_field_holds_lies_at_most_a_hundred_deep(*, depth: int, taken: bool) -> None:
    value: Any = "x"
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    if taken:
        fields = checked_fields(ENTITIES["interview_answers"], {"value": value})
        assert fields == {"value": value}
    else:
        assert refusal("interview_answers", value=value) == "invalid_value"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(entity=st.sampled_from(sorted(ENTITIES)), data=st.data(), value=json_values)
def test_any_value_is_taken_or_refused(entity: str, data: st.DataObject, value: Any) -> None:
    kind = ENTITIES[entity]
    name = data.draw(st.sampled_from(sorted(kind.fields)))
    with suppress(ChangeRefusedError):
        assert set(checked_fields(kind, {name: value})) == {name}
