"""The editor of one note: what is typed goes into the merging document, character by character."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QPaintEvent,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QMenu, QPlainTextEdit
from typing_extensions import override

from interview_desk.notes import Delta, NoteDocument
from interview_desk.services.carets import Caret
from interview_desk.services.company import Colleague
from interview_desk.ui.capture.markdown_look import MarkdownLook
from interview_desk.ui.capture.other_carets import OtherCarets
from interview_desk.ui.capture.text_changes import Hand, replace_in, to_note, to_qt
from interview_desk.ui.theme.fonts import Size, font
from interview_desk.ui.theme.palette import tokens_of

# Where the halves begin that a character beyond the first plane is made of.
_HALVES = "\ud800"
_BEYOND_ASCII = "\x7f"
# What a key types that is no shortcut, whatever else is held; undo and redo have these letters.
_PLAIN = frozenset(map(chr, range(ord(" "), ord(_BEYOND_ASCII)))) - set("zZyY")
# A remark on a line can wait until the fingers rest.
_PAUSE_MS = 120
_NO_MODIFIER = Qt.KeyboardModifier.NoModifier
_MARGIN = 1  # the caret needs it; more would put the text out of line with its title


class NoteEditor(QPlainTextEdit):
    """Shows one note document and writes into it.

    Undo takes back only what was typed here, never what others typed. Signals:
    `composing_began()` and `composing_ended()` around the time in which an input method builds a
    word (nothing may change under it), `line_changed(str)` with the line the caret is in after
    typing, `left()` when the keyboard goes elsewhere.
    """

    composing_began = Signal()
    composing_ended = Signal()
    line_changed = Signal(str)
    left = Signal()

    def __init__(self, document: NoteDocument, *, name: str, spoken: str) -> None:
        super().__init__()
        self._note = document
        self._showing = False
        self._is_off = False
        # What the key that is being pressed types, where that is known from the start.
        self._typing = ""
        self._shown = self.document()
        # As it was before the change that is being told.
        self._selection = (0, 0)
        self.selectionChanged.connect(self._selection_changed)
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(font(Size.HEADING))
        self.setTabChangesFocus(True)
        # Lines wrap; Qt would show the bar all the same while it lays out.
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Qt would undo what others typed; the document undoes what was typed here.
        self.setUndoRedoEnabled(False)
        self.document().setDocumentMargin(_MARGIN)
        self._look = MarkdownLook(self.document(), tokens_of(self.palette()))
        with self._look.loading():
            self.setPlainText(to_qt(document.text))
        self.others = OtherCarets(self, document)
        self._is_pausing = False
        self._pausing = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pausing.timeout.connect(self._tell_line)
        self.document().contentsChange.connect(self._contents_changed)

    @property
    def note(self) -> NoteDocument:
        """The document that is written into."""
        return self._note

    @property
    def caret(self) -> Caret:
        """Where this person's caret stands in the note."""
        caret = self.textCursor()
        return Caret(caret.position(), caret.anchor())

    def show_others(self, others: Sequence[Colleague]) -> None:
        """Show the carets of those who are in this note."""
        if others or self.others:
            self.others.show_others(others)

    def show_deltas(self, deltas: Sequence[Delta]) -> None:
        """Show what the document already holds, leaving caret and view where they are."""
        if self._is_off:
            self._show_what_is_kept()  # what came in is part of it already
            return
        caret = self.textCursor()
        anchor, position = caret.anchor(), caret.position()
        place = self.verticalScrollBar().value()
        self._showing = True
        writer = QTextCursor(self.document())
        writer.beginEditBlock()
        for delta in deltas:
            _replace(writer, delta)
            anchor, position = _moved(anchor, delta), _moved(position, delta)
        writer.endEditBlock()
        self._showing = False
        caret.setPosition(anchor)
        caret.setPosition(position, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(caret)
        self.verticalScrollBar().setValue(place)
        if self.others:
            self.others.place_again()

    def undo_own(self) -> None:
        """Take back the last thing typed here."""
        self._show_own(self._note.undo())

    def redo_own(self) -> None:
        """Type again what was taken back."""
        self._show_own(self._note.redo())

    def words_in_hand(self) -> str:
        """The selected text, else the line that the caret is in."""
        selected = to_note(self.textCursor().selectedText())
        return selected if selected.strip() else self.textCursor().block().text()

    def move_to_end(self) -> None:
        """Put the caret behind the last character."""
        self.moveCursor(QTextCursor.MoveOperation.End)

    def _show_own(self, deltas: Sequence[Delta]) -> None:
        if not deltas:
            return
        self.show_deltas(deltas)
        caret = self.textCursor()
        caret.setPosition(_end_of(deltas[-1]))
        self.setTextCursor(caret)

    def _contents_changed(self, position: int, removed: int, added: int) -> None:
        if self._showing:
            return
        if added == 1 and not removed and self._typing and not self._note.has_pairs:
            # Nearly every key. Nothing about it has to be asked, and asking is what costs.
            self._note.type_key(position, text=self._typing)
        else:
            self._changed(position, removed, added)
        if self.others:
            self.viewport().update()
        if not self._is_pausing:
            self._is_pausing = True
            self._pausing.start()

    def _changed(self, position: int, removed: int, added: int) -> None:
        size = self._shown.characterCount() - 1  # the last one is Qt's own
        text = self._key_at(position, removed, added)
        if text is None:
            self._take_in(position, removed=removed, added=min(added, size - position))
        else:
            self._note.type_key(position, removed=removed, text=text)
        if self._note.length != size:
            # Half a character came or went (a broken clipboard, a caret set inside an emoji), which
            # the note does not do. Not now: Qt is still at work on this change.
            self._is_off = True
            QTimer.singleShot(0, self._show_what_is_kept)

    def _key_at(self, position: int, removed: int, added: int) -> str | None:
        """What one key has typed, empty where it removed a unit; None where it was more."""
        if removed + added != 1:
            return None
        character = self._shown.characterAt
        typed = character(position) if added else ""
        beside = (typed, character(position - 1), character(position + added))
        if max(beside) >= _HALVES:
            return None
        return typed if " " <= typed < _BEYOND_ASCII else to_note(typed)

    def _take_in(self, position: int, *, removed: int, added: int) -> None:
        taken = QTextCursor(self.document())
        taken.setPosition(position)
        taken.setPosition(position + added, QTextCursor.MoveMode.KeepAnchor)
        text = to_note(taken.selectedText())
        removed = min(removed, self._note.length - position)
        hand = Hand(*self._selection, self.textCursor().position())
        replace_in(self._note, position, removed=removed, added=text, hand=hand)

    def _selection_changed(self) -> None:
        caret = self.textCursor()
        self._selection = (caret.selectionStart(), caret.selectionEnd())

    def _tell_line(self) -> None:
        self._is_pausing = False
        self.line_changed.emit(self.textCursor().block().text())

    def _show_what_is_kept(self) -> None:
        if not self._is_off:
            return
        self._is_off = False
        place = self.textCursor().position()
        self._showing = True
        self.setPlainText(to_qt(self._note.text))
        self._showing = False
        caret = self.textCursor()
        caret.setPosition(min(place, self._note.length))
        self.setTextCursor(caret)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_off:
            self._show_what_is_kept()
        text = event.text()
        if text in _PLAIN:
            self._typing = text
            super().keyPressEvent(event)  # most keys; asking what they match costs more than they
            self._typing = ""
        elif event.modifiers() == _NO_MODIFIER and text.isprintable():
            super().keyPressEvent(event)
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undo_own()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.redo_own()
        else:
            super().keyPressEvent(event)

    @override
    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._show_what_is_kept()
        self._selection_changed()
        if event.preeditString():
            self.composing_began.emit()
        super().inputMethodEvent(event)
        if not event.preeditString():
            self.composing_ended.emit()

    @override
    def insertFromMimeData(self, source: QMimeData) -> None:
        self._show_what_is_kept()
        super().insertFromMimeData(source)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.others:
            self.others.paint()

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        menu.popup(event.globalPos())

    def menu(self) -> QMenu:
        """The usual menu, with undo of own text."""
        menu = self.createStandardContextMenu()
        menu.setObjectName("note-menu")
        for action in menu.actions():
            if action.objectName() == "edit-undo":
                action.triggered.connect(self.undo_own)
                action.setEnabled(True)
            elif action.objectName() == "edit-redo":
                action.triggered.connect(self.redo_own)
                action.setEnabled(True)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._note.end_undo_step()
        self.left.emit()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._look.use(tokens_of(self.palette()))
            self.others.show_selections()


def _replace(writer: QTextCursor, delta: Delta) -> None:
    writer.setPosition(delta.position)
    writer.setPosition(delta.position + delta.removed, QTextCursor.MoveMode.KeepAnchor)
    writer.insertText(to_qt(delta.inserted))


def _moved(place: int, delta: Delta) -> int:
    """Where `place` is after `delta`; text that comes in right at it comes after it."""
    if place <= delta.position:
        return place
    if place < delta.position + delta.removed:
        return delta.position
    return place - delta.removed + _length(delta)


def _end_of(delta: Delta) -> int:
    return delta.position + _length(delta)


def _length(delta: Delta) -> int:
    return len(delta.inserted.encode("utf-16-le")) // 2
