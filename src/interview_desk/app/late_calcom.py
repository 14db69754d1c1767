"""Cal.com through the team's server, over the session the desk has once it is there."""

from datetime import datetime
from typing import TYPE_CHECKING

from interview_desk.services.availability import FreeTimes
from interview_desk.services.connection import (
    Connected,
    Connection,
    Events,
    InboxEvent,
    InboxPage,
    Replayed,
    Tested,
)
from interview_desk.services.holds import Hold
from interview_desk.services.media import Recording
from interview_desk.services.server_errors import ServerUnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from interview_desk.remote import Session
    from interview_desk.remote.calcom import HttpCalcom


class LateCalcom:
    """The ports around Cal.com; ServerUnreachableError before there is a session."""

    def __init__(self, session: "Callable[[], Session | None]") -> None:
        self._session = session

    async def free_times(
        self, event_type: int, start: datetime, end: datetime, minutes: int | None
    ) -> FreeTimes:
        """The free times that begin in [start, end)."""
        return await self._door().free_times(event_type, start, end, minutes)

    async def hold(self, event_type: int, start: datetime, minutes: int | None) -> Hold:
        """Keep a slot for a few minutes."""
        return await self._door().hold(event_type, start, minutes)

    async def release(self, hold_id: str) -> None:
        """Let others have it."""
        await self._door().release(hold_id)

    async def state(self) -> Connection:
        """How the server stands with Cal.com."""
        return await self._door().state()

    async def test(self) -> Tested:
        """Ask Cal.com who the key belongs to."""
        return await self._door().test()

    async def connect(self) -> Connected:
        """Have Cal.com tell the server of every change."""
        return await self._door().connect()

    async def disconnect(self) -> None:
        """Have Cal.com tell nothing any more."""
        await self._door().disconnect()

    async def inbox(self, which: Events, *, before: str | None) -> InboxPage:
        """A page of what came in."""
        return await self._door().inbox(which, before=before)

    async def event(self, event_id: str) -> InboxEvent:
        """One event with its body."""
        return await self._door().event(event_id)

    async def replay(self, which: Events, *, dry_run: bool) -> Replayed:
        """Read events again, or say which that would be."""
        return await self._door().replay(which, dry_run=dry_run)

    async def recordings(self, interview_id: str) -> tuple[Recording, ...]:
        """Fresh links to what Cal.com has recorded."""
        return await self._door().recordings(interview_id)

    async def fetch_transcripts(self, interview_id: str) -> int:
        """Take Cal.com's transcripts into the interview."""
        return await self._door().fetch_transcripts(interview_id)

    def _door(self) -> "HttpCalcom":
        session = self._session()
        if session is None:
            raise ServerUnreachableError
        from interview_desk.remote.calcom import HttpCalcom

        return HttpCalcom(session)
