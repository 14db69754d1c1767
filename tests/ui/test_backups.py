"""Backups in Settings: what there is, one more now, and the question before a restore."""

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from interview_desk.services.backups import Backup, BackupService
from interview_desk.ui.pages.settings import SettingsPage
from interview_desk.ui.places import build_place
from interview_desk.ui.theme import Appearance
from tests.helpers.backups import MemoryBackups
from tests.helpers.desk import NOW, MemoryRecords, StoppedClock
from tests.helpers.desk_story import desk_parts
from tests.helpers.pressing import named, press, read


@pytest.fixture
def store() -> MemoryBackups:
    return MemoryBackups()


@pytest.fixture
def page(qtbot: QtBot, light: Appearance, store: MemoryBackups, tmp_path: Path) -> SettingsPage:
    service = BackupService(store, StoppedClock())
    parts = desk_parts(MemoryRecords(), tmp_path)._replace(backups=lambda: service)
    made = build_place("settings", parts)
    assert isinstance(made, SettingsPage)
    qtbot.addWidget(made)
    made.resize(1100, 1400)
    made.show()
    return made


async def shown(page: SettingsPage) -> str:
    page.refresh()
    await page.tasks.settled()
    return read(page)


async def test_without_a_backup_one_can_be_made(page: SettingsPage) -> None:
    assert "There is no backup yet." in await shown(page)
    press(page, "back-up-now")
    await page.tasks.settled()
    words = read(page)
    assert "Backed up at" in words
    assert "There is no backup yet." not in words
    assert "2.5 MB" in words


async def test_why_there_is_none_is_said_in_place(page: SettingsPage, store: MemoryBackups) -> None:
    store.full = True
    await shown(page)
    press(page, "back-up-now")
    await page.tasks.settled()
    assert "the disk may be full" in named(page, QLabel, "backups-word").text()
    assert named(page, QAbstractButton, "back-up-now").isEnabled()


async def test_the_newest_come_first_and_the_others_when_asked_for(
    page: SettingsPage, store: MemoryBackups
) -> None:
    store.kept = [Backup(f"b{n}", NOW - timedelta(days=n), 1000, n == 1) for n in range(7)]
    words = await shown(page)
    assert "kept before a restore" in words
    assert words.count("Restore\N{HORIZONTAL ELLIPSIS}") == 5
    press(page, "show-all-backups")
    await page.tasks.settled()
    assert read(page).count("Restore\N{HORIZONTAL ELLIPSIS}") == 7
    assert not named(page, QAbstractButton, "show-all-backups").isVisible()


async def test_the_question_before_a_restore_comes_into_sight(
    qtbot: QtBot, page: SettingsPage, store: MemoryBackups
) -> None:
    store.kept = [Backup("b", NOW - timedelta(days=1), 1000)]
    page.resize(900, 500)
    await shown(page)
    press(page, "restore-b")
    asked = named(page, QWidget, "restore-asking")
    qtbot.waitUntil(lambda: asked.visibleRegion().boundingRect() == asked.rect())


async def test_a_restore_is_asked_once_and_in_plain_words(
    qtbot: QtBot, page: SettingsPage, store: MemoryBackups
) -> None:
    backup = Backup("b", NOW - timedelta(days=1), 1000)
    store.kept = [backup]
    await shown(page)
    press(page, "restore-b")
    assert "Go back to your desk of" in read(page)
    assert "Today's state is kept as a backup first" in read(page)
    press(page, "restore-not-now")
    assert "Go back to your desk of" not in read(page)
    press(page, "restore-b")
    with qtbot.waitSignal(page.restore_requested) as asked:
        press(page, "restore-really")
    assert asked.args == [backup]
