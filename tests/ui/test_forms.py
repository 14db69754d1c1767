"""Labels of forms stand on the line of what is typed beside them."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from interview_desk.ui.theme import Appearance
from interview_desk.ui.widgets.forms import Form
from interview_desk.ui.widgets.parts import row


@pytest.fixture
def shown(qtbot: QtBot, light: Appearance) -> tuple[QWidget, Form]:
    window, form = QWidget(), Form()
    window.setLayout(form)
    qtbot.addWidget(window)
    return window, form


def middle(widget: QWidget) -> float:
    return widget.geometry().y() + widget.height() / 2


def test_a_label_stands_in_the_middle_of_its_field(shown: tuple[QWidget, Form]) -> None:
    window, form = shown
    fields = (QLineEdit(), QComboBox(), QLineEdit())
    for field in fields[:2]:
        form.add("What it is", field)
    form.add("Two together", row(fields[2], QComboBox()))
    window.show()
    labels = window.findChildren(QLabel)
    for one, of in zip(labels, fields, strict=True):
        assert one.alignment() & Qt.AlignmentFlag.AlignVCenter
        assert abs(middle(one) - middle(of)) <= 0.5
    assert labels[0].buddy() is fields[0]


def test_the_label_of_a_high_field_stands_beside_its_first_line(
    shown: tuple[QWidget, Form],
) -> None:
    window, form = shown
    form.add("Short", QLineEdit())
    form.add("Long", text := QPlainTextEdit())
    window.show()
    short, long = window.findChildren(QLabel)
    assert long.y() == text.y()
    assert long.height() == short.height()
