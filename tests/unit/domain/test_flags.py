"""Switches of a team."""

import pytest

from interview_desk.domain.flags import WORDS, Flag, is_on
from interview_desk.domain.ids import flag_id
from interview_desk.domain.values import Fields


def _flag(key: str, *, on: bool) -> Fields:
    return {"key": key, "on": on}


@pytest.mark.parametrize("flag", Flag)
def test_every_flag_is_on_until_somebody_turns_it_off(flag: Flag) -> None:
    assert is_on(flag, [])
    assert is_on(flag, [_flag(flag.value, on=True), _flag("another", on=False)])
    assert not is_on(flag, [_flag(flag.value, on=False)])


def test_of_two_records_of_one_flag_off_holds() -> None:
    on, off = _flag("follow_up", on=True), _flag("follow_up", on=False)
    assert not is_on(Flag.FOLLOW_UP, [on, off])
    assert not is_on(Flag.FOLLOW_UP, [off, on])


@pytest.mark.parametrize("flag", Flag)
def test_every_flag_says_what_is_kept_while_it_is_off(flag: Flag) -> None:
    assert WORDS[flag].title
    assert any(word in WORDS[flag].off for word in ("kept", "held"))


def test_two_devices_give_a_flag_the_same_id() -> None:
    assert flag_id("calcom") == flag_id("calcom") != flag_id("evaluation")
