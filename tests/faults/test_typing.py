"""Two or three people type into one note, each in a real editor, in every way there is to type.

Short here; the long run says how many histories in INTERVIEW_DESK_TYPING_HISTORIES.
"""

import os
import random
import re
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QInputMethodEvent,
    QKeyEvent,
    QTextCursor,
)
from PySide6.QtWidgets import QApplication
from shiboken6 import delete

from interview_desk.notes import NoteDocument, text_of
from interview_desk.services.ports import NoteAddress
from interview_desk.services.stage_notes import StageNote
from interview_desk.ui.capture.note_editor import NoteEditor
from tests.helpers.notes_fakes import MemoryJournal

HISTORIES = int(os.environ.get("INTERVIEW_DESK_TYPING_HISTORIES", "40"))
PARTS = 8
NOTE = NoteAddress("0192d3a4-0000-7000-8000-00000000a001", "context")
ACTS = 40
# A word is an author's number in brackets nobody else types: whole, or it was lost.
WORD = re.compile(r"⟨\d+:\d+[^⟨⟩]*⟩")
TAILS = ("", " plain", "é", "e\u0301", "😀", "👩\u200d💻", "\u05e9\u05dc\u05d5\u05dd", "你好")
_NONE = Qt.KeyboardModifier.NoModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier


class Typist:
    """One person: an editor over a note, a journal, and the words that have to be there."""

    def __init__(self, number: int, chance: random.Random) -> None:
        self.number = number
        self.words: set[str] = set()
        self.heard = 0
        self._chance = chance
        self._count = 0
        self._composing = ""
        self.journal = MemoryJournal()
        self.note = StageNote(NOTE, self.journal, on_typed=lambda: None)
        # The order in which equal places are settled depends on the id: the same in every run.
        self.note.document = NoteDocument(self.note._typed, client_id=number + 10)
        self.note.let_in()
        self.editor = NoteEditor(self.note.document, name=f"typist-{number}", spoken="Notes")
        self.editor.resize(420, 260)
        self.editor.show()
        self.note.on_deltas(self.editor.show_deltas)
        self.editor.composing_began.connect(self.note.hold_back)
        self.editor.composing_ended.connect(self.note.let_in)

    @property
    def shown(self) -> str:
        return self.editor.toPlainText()

    # What hands do.

    def acts(self) -> list[Callable[[], None]]:
        return [
            self._type,
            self._type,
            self._compose,
            self._paste,
            self._drop,
            self._move_word,
            self._take_back_word,
            self._delete_word,
            self._replace_word,
            self._undo_and_redo,
            self._press_return,
        ]

    def _word(self) -> str:
        self._count += 1
        word = f"⟨{self.number}:{self._count}{self._chance.choice(TAILS)}⟩"
        self.words.add(word)
        return word

    def _type(self) -> None:
        self._stand_somewhere()
        self._keys(self._word())

    def _compose(self) -> None:
        """An input method builds a word; others type meanwhile, which must not disturb it."""
        self._stand_somewhere()
        self._composing = self._word()
        for length in range(1, self._chance.randint(2, 4)):
            self._input("n" * length)

    def finish_composing(self) -> None:
        if self._composing:
            self._input("", commit=self._composing)
            self._composing = ""

    def _paste(self) -> None:
        self._stand_somewhere()
        first, second = self._word(), self._word()
        data = QMimeData()
        if self._chance.random() < 0.5:
            data.setHtml(f"<b>{first}</b><br>{second}")
        data.setText(f"{first}\r\n{second}")
        self.editor.insertFromMimeData(data)

    def _drop(self) -> None:
        """From another window, wherever the mouse is: never into the middle of a word."""
        self.finish_composing()
        at = self._gap()
        rectangle = self.editor.cursorRect(self._cursor(at))
        viewport = self.editor.viewport()
        if not viewport.rect().contains(rectangle.center()):
            return
        data = QMimeData()
        data.setText(self._word())
        place = QPointF(rectangle.left(), rectangle.center().y())
        copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
        for event in (
            QDragEnterEvent(place.toPoint(), copy, data, left, _NONE),
            QDragMoveEvent(place.toPoint(), copy, data, left, _NONE),
            QDropEvent(place, copy, data, left, _NONE),
        ):
            QApplication.sendEvent(viewport, event)

    def _move_word(self) -> None:
        """A drop inside one editor removes and inserts in one step."""
        self.finish_composing()
        own = self._own_word()
        if own is None:
            return
        start, word = own
        gap = self._gap()
        if start < gap < start + _units(word):
            return
        hand = self._cursor(start)
        hand.setPosition(start + _units(word), QTextCursor.MoveMode.KeepAnchor)
        self.editor.setTextCursor(hand)
        target = self._cursor(gap)
        hand.beginEditBlock()
        hand.removeSelectedText()
        target.insertText(word)
        hand.endEditBlock()

    def _take_back_word(self) -> None:
        self._stand_somewhere()
        word = self._word()
        self._keys(word)
        for _ in _characters(word):
            self._press(Qt.Key.Key_Backspace)
        self.words.discard(word)

    def _delete_word(self) -> None:
        if self._select_own_word() is not None:
            self._press(Qt.Key.Key_Delete)

    def _replace_word(self) -> None:
        if self._select_own_word() is not None:
            self._keys(self._word())

    def _undo_and_redo(self) -> None:
        self.note.document.end_undo_step()
        for _ in range(self._chance.randint(1, 3)):
            # What was undone comes back: somebody else's undo must not bring it back twice.
            self._press(Qt.Key.Key_Z, _CONTROL)
            self._press(Qt.Key.Key_Z, _CONTROL | Qt.KeyboardModifier.ShiftModifier)

    def _press_return(self) -> None:
        self._stand_somewhere()
        self._press(Qt.Key.Key_Return)

    # How hands do it.

    def _stand_somewhere(self) -> None:
        self.finish_composing()
        self.editor.setTextCursor(self._cursor(self._gap()))

    def _gap(self) -> int:
        """A place between words."""
        text = self.shown
        inside = {
            place
            for found in WORD.finditer(text)
            for place in range(found.start() + 1, found.end())
        }
        places = [place for place in range(len(text) + 1) if place not in inside]
        return _units(text[: self._chance.choice(places)])

    def _own_word(self) -> tuple[int, str] | None:
        text = self.shown
        own = [f for f in WORD.finditer(text) if f.group() in self.words]
        if not own:
            return None
        found = self._chance.choice(own)
        return _units(text[: found.start()]), found.group()

    def _select_own_word(self) -> str | None:
        self.finish_composing()
        own = self._own_word()
        if own is None:
            return None
        start, word = own
        cursor = self._cursor(start)
        cursor.setPosition(start + _units(word), QTextCursor.MoveMode.KeepAnchor)
        self.editor.setTextCursor(cursor)
        self.words.discard(word)
        return word

    def _cursor(self, position: int) -> QTextCursor:
        cursor = QTextCursor(self.editor.document())
        cursor.setPosition(position)
        return cursor

    def _keys(self, text: str) -> None:
        for character in _characters(text):
            if character.isascii():
                self._press(Qt.Key.Key_A, text=character)
            else:
                self._input("", commit=character)

    def _press(self, key: Qt.Key, how: Qt.KeyboardModifier = _NONE, text: str = "") -> None:
        for kind in (QKeyEvent.Type.KeyPress, QKeyEvent.Type.KeyRelease):
            QApplication.sendEvent(self.editor, QKeyEvent(kind, key, how, text))

    def _input(self, preedit: str, *, commit: str = "") -> None:
        event = QInputMethodEvent(preedit, [])
        event.setCommitString(commit)
        QApplication.sendEvent(self.editor, event)

    # What the network does.

    async def send(self, server: list[tuple[int, bytes]]) -> None:
        await self.note.flush()
        sent = self.journal.pending.pop(NOTE, [])
        server.extend((self.number, update) for update in sent)

    def hear(self, server: list[tuple[int, bytes]], upto: int) -> None:
        """Strictly in the server's order; what comes back of one's own is known already."""
        news = server[self.heard : upto]
        self.heard = max(self.heard, upto)
        theirs = [update for author, update in news if author != self.number]
        if theirs:
            self.journal.arrive(NOTE, *theirs)

    def leave(self) -> None:
        self.editor.close()
        delete(self.editor)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _characters(text: str) -> Iterator[str]:
    """As a person presses them: a letter with what combines with it is one Backspace each."""
    return iter(text)


@pytest.mark.timeout(60 + HISTORIES)
@pytest.mark.parametrize("part", range(PARTS))
async def test_what_several_people_type_is_the_same_everywhere_and_whole(
    qapp: QApplication, part: int
) -> None:
    for seed in range(part, HISTORIES, PARTS):
        await history(seed)


async def history(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  - the same typing in every run
    typists = [Typist(number, chance) for number in range(chance.choice([2, 2, 3]))]
    server: list[tuple[int, bytes]] = []
    try:
        for _ in range(ACTS):
            await _step(chance, chance.choice(typists), server)
        for _ in range(2):
            for typist in typists:
                typist.finish_composing()
                await typist.send(server)
                typist.hear(server, len(server))
        told = text_of(update for _, update in server)
        for typist in typists:
            assert typist.shown == typist.note.document.text == told, seed
            missing = {word for word in typist.words if told.count(word) != 1}
            assert not missing, (seed, typist.number, missing)
    finally:
        for typist in typists:
            typist.leave()


async def _step(chance: random.Random, typist: Typist, server: list[tuple[int, bytes]]) -> None:
    """One act, or news of the network; whoever hears nothing for long has been offline."""
    what = chance.random()
    if what < 0.7:
        chance.choice(typist.acts())()
    elif what < 0.85:
        await typist.send(server)
    else:
        typist.hear(server, chance.randint(typist.heard, len(server)))
