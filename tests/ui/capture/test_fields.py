"""Each control shows an answer, takes one, and says that a person gave it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from interview_desk.domain.guides import AnswerField, FieldType
from interview_desk.domain.values import Json
from interview_desk.ui.capture.fields import FieldControl, control_for
from tests.helpers.pressing import scroll

PARTS = (
    AnswerField("metric", "Measure"),
    AnswerField("importance", "Importance", FieldType.SCALE, lowest=0, highest=10),
)
FIELDS: dict[FieldType, AnswerField] = {
    kind: AnswerField("x", "Title", kind, choices=("a", "b"), lowest=1, highest=5)
    for kind in FieldType
    if kind is not FieldType.GROUP
}
GROUP = AnswerField("x", "Outcome", FieldType.GROUP, parts=PARTS)


@pytest.fixture
def make(qtbot: QtBot):
    def made(field: AnswerField) -> FieldControl:
        control = control_for(field, "field")
        qtbot.addWidget(control)
        control.show()
        return control

    return made


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (FieldType.TEXT, "words"),
        (FieldType.LONG_TEXT, "two\nlines"),
        (FieldType.QUOTE, "never again"),
        (FieldType.DATE, "March 2026"),
        (FieldType.NUMBER, 12.5),
        (FieldType.NUMBER, "about ten"),
        (FieldType.SCALE, 4),
        (FieldType.YES_NO, True),
        (FieldType.YES_NO, False),
        (FieldType.CHOICE, "b"),
        (FieldType.CHOICE, "a word of another version"),
    ],
)
def test_an_answer_is_shown_and_read_back_and_is_no_edit(
    make, qtbot: QtBot, kind: FieldType, value: Json
):
    control = make(FIELDS[kind])
    assert control.value() is None
    with qtbot.assertNotEmitted(control.edited):
        control.show_value(value)
        control.show_value(value)
    assert control.value() == value
    with qtbot.assertNotEmitted(control.edited):
        control.show_value(None)
    assert control.value() is None


def test_a_number_is_read_with_a_comma_and_words_are_kept(make):
    control = make(FIELDS[FieldType.NUMBER])
    QTest.keyClicks(control.findChild(QLineEdit), "12,5")
    assert control.value() == 12.5
    QTest.keyClicks(control.findChild(QLineEdit), " or so")
    assert control.value() == "12,5 or so"


def test_a_date_says_what_was_understood(make):
    control = make(FIELDS[FieldType.DATE])
    line, understood = control.findChild(QLineEdit), control.findChild(QLabel)
    QTest.keyClicks(line, "March 2026")
    assert understood.text() == "Known to the month"
    line.clear()
    assert not understood.isVisible()
    QTest.keyClicks(line, "last spring")
    assert understood.text() == "Kept as said"


def test_a_step_of_a_scale_is_explained_by_its_anchor(make, qtbot: QtBot):
    field = AnswerField(
        "x", "Strength", FieldType.SCALE, lowest=0, highest=3, anchors=((2, "described"),)
    )
    control = make(field)
    two = control.findChild(QPushButton, "field-2")
    with qtbot.waitSignal(control.edited):
        QTest.mouseClick(two, Qt.MouseButton.LeftButton)
    assert control.value() == 2
    assert control.findChild(QLabel).text() == "described"
    QTest.mouseClick(control.findChild(QPushButton, "field-0"), Qt.MouseButton.LeftButton)
    assert control.value() == 0
    assert not two.isChecked()


def test_yes_is_not_the_number_one(make):
    control = make(FIELDS[FieldType.YES_NO])
    control.show_value(1)
    assert control.value() is None


def test_typing_in_a_quote_is_an_edit(make, qtbot: QtBot):
    control = make(FIELDS[FieldType.QUOTE])
    with qtbot.waitSignal(control.edited):
        QTest.keyClicks(control.findChild(QPlainTextEdit), "n")


def test_scrolling_past_a_list_chooses_nothing(make, qtbot: QtBot):
    control = make(FIELDS[FieldType.CHOICE])
    box = control.findChild(QComboBox)
    scroll(box)
    assert control.value() is None
    control.activateWindow()
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    scroll(box)
    assert control.value() == "a"


def test_a_group_is_one_answer_and_hands_on_parts_it_does_not_know(make):
    control = make(GROUP)
    control.show_value({"metric": "time", "object": "kept from another version"})
    QTest.mouseClick(
        control.findChild(QPushButton, "field-importance-9"), Qt.MouseButton.LeftButton
    )
    assert control.value() == {
        "metric": "time",
        "object": "kept from another version",
        "importance": 9,
    }
    control.show_value(None)
    assert control.value() is None


def test_a_part_that_is_being_typed_is_left_alone(make, qtbot: QtBot):
    control = make(GROUP)
    line = control.findChild(QLineEdit)
    control.activateWindow()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    QTest.keyClicks(line, "ti")
    control.show_value({"metric": "older", "importance": 3})
    assert control.value() == {"metric": "ti", "importance": 3}


def test_parts_are_named_with_their_group(make):
    control = make(GROUP)
    assert control.findChild(QLineEdit).accessibleName() == "Outcome, Measure"
    step = control.findChild(QPushButton, "field-importance-9")
    assert step.accessibleName() == "Outcome, Importance: 9"
