"""What speaks to the network, loaded when it is needed first."""

import asyncio
import importlib
import sys
from typing import TYPE_CHECKING

from interview_desk.services.ports import Me
from interview_desk.services.team import Invitation
from interview_desk.store import LocalStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from interview_desk.remote import Session
    from interview_desk.services.exchange import TokenKeeper
    from interview_desk.services.timeline import HistoryPage


async def load_network() -> None:
    """Import it beside the window and not in front of it."""
    # Where it finds rich and click, httpx also loads its own command line: 8 MB for nobody. And in
    # each call it looks four times through all of the path for sniffio, which nobody installs.
    # This is Python's way to say that a module is not here, and httpx does without.
    for absent in ("httpx._main", "sniffio"):
        sys.modules.setdefault(absent, None)  # type: ignore[arg-type]  # None is meant
    await asyncio.to_thread(importlib.import_module, "interview_desk.remote")


class LateInvitations:
    """The `Invitations` port on a session that is opened with the first invitation."""

    def __init__(self, store: LocalStore, me: Me, tokens: "TokenKeeper") -> None:
        self._store = store
        self._me = me
        self._tokens = tokens

    async def create(self, email: str) -> Invitation:
        """A fresh one-time link for this address."""
        await load_network()
        from interview_desk.remote import HttpInvitations, Session

        session = Session(self._me.server or "", self._tokens, pin=await self._store.server_pin())
        try:
            return await HttpInvitations(session).create(email)
        finally:
            await session.close()


class LateHistory:
    """The `HistoryFeed` port over the session the desk has, once it is there."""

    def __init__(self, session: "Callable[[], Session | None]") -> None:
        self._session = session

    async def history(self, entity: str, record_id: str, *, before: str | None) -> "HistoryPage":
        """What happened to one record; ServerUnreachableError before there is a session."""
        from interview_desk.services.server_errors import ServerUnreachableError

        session = self._session()
        if session is None:
            raise ServerUnreachableError
        from interview_desk.remote.history import HttpHistory

        return await HttpHistory(session).history(entity, record_id, before=before)
