"""Numbers and times are typed in boxes that look like every other field."""

import pytest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QDoubleSpinBox,
    QLineEdit,
    QSpinBox,
    QTimeEdit,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from interview_desk.ui.theme import apply_theme
from interview_desk.ui.widgets.spin_box import fitted


def _first_sign(line: QLineEdit, within: QWidget) -> int:
    """How far from the left edge the words begin."""
    line.setCursorPosition(0)
    return line.mapTo(within, line.cursorRect().topLeft()).x()


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
