"""The right of the capture window: what to ask, and the pictures that fill while one types."""

from typing import Final

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from interview_desk.ui.widgets.parts import column, heading, rule

_WIDE: Final = 336
# Below this the questions would have less room than the pictures.
_HIGH_ENOUGH: Final = 520


class CaptureSide(QWidget):
    """Prompts and answers over forces and timeline; a low window does without the latter."""

    def __init__(self, answers: QWidget, forces: QWidget, timeline: QWidget) -> None:
        super().__init__()
        self.setFixedWidth(_WIDE)
        self._switch = QWidget()
        switch = column(heading("Timeline of the switch"), timeline, gap=8)
        switch.setContentsMargins(0, 8, 0, 0)
        self._switch.setLayout(switch)
        pictures = column(heading("Forces of progress"), forces, self._switch, gap=8)
        pictures.setContentsMargins(20, 12, 20, 16)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(answers, 1)
        layout.addWidget(rule())
        layout.addLayout(pictures)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._switch.setVisible(self.height() >= _HIGH_ENOUGH)
