"""Pokes that only notes have caused, joined to one a second: whoever types pokes everybody."""

import asyncio
from collections.abc import Callable

# Pokes caused only by notes are joined to one in this time.
NOTES_POKE_SECONDS = 1.0


class JoinedPokes:
    """Hands pokes to `send` (workspace, seq); used from the event loop only."""

    def __init__(self, send: Callable[[str, int], None]) -> None:
        self._send = send
        self._waiting: dict[str, int] = {}
        self._pauses: dict[str, asyncio.TimerHandle] = {}

    def at_once(self, workspace_id: str, seq: int) -> None:
        """Poke now; what waits and is no newer need not be told any more."""
        if self._waiting.get(workspace_id, seq) <= seq:
            self._waiting.pop(workspace_id, None)
        self._send(workspace_id, seq)

    def joined(self, workspace_id: str, seq: int) -> None:
        """Poke now where the last of these is long ago, else once the pause is over."""
        self._waiting[workspace_id] = max(seq, self._waiting.get(workspace_id, 0))
        if workspace_id not in self._pauses:
            self._poke(workspace_id)

    def stop(self) -> None:
        """Forget what waits."""
        for pause in self._pauses.values():
            pause.cancel()
        self._pauses.clear()
        self._waiting.clear()

    def _poke(self, workspace_id: str) -> None:
        self._send(workspace_id, self._waiting.pop(workspace_id))
        loop = asyncio.get_running_loop()
        self._pauses[workspace_id] = loop.call_later(NOTES_POKE_SECONDS, self._go_on, workspace_id)

    def _go_on(self, workspace_id: str) -> None:
        del self._pauses[workspace_id]
        if workspace_id in self._waiting:
            self._poke(workspace_id)
