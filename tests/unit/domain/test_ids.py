"""Ids: time-ordered where one device creates them, equal where two must agree."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desk.domain.ids import (
    answer_id,
    assignment_id,
    moment_of,
    new_id,
    new_ids,
    note_document_id,
    sheet_id,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
INTERVIEW = "0198f0a0-0000-7000-8000-000000000001"


@given(
    st.datetimes(min_value=datetime(2020, 1, 1), timezones=st.just(UTC)),
    st.binary(min_size=10, max_size=10),
)
def test_a_new_id_is_a_uuid_of_version_seven(now: datetime, randomness: bytes) -> None:
    made = uuid.UUID(new_id(now, randomness))
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert made.int >> 80 == int(now.timestamp() * 1000)


def test_ids_sort_by_the_time_they_were_made() -> None:
    early = new_id(NOON, b"\xff" * 10)
    late = new_id(NOON + timedelta(milliseconds=1), b"\x00" * 10)
    assert early < late


def test_an_id_needs_exactly_ten_random_bytes() -> None:
    with pytest.raises(ValueError, match="10 random bytes"):
        new_id(NOON, b"short")


def test_several_ids_are_made_of_ten_random_bytes_each() -> None:
    first, second = b"0123456789", b"abcdefghij"
    assert new_ids(NOON, first + second) == [new_id(NOON, first), new_id(NOON, second)]
    assert new_ids(NOON, b"") == []
    with pytest.raises(ValueError, match="10 random bytes"):
        new_ids(NOON, first + b"short")


def test_two_devices_agree_on_the_id_of_a_note_an_answer_a_sheet_and_a_part() -> None:
    namespace = uuid.UUID(INTERVIEW)
    assert note_document_id(INTERVIEW, "welcome") == str(uuid.uuid5(namespace, "welcome"))
    assert answer_id(INTERVIEW, "context.decision_role") == str(
        uuid.uuid5(namespace, "answer:context.decision_role")
    )
    assert sheet_id(INTERVIEW, "m1") == str(uuid.uuid5(namespace, "sheet:m1"))
    assert assignment_id(INTERVIEW, "m1") == str(uuid.uuid5(namespace, "assignment:m1"))


def test_an_id_tells_when_it_was_made():
    now = datetime(2026, 11, 23, 12, 0, 0, 123000, tzinfo=UTC)
    assert moment_of(new_id(now, b"0" * 10)) == now
