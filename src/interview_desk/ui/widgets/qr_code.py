"""A link as a picture for a camera."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

_MODULE = 5
_QUIET = 4
# Cameras need dark on light, whatever the theme.
_DARK, _LIGHT = "#000000", "#ffffff"


class QrCode(QWidget):
    """Shows one text as a QR code."""

    def __init__(self) -> None:
        super().__init__()
        self._cells: list[list[bool]] = []
        self.setObjectName("qr-code")
        self.setAccessibleName("QR code of the link")

    def show_text(self, text: str) -> None:
        """Draw this text."""
        # Imported here: only who invites somebody needs it.
        import segno

        matrix = segno.make(text, error="m", micro=False).matrix
        self._cells = [[bool(cell) for cell in line] for line in matrix]
        side = (len(self._cells) + 2 * _QUIET) * _MODULE
        self.setFixedSize(QSize(side, side))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(_LIGHT))
        for y, line in enumerate(self._cells):
            for x, dark in enumerate(line):
                if dark:
                    place = QRectF((x + _QUIET) * _MODULE, (y + _QUIET) * _MODULE, _MODULE, _MODULE)
                    painter.fillRect(place, QColor(_DARK))
        painter.end()
