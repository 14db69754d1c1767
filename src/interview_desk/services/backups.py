"""Backups of the desk on this computer: made once a day, and let go of when they are old."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol

from interview_desk.domain.errors import DeskError
from interview_desk.services.ports import Clock

DAYS_KEPT: Final = 7
WEEKS_KEPT: Final = 4
_AGAIN_AFTER: Final = timedelta(hours=20)
_WORTH_A_WORD: Final = timedelta(days=3)


class BackupFailedError(DeskError):
    """No backup could be made; what was there before is untouched."""

    code = "backup_failed"

    def __init__(self) -> None:
        super().__init__(
            "Your desk could not be backed up; the disk may be full. Your work is saved, and the "
            "earlier backups are still there."
        )


class BackupUnreadableError(DeskError):
    """The backup cannot be opened; nothing was changed."""

    code = "backup_unreadable"

    def __init__(self) -> None:
        super().__init__(
            "This backup cannot be read on this computer. Nothing was changed; choose another one."
        )


class BackupOfAnotherError(DeskError):
    """The backup is from another team, or was another member's; nothing was changed."""

    code = "backup_of_another"

    def __init__(self) -> None:
        super().__init__(
            "This backup was made while this desk was in another team, or somebody else's. Nothing "
            "was changed; choose another one."
        )


class Backup(NamedTuple):
    """One backup; `before_restore` is what a restore put aside."""

    name: str
    made_at: datetime
    size: int
    before_restore: bool = False


class BackupStore(Protocol):
    """Where the backups are."""

    async def backups(self) -> Sequence[Backup]:
        """All of them, the newest first."""
        ...

    async def back_up(self, now: datetime) -> Backup:
        """Make one; BackupFailedError leaves nothing half."""
        ...

    async def drop(self, names: Sequence[str]) -> None:
        """Let go of these."""
        ...


class BackupService:
    """Makes backups and keeps those of the last days and weeks."""

    def __init__(self, store: BackupStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def backups(self) -> Sequence[Backup]:
        """All of them, the newest first."""
        return await self._store.backups()

    async def back_up(self) -> Backup:
        """Make one now; BackupFailedError says why there is none."""
        now = self._clock.now()
        made = await self._store.back_up(now)
        await self._store.drop(superfluous(await self._store.backups(), now))
        return made

    async def daily(self) -> str | None:
        """Make today's, where there is none yet; a sentence where the person has to know."""
        newest = next(iter(await self._store.backups()), None)
        now = self._clock.now()
        if newest is not None and newest.made_at <= now < newest.made_at + _AGAIN_AFTER:
            return None
        try:
            await self.back_up()
        except BackupFailedError as error:
            # One that is missing for a day or two is made up for before anybody needs it.
            recent = newest is not None and now < newest.made_at + _WORTH_A_WORD
            return None if recent else str(error)
        return None


def superfluous(backups: Sequence[Backup], now: datetime) -> list[str]:
    """The names of those that newer ones stand in for.

    The newest of each of the last seven days and four weeks stays, and so does everything of the
    last day and what a restore put aside within a week.
    """
    newest_first = sorted(backups, key=lambda backup: backup.made_at, reverse=True)
    days: dict[object, str] = {}
    weeks: dict[object, str] = {}
    kept = set()
    for backup in newest_first:
        days.setdefault(backup.made_at.date(), backup.name)
        weeks.setdefault(backup.made_at.isocalendar()[:2], backup.name)
        patience = timedelta(days=DAYS_KEPT if backup.before_restore else 1)
        if now < backup.made_at + patience:
            kept.add(backup.name)
    kept.update([*days.values()][:DAYS_KEPT], [*weeks.values()][:WEEKS_KEPT])
    return [backup.name for backup in newest_first if backup.name not in kept]
