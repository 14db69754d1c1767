"""Where a window may open."""

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

# What the system draws around a window that it has not shown yet: edges, and the bar above.
_FRAME = QSize(2, 40)


def bring_on_screen(window: QWidget) -> None:
    """A window must not open on a screen that is gone, nor with its foot below the one it is on."""
    centre = window.frameGeometry().center()
    areas = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    here = next((area for area in areas if area.contains(centre)), None)
    area = here or QGuiApplication.primaryScreen().availableGeometry()
    room, least = area.size() - _FRAME, window.minimumSize()
    fitting = window.size().boundedTo(room).expandedTo(least)
    # Where not even the smallest window has room, the person has arranged themselves with that.
    is_small = area.size().expandedTo(least) != area.size()
    if here is not None and (is_small or fitting == window.size()):
        return
    window.resize(fitting)
    window.move(area.center() - QPoint(fitting.width(), fitting.height()) / 2)
