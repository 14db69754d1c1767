"""Search and commands over the window: by keyboard, from everywhere, and back."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QListView
from pytestqt.qtbot import QtBot

from interview_desk.ui.finder import Finder
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.theme import Appearance
from interview_desk.ui.widgets.palette import Palette
from tests.helpers.decisions import MemoryIndex
from tests.helpers.desk import MemoryRecords, StoppedClock
from tests.helpers.desk_story import desk_parts, late_parts
from tests.helpers.pressing import named, settled
from tests.helpers.shown_window import shown_window


@pytest.fixture
def index(records: MemoryRecords) -> MemoryIndex:
    return MemoryIndex(records)


@pytest.fixture
async def window(
    qtbot: QtBot,
    light: Appearance,
    records: MemoryRecords,
    index: MemoryIndex,
    clock: StoppedClock,
    tmp_path: Path,
):
    late = late_parts(records, index=index)
    async with shown_window(desk_parts(records, tmp_path, clock=clock, late=late)) as made:
        yield made


def interview(records: MemoryRecords, title: str) -> str:
    return next(
        row.id
        for (entity, _), row in records.rows.items()
        if entity == "interviews" and row.fields["title"] == title
    )


async def typed(window: MainWindow, text: str) -> Palette:
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = named(window, Palette, "palette")
    QTest.keyClicks(named(palette, QLineEdit, "palette-field"), text)
    finder = window.findChild(Finder)
    assert finder is not None
    await finder.tasks.settled()
    return palette


def lines(palette: Palette) -> list[str]:
    return [str(palette.rows.index(row).data()) for row in range(palette.rows.rowCount())]


def press(palette: Palette, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(palette.field, key)


async def test_everything_that_can_be_done_stands_there_with_its_keys(window: MainWindow) -> None:
    palette = await typed(window, "")
    assert lines(palette)[:3] == ["Go to, or do", "Today; Ctrl+1", "Calendar; Ctrl+2"]
    assert palette.current is not None
    assert palette.current.spoken == "Today; Ctrl+1"
    assert palette.field.accessibleDescription() == "Today; Ctrl+1"
    press(palette, Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert window.place == "calendar"
    assert not palette.isVisible()


async def test_a_few_letters_find_a_command(window: MainWindow) -> None:
    palette = await typed(window, "set")
    assert lines(palette)[:2] == ["Go to, or do", "Settings; Ctrl+,"]
    press(palette, Qt.Key.Key_Enter)
    assert window.place == "settings"


async def test_a_guest_leads_to_the_interview(window: MainWindow, records: MemoryRecords) -> None:
    palette = await typed(window, "mina")
    assert "Interviews" in lines(palette)
    assert (
        "Mina Sato; Why they switched to Brightloom \N{MIDDLE DOT} Wed 18 Nov 2026; Guest"
        in lines(palette)
    )
    press(palette, Qt.Key.Key_Down, Qt.Key.Key_Return)
    await settled(window)
    title = named(window.page("interviews"), QLineEdit, "detail-title")
    assert title.text() == "Why they switched to Brightloom"


async def test_a_note_opens_at_its_stage(
    qtbot: QtBot, window: MainWindow, records: MemoryRecords, index: MemoryIndex
) -> None:
    key = interview(records, "Weekend builder")
    index.notes.append((key, "first_thought", "Two people at a locked door"))
    palette = await typed(window, "locked")
    assert any("Notes \N{MIDDLE DOT} First thought" in line for line in lines(palette))
    with qtbot.waitSignal(window.notes_requested) as heard:
        press(palette, Qt.Key.Key_Return)
    assert heard.args == [key, "first_thought"]


async def test_people_of_the_team_and_startups_lead_to_their_places(window: MainWindow) -> None:
    palette = await typed(window, "chidi")
    press(palette, Qt.Key.Key_Return)
    assert window.place == "team"
    palette = await typed(window, "nookery")
    while palette.current is not None and not palette.current.spoken.endswith("Startup"):
        press(palette, Qt.Key.Key_Down)
    press(palette, Qt.Key.Key_Return)
    await settled(window)
    assert window.place == "interviews"
    assert named(window.page("interviews"), QLineEdit, "filter-text").text() == "Nookery"


async def test_nothing_found_says_so_and_offers_the_list(window: MainWindow) -> None:
    palette = await typed(window, "xyzzy")
    assert lines(palette)[0] == "Nothing with all of these words: xyzzy"
    press(palette, Qt.Key.Key_Return)
    assert named(window.page("interviews"), QLineEdit, "filter-text").text() == "xyzzy"


async def test_escape_goes_back_to_where_one_was(window: MainWindow) -> None:
    window.show_place("interviews")
    await settled(window)
    before = named(window.page("interviews"), QLineEdit, "filter-text")
    before.setFocus()
    palette = await typed(window, "mina")
    press(palette, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert before.hasFocus()
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert palette.field.text() == ""
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert not palette.isVisible()


async def test_the_arrows_go_round_and_never_stand_on_a_heading(window: MainWindow) -> None:
    palette = await typed(window, "ro")
    first = palette.current
    for _ in lines(palette):
        press(palette, Qt.Key.Key_Up)
        assert palette.current is not None
    press(palette, Qt.Key.Key_Home)
    palette.list.setCurrentIndex(palette.rows.index(1))
    assert palette.current == first


async def test_a_press_chooses_and_a_press_elsewhere_closes(window: MainWindow) -> None:
    palette = await typed(window, "")
    index = palette.rows.index(2)
    place = palette.list.visualRect(index).center()
    QTest.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.place == "calendar"
    palette = await typed(window, "")
    named(window, QLineEdit, "search").setFocus()
    assert not palette.isVisible()


async def test_typing_into_the_search_field_goes_on_in_the_palette(window: MainWindow) -> None:
    search = window.top.search
    search.setFocus()
    QTest.keyClicks(search, "m")
    palette = named(window, Palette, "palette")
    assert palette.field.hasFocus()
    assert (palette.field.text(), search.text()) == ("m", "")
    palette.leave()
    QTest.mouseClick(search, Qt.MouseButton.LeftButton)
    assert palette.isVisible()
    palette.leave()
    search.setFocus()
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert palette.isVisible()


async def test_what_is_not_read_yet_is_said(window: MainWindow, index: MemoryIndex) -> None:
    index.unread = 12400
    palette = await typed(window, "mina")
    foot = named(palette, QLabel, "palette-foot")
    assert foot.text() == "12400 more are still being read for searching"


async def test_it_fits_into_the_smallest_window_and_is_painted(
    window: MainWindow, light: Appearance
) -> None:
    palette = await typed(window, "mina")
    window.resize(1100, 700)
    for mode in (light.mode.DARK, light.mode.LIGHT):
        light.use(mode)
        assert not palette.grab().isNull()
    assert window.rect().contains(palette.geometry())
    QTest.mouseMove(named(palette, QListView, "palette-list").viewport())
