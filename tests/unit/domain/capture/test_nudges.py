from datetime import timedelta

import pytest

from interview_desk.domain.nudges import NudgeKind, most_pressing, question_nudge, stage_nudge
from interview_desk.domain.stage_timers import Pace, StageTimer


@pytest.mark.parametrize(
    "question",
    [
        "Don't you think it was too slow?",
        "don\u2019t you agree?",
        "Would you use this every day?",
        "So it was a mess, right?",
        "You must have hated that?",
    ],
)
def test_a_question_that_holds_its_answer_is_called_leading(question: str):
    nudge = question_nudge(question)
    assert nudge is not None
    assert nudge.kind is NudgeKind.LEADING


@pytest.mark.parametrize(
    "question",
    ["If we built that, what then?", "What if it were free?", "Imagine it worked. And then?"],
)
def test_a_question_about_what_never_happened_is_called_hypothetical(question: str):
    nudge = question_nudge(question)
    assert nudge is not None
    assert nudge.kind is NudgeKind.HYPOTHETICAL


def test_two_questions_at_once_are_noticed():
    nudge = question_nudge("When was that? And who was there?")
    assert nudge is not None
    assert nudge.kind is NudgeKind.DOUBLE_BARRELLED


@pytest.mark.parametrize(
    "line",
    [
        "",
        "She would use the old tool until May.",
        "What did you do then?",
        "When did you first think about it?",
        "Walk me through that morning?",
        "If he was away, who decided?"[3:],
    ],
)
def test_notes_and_open_questions_are_left_alone(line: str):
    assert question_nudge(line) is None


def timer(share: float, pace: Pace = Pace.ON_TIME) -> StageTimer:
    return StageTimer(timedelta(minutes=10), timedelta(minutes=10 * share), pace)


@pytest.mark.parametrize(
    ("used", "number", "has_quote", "has_date", "kind"),
    [
        (timer(1.0, Pace.OVER), 1, True, True, NudgeKind.STAGE_OVER),
        (timer(1.5, Pace.WELL_OVER), 9, False, False, NudgeKind.STAGE_OVER),
        (timer(0.1), 5, True, False, NudgeKind.NO_DATE),
        (timer(0.8), 2, False, False, NudgeKind.NO_QUOTE),
        (timer(0.79), 4, False, False, None),
        (timer(0.9), 7, True, True, None),
    ],
)
def test_the_stage_gets_its_most_pressing_remark(
    *, used: StageTimer, number: int, has_quote: bool, has_date: bool, kind: NudgeKind | None
):
    nudge = stage_nudge(
        used, title="Deciding", number=number, has_quote=has_quote, has_date=has_date
    )
    assert (nudge.kind if nudge else None) is kind


def test_only_one_remark_is_shown():
    leading = question_nudge("Would you buy it?")
    assert most_pressing([None, leading, None]) is leading
    assert most_pressing([]) is None
