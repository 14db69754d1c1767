"""A window over a team that follows up."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.theme import Appearance
from tests.helpers.desk import MemoryRecords
from tests.helpers.desk_story import desk_parts
from tests.helpers.mail_story import mail_story
from tests.helpers.shown_window import shown_window


@pytest.fixture
def records() -> MemoryRecords:
    return mail_story()


@pytest.fixture
async def window(
    qtbot: QtBot, light: Appearance, records: MemoryRecords, tmp_path: Path
) -> AsyncIterator[MainWindow]:
    async with shown_window(desk_parts(records, tmp_path)) as made:
        yield made
