"""A list with one of its entries beside it, or a sentence where there is none."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from interview_desk.ui.widgets.parts import column, label, row

_LEAST, _LIST, _DETAIL = 280, 360, 600


class ListBeside(QWidget):
    """The list keeps its width; what is beside it takes the rest."""

    def __init__(self, entries: QWidget, detail: QWidget, *, nothing: str) -> None:
        super().__init__()
        self._beside = QStackedWidget()
        words = label(nothing, tone="muted", wrap=True)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        empty = QWidget()
        around = column(None, row(words), None)
        around.setContentsMargins(32, 0, 32, 0)
        empty.setLayout(around)
        self._beside.addWidget(detail)
        self._beside.addWidget(empty)
        self._beside.setCurrentIndex(1)
        entries.setMinimumWidth(_LEAST)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(entries)
        split.addWidget(self._beside)
        split.setStretchFactor(1, 1)
        split.setSizes([_LIST, _DETAIL])
        self.setLayout(column(split, gap=0))

    def show_beside(self, *, found: bool) -> None:
        """Show the entry, or the sentence where there is none."""
        self._beside.setCurrentIndex(0 if found else 1)
