"""What this program reads of records that a newer server has written."""

import pytest

from interview_desk.domain.understood import understood
from interview_desk.domain.values import Json

SOUND: dict[str, Json] = {
    "title": "First call",
    "status": "scheduled",
    "start": "2026-12-01T10:00:00Z",
    "event_type_id": 7,
    "booking_uids": ["a", "b"],
    "end": None,
    "mood": {"of": "the future"},
}


def test_a_record_as_it_should_be_is_read_whole() -> None:
    assert understood("interviews", SOUND) is SOUND


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "postponed"),
        ("status", ["scheduled"]),
        ("title", {"en": "First call"}),
        ("start", "soon"),
        ("start", "2026-12-01T10:00:00"),
        ("start", "0001-01-01T00:00:00Z"),
        ("start", "9999-12-31T23:59:59Z"),
        ("event_type_id", "7"),
        ("event_type_id", True),
        ("event_type_id", 10**30),
        ("event_type_id", float("inf")),
        ("event_type_id", float("nan")),
        ("booking_uids", "a"),
        ("booking_uids", ["a", 5]),
    ],
)
def test_what_this_program_cannot_read_is_not_set(name: str, value: Json) -> None:
    read = understood("interviews", SOUND | {name: value})
    assert read == {other: kept for other, kept in SOUND.items() if other != name}


def test_records_of_an_unknown_kind_are_left_as_they_are() -> None:
    assert understood("moods", {"title": 5}) == {"title": 5}
