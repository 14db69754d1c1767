"""Where a window may open."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

# What the system draws around a window that it has not shown yet: edges, and the bar above.
_FRAME = QSize(2, 40)


def bring_on_screen(window: QWidget) -> None:
    """A window must not open on a screen that is gone, nor with its foot below the one it is on.

    On a screen that is smaller than the smallest window the window is as small as the screen.
    """
    centre = window.frameGeometry().center()
    areas = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    here = next((area for area in areas if area.contains(centre)), None)
    area = here or QGuiApplication.primaryScreen().availableGeometry()
    room = area.size() - _FRAME
    window.setMinimumSize(window.minimumSize().boundedTo(room))
    fitting = window.size().boundedTo(room)
    if here is not None and fitting == window.size():
        return
    window.resize(fitting)
    # What is moved is the window with its frame.
    framed = QRect(area.topLeft(), fitting + _FRAME)
    framed.moveCenter(area.center())
    window.move(framed.topLeft())


def bring_to_front(window: QWidget) -> None:
    """Bring a window before the person's eyes, also one that was put away into the task bar."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
