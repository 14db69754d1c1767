"""Doing something for whoever shows a token, in the transaction that looks at the token.

One turn with the database instead of two: the shortest calls consist of little else.
"""

from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary

from sync_server.auth.repository import token_digest
from sync_server.auth.service import Caller, authenticate, caller_of
from sync_server.infra.database import Database, Tx
from sync_server.infra.parts import Parts

T = TypeVar("T")

# Digests of tokens that were good when they were first shown here. It says only that their first
# use has been noted, and that looking at them again is not wasted on somebody who guesses.
_SHOWN: WeakKeyDictionary[Database, set[str]] = WeakKeyDictionary()
_MOST_SHOWN = 10_000


async def reading(parts: Parts, token: str, work: Callable[[Tx, Caller], T]) -> T:
    """The result of `work` for the caller; Unauthorized or DeviceRevoked when nobody may."""
    digest = await _shown(parts, token)
    return await parts.database.read(lambda tx: work(tx, caller_of(tx, digest)[0]))


async def glancing(parts: Parts, token: str, work: Callable[[Tx, Caller], T]) -> T:
    """The same for work that asks for a few rows only."""
    digest = await _shown(parts, token)
    return await parts.database.glance(lambda tx: work(tx, caller_of(tx, digest)[0]))


async def writing(parts: Parts, token: str, work: Callable[[Tx, Caller], T]) -> T:
    """The same for work that writes."""
    digest = await _shown(parts, token)
    return await parts.database.write(lambda tx: work(tx, caller_of(tx, digest)[0]))


async def _shown(parts: Parts, token: str) -> str:
    shown = _SHOWN.setdefault(parts.database, set())
    digest = token_digest(token)
    if digest not in shown:
        await authenticate(parts, token)
        if len(shown) >= _MOST_SHOWN:
            shown.clear()
        shown.add(digest)
    return digest
