"""News between the parts of one server: pokes, appended notes, revoked devices.

News carries no truth: whoever misses some reads the database again. That is what lets several
processes on one database tell each other by way of it, without anybody noticing.
"""

import asyncio
import math
import secrets
from collections.abc import Callable
from time import monotonic
from typing import Self, TypeAlias
from weakref import WeakSet

# A reader this far behind is better served by one look into the database.
_BACKLOG = 1000

Wants: TypeAlias = Callable[[object], bool]


class Missed:
    """News: some news did not come through; what counts is in the database."""


def everything(_: object) -> bool:
    """What a listener wants that says nothing else."""
    return True


class Subscription:
    """What one listener has not read yet, in the order it was published.

    It listens from the moment it is made until `close`, the end of its `with` block, or until
    nobody holds it. Waking a listener costs more than asking whether it `wants` a message, so who
    is not concerned says so here. A listener that falls too far behind loses the oldest news;
    `missed` counts.
    """

    def __init__(self, wants: Wants = everything, *, backlog: int = _BACKLOG) -> None:
        self._wants = wants
        self._news: asyncio.Queue[object] = asyncio.Queue(backlog)
        self._open = True
        self._heard_at = -math.inf
        self.missed = 0

    def offer(self, message: object) -> None:
        """Keep `message` if it is wanted, at the cost of the oldest when there is no room."""
        if not self._open or not self._wants(message):
            return
        self._heard_at = monotonic()
        if self._news.full():
            self._news.get_nowait()
            self.missed += 1
        self._news.put_nowait(message)

    def waiting(self) -> list[object]:
        """What has been published and not read, oldest first; it counts as read now."""
        return [self._news.get_nowait() for _ in range(self._news.qsize())]

    async def quiet(self, seconds: float, *, at_most: float = math.inf) -> None:
        """Return when nothing was said for so long, or after `at_most` seconds.

        News that comes meanwhile wakes nobody; it is there to be read afterwards.
        """
        began = monotonic()
        while True:
            now = monotonic()
            left = min(max(began, self._heard_at) + seconds, began + at_most) - now
            if left <= 0:
                return
            await asyncio.sleep(left)

    def close(self) -> None:
        """Hear nothing more."""
        self._open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> object:
        return await self._news.get()


class Bus:
    """Tells every listener in this process what happened. Used from the event loop only.

    `origin` is this process among all that share the database.
    """

    def __init__(self) -> None:
        self.origin = secrets.token_hex(4)
        self._subscriptions: WeakSet[Subscription] = WeakSet()

    def publish(self, message: object) -> None:
        """Hand `message` to all who listen now; nobody waits for a slow one."""
        for subscription in tuple(self._subscriptions):
            subscription.offer(message)

    def subscribe(self, wants: Wants = everything) -> Subscription:
        """Listen from this moment on to what is wanted."""
        subscription = Subscription(wants)
        self._subscriptions.add(subscription)
        return subscription
