"""A line of text that gives way: where it does not fit it ends in three dots."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel

from interview_desk.ui.overriding import override
from interview_desk.ui.quoting import as_tip
from interview_desk.ui.theme.fonts import Size, font
from interview_desk.ui.widgets.parts import AT_THE_LEFT, Weight

_LEAST = 48


class ElidedLabel(QLabel):
    """Shows what fits of its text, and all of it as a tip; a long title never widens a window."""

    def __init__(
        self,
        words: str = "",
        *,
        size: Size = Size.BODY,
        weight: Weight = Weight.Normal,
        tone: str = "",
    ) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(size, weight))
        self.setProperty("tone", tone)
        self.setText(words)

    @override
    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(as_tip(text))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(min(_LEAST, self.sizeHint().width()), super().minimumSizeHint().height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        room = self.contentsRect()
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(room, AT_THE_LEFT, shown)
        painter.end()
