"""Boxes in which a number or a time is typed, with their words where other fields have them."""

from typing import TypeVar

from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox
from typing_extensions import override

from interview_desk.ui.widgets.quiet import quiet

_Box = TypeVar("_Box", bound=QAbstractSpinBox)
# The border and the room inside it, as the style sheet gives them to every field.
_ROOM = 9


class NumberBox(QDoubleSpinBox):
    """Shows whole numbers as such, and decimals as far as there are any."""

    @override
    def textFromValue(self, val: float) -> str:
        text = super().textFromValue(val)
        point = self.locale().decimalPoint()
        return text.rstrip("0").removesuffix(point) if point in text else text


def fitted(box: _Box, *, arrows: bool = True) -> _Box:
    """The box as the style sheet means it; without arrows the keys still count up and down.

    The wheel does so only while the keyboard is in it.

    WORKAROUND Qt 6.11: under a style sheet the words of such a box begin at its very edge, and one
    whose arrows are turned off by `NoButtons` shows no words at all. To drop when it keeps to the
    room that the style sheet gives.
    """
    box.lineEdit().setTextMargins(_ROOM, 0, 0, 0)
    if not arrows:
        box.setProperty("kind", "bare")
    return quiet(box)
