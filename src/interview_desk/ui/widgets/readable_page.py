"""A page that is read from top to bottom: no wider than a line is readable, and scrolled."""

from functools import partial
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLayout, QScrollArea, QWidget

from interview_desk.ui.widgets.parts import column, row, scrolled_down

_WIDEST: Final = 760


def readable_page(page: QWidget, content: QLayout, *, widest: int = _WIDEST) -> None:
    """Fill `page` with `content`; `widest` is for those that stand in two columns."""
    content.setContentsMargins(32, 24, 32, 24)
    inner = QWidget()
    inner.setMaximumWidth(widest)
    inner.setLayout(content)
    scroll = scrolled_down(row(inner, gap=0), ground="surface", sideways=True)
    page.setLayout(column(scroll, gap=0))


def bring_into_sight(shown: QWidget) -> None:
    """Scroll to what has just been shown below the edge, as soon as it has its place."""
    above = shown.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    if above is not None:
        QTimer.singleShot(0, shown, partial(above.ensureWidgetVisible, shown))


def scrolled(content: QLayout) -> QScrollArea:
    """`content` beside a list: as wide as there is room, and scrolled."""
    content.setContentsMargins(24, 16, 24, 20)
    return scrolled_down(content, ground="surface", sideways=True)
