"""Numbers and times are typed in boxes that look like every other field."""

import pytest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QSpinBox,
    QTimeEdit,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.theme import apply_theme
from interview_desk.ui.widgets.spin_box import NumberBox, fitted
from tests.helpers.desk import MemoryRecords
from tests.helpers.pressing import named, scroll, settled


def _first_sign(line: QLineEdit, within: QWidget) -> int:
    """How far from the left edge the words begin."""
    line.setCursorPosition(0)
    return line.mapTo(within, line.cursorRect().topLeft()).x()


@pytest.mark.parametrize(
    ("value", "shown"), [(5.0, "5"), (0.0, "0"), (2.5, "2.5"), (0.25, "0.25"), (-100.0, "-100")]
)
def test_a_whole_number_has_no_decimals_and_others_only_theirs(
    qtbot: QtBot, value: float, shown: str
) -> None:
    box = NumberBox()
    qtbot.addWidget(box)
    box.setRange(-1_000, 1_000)
    box.setDecimals(2)
    box.setValue(value)
    assert (box.text(), box.value()) == (shown, value)


def test_where_decimals_are_not_meant_a_round_number_stays_whole(qtbot: QtBot) -> None:
    box = NumberBox()
    qtbot.addWidget(box)
    box.setRange(0, 1_000)
    box.setDecimals(0)
    box.setValue(100)
    assert box.text() == "100"


def test_without_arrows_there_is_more_room_for_what_is_typed(
    qtbot: QtBot, qapp: QApplication
) -> None:
    apply_theme(qapp, "light")
    widths = []
    for arrows in (True, False):
        box = fitted(QSpinBox(), arrows=arrows)
        qtbot.addWidget(box)
        box.resize(120, 32)
        with qtbot.waitExposed(box):
            box.show()
        widths.append(box.lineEdit().width())
    assert widths[0] < widths[1]


@pytest.mark.parametrize("arrows", [True, False])
@pytest.mark.parametrize("kind", [QSpinBox, QDoubleSpinBox, QTimeEdit])
def test_what_is_typed_stands_where_the_words_of_other_fields_do(
    qtbot: QtBot, qapp: QApplication, kind: type[QAbstractSpinBox], *, arrows: bool
) -> None:
    apply_theme(qapp, "light")
    window = QWidget()
    qtbot.addWidget(window)
    box, other = fitted(kind(), arrows=arrows), QLineEdit("Words")
    layout = QVBoxLayout(window)
    for widget in (box, other):
        layout.addWidget(widget)
    window.resize(200, 120)
    with qtbot.waitExposed(window):
        window.show()
    typed = box.lineEdit()
    assert _first_sign(typed, box) == _first_sign(other, other)
    assert typed.width() > box.width() / 2
    assert box.height() == other.height()


@pytest.mark.parametrize("kind", [QSpinBox, QDoubleSpinBox, QTimeEdit])
def test_a_box_that_one_scrolls_past_keeps_its_value(
    qtbot: QtBot, kind: type[QAbstractSpinBox]
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    other, box = QLineEdit(), fitted(kind())
    layout = QVBoxLayout(window)
    layout.addWidget(other)
    layout.addWidget(box)
    with qtbot.waitExposed(window):
        window.show()
    box.stepUp()
    was = box.text()
    other.setFocus()
    scroll(box)
    assert (box.text(), box.hasFocus()) == (was, False)
    window.activateWindow()
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    scroll(box)
    assert box.text() != was


@pytest.mark.parametrize(
    ("place", "name"), [("settings", "second-zone"), ("event_types", "guide_id")]
)
async def test_no_list_on_a_page_changes_while_it_is_scrolled(
    window: MainWindow, records: MemoryRecords, place: str, name: str
) -> None:
    records.put("event_types", "e1", calcom_id=7, title="Switch interview", minutes=45)
    records.put("guides", "g1", name="Ours", state="published")
    window.show_place(place)
    await settled(window)
    box = named(window.page(place), QComboBox, name)
    window.setFocus()
    scroll(box)
    assert box.count() > 1
    assert box.currentIndex() == 0
