"""A page that is read from top to bottom: no wider than a line is readable, and scrolled."""

from typing import Final

from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QWidget

from interview_desk.ui.widgets.parts import column, row

_WIDEST: Final = 760


def readable_page(page: QWidget, content: QLayout, *, widest: int = _WIDEST) -> None:
    """Fill `page` with `content`; `widest` is for those that stand in two columns."""
    content.setContentsMargins(32, 24, 32, 24)
    inner = QWidget()
    inner.setMaximumWidth(widest)
    inner.setLayout(content)
    holder = QWidget()
    holder.setProperty("ground", "surface")
    holder.setLayout(row(inner, gap=0))
    scroll = QScrollArea()
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setWidgetResizable(True)
    scroll.setWidget(holder)
    page.setLayout(column(scroll, gap=0))


def scrolled(content: QLayout) -> QScrollArea:
    """`content` beside a list: as wide as there is room, and scrolled."""
    content.setContentsMargins(24, 16, 24, 20)
    inner = QWidget()
    inner.setProperty("ground", "surface")
    inner.setLayout(content)
    made = QScrollArea()
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setWidgetResizable(True)
    made.setWidget(inner)
    return made
