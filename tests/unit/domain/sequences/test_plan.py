"""The steps of a sequence in their order, and the name of a mail's effect."""

from datetime import time

from interview_desk.domain.sequences.plan import (
    Delay,
    Sequence,
    Step,
    StopOn,
    Template,
    Unit,
    Variant,
    Window,
    effect_key,
)
from interview_desk.domain.sequences.variables import VARIABLES

TEXTS = {Variant.USUAL: {"en": Template("Hello", "Text")}}
STEPS = tuple(Step(key, key, Delay(2, Unit.HOURS), TEXTS) for key in ("thanks", "material"))
SEQUENCE = Sequence(
    "id",
    "After the interview",
    1,
    "follow-up",
    STEPS,
    Window(frozenset({1}), time(9), time(16)),
    frozenset(StopOn),
)


def test_steps_follow_each_other_and_end() -> None:
    assert SEQUENCE.next_step([]) is STEPS[0]
    assert SEQUENCE.next_step(["thanks"]) is STEPS[1]
    assert SEQUENCE.next_step(["thanks", "material"]) is None
    assert SEQUENCE.step("material") is STEPS[1]
    assert SEQUENCE.step("gone from this version") is None


def test_a_step_that_is_done_never_follows_again_wherever_it_stands_now() -> None:
    assert SEQUENCE.next_step(["material", "thanks"]) is None
    assert SEQUENCE.next_step(["material"]) is None


def test_what_a_newer_version_has_no_more_is_passed_over() -> None:
    assert SEQUENCE.next_step(["thanks", "gone"]) is STEPS[1]
    assert SEQUENCE.next_step(["gone", "thanks"]) is STEPS[1]
    assert SEQUENCE.next_step(["gone"]) is None


def test_a_sequence_without_steps_ends_at_once() -> None:
    empty = Sequence("id", "Empty", 1, "none", (), SEQUENCE.window, frozenset())
    assert empty.next_step([]) is None


def test_one_step_of_one_enrolment_is_one_effect() -> None:
    assert effect_key("e1", "thanks") == "seq/e1/thanks"


def test_every_variable_has_an_example_to_look_at() -> None:
    assert all(variable.title and variable.example for variable in VARIABLES.values())
    assert [name for name, one in VARIABLES.items() if one.is_list] == [
        "promised",
        "open_questions",
    ]
