"""Where the keyboard is."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QApplication, QWidget


def holds_focus(widget: QWidget) -> bool:
    """Whether the keyboard is in `widget` or in something inside it."""
    inner: QWidget | None = QApplication.focusWidget()
    return inner is not None and (inner is widget or widget.isAncestorOf(inner))


def has_keyboard(widget: QWidget) -> bool:
    """Whether the keyboard is in `widget`, or will be as soon as its window is in front again."""
    inner: QWidget | None = widget.window().focusWidget()
    return inner is not None and (inner is widget or widget.isAncestorOf(inner))


@contextmanager
def keyboard_kept(area: QWidget, *, otherwise: QWidget | None = None) -> Iterator[None]:
    """Keep the keyboard in `area` while what is in it changes, or else `otherwise`.

    From a button that goes away Qt leads it on to the next one, which the same key then presses.
    """
    before: QWidget | None = area.window().focusWidget()
    is_inside = before is not None and area.isAncestorOf(before)
    yield
    if not is_inside or before is None:
        return
    if area.window().focusWidget() is not before or not before.isVisibleTo(area):
        (otherwise or area).setFocus()
