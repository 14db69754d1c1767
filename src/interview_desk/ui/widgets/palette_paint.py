"""How the palette's lines are painted: an icon, words with their hits marked, what they are."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from interview_desk.domain.search_words import Piece
from interview_desk.ui.models.palette_model import ENTRY, Choice, Line
from interview_desk.ui.theme.fonts import Size, font
from interview_desk.ui.theme.icons import pixmap
from interview_desk.ui.theme.palette import tokens_of
from interview_desk.ui.theme.tokens import Tokens
from interview_desk.ui.widgets.parts import Weight

_HEAD, _ROW, _TWO_LINES = 28, 36, 48
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ICON: Final = 16
_Index = QModelIndex | QPersistentModelIndex


def height_of(line: Line) -> int:
    """How high a heading or a choice of the palette is."""
    if isinstance(line, str):
        return _HEAD
    return _TWO_LINES if line.below else _ROW


class PaletteDelegate(QStyledItemDelegate):
    """Paints headings and choices."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(240, height_of(index.data(ENTRY)))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        line = index.data(ENTRY)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(line, str):
            _head(painter, option, line)
        else:
            _choice(painter, option, line)
        painter.restore()


def _head(painter: QPainter, option: QStyleOptionViewItem, words: str) -> None:
    painter.setFont(font(Size.DETAIL, Weight.DemiBold))
    painter.setPen(QColor(tokens_of(option.palette).muted))
    painter.drawText(QRectF(option.rect).adjusted(12, 6, -12, 0), _LEFT, words)


def _choice(painter: QPainter, option: QStyleOptionViewItem, choice: Choice) -> None:
    tokens = tokens_of(option.palette)
    whole = QRectF(option.rect).adjusted(0, 1, 0, -1)
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    if selected or option.state & QStyle.StateFlag.State_MouseOver:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent_soft if selected else tokens.hover))
        painter.drawRoundedRect(whole, 6, 6)
    ratio = painter.device().devicePixelRatio()
    colour = tokens.accent_text if selected else tokens.muted
    picture = pixmap(choice.icon, colour, size=_ICON, ratio=ratio)
    top = whole.top() + (whole.height() - _ICON) / 2
    painter.drawPixmap(round(whole.left() + 12), round(top), picture)
    room = whole.adjusted(40, 4, -12, -4)
    room.setRight(room.right() - _aside(painter, room, choice.aside, tokens))
    title = QRectF(room)
    if choice.below:
        title.setHeight(room.height() / 2)
        below = title.translated(0, title.height())
        _pieces(painter, below, choice.below, looks=(Size.DETAIL, tokens.muted, tokens))
    _pieces(painter, title, choice.words, looks=(Size.BODY, tokens.text, tokens))


def _aside(painter: QPainter, room: QRectF, words: str, tokens: Tokens) -> float:
    if not words:
        return 0
    small = font(Size.DETAIL)
    painter.setFont(small)
    painter.setPen(QColor(tokens.muted))
    painter.drawText(room, _RIGHT, words)
    return QFontMetricsF(small).horizontalAdvance(words) + 16


def _pieces(
    painter: QPainter,
    room: QRectF,
    pieces: Sequence[Piece],
    *,
    looks: tuple[Size, str, Tokens],
) -> None:
    """Words beside each other on one line, hits stronger and underlined, cut where it ends."""
    size, colour, tokens = looks
    left = room.left()
    for piece in pieces:
        face = QFont(font(size, Weight.DemiBold if piece.hit else Weight.Normal))
        # Not by colour alone.
        face.setUnderline(piece.hit)
        metrics = QFontMetricsF(face)
        rest = room.right() - left
        text = metrics.elidedText(piece.text, Qt.TextElideMode.ElideRight, rest)
        painter.setFont(face)
        painter.setPen(QColor(tokens.accent_text if piece.hit else colour))
        painter.drawText(QRectF(left, room.top(), rest, room.height()), _LEFT, text)
        left += metrics.horizontalAdvance(piece.text)
        if left >= room.right():
            return
