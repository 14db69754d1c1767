"""Short messages that ask for an answer, wherever they appear."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Answer(StrEnum):
    """What a person does with a notice."""

    JOIN = "join"
    SNOOZE = "snooze"
    SHOW = "show"
    DISMISS = "dismiss"


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification: `answers` are its buttons; it stays until answered where `stays`."""

    id: str
    title: str
    body: str
    answers: tuple[Answer, ...]
    stays: bool = True


class Notifier(Protocol):
    """The place where notices appear."""

    async def show(self, notice: Notice, on_answer: Callable[[str, Answer], None]) -> bool:
        """Show it; True once it is out. `on_answer(notice id, answer)` is called at most once."""
        ...

    async def withdraw(self, notice_id: str) -> None:
        """Take it away where it is still shown."""
        ...
