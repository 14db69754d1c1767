"""A place where notices appear that a test can look at and press."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from interview_desk.services.notices import Answer, Notice


@dataclass
class SettableClock:
    """A clock that stands still until it is moved."""

    moment: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def advance(self, **amount: float) -> None:
        self.moment += timedelta(**amount)


@dataclass
class NoticeBoard:
    """Shows notices and keeps all it ever showed."""

    works: bool = True
    shown: list[Notice] = field(default_factory=list)
    standing: dict[str, Notice] = field(default_factory=dict)
    _told: asyncio.Event = field(default_factory=asyncio.Event)
    _on_answer: Callable[[str, Answer], None] | None = None

    async def show(self, notice: Notice, on_answer: Callable[[str, Answer], None]) -> bool:
        if not self.works:
            return False
        self._on_answer = on_answer
        self.shown.append(notice)
        self.standing[notice.id] = notice
        self._told.set()
        return True

    async def withdraw(self, notice_id: str) -> None:
        self.standing.pop(notice_id, None)

    def press(self, answer: Answer, notice_id: str | None = None) -> None:
        """Answer a notice, the only one that stands where none is named."""
        if notice_id is None:
            [notice_id] = self.standing
        del self.standing[notice_id]
        assert self._on_answer is not None
        self._on_answer(notice_id, answer)

    async def showing(self, count: int, title: str = "") -> None:
        """Wait until that many notices stand whose titles begin so."""
        while len([one for one in self.titles if one.startswith(title)]) < count:
            self._told.clear()
            await self._told.wait()

    @property
    def titles(self) -> list[str]:
        return [notice.title for notice in self.standing.values()]


@dataclass
class Slip:
    """A memory that outlives the service but not the test."""

    text: str | None = None
    saved: int = 0
    first_saved: asyncio.Event = field(default_factory=asyncio.Event)

    async def load(self) -> str | None:
        return self.text

    async def save(self, text: str) -> None:
        self.text = text
        self.saved += 1
        self.first_saved.set()
