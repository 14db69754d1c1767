"""Whose desk this is, and how it becomes a team's."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from interview_desk.services.exchange import Tokens
from interview_desk.services.ports import Me


class IdentityStore(Protocol):
    """Who uses this desk, kept inside the encrypted database."""

    async def me(self) -> Me | None:
        """The person this desk belongs to, or None before the first run."""
        ...

    async def server_pin(self) -> str | None:
        """The fingerprint that the server's certificate has to have, where one was given."""
        ...

    async def become(self, me: Me, *, epoch: str | None = None, pin: str | None = None) -> None:
        """Belong to `me` from now on; a new device counts from 1 and pulls from the start."""
        ...


@dataclass(frozen=True, slots=True)
class Paired:
    """What a server says to a device it has just paired with."""

    device_id: str
    tokens: Tokens
    member_id: str
    name: str
    email: str | None
    role: str
    workspace: str
    epoch: str


class PairingApi(Protocol):
    """The one call that needs no token."""

    async def pair(self, code: str, *, device_name: str, install_nonce: str) -> Paired:
        """Exchange a one-time code for this device's tokens."""
        ...


# The way to a server: its address, and the fingerprint of its certificate where one is pinned.
PairingApiFor = Callable[[str, str | None], PairingApi]
