"""Searching as a person types, and reading for it behind their back."""

import asyncio
from collections.abc import Callable

import pytest

from interview_desk.domain.search_words import HIT_BEGINS, HIT_ENDS, Piece
from interview_desk.services.ports import Change, Listener
from interview_desk.services.search import (
    FoundKind,
    Hit,
    Results,
    SearchService,
    results_of,
)
from interview_desk.store.errors import DiskFullError
from interview_desk.store.projection import instant_milliseconds
from tests.helpers.desk import NOW

INTERVIEW = ("i1", "Why they switched", instant_milliseconds(NOW))


class Index:
    """Answers with what a test puts in; counts what it is asked."""

    def __init__(self, *hits: Hit, unread: int = 0) -> None:
        self.hits = hits
        self.unread = unread
        self.asked: list[str] = []
        self.waiting = 0
        self.failures: list[DiskFullError] = []
        self.settled = 0
        self._listeners: list[Listener] = []

    async def look_up(self, expression: str, *, limit: int) -> Results:
        self.asked.append(expression)
        return results_of(self.hits[:limit], self.unread)

    async def settle(self) -> bool:
        if self.failures:
            raise self.failures.pop()
        self.settled += 1
        self.waiting = max(0, self.waiting - 1)
        return self.waiting > 0

    def on_change(self, listener: Listener) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def change(self) -> None:
        for listener in self._listeners:
            listener(frozenset({Change("startups", "s1")}))

    @property
    def is_watched(self) -> bool:
        return bool(self._listeners)


Of = tuple[str | None, str | None, int | None]
NONE: Of = (None, None, None)


def hit(entity: str, *, title: str = "", body: str = "", of: Of = INTERVIEW) -> Hit:
    return Hit(entity, "r1", "context" if body else None, title, body, *of)


async def test_nothing_to_look_for_asks_nobody() -> None:
    index = Index(unread=4)
    assert await SearchService(index).search(" -- ") == Results()
    assert index.asked == []


async def test_a_note_is_told_with_its_hits_and_its_interview() -> None:
    index = Index(hit("note_documents", body=f"a {HIT_BEGINS}locked{HIT_ENDS} door"), unread=2)
    results = await SearchService(index).search("lock")
    assert index.asked == ['"lock"*']
    assert results.unread == 2
    (found,) = results.found
    assert found.kind is FoundKind.NOTE
    assert found.snippet == (
        Piece("a ", hit=False),
        Piece("locked", hit=True),
        Piece(" door", hit=False),
    )
    assert (found.interview_id, found.interview_title, found.start, found.stage) == (
        "i1",
        "Why they switched",
        NOW,
        "context",
    )


@pytest.mark.parametrize(
    ("entity", "kind"),
    [
        ("interviews", FoundKind.INTERVIEW),
        ("interview_guests", FoundKind.GUEST),
        ("interview_insights", FoundKind.INSIGHT),
        ("interview_answers", FoundKind.ANSWER),
    ],
)
async def test_what_has_lost_its_interview_leads_nowhere(entity: str, kind: FoundKind) -> None:
    index = Index(hit(entity, title="x"), hit(entity, title="y", of=NONE))
    results = await SearchService(index).search("xx")
    assert [(found.kind, found.title[0].text) for found in results.found] == [(kind, "x")]


async def test_people_of_the_team_and_startups_stand_alone() -> None:
    index = Index(
        hit("startups", title="Brightloom", of=NONE),
        hit("poblysh_team_members", title="Ben", of=NONE),
    )
    results = await SearchService(index).search("b")
    assert [found.kind for found in results.found] == [FoundKind.STARTUP, FoundKind.MEMBER]
    assert [found.interview_id for found in results.found] == [None, None]


class Naps:
    """Pauses that a test sees and ends."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.begun = asyncio.Event()
        self.go_on = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        self.begun.set()
        await self.go_on.wait()
        self.go_on.clear()

    async def next(self) -> float:
        await self.begun.wait()
        self.begun.clear()
        return self.asked[-1]


async def until(true: Callable[[], bool]) -> None:
    while not true():  # noqa: ASYNC110  - a turn of the loop, no time
        await asyncio.sleep(0)


async def test_changes_are_read_in_small_steps_behind_the_back() -> None:
    index, naps = Index(), Naps()
    index.waiting = 3
    task = asyncio.ensure_future(SearchService(index, pause=naps).keep_reading())
    for settled in (1, 2):
        assert await naps.next() < 1
        assert index.settled == settled
        naps.go_on.set()
    await until(lambda: index.settled == 3)
    index.change()
    assert await naps.next() >= 1  # not with each letter
    index.change()
    naps.go_on.set()
    await until(lambda: index.settled == 4)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not index.is_watched


async def test_a_full_disk_is_tried_again_with_the_next_change() -> None:
    index, naps = Index(), Naps()
    index.failures = [DiskFullError()]
    task = asyncio.ensure_future(SearchService(index, pause=naps).keep_reading())
    assert await naps.next() > 10
    naps.go_on.set()
    await until(lambda: index.is_watched)
    index.change()
    await naps.next()
    naps.go_on.set()
    await until(lambda: index.settled > 0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
