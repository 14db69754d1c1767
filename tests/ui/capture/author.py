"""One person at one editor of notes."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from interview_desk.notes import NoteDocument, text_of
from interview_desk.ui.capture.note_editor import NoteEditor

Desk = Callable[[str], "Author"]


class Author:
    """One person at one editor; what they type goes into `sent`."""

    def __init__(self, qtbot: QtBot, name: str) -> None:
        self._sent: list[bytes] = []
        # The order in which equal places are settled depends on the id: the same in every run.
        self.document = NoteDocument(self._sent.append, client_id=sum(name.encode()))
        self.editor = NoteEditor(self.document, name=name, spoken="Notes")
        qtbot.addWidget(self.editor)
        self.editor.resize(500, 300)
        self.editor.show()

    @property
    def sent(self) -> list[bytes]:
        self.document.settle()
        return self._sent

    def hears(self, updates: list[bytes]) -> None:
        self.editor.show_deltas(self.document.apply(updates))

    def types(self, text: str) -> None:
        QTest.keyClicks(self.editor, text)

    def presses(self, key: Qt.Key, how: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier):
        QTest.keyClick(self.editor, key, how)

    def composes(self, preedit: str = "", commit: str = "") -> None:
        event = QInputMethodEvent(preedit, [])
        if commit:
            event.setCommitString(commit)
        QApplication.sendEvent(self.editor, event)

    def caret_to(self, position: int, anchor: int | None = None) -> None:
        caret = self.editor.textCursor()
        caret.setPosition(position if anchor is None else anchor)
        caret.setPosition(position, QTextCursor.MoveMode.KeepAnchor)
        self.editor.setTextCursor(caret)

    @property
    def shown(self) -> str:
        return self.editor.toPlainText()

    def is_true_to_the_note(self) -> bool:
        return self.shown == self.document.text == text_of([self.document.updates_since()])
