"""What speaks to the network, loaded when it is needed first."""

import asyncio
import importlib
from typing import TYPE_CHECKING

from interview_desk.services.ports import Me
from interview_desk.services.team import Invitation
from interview_desk.store import LocalStore

if TYPE_CHECKING:
    from interview_desk.services.exchange import TokenKeeper


async def load_network() -> None:
    """Import it beside the window and not in front of it."""
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
