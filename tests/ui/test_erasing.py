"""Erasing for good asks twice, says what goes and what stays, and is offered to few."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from interview_desk.domain.roles import Role
from interview_desk.services.erasing import Erasable
from interview_desk.services.ports import Me
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.interviews import InterviewsPage
from interview_desk.ui.theme import Appearance
from interview_desk.ui.widgets.erase_dialog import EraseDialog
from tests.helpers.desk import ME, MemoryRecords, StoppedClock
from tests.helpers.desk_story import desk_parts, late_parts
from tests.helpers.erasing import ErasedHere
from tests.helpers.pressing import named, press, read, settled

TITLE = "Why they switched to Brightloom"


@pytest.fixture
def me() -> Me:
    return ME._replace(server="https://desk.example", role=Role.OWNER)


@pytest.fixture
def here() -> ErasedHere:
    return ErasedHere()


@pytest.fixture
async def page(
    qtbot: QtBot,
    light: Appearance,
    me: Me,
    here: ErasedHere,
    records: MemoryRecords,
    clock: StoppedClock,
    tmp_path: Path,
):
    late = late_parts(records, me=me, here=here)
    window = MainWindow(desk_parts(records, tmp_path, me=me, clock=clock, late=late))
    window.resize(1360, 860)
    window.show()
    window.show_place("interviews")
    await settled(window)
    page = window.page("interviews")
    assert isinstance(page, InterviewsPage)
    page.show_record(id_of(records, TITLE))
    await page.tasks.settled()
    yield page
    await window.shut()
    window.deleteLater()


def id_of(records: MemoryRecords, title: str) -> str:
    return next(
        row.id
        for (entity, _), row in records.rows.items()
        if entity == "interviews" and row.fields["title"] == title
    )


def wishes(records: MemoryRecords) -> list[dict[str, object]]:
    return [dict(row.fields) for (entity, _), row in records.rows.items() if entity == "erasures"]


async def asked(page: InterviewsPage) -> EraseDialog:
    named(page.detail, QAction, "erase-for-good").trigger()
    await page.tasks.settled()
    return named(page, EraseDialog, "erase")


def test_what_is_to_go_is_named_as_it_is_called(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    dialog = EraseDialog([Erasable("guest", "g1", "Tom & Bo")], window, is_alone=True)
    choice = named(dialog, QRadioButton, "erase-guest-g1")
    assert choice.accessibleName() == "The guest: Tom & Bo"
    # No letter is underlined, and no sign is missing.
    assert QKeySequence.mnemonic(choice.text()).isEmpty()


async def test_only_the_word_typed_out_erases(page: InterviewsPage, records: MemoryRecords) -> None:
    dialog = await asked(page)
    really = named(dialog, QPushButton, "erase-really")
    assert not really.isEnabled()
    assert "Backups that were made before keep it" in read(dialog)
    assert really.accessibleDescription() == "Type the word \u201cerase\u201d first."
    QTest.keyClicks(named(dialog, QLineEdit, "erase-word"), "eras")
    assert not really.isEnabled()
    QTest.keyClicks(named(dialog, QLineEdit, "erase-word"), "e ")
    press(dialog, "erase-really")
    await page.tasks.settled()
    subject = id_of(records, TITLE)
    assert wishes(records) == [{"kind": "interview", "subject_id": subject, "state": "waiting"}]


async def test_enter_keeps_it(page: InterviewsPage, records: MemoryRecords) -> None:
    dialog = await asked(page)
    QTest.keyClicks(named(dialog, QLineEdit, "erase-word"), "erase")
    QTest.keyClick(named(dialog, QLineEdit, "erase-word"), Qt.Key.Key_Return)
    assert not dialog.isVisible()
    await page.tasks.settled()
    assert wishes(records) == []


async def test_a_guest_goes_with_what_was_theirs_alone_and_the_rest_is_named(
    page: InterviewsPage, records: MemoryRecords
) -> None:
    records.guest(id_of(records, "Comparing three tools"), "Mina", email="mina@guest.test")
    dialog = await asked(page)
    guest = next(one for one in dialog.findChildren(QRadioButton) if "The guest" in one.text())
    assert named(dialog, QLabel, "erase-stays").isHidden()
    QTest.mouseClick(guest, Qt.MouseButton.LeftButton)
    assert f"1 interview that was with nobody else: \u201c{TITLE}\u201d" in read(dialog)
    assert "Others took part in \u201cComparing three tools\u201d" in read(dialog)
    QTest.keyClicks(named(dialog, QLineEdit, "erase-word"), "ERASE")
    press(dialog, "erase-really")
    await page.tasks.settled()
    assert [one["kind"] for one in wishes(records)] == ["guest"]


@pytest.mark.parametrize("me", [ME._replace(server=None, role=Role.OWNER)])
async def test_used_alone_it_is_erased_at_once_with_the_desks_own_backups(
    page: InterviewsPage, records: MemoryRecords, here: ErasedHere
) -> None:
    told: list[str] = []
    page.told.connect(told.append)
    dialog = await asked(page)
    assert "The backups that your desk has made of itself hold it too" in read(dialog)
    assert "server" not in read(dialog)
    QTest.keyClicks(named(dialog, QLineEdit, "erase-word"), "erase")
    press(dialog, "erase-really")
    await page.tasks.settled()
    assert here.erased == [("interview", id_of(records, TITLE))]
    assert wishes(records) == []
    assert told == ["It is erased, also from the backups of your desk."]
    del records.rows["interviews", id_of(records, TITLE)]
    page.refresh()
    await page.tasks.settled()
    # Who has erased it is not told that it has gone.
    assert told == ["It is erased, also from the backups of your desk."]


@pytest.mark.parametrize("me", [ME._replace(server="https://desk.example", role=Role.INTERVIEWER)])
async def test_in_a_team_it_is_offered_to_those_who_run_it(page: InterviewsPage) -> None:
    assert page.detail.findChild(QAction, "erase-for-good") is None
