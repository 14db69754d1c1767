"""Erasing on a computer that is not there, for those who ask for it and those who show it."""

from interview_desk.services.backups import BackupService
from interview_desk.services.erasing import ErasingService, Subject, TracesLeftError
from interview_desk.services.ports import Me
from tests.helpers.backups import MemoryBackups
from tests.helpers.desk import MemoryRecords, StoppedClock, counted_ids


class ErasedHere:
    """Implements `ErasesHere`; `full` stands for a disk without room to write the file anew."""

    def __init__(self) -> None:
        self.erased: list[tuple[Subject, str]] = []
        self.full = False

    async def erase(self, kind: Subject, subject_id: str) -> None:
        self.erased.append((kind, subject_id))
        if self.full:
            raise TracesLeftError


def erasing(
    records: MemoryRecords,
    *,
    me: Me,
    here: ErasedHere | None = None,
    backups: MemoryBackups | None = None,
) -> ErasingService:
    """The use case over these records."""
    clock = StoppedClock()
    return ErasingService(
        records,
        me=me,
        new_id=counted_ids(clock),
        here=here or ErasedHere(),
        backups=BackupService(backups or MemoryBackups(), clock),
    )
