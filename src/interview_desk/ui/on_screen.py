"""Where a window may open."""

from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow


def bring_on_screen(window: QMainWindow) -> None:
    """A window last seen on a screen that is gone must not open there."""
    centre = window.frameGeometry().center()
    if any(screen.availableGeometry().contains(centre) for screen in QGuiApplication.screens()):
        return
    area = QGuiApplication.primaryScreen().availableGeometry()
    window.resize(window.size().boundedTo(area.size()).expandedTo(window.minimumSize()))
    window.move(area.center() - QPoint(window.width() // 2, window.height() // 2))
