"""Sequences as JSON: what is right comes back the same, what is wrong is said plainly."""

from copy import deepcopy
from typing import Any

import pytest

from interview_desk.domain.sequences.plan import After, StopOn, Unit, Variant
from interview_desk.wire.sequences import read_sequence, sequence_fields

GOOD: dict[str, Any] = {
    "name": "After the interview",
    "version": 3,
    "purpose": "follow-up",
    "steps": [
        {
            "key": "thanks",
            "title": "Thank-you",
            "delay": {"amount": 2, "unit": "hours"},
            "texts": {
                "usual": {"en": {"subject": "Thank you", "text": "Hello {{ guest_name }}"}},
                "no_show": {"en": {"subject": "Missed you", "text": "Hello", "html": "<p>Hi</p>"}},
            },
        },
        {
            "key": "nudge",
            "title": "Nudge",
            "delay": {"amount": 5, "unit": "working_days", "after": "previous"},
            "texts": {"usual": {"de": {"subject": "Noch etwas", "text": "Hallo"}}},
            "approval": False,
            "when": {"not": {"fact": "interview.priority", "op": "at_least", "value": 3}},
        },
    ],
    "stop_on": ["reply"],
    "window": {"days": ["tue", "thu"], "from": "09:00", "to": "24:00", "per_day": 20},
    "state": "published",
}


def changed(path: list[Any], value: Any) -> dict[str, Any]:
    fields = deepcopy(GOOD)
    place: Any = fields
    for part in path[:-1]:
        place = place[part]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return fields


def test_a_sequence_comes_back_from_its_record_as_it_was() -> None:
    sequence, mistakes = read_sequence("id", GOOD)
    assert mistakes == ()
    assert sequence is not None
    assert [step.key for step in sequence.steps] == ["thanks", "nudge"]
    assert sequence.steps[1].delay.unit is Unit.WORKING_DAYS
    assert sequence.steps[1].delay.after is After.PREVIOUS
    assert sequence.steps[0].texts[Variant.NO_SHOW]["en"].html == "<p>Hi</p>"
    assert sequence.stop_on == {StopOn.REPLY}
    assert sequence.window.days == {1, 3}
    assert read_sequence("id", sequence_fields(sequence)) == (sequence, ())


def test_a_window_in_the_middle_of_the_day_comes_back_too() -> None:
    fields = changed(["window"], {"days": ["mon"], "from": "09:00", "to": "16:30"})
    fields["window"]["holidays"] = "ignore"
    sequence, _ = read_sequence("id", fields)
    assert sequence is not None
    assert sequence_fields(sequence)["window"] == {
        "days": ["mon"],
        "from": "09:00",
        "to": "16:30",
        "holidays": "ignore",
        "per_day": None,
    }


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (["steps", 0, "delay", "amount"], -1, "Step 1: delay, amount must not be less than 0."),
        (["steps", 0, "delay", "amount"], 1.5, "Step 1: delay, amount must be a whole number."),
        (["steps", 1, "delay", "amount"], "2", "Step 2: delay, amount must be a whole number."),
        (
            ["steps", 0, "delay", "unit"],
            "weeks",
            "Step 1: delay, unit must be one of 'hours' or 'working_days'.",
        ),
        (["steps", 1, "texts"], None, "Step 2: texts is missing."),
        (["steps", 1], "nothing", "Step 2: the step must have named parts."),
        (["steps"], [], "Steps must not be empty."),
        (["steps", 1, "key"], "thanks", "Step 2: the key thanks is taken by an earlier step."),
        (["steps", 0, "key"], "Thank you", "Step 1: key is not written as it must be."),
        (["steps", 0, "surprise"], 1, "Step 1: surprise is not known here."),
        (
            ["steps", 0, "texts"],
            {"late": {"en": {"subject": "a", "text": "b"}}},
            "Step 1: there is no text for the usual case or for a no-show.",
        ),
        (
            ["steps", 0, "delay", "after"],
            "previous",
            "Step 1: there is no mail before it; count from the interview.",
        ),
        (["window", "days"], [], "Window, days must not be empty."),
        (["window", "from"], "9", "Window, start is not written as it must be."),
        (
            ["window", "to"],
            "08:00",
            "The window closes before it opens. Let it end later than it begins.",
        ),
        (["purpose"], "", "Purpose must not be empty."),
        (
            ["steps", 0, "when"],
            {"maybe": 1},
            "Step 1: when has one of all, any and not, or a fact with op and value.",
        ),
        (
            ["steps", 1, "when", "not", "op"],
            "roughly",
            "Step 2: when, not, not, fact, op must be one of",
        ),
    ],
)
def test_a_mistake_is_said_in_one_sentence(path: list[Any], value: Any, sentence: str) -> None:
    sequence, (mistake,) = read_sequence("id", changed(path, value))
    assert sequence is None
    assert mistake == sentence or (sentence[-1] != "." and mistake.startswith(sentence))


def test_an_emptied_field_counts_as_missing_or_usual() -> None:
    sequence, _ = read_sequence("id", {**GOOD, "stop_on": None, "version": None})
    assert sequence is not None
    assert sequence.stop_on == set(StopOn)
    assert read_sequence("id", {**GOOD, "purpose": None}).mistakes == ("Purpose is missing.",)


def test_a_text_in_the_wrong_place_of_a_list_is_named_by_its_number() -> None:
    mistakes = read_sequence("id", changed(["window", "days"], ["mon", "noday"])).mistakes
    assert mistakes[0].startswith("Window, days, entry 2 must be one of")


def test_what_ends_every_sequence_may_be_named_beside_what_this_one_says() -> None:
    always = ["bounce", "complaint", "unsubscribe", "manual"]
    sequence, mistakes = read_sequence("id", {**GOOD, "stop_on": [*always, "reply"]})
    assert sequence is not None, mistakes
    assert sequence.stop_on == {StopOn.REPLY}
    assert sequence_fields(sequence)["stop_on"] == ["reply"]
    mistaken: list[Any] = [["reply", "full moon"], ["reply", 5], "reply"]
    for wrong in mistaken:
        assert read_sequence("id", {**GOOD, "stop_on": wrong}).sequence is None
