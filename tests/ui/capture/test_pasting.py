"""Text that comes from a clipboard or under the mouse."""

from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QImage, QTextCursor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from interview_desk.notes import text_of
from tests.ui.capture.author import Author, Desk


def test_a_large_paste_is_taken_whole(desk: Desk):
    ada = desk("ada")
    text = "Line with ünïcode 😀\n" * 5_000
    data = QMimeData()
    data.setText(text)
    ada.editor.insertFromMimeData(data)
    assert ada.document.text == text
    assert max(map(len, ada.sent)) < 256 * 1024


def test_all_kinds_of_line_ends_are_pasted_as_one(desk: Desk):
    ada = desk("ada")
    ada.editor.insertPlainText("one\r\ntwo\rthree\u2029four\u2028five")
    assert ada.document.text == "one\ntwo\nthree\nfour\nfive"
    assert ada.document.length == ada.editor.document().characterCount() - 1


def test_dragged_text_moves_without_touching_what_is_between(desk: Desk):
    ada, kai = desk("ada"), desk("kai")
    ada.editor.insertPlainText("move me. Here is what stays where it is, all of it. End.")
    kai.hears(ada.sent)
    sent, heard = len(ada.sent), len(kai.sent)
    kai.caret_to(20)
    kai.types("really ")
    move = QTextCursor(ada.editor.document())
    move.beginEditBlock()  # a drop inside one editor removes and inserts in one step
    move.setPosition(0)
    move.setPosition(9, QTextCursor.MoveMode.KeepAnchor)
    move.removeSelectedText()
    move.movePosition(QTextCursor.MoveOperation.End)
    move.insertText("move me.")
    move.endEditBlock()
    ada.hears(kai.sent[heard:])
    kai.hears(ada.sent[sent:])
    assert ada.shown == kai.shown
    assert ada.shown.count("stays where it is") == 1
    assert ada.shown.count("really ") == 1


def test_half_a_character_from_a_broken_clipboard_does_no_harm(qtbot: QtBot, desk: Desk):
    ada = desk("ada")
    ada.types("ab")
    ada.caret_to(1)
    ada.editor.insertPlainText("x\ud83dy")
    size = ada.editor.document().characterCount
    qtbot.waitUntil(lambda: size() - 1 == ada.document.length)
    assert ada.shown.startswith("ax")
    ada.types("!")
    assert ada.is_true_to_the_note()


def test_rich_text_is_pasted_as_plain(desk: Desk):
    ada = desk("ada")
    data = QMimeData()
    data.setHtml("<h1>Title</h1><p>with <b>bold</b> &amp; a <a href='https://x.test'>link</a></p>")
    data.setText("Title\r\nwith bold & a link")
    ada.editor.insertFromMimeData(data)
    assert ada.document.text == "Title\nwith bold & a link"
    only_html = QMimeData()
    only_html.setHtml("<b>bold</b>")
    ada.editor.insertFromMimeData(only_html)
    assert "<b>" not in ada.document.text
    assert ada.is_true_to_the_note()


def test_a_picture_or_a_file_is_not_pasted(desk: Desk):
    ada = desk("ada")
    ada.types("kept")
    picture = QMimeData()
    picture.setImageData(QImage(4, 4, QImage.Format.Format_RGB32))
    ada.editor.insertFromMimeData(picture)
    assert ada.document.text == "kept"


def drop(author: Author, data: QMimeData, position: int) -> None:
    caret = QTextCursor(author.editor.document())
    caret.setPosition(position)
    where = author.editor.cursorRect(caret)
    place = QPointF(where.left(), where.center().y())
    action, button, none = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    for event in (
        QDragEnterEvent(place.toPoint(), action, data, button, none),
        QDragMoveEvent(place.toPoint(), action, data, button, none),
        QDropEvent(place, action, data, button, none),
    ):
        QApplication.sendEvent(author.editor.viewport(), event)


def test_text_dropped_from_another_window_lands_under_the_mouse(desk: Desk):
    ada = desk("ada")
    ada.types("one three")
    data = QMimeData()
    data.setText("two😀\r\n")
    drop(ada, data, 4)
    assert ada.document.text == "one two😀\nthree"
    assert text_of(ada.sent) == ada.document.text
    assert ada.is_true_to_the_note()
