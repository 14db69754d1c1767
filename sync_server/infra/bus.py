"""News between the parts of one server: pokes, appended notes, revoked devices.

News carries no truth: whoever misses some reads the database again. That is what lets several
processes on one database tell each other by way of it, without anybody noticing.
"""

import asyncio
import secrets
from typing import Self
from weakref import WeakSet

# A reader this far behind is better served by one look into the database.
_BACKLOG = 1000


class Missed:
    """News: some news did not come through; what counts is in the database."""


class Subscription:
    """What one listener has not read yet, in the order it was published.

    It listens from the moment it is made until `close`, the end of its `with` block, or until
    nobody holds it. A listener that falls too far behind loses the oldest news; `missed` counts.
    """

    def __init__(self, backlog: int = _BACKLOG) -> None:
        self._news: asyncio.Queue[object] = asyncio.Queue(backlog)
        self._open = True
        self.missed = 0

    def offer(self, message: object) -> None:
        """Keep `message` for the listener, at the cost of the oldest when there is no room."""
        if not self._open:
            return
        if self._news.full():
            self._news.get_nowait()
            self.missed += 1
        self._news.put_nowait(message)

    def waiting(self) -> list[object]:
        """What has been published and not read, oldest first; it counts as read now."""
        return [self._news.get_nowait() for _ in range(self._news.qsize())]

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

    def subscribe(self) -> Subscription:
        """Listen from this moment on."""
        subscription = Subscription()
        self._subscriptions.add(subscription)
        return subscription
