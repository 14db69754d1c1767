"""Of which interviews recordings and transcripts are offered, and to whom."""

from pathlib import Path

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from interview_desk.domain.roles import Role
from interview_desk.domain.status import Status
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.theme import Appearance
from tests.helpers.desk import ME, MemoryRecords, StoppedClock
from tests.helpers.desk_story import at, desk_parts
from tests.helpers.pressing import named, read
from tests.ui.media.conftest import YES, shown


async def test_without_every_guests_yes_the_rule_is_explained(
    window: MainWindow, records: MemoryRecords, held: str
) -> None:
    records.guest(held, "Ken")
    page = await shown(window, held)
    assert "once every guest has said yes to being recorded" in read(page)
    brings = named(page, QPushButton, "import-transcript")
    assert not brings.isEnabled()
    assert "every guest has said yes" in brings.accessibleDescription()
    for name in ("fetch-transcripts", "open-recordings"):
        assert not named(page, QPushButton, name).isVisible()


async def test_cal_com_is_not_offered_while_the_conversation_goes_on_or_it_is_turned_off(
    window: MainWindow, records: MemoryRecords, held: str, clock: StoppedClock
) -> None:
    going_on = records.interview(
        "Going on", clock.now(), booking_uids=["w"], status=Status.IN_PROGRESS
    )
    records.guest(going_on, "Lena Fischer", consent_recording=YES)
    page = await shown(window, going_on)
    button = named(page, QPushButton, "open-recordings")
    assert not button.isVisible()
    await shown(window, held)
    assert button.isVisible()
    records.put("flags", "f", key="calcom", on=False)
    await shown(window, going_on)
    await shown(window, held)
    assert not button.isVisible()
    assert named(page, QPushButton, "import-transcript").isEnabled()


async def test_nothing_is_offered_before_the_conversation(
    window: MainWindow, records: MemoryRecords
) -> None:
    page = await shown(window, records.interview("Ahead", at(20, 13)))
    assert not page.detail.media.isVisible()


async def test_an_interview_made_by_hand_has_nothing_at_cal_com(
    window: MainWindow, records: MemoryRecords
) -> None:
    made = records.interview("By hand", at(16, 9), status=Status.HELD)
    page = await shown(window, made)
    assert named(page, QPushButton, "import-transcript").isVisible()
    assert not named(page, QPushButton, "open-recordings").isVisible()


async def test_who_only_watches_is_offered_nothing(
    qtbot: QtBot, light: Appearance, records: MemoryRecords, held: str, tmp_path: Path
) -> None:
    me = ME._replace(role=Role.OBSERVER)
    made = MainWindow(desk_parts(records, tmp_path, me=me))
    qtbot.addWidget(made)
    made.show()
    page = await shown(made, held)
    assert not page.detail.media.isVisible()
    await made.shut()
