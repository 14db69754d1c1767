"""Where the mouse stands on the screen, also while what is under it moves."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget


class StillMouse:
    """Remembers the mouse over one widget; nobody tells a widget that it scrolls under it."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._on_screen: QPointF | None = None

    def moved(self, event: QMouseEvent) -> None:
        """It stands here now."""
        self._on_screen = event.globalPosition()

    def left(self) -> None:
        """It is somewhere else."""
        self._on_screen = None

    def place(self) -> QPointF | None:
        """What it is over now; None where it is over something else."""
        return None if self._on_screen is None else self._widget.mapFromGlobal(self._on_screen)
