"""What servers remember of what they have read, and forget when somebody in it is erased."""

from asyncio import get_running_loop
from collections.abc import Callable
from dataclasses import dataclass

from sync_server.infra.database import Tx
from sync_server.infra.travelling import travels

# Seconds after which nobody is at work any more on what they had read before it was erased.
_LATER = 60.0
_forgetting: set[Callable[[], None]] = set()


@travels("erased")
@dataclass(frozen=True, slots=True)
class Erased:
    """News: something was erased for good, and is to be remembered by no server."""


def forgotten_by(forget: Callable[[], None]) -> Callable[[], None]:
    """Have `forget` called in every server whenever something is erased."""
    _forgetting.add(forget)
    return forget


def forget_everywhere(tx: Tx) -> None:
    """Have all servers forget what they remember, once this unit of work is durable."""
    tx.after_commit(forget_here)
    tx.tell_elsewhere(Erased())


def forget_here() -> None:
    """Forget what this server remembers, now and once more for who is at work on it just now."""
    _forget()
    get_running_loop().call_later(_LATER, _forget)


def _forget() -> None:
    for forget in _forgetting:
        forget()
