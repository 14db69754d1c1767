"""Words of people in places where Qt would look for markup."""

import pytest
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from interview_desk.ui.quoting import as_tip
from interview_desk.ui.widgets.elided_label import ElidedLabel


@pytest.mark.parametrize(
    "words",
    [
        '<img src="file://elsewhere/share/x.png">Lena',
        "<b>Call</b> with Lena & Bo\nat noon",
        "&lt;b&gt; as somebody typed it",
        "5 < 6 > 4",
    ],
)
def test_a_tip_shows_a_tag_as_it_was_typed(qtbot: QtBot, words: str) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.setText(words)
    shown = QTextDocument()
    shown.setHtml(label.toolTip())
    assert shown.toPlainText() == words
    assert "<img" not in shown.toHtml()


@pytest.mark.parametrize("words", ["Lena & Bo", "Ben's view", ""])
def test_a_tip_without_a_tag_stays_as_it_is(words: str) -> None:
    assert as_tip(words) == words
