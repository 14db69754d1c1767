"""The notes of one stage: typed into memory, on disk a moment later, merged with the others'."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from interview_desk.notes import Delta, NoteDocument, NoteUpdateInvalid, join_updates
from interview_desk.services.ports import NoteAddress, NoteJournal

# A note that is open for hours is tidied on the way, not only when it is closed.
_TIDY_EVERY = 500
# Well below what one update may have on the wire; and joining very many takes long.
_BATCH_BYTES, _BATCH_UPDATES = 128 * 1024, 100


class StageNote:
    """A note document with its journal.

    What is typed into `document` waits in memory until `flush`; what others type is merged in and
    told to the listener.
    """

    def __init__(
        self,
        address: NoteAddress,
        journal: NoteJournal,
        *,
        on_typed: Callable[[], None],
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self.address = address
        self.document = NoteDocument(self._typed, on_waiting=on_typed)
        self.damaged = 0
        self._journal = journal
        self._on_typed = on_typed
        self._now = now
        self._waiting: list[bytes] = []
        self._written = 0
        self._early: list[bytes] | None = []
        self._listeners: list[Callable[[list[Delta]], None]] = []
        self._writing = asyncio.Lock()
        self._stop = journal.on_remote_updates(address, self._arrived)

    async def load(self) -> None:
        """Read what this computer has; updates that arrive meanwhile come after it."""
        stored = await self._journal.load(self.address)
        confirmed, checked = stored.confirmed, stored.checked
        self._merge(confirmed[:checked], checked=True)
        self._merge(confirmed[checked:])
        self._merge(stored.pending, checked=True)
        self.let_in()
        self.document.forget_undo()

    def hold_back(self) -> None:
        """Keep what others type waiting, as while an input method composes a word."""
        if self._early is None:
            self._early = []

    def let_in(self) -> None:
        """Merge what has waited, and everything that comes from now on."""
        early, self._early = self._early, None
        self._arrived(early or ())

    @property
    def is_saved(self) -> bool:
        """Whether every typed character is on disk."""
        return not self._waiting and self.document.is_settled

    def on_deltas(self, listener: Callable[[list[Delta]], None]) -> Callable[[], None]:
        """Tell `listener` what others changed; returns the way to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def flush(self) -> None:
        """Everything typed before this call is on disk when it returns."""
        async with self._writing:
            self.document.settle()
            while self._waiting:
                count = self._batch()
                update = join_updates(self._waiting[:count])
                await self._journal.append(self.address, update, at=self._now and self._now())
                # Only now: an update whose writing failed is written again, which is harmless.
                del self._waiting[:count]
                self._written += 1
                if self._written % _TIDY_EVERY == 0:
                    await self._journal.tidy(self.address)

    def close(self) -> None:
        """Stop listening to others."""
        self._stop()

    def _batch(self) -> int:
        size = 0
        for count, update in enumerate(self._waiting):
            size += len(update)
            if count and size > _BATCH_BYTES:
                return count
        return min(len(self._waiting), _BATCH_UPDATES)

    def _typed(self, update: bytes) -> None:
        self._waiting.append(update)
        self._on_typed()

    def _arrived(self, updates: Sequence[bytes]) -> None:
        if self._early is not None:
            self._early.extend(updates)
            return
        deltas = self._merge(updates)
        if deltas:
            for listener in tuple(self._listeners):
                listener(deltas)

    def _merge(self, updates: Sequence[bytes], *, checked: bool = False) -> list[Delta]:
        try:
            return self.document.apply(updates, checked=checked)
        except NoteUpdateInvalid:
            # One damaged update must not hide the rest of the note.
            return [delta for update in updates for delta in self._merge_one(update)]

    def _merge_one(self, update: bytes) -> list[Delta]:
        try:
            return self.document.apply([update])
        except NoteUpdateInvalid:
            self.damaged += 1
            return []
