"""The connection to the team's server, loaded after the window stands."""

import platform
from collections.abc import Callable
from dataclasses import dataclass
from random import SystemRandom
from typing import TYPE_CHECKING

from interview_desk.app.network import load_network
from interview_desk.services.exchange import TokenKeeper
from interview_desk.services.identity import PairingApi
from interview_desk.services.pairing import Pairing
from interview_desk.services.ports import Clock, Me
from interview_desk.services.sync import SyncService
from interview_desk.store import LocalStore

if TYPE_CHECKING:
    from interview_desk.remote import Session
    from interview_desk.services.earlier_versions import VersionsFeed


@dataclass(frozen=True, slots=True)
class Online:
    """This device's signed-in session and the exchange that runs over it."""

    sync: SyncService
    session: "Session"

    @property
    def versions(self) -> "VersionsFeed":
        """What the server remembers of notes; only who captures needs it."""
        from interview_desk.remote.note_versions import HttpNoteVersions

        return HttpNoteVersions(self.session)


async def go_online(store: LocalStore, me: Me, tokens: TokenKeeper, *, clock: Clock) -> Online:
    """Everything needed to exchange with the server this desk is paired with."""
    await load_network()
    from interview_desk.remote import HttpSyncApi, LiveSocket, Session

    session = Session(me.server or "", tokens, pin=await store.server_pin())
    sync = SyncService(
        store,
        HttpSyncApi(session),
        LiveSocket(session),
        clock,
        jitter=SystemRandom().random,
        let_go=session.close,
    )
    return Online(sync, session)


def pairing(
    store: LocalStore,
    tokens: TokenKeeper,
    *,
    clock: Clock,
    randomness: Callable[[int], bytes],
) -> Pairing:
    """The ways in for this computer."""

    def api_for(server: str, pin: str | None) -> PairingApi:
        from interview_desk.remote import HttpPairingApi, Session

        return HttpPairingApi(Session(server, tokens, pin=pin))

    return Pairing(
        store,
        tokens,
        api_for,
        clock,
        device_name=platform.node() or "computer",
        randomness=randomness,
    )
