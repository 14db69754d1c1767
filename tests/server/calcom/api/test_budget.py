"""The budget of a key: pace, what is kept for people, what Cal.com says, blocks and rests."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_server.calcom.api import budget as rules
from sync_server.calcom.api.budget import Budget
from sync_server.calcom.api.calls import Priority
from sync_server.calcom.api.exchange import Limits
from tests.helpers.server import NOON

PERSON, BACKGROUND = Priority.PERSON, Priority.BACKGROUND


def after(seconds: float):
    return NOON + timedelta(seconds=seconds)


def leaving(limit: int, priorities: list[Priority], *, seconds: float) -> list[float]:
    """When calls leave if so many callers ask as fast as they may."""
    budget = rules.heard(Budget.fresh(NOON), NOON, Limits(limit=limit))
    asking = [(0.0, number, False, priority) for number, priority in enumerate(priorities)]
    left: list[float] = []
    while asking:
        asking.sort()
        at, number, has_turn, priority = asking.pop(0)
        if at >= seconds:
            break
        budget, turn = rules.ask(budget, after(at), priority=priority, has_turn=has_turn)
        if turn.has_turn and turn.seconds <= 0:
            left.append(at)
            asking.append((at, number, False, priority))
        else:
            asking.append((at + max(turn.seconds, 0.001), number, turn.has_turn, priority))
    return left


def most_in(moments: list[float], span: float) -> int:
    return max(sum(start <= one < start + span for one in moments) for start in moments)


@pytest.mark.parametrize("limit", [5, 30, 120, 500])
def test_in_any_minute_fewer_calls_leave_than_the_limit(limit: int) -> None:
    left = leaving(limit, [PERSON, PERSON, BACKGROUND], seconds=200)
    assert limit * 0.5 < most_in(left, 60) <= limit


def test_few_calls_leave_at_once() -> None:
    assert most_in(leaving(120, [PERSON] * 4, seconds=30), 2) < 20


@settings(max_examples=40)
@given(
    limit=st.integers(1, 400),
    priorities=st.lists(st.sampled_from(Priority), min_size=1, max_size=5),
)
def test_no_mix_of_callers_exceeds_a_limit(limit: int, priorities: list[Priority]) -> None:
    left = leaving(limit, priorities, seconds=90)
    assert left
    assert most_in(left, 60) <= max(limit, 2)


@pytest.mark.parametrize("limit", [1, 8, 20, 120])
def test_background_work_has_its_turn_whatever_the_limit(limit: int) -> None:
    assert leaving(limit, [BACKGROUND], seconds=130)[1:]


def test_background_work_leaves_a_share_for_people() -> None:
    background = leaving(120, [BACKGROUND], seconds=0.5)
    people = leaving(120, [PERSON], seconds=0.5)
    assert (len(background), len(people)) == (10, 15)


def test_people_are_promised_turns_one_after_the_other() -> None:
    budget = Budget(tokens=0.0, at=NOON)
    waits = []
    for _ in range(3):
        budget, turn = rules.ask(budget, NOON, priority=PERSON)
        assert turn.has_turn
        waits.append(turn.seconds)
    assert waits == sorted(waits)
    assert waits[2] == pytest.approx(3 * waits[0])
    _, mine = rules.ask(budget, after(waits[0]), priority=PERSON, has_turn=True)
    assert mine.seconds == 0


def test_who_would_have_to_wait_for_long_takes_nothing() -> None:
    budget = Budget.fresh(NOON)
    turns = []
    for _ in range(90):
        budget, turn = rules.ask(budget, NOON, priority=PERSON)
        turns.append(turn)
    refused = [turn for turn in turns if not turn.has_turn]
    assert len(refused) == 62
    assert [turn.seconds for turn in refused] == pytest.approx([14 * 60 / 93] * 62)
    assert budget.tokens > -rules.PATIENCE_SECONDS * 93 / 60
    # With one call a second there is room for everybody again before long.
    waits = []
    for second in range(1, 41):
        budget, turn = rules.ask(budget, after(second), priority=PERSON)
        assert turn.has_turn
        waits.append(turn.seconds)
    assert waits[-1] == 0


def test_a_turn_that_is_not_wanted_any_more_is_there_for_others() -> None:
    full = rules.heard(Budget.fresh(NOON), NOON, Limits(120, 50, 40))
    taken, _ = rules.ask(full, NOON, priority=PERSON)
    assert (taken.tokens, taken.remaining) == (14, 49)
    assert rules.returned(taken, NOON) == full
    assert rules.returned(Budget.fresh(NOON), NOON) == Budget.fresh(NOON)
    waiting, _ = rules.ask(Budget(tokens=0.0, at=NOON), NOON, priority=PERSON)
    away = replace(waiting, failures=9, resting_until=after(5))
    back, turn = rules.ask(away, NOON, priority=PERSON, has_turn=True)
    assert (turn.is_away, turn.has_turn, back.tokens) == (True, False, 0)


def test_a_smaller_limit_leaves_no_debt_behind() -> None:
    budget = Budget.fresh(NOON)
    for _ in range(28):
        budget, _ = rules.ask(budget, NOON, priority=PERSON)
    budget = rules.heard(budget, NOON, Limits(limit=5))
    _, turn = rules.ask(budget, NOON, priority=PERSON)
    assert turn.seconds <= 60 / 3.5 + rules.PATIENCE_SECONDS + 0.001
    # Limits that change with every answer give nobody more than their pace.
    for _ in range(10):
        budget = rules.heard(budget, NOON, Limits(limit=120))
        budget = rules.heard(budget, NOON, Limits(limit=5))
    assert budget.tokens < 0


_STEPS = st.one_of(
    st.tuples(st.just("ask"), st.sampled_from(Priority)),
    st.tuples(st.just("limit"), st.integers(1, 400)),
    st.tuples(st.just("wait"), st.floats(0, 20)),
)


@settings(max_examples=60)
@given(limit=st.integers(1, 400), steps=st.lists(_STEPS, max_size=40))
def test_whatever_was_before_a_person_who_comes_back_when_told_has_a_turn(limit, steps) -> None:
    now, budget = 0.0, Budget.fresh(NOON)
    for what, value in [*steps, ("limit", limit)]:
        if what == "ask":
            budget, _ = rules.ask(budget, after(now), priority=value)
        elif what == "limit":
            budget = rules.heard(budget, after(now), Limits(limit=value))
        else:
            now += value
    budget, turn = rules.ask(budget, after(now), priority=PERSON)
    assert turn.seconds <= 70
    if not turn.has_turn:
        _, turn = rules.ask(budget, after(now + turn.seconds), priority=PERSON)
        assert (turn.has_turn, turn.seconds) == (True, 0)


@settings(max_examples=60)
@given(limit=st.integers(1, 400), comes_at=st.floats(61, 180))
def test_a_person_is_never_refused_for_the_sake_of_background_work(limit, comes_at) -> None:
    budget = rules.heard(Budget.fresh(NOON), NOON, Limits(limit=limit))
    now = 0.0
    while now < comes_at:
        budget, turn = rules.ask(budget, after(now), priority=BACKGROUND)
        now += max(turn.seconds, 0.1)
    _, turn = rules.ask(budget, after(comes_at), priority=PERSON)
    assert turn.has_turn


def test_the_last_calls_of_a_window_are_kept_for_people() -> None:
    for limit, left in ((120, 12), (5, 1)):
        heard = rules.heard(Budget.fresh(NOON), NOON, Limits(limit, left, 40))
        assert not rules.ask(heard, NOON, priority=BACKGROUND)[1].has_turn
        assert rules.ask(heard, NOON, priority=PERSON)[1].has_turn
    one = rules.heard(Budget.fresh(NOON), NOON, Limits(1, 1, 40))
    assert rules.ask(one, after(30), priority=BACKGROUND)[1].has_turn


def test_calls_of_another_program_with_the_same_key_are_counted() -> None:
    heard = rules.heard(Budget.fresh(NOON), NOON, Limits(120, 1, 40))
    assert rules.brings_news(Budget.fresh(NOON), NOON, Limits(120, 1, 40))
    _, background = rules.ask(heard, NOON, priority=BACKGROUND)
    assert (background.has_turn, background.seconds) == (False, 40)
    after_one, person = rules.ask(heard, NOON, priority=PERSON)
    assert person.has_turn
    _, second = rules.ask(after_one, NOON, priority=PERSON)
    assert (second.has_turn, second.seconds) == (False, 40)
    _, later = rules.ask(after_one, after(41), priority=PERSON)
    assert later.seconds == 0


def test_calls_under_way_are_not_forgotten_when_an_answer_does_not_count_them_yet() -> None:
    budget = rules.heard(Budget.fresh(NOON), NOON, Limits(120, 50, 40))
    for _ in range(3):
        budget, _ = rules.ask(budget, NOON, priority=PERSON)
    assert not rules.brings_news(budget, after(1), Limits(120, 49, 39))
    assert rules.heard(budget, after(1), Limits(120, 49, 39)).remaining == 47
    assert rules.heard(budget, after(50), Limits(120, 119, 60)).remaining == 119


def test_answers_that_say_nothing_new_need_not_be_kept() -> None:
    plain = Budget.fresh(NOON)
    assert not rules.brings_news(plain, NOON, Limits())
    assert rules.brings_news(plain, NOON, Limits(limit=500))
    assert rules.brings_news(rules.failed(plain, NOON), NOON, Limits())


@pytest.mark.parametrize(("stated", "waits"), [(17, 17), (0, 1), (None, 60)])
def test_after_a_429_nothing_leaves_until_cal_com_lets_us_in(stated, waits) -> None:
    blocked = rules.limited(Budget.fresh(NOON), NOON, Limits(reset_seconds=stated))
    for priority in Priority:
        _, turn = rules.ask(blocked, NOON, priority=priority)
        assert (turn.has_turn, turn.seconds) == (False, waits)
    # Also who was promised a turn before, and that is taken back: not all may leave in one moment.
    held = replace(blocked, tokens=-1.0)
    after_promised, promised = rules.ask(held, NOON, priority=PERSON, has_turn=True)
    assert (promised.has_turn, promised.seconds) == (False, waits)
    assert after_promised.tokens == 0
    _, turn = rules.ask(blocked, after(waits), priority=PERSON)
    assert (turn.has_turn, turn.seconds) == (True, 0)


def test_a_second_429_does_not_shorten_the_first_ones_block() -> None:
    blocked = rules.limited(Budget.fresh(NOON), NOON, Limits(reset_seconds=60))
    again = rules.limited(blocked, after(1), Limits(reset_seconds=2))
    assert again.blocked_until == after(60)


def test_after_five_failures_calls_rest_and_one_finds_out() -> None:
    budget = Budget.fresh(NOON)
    for _ in range(4):
        budget = rules.failed(budget, NOON)
    _, turn = rules.ask(budget, NOON, priority=PERSON)
    assert not turn.is_away
    budget = rules.failed(budget, NOON)
    _, turn = rules.ask(budget, NOON, priority=PERSON)
    assert (turn.is_away, turn.seconds) == (True, 5)
    budget, probe = rules.ask(budget, after(5), priority=PERSON)
    assert (probe.has_turn, probe.is_away) == (True, False)
    _, other = rules.ask(budget, after(5), priority=PERSON)
    assert other.is_away
    assert rules.failed(budget, after(6)).resting_until == after(16)
    back = rules.heard(budget, after(6), Limits())
    assert not rules.ask(back, after(6), priority=PERSON)[1].is_away


def test_a_rest_is_never_longer_than_a_minute() -> None:
    budget = Budget.fresh(NOON)
    for _ in range(40):
        budget = rules.failed(budget, NOON)
    assert budget.resting_until == after(60)


def test_a_clock_that_is_set_back_takes_nothing_away() -> None:
    budget, _ = rules.ask(Budget.fresh(NOON), NOON, priority=PERSON)
    back, turn = rules.ask(budget, after(-3600), priority=PERSON)
    assert turn.seconds == 0
    assert (back.tokens, back.at) == (13.0, NOON)
