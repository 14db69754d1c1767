"""Own stroke icons, tinted to the colour of the text beside them."""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap

from interview_desk.ui.theme.resources import resource_bytes

_DRAWN_AS = b"#000"


def icon(name: str, colour: str, *, size: int = 18, gap: int = 0) -> QIcon:
    """The icon `name` in `colour`, with `gap` of nothing on its right."""
    # The sharpest screen's: elsewhere Qt makes it smaller, and start-up draws each but once.
    ratio = max(screen.devicePixelRatio() for screen in QGuiApplication.screens())
    return QIcon(pixmap(name, colour, size=size, ratio=ratio, gap=gap))


@cache
def pixmap(name: str, colour: str, *, size: int = 18, ratio: float = 1, gap: int = 0) -> QPixmap:
    """The icon drawn once for a screen of this ratio; the drawing is shared."""
    from PySide6.QtSvg import QSvgRenderer

    source = resource_bytes("icons", f"{name}.svg").replace(_DRAWN_AS, colour.encode())
    picture = QPixmap(QSize(size + gap, size) * ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(source)).render(painter, QRectF(0, 0, size * ratio, size * ratio))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture
