"""Boxes that the wheel of a mouse passes over: only who is in one changes it."""

from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox
from typing_extensions import override

_Box = TypeVar("_Box", bound=QComboBox | QAbstractSpinBox)


class _OnlyWithKeyboard(QObject):
    """Hands a wheel on to what scrolls, unless the keyboard is in the box under it."""

    def __init__(self, box: QComboBox | QAbstractSpinBox) -> None:
        super().__init__(box)
        self._box = box

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Wheel and not self._box.hasFocus():
            event.ignore()
            return True
        return False


def quiet(box: _Box) -> _Box:
    """The box, which does not change while somebody scrolls past it."""
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box.installEventFilter(_OnlyWithKeyboard(box))
    return box
