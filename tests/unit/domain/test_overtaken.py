"""What one person made of what they saw, beside what another did meanwhile."""

import pytest

from interview_desk.domain.overtaken import edit_of
from interview_desk.domain.values import Fields, Json

WAS: Fields = {"name": "Was", "purpose": "Was", "window": {"from": "09:00", "to": "16:00"}}


def of(made: Fields, now: Fields) -> tuple[Fields, set[str]]:
    edit = edit_of("sequences", "s1", shown=WAS, made={**WAS, **made}, now={**WAS, **now})
    assert (edit.entity, edit.id, edit.delete) == ("sequences", "s1", False)
    return edit.fields, set(edit.unseen)


@pytest.mark.parametrize(
    ("made", "now", "fields", "unseen"),
    [
        ({}, {"name": "Theirs"}, {}, set()),
        ({"name": "Mine"}, {}, {"name": "Mine"}, set()),
        ({"name": "Mine"}, {"purpose": "Theirs"}, {"name": "Mine"}, set()),
        ({"name": "Mine"}, {"name": "Theirs"}, {"name": "Mine"}, {"name"}),
        ({"name": "The same"}, {"name": "The same"}, {}, set()),
    ],
)
def test_only_what_was_touched_is_written_and_what_both_touched_is_unseen(
    made: Fields, now: Fields, fields: Fields, unseen: set[str]
) -> None:
    assert of(made, now) == (fields, unseen)


@pytest.mark.parametrize(
    ("made", "now", "written", "is_unseen"),
    [
        # Each touched another part: both stand.
        ({"from": "08:00", "to": "16:00"}, {"from": "09:00", "to": "18:00"}, "08:00-18:00", False),
        ({"from": "08:00", "to": "16:00"}, {"from": "07:00", "to": "18:00"}, "08:00-18:00", True),
        ({"to": "16:00"}, {"from": "09:00", "to": "18:00"}, "None-18:00", False),
        ({"to": "16:00"}, {"from": "10:00", "to": "18:00"}, "None-18:00", True),
    ],
)
def test_of_a_value_in_parts_only_the_touched_parts_are_written(
    made: Fields, now: Fields, written: str, *, is_unseen: bool
) -> None:
    fields, unseen = of({"window": made}, {"window": now})
    window = fields["window"]
    assert isinstance(window, dict)
    assert f"{window.get('from')}-{window.get('to')}" == written
    assert unseen == ({"window"} if is_unseen else set())


@pytest.mark.parametrize(
    ("made", "now", "is_unseen"),
    [(None, {"from": "10:00"}, True), ({"from": "10:00"}, None, True)],
)
def test_a_value_in_parts_that_is_taken_away_or_gone_is_one_value(
    made: Json, now: Json, *, is_unseen: bool
) -> None:
    assert of({"window": made}, {"window": now}) == (
        {"window": made},
        {"window"} if is_unseen else set(),
    )


def test_what_was_first_said_in_parts_while_another_said_others_has_both() -> None:
    edit = edit_of(
        "interview_answers", "a1", shown={}, made={"value": {"a": 1}}, now={"value": {"b": 2}}
    )
    assert (edit.fields, edit.unseen) == ({"value": {"b": 2, "a": 1}}, frozenset())
