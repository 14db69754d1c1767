"""A note journal in memory, with the switches that tests of saving need."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from interview_desk.domain.errors import DeskError
from interview_desk.services.ports import KeptUpdate, NoteAddress, StoredNote


class DiskFullError(DeskError):
    """What the store says when nothing can be written."""


class MemoryJournal:
    """Implements `services.ports.NoteJournal`; `full` refuses, `gate` holds writes back."""

    def __init__(self) -> None:
        self.confirmed: dict[NoteAddress, list[bytes]] = {}
        self.pending: dict[NoteAddress, list[bytes]] = {}
        self.times: dict[NoteAddress, list[datetime | None]] = {}
        self.tidied: list[NoteAddress] = []
        self.full = False
        self.gate = asyncio.Event()
        self.gate.set()
        self.loading: Callable[[], None] | None = None
        self.appended = asyncio.Event()
        self._listeners: dict[NoteAddress, list[Callable[[Sequence[bytes]], None]]] = {}

    async def load(self, note: NoteAddress) -> StoredNote:
        confirmed = tuple(self.confirmed.get(note, ()))
        pending = tuple(self.pending.get(note, ()))
        if self.loading is not None:
            self.loading()
        return StoredNote(confirmed, pending, len(confirmed))

    async def append(self, note: NoteAddress, update: bytes, *, at: datetime | None = None) -> None:
        await self.gate.wait()
        if self.full:
            raise DiskFullError("The disk is full.")
        self.pending.setdefault(note, []).append(update)
        self.times.setdefault(note, []).append(at)
        self.appended.set()

    async def tidy(self, note: NoteAddress) -> None:
        self.tidied.append(note)

    async def history(self, note: NoteAddress) -> list[KeptUpdate]:
        confirmed = [KeptUpdate(body, None, None) for body in self.confirmed.get(note, ())]
        own = zip(self.pending.get(note, ()), self.times.get(note, ()), strict=False)
        return confirmed + [KeptUpdate(body, None, at, is_own=True) for body, at in own]

    def on_remote_updates(
        self, note: NoteAddress, listener: Callable[[Sequence[bytes]], None]
    ) -> Callable[[], None]:
        listeners = self._listeners.setdefault(note, [])
        listeners.append(listener)
        return lambda: listeners.remove(listener)

    def arrive(self, note: NoteAddress, *updates: bytes) -> None:
        """Somebody else's updates come from the server."""
        self.confirmed.setdefault(note, []).extend(updates)
        for listener in tuple(self._listeners.get(note, ())):
            listener(updates)

    def listeners(self, note: NoteAddress) -> int:
        return len(self._listeners.get(note, ()))

    def on_disk(self, note: NoteAddress) -> list[bytes]:
        return [*self.confirmed.get(note, ()), *self.pending.get(note, ())]
