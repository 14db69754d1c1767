"""The others' carets in an editor: a coloured line, their name for a moment, their selection."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from interview_desk.domain.values import Json
from interview_desk.notes import NoteDocument
from interview_desk.services.carets import Caret, caret_from_json
from interview_desk.services.company import Colleague
from interview_desk.ui.theme.fonts import Size, font
from interview_desk.ui.theme.palette import tokens_of
from interview_desk.ui.theme.tokens import EventColours, Hue
from interview_desk.ui.widgets.parts import Weight

# The accent comes last: it is the colour of one's own selection.
_HUES: Final = (Hue.NOTES, Hue.TEAM, Hue.ASKED, Hue.MISSED, Hue.LEAD)
_CARET_WIDTH, _FLAG_HEIGHT, _FLAG_PADDING, _WIDEST_FLAG, _CORNER = 2, 16, 5, 160, 3
_TICK_MS, _SHOWN_MS, _FADING_MS = 80, 2_600, 480


@dataclass(slots=True)
class _Other:
    """One device's caret. Qt keeps `cursor` at its word while this desk types."""

    name: str
    hue: Hue
    cursor: QTextCursor
    told: Json = None
    is_known: bool = False
    flag_ms: int = 0

    def place(self, caret: Caret) -> bool:
        """Move to where the caret is; whether that is another place."""
        before = (self.is_known, self.cursor.anchor(), self.cursor.position())
        self.cursor.setPosition(caret.anchor)
        self.cursor.setPosition(caret.position, QTextCursor.MoveMode.KeepAnchor)
        self.is_known = True
        return before != (True, self.cursor.anchor(), self.cursor.position())


class OtherCarets(QObject):
    """Paints over the text and never moves it. A name fades once its caret rests."""

    def __init__(self, editor: QPlainTextEdit, note: NoteDocument) -> None:
        super().__init__(editor)
        self._editor = editor
        self._note = note
        self._others: dict[str, _Other] = {}
        self._fading = QTimer(self, interval=_TICK_MS)
        self._fading.timeout.connect(self._fade)

    def __bool__(self) -> bool:
        return bool(self._others)

    @property
    def flags(self) -> list[str]:
        """The names that are shown right now."""
        return [one.name for one in self._others.values() if one.is_known and one.flag_ms]

    def positions(self) -> dict[str, Caret]:
        """Where each device's caret stands, as far as its text is here."""
        return {
            device: Caret(one.cursor.position(), one.cursor.anchor())
            for device, one in self._others.items()
            if one.is_known
        }

    def show_others(self, others: Sequence[Colleague]) -> None:
        """Show these carets and no others."""
        told = {one.device_id: one for one in others if one.cursor is not None}
        for gone in self._others.keys() - told.keys():
            del self._others[gone]
        for device, colleague in told.items():
            other = self._others.get(device) or self._added(device)
            other.name, other.told = colleague.name, colleague.cursor
        self.place_again()

    def place_again(self) -> None:
        """The text has changed, or what was told: stand at the right characters."""
        for other in self._others.values():
            caret = caret_from_json(self._note, other.told)
            if caret is not None and other.place(caret):
                other.flag_ms = _SHOWN_MS
                self._fading.start()
        self.show_selections()

    def show_selections(self) -> None:
        """Tint what the others have selected, in the colours of the theme."""
        shown = [self._tint(one) for one in self._others.values() if one.cursor.hasSelection()]
        if shown or self._editor.extraSelections():
            self._editor.setExtraSelections(shown)
        self._editor.viewport().update()

    def paint(self) -> None:
        """Paint lines and names over what the editor has painted."""
        painter = QPainter(self._editor.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for other in self._others.values():
            if other.is_known:
                self._paint(painter, other)
        painter.end()

    def _added(self, device: str) -> _Other:
        taken = [one.hue for one in self._others.values()]
        hue = min(_HUES, key=taken.count)
        self._others[device] = _Other("", hue, QTextCursor(self._editor.document()))
        return self._others[device]

    def _colours(self, other: _Other) -> EventColours:
        return tokens_of(self._editor.palette()).events[other.hue]

    def _tint(self, other: _Other) -> QTextEdit.ExtraSelection:
        tint = QTextEdit.ExtraSelection()
        tint.cursor = other.cursor
        tint.format.setBackground(QColor(self._colours(other).fill))
        return tint

    def _paint(self, painter: QPainter, other: _Other) -> None:
        place = self._editor.cursorRect(_caret_of(other.cursor))
        line = QRectF(place.left(), place.top(), _CARET_WIDTH, place.height())
        if not line.intersects(QRectF(self._editor.viewport().rect())):
            return
        painter.fillRect(line, QColor(self._colours(other).edge))
        if other.flag_ms:
            self._paint_flag(painter, other, line)

    def _paint_flag(self, painter: QPainter, other: _Other, line: QRectF) -> None:
        look = font(Size.SMALL, Weight.Medium)
        measure = QFontMetricsF(look)
        words = measure.elidedText(other.name, Qt.TextElideMode.ElideRight, _WIDEST_FLAG)
        width = measure.horizontalAdvance(words) + 2 * _FLAG_PADDING
        left = max(0.0, min(line.left(), self._editor.viewport().width() - width))
        above = line.top() - _FLAG_HEIGHT
        # In the first line there is no room above; nothing is moved to make some.
        flag = QRectF(left, above if above >= 0 else line.bottom(), width, _FLAG_HEIGHT)
        colours = self._colours(other)
        painter.setOpacity(min(1.0, other.flag_ms / _FADING_MS))
        painter.setPen(QColor(colours.edge))
        painter.setBrush(QColor(colours.fill))
        painter.drawRoundedRect(flag.adjusted(0.5, 0.5, -0.5, -0.5), _CORNER, _CORNER)
        painter.setFont(look)
        painter.setPen(QColor(colours.text))
        painter.drawText(flag, Qt.AlignmentFlag.AlignCenter, words)
        painter.setOpacity(1.0)

    def _fade(self) -> None:
        for other in self._others.values():
            other.flag_ms = max(0, other.flag_ms - _TICK_MS)
        if not self.flags:
            self._fading.stop()
        self._editor.viewport().update()


def _caret_of(cursor: QTextCursor) -> QTextCursor:
    caret = QTextCursor(cursor)
    caret.clearSelection()
    return caret
