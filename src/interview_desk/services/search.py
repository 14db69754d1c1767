"""Finding interviews, people, notes and insights while somebody types."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from interview_desk.domain.errors import DeskError
from interview_desk.domain.search_words import Piece, excerpt_of, lookup_of, pieces_of
from interview_desk.services.ports import Change, Listener

_AT_MOST: Final = 30
_SETTLES_AFTER_SECONDS: Final = 5.0
_PAUSE_SECONDS: Final = 0.02
_RETRY_SECONDS: Final = 30.0


class FoundKind(StrEnum):
    """What was found, in the order in which people look for it."""

    INTERVIEW = "interview"
    GUEST = "guest"
    CONTACT = "contact"
    STARTUP = "startup"
    MEMBER = "member"
    NOTE = "note"
    INSIGHT = "insight"
    ANSWER = "answer"


class Hit(NamedTuple):
    """One row of the index that matches; hits in `title` and `body` are marked.

    The last three tell the interview it belongs to or is, as it reads now; None where it is gone.
    `starts` is in milliseconds since 1970.
    """

    entity: str
    record_id: str
    stage: str | None
    title: str
    body: str
    interview_id: str | None
    interview_title: str | None
    starts: int | None


class Found(NamedTuple):
    """One result: what it is, its words with the hits marked, and the interview it leads to."""

    kind: FoundKind
    id: str
    title: tuple[Piece, ...]
    snippet: tuple[Piece, ...]
    interview_id: str | None
    interview_title: str
    start: datetime | None
    stage: str | None


@dataclass(frozen=True, slots=True)
class Results:
    """The results, best first, and how much of the desk has not been read for searching yet."""

    found: tuple[Found, ...] = ()
    unread: int = 0


class SearchIndex(Protocol):
    """The words of this desk, looked up in the encrypted database."""

    async def look_up(self, expression: str, *, limit: int) -> Results:
        """What matches an expression of `domain.search_words.lookup_of`, by way of `results_of`."""
        ...

    async def settle(self) -> bool:
        """Read a few of the rows that changed, or forget a little of what was erased.

        True where more waits.
        """
        ...

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` on the loop after each committed change; returns the way to stop."""
        ...


_KINDS: Final = {
    "interviews": FoundKind.INTERVIEW,
    "interview_guests": FoundKind.GUEST,
    "contacts": FoundKind.CONTACT,
    "startups": FoundKind.STARTUP,
    "poblysh_team_members": FoundKind.MEMBER,
    "note_documents": FoundKind.NOTE,
    "interview_insights": FoundKind.INSIGHT,
    "interview_answers": FoundKind.ANSWER,
}
_OF_NO_INTERVIEW: Final = frozenset({"contacts", "startups", "poblysh_team_members"})


class SearchService:
    """Answers while somebody types, and keeps the index read behind their back."""

    def __init__(
        self,
        index: SearchIndex,
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._index = index
        self._pause = pause

    async def search(self, text: str) -> Results:
        """Everything with all the words typed, or what begins with them; best first."""
        expression = lookup_of(text)
        if not expression:
            return Results()
        return await self._index.look_up(expression, limit=_AT_MOST)

    async def keep_reading(self) -> None:
        """Read what changes for searching, a little at a time, until cancelled."""
        changed = asyncio.Event()

        def note(_changes: frozenset[Change]) -> None:
            changed.set()

        stop = self._index.on_change(note)
        try:
            while True:
                await self._read_all()
                await changed.wait()
                # Somebody who types changes the same note again and again.
                await self._pause(_SETTLES_AFTER_SECONDS)
                changed.clear()
        finally:
            stop()

    async def _read_all(self) -> None:
        while True:
            try:
                more = await self._index.settle()
            except DeskError:
                # A full or locked disk: the next search or change tries again.
                await self._pause(_RETRY_SECONDS)
                return
            if not more:
                return
            await self._pause(_PAUSE_SECONDS)


def results_of(hits: Iterable[Hit], unread: int = 0) -> Results:
    """What the index found, best first, made ready to show; `unread` rows are not in it yet.

    Made where it was found: the loop has somebody's typing to look after.
    """
    found = []
    for entity, record_id, stage, title, body, interview_id, interview_title, starts in hits:
        if interview_id is None and entity not in _OF_NO_INTERVIEW:
            continue  # nothing to lead to: its interview is not here
        one = Found(
            _KINDS[entity],
            record_id,
            pieces_of(title),
            excerpt_of(body),
            interview_id,
            (interview_title or "Untitled interview") if interview_id else "",
            None if starts is None else datetime.fromtimestamp(starts / 1000, UTC),
            stage,
        )
        found.append(one)
    return Results(tuple(found), unread)
