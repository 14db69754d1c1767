"""The editor under a person's hands and under somebody else's."""

import random
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from interview_desk.notes import NoteDocument, text_of
from interview_desk.ui.capture.note_editor import NoteEditor
from interview_desk.ui.theme import Appearance
from tests.ui.capture.author import Author, Desk

if TYPE_CHECKING:
    from collections.abc import Callable


def test_typed_keys_reach_the_note_one_by_one(desk: Desk):
    ada = desk("ada")
    ada.types("Hello")
    ada.presses(Qt.Key.Key_Return)
    ada.types("worl")
    ada.presses(Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    ada.presses(Qt.Key.Key_Backspace)
    ada.types("d")
    assert ada.document.text == "Hello\nworld"
    assert text_of(ada.sent) == "Hello\nworld"
    assert ada.is_true_to_the_note()


def test_an_emoji_is_typed_and_deleted_whole(desk: Desk):
    ada = desk("ada")
    ada.composes(commit="a😀é")
    assert ada.document.text == "a😀é"
    ada.presses(Qt.Key.Key_Backspace)
    ada.presses(Qt.Key.Key_Backspace)
    assert ada.document.text == "a"
    assert ada.is_true_to_the_note()


def test_a_key_pressed_inside_an_emoji_leaves_editor_and_note_the_same(qtbot: QtBot, desk: Desk):
    ada = desk("ada")
    ada.composes(commit="a😀b")
    ada.caret_to(2)  # no key goes there
    ada.types("x")
    qtbot.waitUntil(ada.is_true_to_the_note)
    assert "x" in ada.document.text


def test_every_key_of_the_keyboard_types_what_is_on_it(desk: Desk):
    ada = desk("ada")
    keys = "".join(map(chr, range(ord(" "), 127)))
    ada.types(keys)
    ada.caret_to(3, anchor=6)
    ada.types("z")
    ada.caret_to(2, anchor=4)
    ada.types("e")
    assert ada.document.text == keys[:2] + "e" + keys[6:]
    assert ada.is_true_to_the_note()


def test_a_composed_word_comes_in_when_it_is_committed(qtbot: QtBot, desk: Desk):
    ada = desk("ada")
    ada.types("hello ")
    told: list[str] = []
    ada.editor.composing_began.connect(lambda: told.append("began"))
    ada.editor.composing_ended.connect(lambda: told.append("ended"))
    ada.composes("n")
    ada.composes("ni")
    assert ada.document.text == "hello "
    ada.composes(commit="你")
    assert ada.document.text == "hello 你"
    assert told == ["began", "began", "ended"]
    assert text_of(ada.sent) == "hello 你"


def test_selected_text_is_replaced_by_what_is_typed(desk: Desk):
    ada = desk("ada")
    ada.types("one two three")
    ada.caret_to(7, anchor=4)
    ada.types("2")
    assert ada.document.text == "one 2 three"
    ada.editor.selectAll()
    ada.presses(Qt.Key.Key_Delete)
    assert ada.document.text == ""


@pytest.mark.parametrize(
    ("caret", "their_place", "expected"),
    [(5, 0, 8), (5, 5, 5), (5, 8, 5), (0, 0, 0)],
)
def test_what_others_type_leaves_the_caret_at_its_word(
    desk: Desk, caret: int, their_place: int, expected: int
):
    ada, kai = desk("ada"), desk("kai")
    ada.types("Hello world")
    kai.hears(ada.sent)
    ada.caret_to(caret)
    kai.document.insert(their_place, "XYZ")
    ada.hears(kai.sent)
    assert ada.editor.textCursor().position() == expected


def test_what_others_delete_leaves_the_selection_on_what_remains(desk: Desk):
    ada, kai = desk("ada"), desk("kai")
    ada.types("Hello cruel world")
    kai.hears(ada.sent)
    ada.caret_to(14, anchor=8)
    kai.document.delete(6, 6)
    ada.hears(kai.sent)
    caret = ada.editor.textCursor()
    assert (caret.anchor(), caret.position()) == (6, 8)
    assert ada.shown == "Hello world"


def test_undo_takes_back_own_words_only(desk: Desk):
    ada, kai = desk("ada"), desk("kai")
    ada.types("Mine")
    kai.hears(ada.sent)
    kai.editor.move_to_end()
    kai.types(" theirs")
    ada.hears(kai.sent)
    ada.presses(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert ada.shown == " theirs"
    ada.presses(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert ada.shown == " theirs"
    ada.presses(
        Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert ada.shown == "Mine theirs"
    assert ada.is_true_to_the_note()


def test_the_menu_offers_undo_of_own_words(qtbot: QtBot, desk: Desk):
    ada = desk("ada")
    ada.types("word")
    menu = ada.editor.menu()
    actions = {action.objectName(): action for action in menu.actions()}
    actions["edit-undo"].trigger()
    assert ada.shown == ""
    actions["edit-redo"].trigger()
    assert ada.shown == "word"
    menu.deleteLater()


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard")
def test_the_menu_opens_where_the_mouse_is(qtbot: QtBot, desk: Desk):
    ada = desk("ada")
    place = ada.editor.mapToGlobal(QPoint(10, 10))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(10, 10), place)
    QApplication.sendEvent(ada.editor.viewport(), event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    with qtbot.waitSignal(menu.destroyed):
        menu.close()


@pytest.mark.parametrize("seed", range(8))
def test_two_editors_converge_whatever_both_type(qtbot: QtBot, desk: Desk, seed: int):
    """The caret is also set inside an emoji, which no key does but a program can."""
    chance = random.Random(seed)  # noqa: S311  - the same typing in every run
    ada, kai = desk("ada"), desk("kai")
    server: list[bytes] = []
    heard = {id(ada): 0, id(kai): 0}
    gave = {id(ada): 0, id(kai): 0}

    def exchange(author: Author) -> None:
        server.extend(author.sent[gave[id(author)] :])
        gave[id(author)] = len(author.sent)
        author.hears(server[heard[id(author)] :])
        heard[id(author)] = len(server)

    acts: list[Callable[[Author], None]] = [
        lambda author: author.caret_to(chance.randrange(author.document.length + 1)),
        lambda author: author.presses(Qt.Key.Key_Backspace),
        lambda author: author.composes(commit=chance.choice(["😀", "é", "你好"])),
        lambda author: author.presses(Qt.Key.Key_Return),
        lambda author: author.types(chance.choice(["a", "word ", "zz"])),
        exchange,
    ]
    for _ in range(150):
        chance.choice(acts)(chance.choice([ada, kai]))
    for author in (ada, kai, ada):
        exchange(author)
    qtbot.waitUntil(lambda: ada.shown == kai.shown == text_of(server))
    assert ada.is_true_to_the_note()
    assert kai.is_true_to_the_note()


def test_a_note_with_foreign_line_ends_is_shown_unit_by_unit(desk: Desk):
    from pycrdt import Doc, Text  # another program that shares the note

    theirs: Doc[Text] = Doc()
    theirs["text"] = Text("one\r\ntwo")
    ada = desk("ada")
    ada.hears([theirs.get_update()])
    ada.editor.move_to_end()
    ada.types("!")
    assert ada.document.text == "one\r\ntwo!"


def test_the_words_in_hand_are_the_selection_or_the_line(desk: Desk):
    ada = desk("ada")
    ada.types("first line")
    ada.presses(Qt.Key.Key_Return)
    ada.types("second line")
    assert ada.editor.words_in_hand() == "second line"
    ada.caret_to(5, anchor=0)
    assert ada.editor.words_in_hand() == "first"


def test_escape_does_nothing(desk: Desk):
    ada = desk("ada")
    ada.types("kept")
    ada.presses(Qt.Key.Key_Escape)
    assert ada.document.text == "kept"


def colour_of_the_quote(editor: NoteEditor) -> str:
    ranges = editor.document().findBlockByNumber(2).layout().formats()
    look = ranges[0].format
    return look.foreground().color().name()


def test_markdown_is_coloured_in_place_in_both_themes(qtbot: QtBot, light: Appearance, desk: Desk):
    ada = desk("ada")
    ada.editor.insertPlainText("# Title\n- **bold** 😀 *soft* `code`\n> quoted")
    formats = [
        len(ada.editor.document().findBlockByNumber(line).layout().formats()) for line in range(3)
    ]
    assert formats == [1, 4, 1]
    before = colour_of_the_quote(ada.editor)
    light.use(light.mode.DARK)
    after = colour_of_the_quote(ada.editor)
    light.use(light.mode.LIGHT)
    assert before != after
    assert ada.document.text.startswith("# Title")


def test_a_long_note_is_coloured_from_its_end_and_soon_everywhere(qtbot: QtBot, light: Appearance):
    document = NoteDocument()
    document.insert(0, "- é **bold** line\n" * 300)
    editor = NoteEditor(document, name="note", spoken="Notes")
    qtbot.addWidget(editor)

    def marks(line: int) -> int:
        return len(editor.document().findBlockByNumber(line).layout().formats())

    assert (marks(0), marks(299)) == (0, 2)
    qtbot.waitUntil(lambda: marks(0) == 2)
    editor.insertPlainText("new\n")  # lines that come meanwhile keep nothing from being coloured
    qtbot.waitUntil(lambda: all(marks(line) == 2 for line in range(1, 301)))
    assert marks(0) == 0


def test_a_word_is_composed_in_peace_while_others_type_around_it(desk: Desk):
    """What others type waits until the word stands, and lands where it belongs."""
    ada, kai = desk("ada"), desk("kai")
    ada.types("one two")
    kai.hears(ada.sent)
    sent = len(ada.sent)
    held: list[bytes] = []
    ada.caret_to(4)
    ada.composes("n")
    kai.caret_to(0)
    kai.types("zero ")
    kai.editor.move_to_end()
    kai.types(" three")
    held.extend(kai.sent)
    ada.composes("ni")
    ada.composes(commit="你 ")
    ada.hears(held)
    kai.hears(ada.sent[sent:])
    assert ada.shown == kai.shown == "zero one 你 two three"
    assert ada.editor.textCursor().position() == len("zero one 你 ")
    ada.presses(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert "你" not in ada.shown
    assert ada.shown.startswith("zero ")
    assert ada.is_true_to_the_note()


def test_right_to_left_text_and_combining_signs_keep_their_places(desk: Desk):
    ada, kai = desk("ada"), desk("kai")
    ada.composes(commit="\u05e9\u05dc\u05d5\u05dd e\u0301 \U0001f469\u200d\U0001f4bb")
    kai.hears(ada.sent)
    heard = len(ada.sent)
    for _ in range(2):
        ada.presses(Qt.Key.Key_Left)
    kai.editor.moveCursor(QTextCursor.MoveOperation.Start)
    kai.types("> ")
    ada.types("x")
    ada.hears(kai.sent)
    kai.hears(ada.sent[heard:])
    assert ada.shown == kai.shown == ada.document.text
    assert ada.shown.startswith("> \u05e9")
    assert ada.is_true_to_the_note()
    assert kai.is_true_to_the_note()
