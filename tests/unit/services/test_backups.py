"""Which backups are made, which stay, and when a person hears of it."""

from datetime import timedelta

import pytest

from interview_desk.services.backups import (
    Backup,
    BackupFailedError,
    BackupService,
    superfluous,
)
from tests.helpers.backups import MemoryBackups
from tests.helpers.desk import StoppedClock
from tests.helpers.fakes import NOON


@pytest.fixture
def store() -> MemoryBackups:
    return MemoryBackups()


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NOON)


@pytest.fixture
def service(store: MemoryBackups, clock: StoppedClock) -> BackupService:
    return BackupService(store, clock)


async def test_one_a_day_is_made(
    store: MemoryBackups, service: BackupService, clock: StoppedClock
) -> None:
    assert await service.daily() is None
    clock.advance(hours=19)
    assert await service.daily() is None
    assert len(await service.backups()) == 1
    clock.advance(hours=1)
    assert await service.daily() is None
    assert len(store.kept) == 2


async def test_a_clock_that_was_ahead_keeps_no_backup_away(
    store: MemoryBackups, service: BackupService, clock: StoppedClock
) -> None:
    store.kept = [Backup("of tomorrow", clock.now() + timedelta(days=2), 1)]
    await service.daily()
    assert len(store.kept) == 2


async def test_seven_days_and_four_weeks_stay(
    store: MemoryBackups, service: BackupService, clock: StoppedClock
) -> None:
    last = clock.now()
    for _ in range(60):
        await service.daily()
        last = clock.now()
        clock.advance(days=1)
    days = [(last - backup.made_at).days for backup in await service.backups()]
    assert days[:7] == list(range(7))
    assert len(days) <= 7 + 4
    assert days[-1] >= 14
    weeks = {backup.made_at.isocalendar()[:2] for backup in store.kept}
    assert len(weeks) == 4


def test_all_of_the_last_day_stay_and_what_a_restore_put_aside() -> None:
    hours = [
        Backup(f"h{n}", NOON - timedelta(minutes=10 * n), 1, before_restore=False) for n in range(6)
    ]
    aside = Backup("aside", NOON - timedelta(days=2, minutes=5), 1, before_restore=True)
    later = Backup("later", NOON - timedelta(days=2), 1)
    assert superfluous([*hours, aside, later], NOON) == []
    much_later = NOON + timedelta(days=6)
    assert superfluous([*hours, aside, later], much_later) == [
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "aside",
    ]


async def test_a_full_disk_is_told_only_when_backups_have_been_missing_for_days(
    store: MemoryBackups, service: BackupService, clock: StoppedClock
) -> None:
    store.full = True
    sentence = await service.daily()
    assert sentence is not None
    assert "earlier backups are still there" in sentence
    store.full = False
    await service.daily()
    store.full = True
    clock.advance(days=2)
    assert await service.daily() is None
    clock.advance(days=1)
    assert await service.daily() == sentence
    with pytest.raises(BackupFailedError):
        await service.back_up()
    assert len(store.kept) == 1
