"""Backups in memory, for those who decide about them and those who show them."""

from collections.abc import Sequence
from datetime import datetime

from interview_desk.services.backups import Backup, BackupFailedError


class MemoryBackups:
    """Implements `BackupStore`; `full` stands for a full disk."""

    def __init__(self) -> None:
        self.kept: list[Backup] = []
        self.full = False

    async def backups(self) -> Sequence[Backup]:
        return sorted(self.kept, key=lambda backup: backup.made_at, reverse=True)

    async def back_up(self, now: datetime) -> Backup:
        if self.full:
            raise BackupFailedError
        self.kept.append(Backup(now.isoformat(), now, 2_500_000))
        return self.kept[-1]

    async def drop(self, names: Sequence[str]) -> None:
        self.kept = [backup for backup in self.kept if backup.name not in names]
