"""The desk's encrypted database, whole: what the use cases and the sync engine are given."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Self

from interview_desk.store.copying import StoredCopy
from interview_desk.store.engine import Engine, RescueListener
from interview_desk.store.exchange import StoredExchange
from interview_desk.store.fingerprints import StoredFingerprints
from interview_desk.store.note_sync import StoredNoteExchange
from interview_desk.store.notes import StoredNotes
from interview_desk.store.quarantine import StoredQuarantine
from interview_desk.store.records import StoredRecords
from interview_desk.store.small import StoredDrafts, StoredHosts, StoredText
from interview_desk.store.tokens import StoredTokens

if TYPE_CHECKING:
    from interview_desk.store.backups import StoredBackups
    from interview_desk.store.joining import StoredHandover
    from interview_desk.store.rescue import Rescue
    from interview_desk.store.search import StoredSearch
    from interview_desk.store.wiping import StoredErasure


class LocalStore(
    StoredRecords,
    StoredNotes,
    StoredExchange,
    StoredNoteExchange,
    StoredQuarantine,
    StoredCopy,
    StoredFingerprints,
):
    """Everything this user may see, readable and writable with and without a network."""

    @classmethod
    async def open(cls, path: Path, key: bytes) -> Self:
        """The database at `path`, made where there is none.

        A wrong key is refused (`WrongKeyError`) and nothing is touched; a damaged file is kept
        aside and rebuilt, which `rescued` tells.
        """
        return cls(await Engine.open(path, key))

    @classmethod
    def open_at_once(cls, path: Path, key: bytes) -> Self:
        """The same before there is a loop; until `use_threads`, nobody who asks has to wait."""
        return cls(Engine.open_at_once(path, key))

    def use_threads(self) -> None:
        """Keep the disk away from the loop that is running now."""
        self._engine.use_threads()

    @property
    def tokens(self) -> StoredTokens:
        """The device's tokens inside the database, for a computer without a keyring."""
        return StoredTokens(self._engine)

    @property
    def allowed_hosts(self) -> StoredHosts:
        """The hosts this person has allowed to be opened."""
        return StoredHosts(self._engine)

    @property
    def drafts(self) -> StoredDrafts:
        """What was being written when the desk ended."""
        return StoredDrafts(self._engine)

    @property
    def search(self) -> "StoredSearch":
        """The index of everything that can be found."""
        # Nobody searches before the first page stands.
        from interview_desk.store.search import StoredSearch

        return StoredSearch(self._engine)

    @property
    def handover(self) -> "StoredHandover":
        """What waits for the team that this desk has joined."""
        # Nobody joins a team before the first page stands.
        from interview_desk.store.joining import StoredHandover

        return StoredHandover(self._engine)

    @property
    def backups(self) -> "StoredBackups":
        """The backups of this database on this computer."""
        # Nobody backs up before the first page stands.
        from interview_desk.store.backups import StoredBackups

        return StoredBackups(self._engine)

    @property
    def erasure(self) -> "StoredErasure":
        """Erasing for good where no server does it."""
        # Nobody erases before the first page stands.
        from interview_desk.store.wiping import StoredErasure

        return StoredErasure(self._engine)

    def text(self, name: str) -> StoredText:
        """A small text that only this computer remembers, such as the alerts' memory."""
        return StoredText(self._engine, name)

    @property
    def rescued(self) -> "Rescue | None":
        """What was rescued since the database was opened, where it was damaged."""
        return self._engine.rescued

    def on_rescue(self, listener: RescueListener) -> Callable[[], None]:
        """Tell `listener` when a damaged file was rebuilt; returns the way to stop."""
        return self._engine.on_rescue(listener)

    async def settle_after_upgrade(self) -> None:
        """Understand what an older program kept without understanding it."""
        from interview_desk.store.catalogue import is_settled, settle

        if not await self._engine.read(is_settled):
            await self._engine.write(settle)

    async def verify(self) -> None:
        """Read the whole file once; a damaged one is rebuilt and its user told."""
        await self._engine.verify()

    async def close(self) -> None:
        """Finish what was asked, then let go of the file."""
        await self.pause_copy()
        await self._engine.close()
