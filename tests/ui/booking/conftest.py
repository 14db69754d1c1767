"""A window over a server that knows Cal.com, and the way to its booking form."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.theme import Appearance
from tests.helpers.booking_form import slot
from tests.helpers.calcom_desk import MemoryCalcom, calcom_parts
from tests.helpers.desk import MemoryRecords, StoppedClock
from tests.helpers.desk_story import desk_parts
from tests.helpers.shown_window import shown_window


@pytest.fixture
def server(clock: StoppedClock) -> MemoryCalcom:
    made = MemoryCalcom(clock)
    made.slots = [slot(16, 9), slot(19, 9), slot(19, 9, 45), slot(20, 15), slot(24, 10)]
    return made


@pytest.fixture
async def window(
    qtbot: QtBot,
    light: Appearance,
    records: MemoryRecords,
    clock: StoppedClock,
    server: MemoryCalcom,
    tmp_path: Path,
) -> AsyncIterator[MainWindow]:
    records.put("event_types", "e1", calcom_id=7, title="Switch interview", minutes=45)
    records.put("event_types", "e2", calcom_id=8, title="Two lengths", minutes=30, lengths=[30, 60])
    calcom = calcom_parts(records, clock=clock, server=server)
    async with shown_window(desk_parts(records, tmp_path, clock=clock, calcom=calcom)) as made:
        yield made
