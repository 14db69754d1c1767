"""Where the keyboard is."""

from PySide6.QtWidgets import QApplication, QWidget


def holds_focus(widget: QWidget) -> bool:
    """Whether the keyboard is in `widget` or in something inside it."""
    inner: QWidget | None = QApplication.focusWidget()
    return inner is not None and (inner is widget or widget.isAncestorOf(inner))
