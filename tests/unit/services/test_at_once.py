"""Use cases that never have to wait are answered without a loop."""

import asyncio
import inspect

import pytest

from interview_desk.services.at_once import HasToWaitError, at_once


async def _answer(words: str) -> str:
    return words


async def _two_steps() -> str:
    return await _answer("one") + await _answer(", two")


async def _broken() -> None:
    raise ValueError("broken")


def test_what_never_waits_is_answered() -> None:
    assert at_once(_two_steps()) == "one, two"


def test_what_goes_wrong_is_raised() -> None:
    with pytest.raises(ValueError, match="broken"):
        at_once(_broken())


def test_what_has_to_wait_is_refused_and_let_go() -> None:
    work = asyncio.sleep(0)
    with pytest.raises(HasToWaitError):
        at_once(work)
    assert inspect.getcoroutinestate(work) == inspect.CORO_CLOSED
