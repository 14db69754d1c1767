"""Two pictures that fill while one listens: the forces of progress, and the story of the switch."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from interview_desk.domain.answers import Force, Moment
from interview_desk.domain.guides import Feeds
from interview_desk.ui.quoting import as_tip
from interview_desk.ui.theme.fonts import Size, font
from interview_desk.ui.theme.palette import tokens_of
from interview_desk.ui.theme.tokens import Tokens
from interview_desk.ui.widgets.parts import Weight

_FULL = 4  # a bar is full with so many things said
_BOX_HEIGHT, _GUTTER = 46, 16
_ROW = 22
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_TITLES = {
    Feeds.PUSH: "Push",
    Feeds.PULL: "Pull",
    Feeds.ANXIETY: "Anxiety",
    Feeds.HABIT: "Habit",
}
# Where each force stands: what moves people on above, what holds them back below.
_PLACES = {Feeds.PUSH: (0, 0), Feeds.PULL: (1, 0), Feeds.HABIT: (0, 1), Feeds.ANXIETY: (1, 1)}


class ForcesPicture(QWidget):
    """What moves people on above, what holds them back below; a bar grows with what is said."""

    def __init__(self) -> None:
        super().__init__()
        self._forces: tuple[Force, ...] = ()
        self.setObjectName("capture-forces")
        self.setAccessibleName("Forces of progress")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_forces(self, forces: Sequence[Force]) -> None:
        """Show these, and say the same to a screen reader."""
        self._forces = tuple(forces)
        words = "; ".join(_force_words(force) for force in forces)
        self.setAccessibleDescription(words)
        self.setToolTip(as_tip("\n".join(_force_words(force) for force in forces)))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(280, 2 * _BOX_HEIGHT + 8)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = tokens_of(self.palette())
        width = (self.width() - _GUTTER) / 2
        for force in self._forces:
            column, line = _PLACES[force.feeds]
            left, top = column * (width + _GUTTER), line * (_BOX_HEIGHT + 8)
            _paint_force(painter, QRectF(left, top, width, _BOX_HEIGHT), tokens, force)
        painter.end()


class TimelinePicture(QWidget):
    """The moments of the switch, one below the other; a dot is filled when its date is known."""

    def __init__(self) -> None:
        super().__init__()
        self._moments: tuple[Moment, ...] = ()
        self.setObjectName("capture-timeline")
        self.setAccessibleName("Timeline of the switch")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_moments(self, moments: Sequence[Moment]) -> None:
        """Show these, and say the same to a screen reader."""
        self._moments = tuple(moments)
        self.setAccessibleDescription("; ".join(_moment_words(moment) for moment in moments))
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(280, _ROW * max(len(self._moments), 1))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = tokens_of(self.palette())
        last = len(self._moments) - 1
        for number, moment in enumerate(self._moments):
            line = QRectF(0, number * _ROW, self.width(), _ROW)
            painter.setPen(QPen(QColor(tokens.hairline_strong), 1))
            top = line.center().y() if number == 0 else line.top()
            bottom = line.center().y() if number == last else line.bottom()
            painter.drawLine(QPointF(5.5, top), QPointF(5.5, bottom))
            _paint_moment(painter, line, tokens, moment)
        painter.end()


def _paint_force(painter: QPainter, box: QRectF, tokens: Tokens, force: Force) -> None:
    moving = force.feeds in {Feeds.PUSH, Feeds.PULL}
    title = box.adjusted(0, 0, 0, -box.height() + 16)
    painter.setFont(font(Size.DETAIL, Weight.Medium))
    painter.setPen(QColor(tokens.text))
    arrow = "\N{RIGHTWARDS ARROW}" if moving else "\N{LEFTWARDS ARROW}"
    painter.drawText(title, _LEFT, f"{_TITLES[force.feeds]} {arrow}")
    painter.setPen(QColor(tokens.muted))
    painter.setFont(font(Size.SMALL))
    painter.drawText(title, _RIGHT, _count_words(force))
    track = QRectF(box.left(), box.top() + 20, box.width(), 4)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.sunken))
    painter.drawRoundedRect(track, 2, 2)
    share = min(len(force.said) / _FULL, 1.0)
    if share:
        empty = track.width() * (1 - share)
        painter.setBrush(QColor(tokens.accent if moving else tokens.muted))
        painter.drawRoundedRect(
            track.adjusted(0, 0, -empty, 0) if moving else track.adjusted(empty, 0, 0, 0), 2, 2
        )
    words = force.said[-1] if force.said else "nothing yet"
    _paint_elided(painter, box.adjusted(0, 28, 0, 0), words, tokens.muted)


def _paint_moment(painter: QPainter, line: QRectF, tokens: Tokens, moment: Moment) -> None:
    known = moment.when is not None
    dot = QRectF(1, line.center().y() - 4.5, 9, 9)
    painter.setPen(QPen(QColor(tokens.accent if known else tokens.muted), 1.5))
    painter.setBrush(QColor(tokens.accent if known else tokens.surface))
    painter.drawEllipse(dot)
    painter.setFont(font(Size.DETAIL))
    painter.setPen(QColor(tokens.text if known else tokens.muted))
    words = line.adjusted(20, 0, 0, 0)
    painter.drawText(words, _LEFT, moment.title)
    taken = painter.fontMetrics().horizontalAdvance(moment.title) + 16
    when = moment.when.said if moment.when else "\N{EN DASH}"
    _paint_elided(painter, words.adjusted(taken, 0, 0, 0), when, tokens.muted, right=True)


def _paint_elided(
    painter: QPainter, area: QRectF, words: str, colour: str, *, right: bool = False
) -> None:
    painter.setFont(font(Size.SMALL if not right else Size.DETAIL))
    painter.setPen(QColor(colour))
    elide = Qt.TextElideMode.ElideRight
    shown = painter.fontMetrics().elidedText(words, elide, int(area.width()))
    painter.drawText(area, _RIGHT if right else _LEFT, shown)


def _count_words(force: Force) -> str:
    count = str(len(force.said)) if force.said else ""
    return f"{count} \N{MIDDLE DOT} strength {force.strength}" if force.strength else count


def _force_words(force: Force) -> str:
    said = ", ".join(force.said) if force.said else "nothing yet"
    strength = "" if force.strength is None else f" (strength {force.strength} of 3)"
    return f"{_TITLES[force.feeds]}{strength}: {said}"


def _moment_words(moment: Moment) -> str:
    return f"{moment.title}: {moment.when.said if moment.when else 'not known'}"
