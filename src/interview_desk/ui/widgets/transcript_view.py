"""A transcript to read: who said what and when, with a search of its own."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QFont,
    QKeySequence,
    QShortcut,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QFrame, QLineEdit, QTextEdit, QWidget
from typing_extensions import override

from interview_desk.domain.transcripts import Cue
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import IconButton, button, column, label, row

_HEIGHT = 320
_BETWEEN_LINES = 6
# A letter stands in an hour's talk at tens of thousands of places: marking them all takes seconds,
# and nobody walks through them.
_MOST_PLACES = 500


class TranscriptView(QWidget):
    """The lines of one transcript; Ctrl+F searches them while the keyboard is in here.

    Signals: `closed()`.
    """

    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("transcript")
        self._text = QTextEdit()
        self._text.setObjectName("transcript-text")
        self._text.setAccessibleName("Transcript")
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setFixedHeight(_HEIGHT)
        self._text.setFrameShape(QFrame.Shape.NoFrame)
        self._text.document().setDocumentMargin(0)
        # Arrow keys and selecting work as in any text.
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._search = QLineEdit()
        self._search.setObjectName("transcript-search")
        self._search.setAccessibleName("Search the transcript")
        self._search.setPlaceholderText("Search the transcript (Ctrl+F)")
        self._search.setClearButtonEnabled(True)
        self._search.setMinimumHeight(32)
        self._found = label(size=Size.DETAIL, tone="muted")
        self._found.setObjectName("transcript-found")
        self._found.setMinimumWidth(self._found.fontMetrics().horizontalAdvance("000 of 000"))
        self._places: list[QTextCursor] = []
        self._at = 0
        self._build()
        self.hide()

    def show_lines(self, cues: Sequence[Cue]) -> None:
        """Show these lines from their beginning."""
        self._search.clear()
        document = self._text.document()
        document.clear()
        cursor = QTextCursor(document)
        cursor.beginEditBlock()
        for number, cue in enumerate(cues):
            if number:
                cursor.insertBlock(_paragraph())
            else:
                cursor.setBlockFormat(_paragraph())
            cursor.insertText(f"{time_words(cue.start)}  ", self._muted())
            if cue.speaker:
                cursor.insertText(f"{cue.speaker}: ", _strong())
            cursor.insertText(cue.text, QTextCharFormat())
        cursor.endEditBlock()
        self._text.moveCursor(QTextCursor.MoveOperation.Start)
        self.show()
        self._text.setFocus()

    @override
    def hide(self) -> None:
        """Show nothing, and keep none of it."""
        super().hide()
        self._text.clear()

    def _build(self) -> None:
        back = IconButton("chevron-left", "The place before (Shift+Enter)", name="transcript-back")
        on = IconButton("chevron-right", "The next place (Enter)", name="transcript-on")
        close = button("Close the transcript", name="transcript-close", kind="link")
        find = row(self._search, self._found, back, on, gap=8)
        find.setStretch(0, 1)
        card = QFrame()
        card.setProperty("kind", "card")
        inside = column(self._text)
        inside.setContentsMargins(12, 8, 4, 8)
        card.setLayout(inside)
        layout = column(find, card, row(close, None), gap=8)
        layout.setContentsMargins(0, 4, 0, 0)
        self.setLayout(layout)
        self._search.textChanged.connect(self._look)
        self._search.returnPressed.connect(partial(self._go, 1))
        back.clicked.connect(partial(self._go, -1))
        on.clicked.connect(partial(self._go, 1))
        close.clicked.connect(self.closed)
        keys = {"Ctrl+F": self._begin, "Shift+Return": partial(self._go, -1)}
        for key, act in keys.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _begin(self) -> None:
        self._search.setFocus()
        self._search.selectAll()

    def _look(self, words: str) -> None:
        self._places = list(_places(self._text.document(), words.strip()))
        self._at = 0
        self._show_places()

    def _go(self, by: int) -> None:
        if self._places:
            self._at = (self._at + by) % len(self._places)
            self._show_places()

    def _show_places(self) -> None:
        count = len(self._places)
        more = "+" if count == _MOST_PLACES else ""
        words = f"{self._at + 1} of {count}{more}" if count else "Not found"
        self._found.setText(words if self._search.text().strip() else "")
        self._text.setExtraSelections([self._mark(place) for place in self._places])
        if count:
            self._text.setTextCursor(self._places[self._at])
            self._text.ensureCursorVisible()

    def _mark(self, place: QTextCursor) -> QTextEdit.ExtraSelection:
        made = QTextEdit.ExtraSelection()
        colour = self.palette().highlight().color()
        colour.setAlphaF(0.25)
        look = QTextCharFormat()
        look.setBackground(colour)
        made.cursor, made.format = place, look
        return made

    def _muted(self) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setForeground(self.palette().placeholderText())
        return made


def time_words(seconds: float) -> str:
    """`4:07`, or `1:04:07` beyond an hour, from the beginning of the recording."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _paragraph() -> QTextBlockFormat:
    made = QTextBlockFormat()
    made.setBottomMargin(_BETWEEN_LINES)
    return made


def _strong() -> QTextCharFormat:
    made = QTextCharFormat()
    made.setFontWeight(QFont.Weight.DemiBold)
    return made


def _places(document: QTextDocument, words: str) -> "list[QTextCursor]":
    """The places of these words, whatever their case, from the top; no more than can be shown."""
    found: list[QTextCursor] = []
    place = document.find(words) if words else QTextCursor()
    while not place.isNull() and len(found) < _MOST_PLACES:
        found.append(place)
        place = document.find(words, place)
    return found
