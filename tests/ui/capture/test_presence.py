"""Several people in one interview: who is here, and where their carets stand."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from interview_desk.domain.values import Json
from interview_desk.notes import NoteDocument
from interview_desk.services.carets import Caret, caret_to_json
from interview_desk.services.company import Colleague, Company
from interview_desk.services.exchange import LivePresence, Present
from interview_desk.ui.capture.note_editor import NoteEditor
from interview_desk.ui.capture.window import CaptureWindow
from interview_desk.ui.theme import Appearance
from tests.helpers.capture_room import INTERVIEW, Room, editor, then_leave, to_stage, until, words
from tests.helpers.desk import ME
from tests.helpers.fakes import MemoryFeed


class Wire:
    """What the live connection brings to one desk, and what it is told."""

    def __init__(self) -> None:
        self.feed = MemoryFeed()
        self.company = Company(self.feed)
        self.company.begin(ME.device_id)

    def says(self, stage: str | None, *members: Present) -> None:
        self.company.hear(LivePresence(INTERVIEW, stage, members))

    @property
    def told(self) -> tuple[str, str | None, Json]:
        return self.feed.places[-1]


def ben(cursor: Json = None) -> Present:
    return Present("device-2", "member-2", "Ben", cursor)


def place(document: NoteDocument, position: int, anchor: int | None = None) -> Json:
    return caret_to_json(document, Caret(position, position if anchor is None else anchor))


def note_of(window: CaptureWindow) -> NoteEditor:
    found = editor(window)
    assert isinstance(found, NoteEditor)
    return found


@then_leave
async def test_the_window_says_who_is_here_and_where(room: Room):
    window = await room.open()
    wire = Wire()
    window.meet(wire.company)
    assert words(window, "capture-company") == ""
    wire.says("context", ben())
    wire.says(None, Present("device-3", "member-3", "Ada"))
    assert words(window, "capture-company") == "Ada and Ben are here"
    label = window.findChild(QLabel, "capture-company")
    assert label is not None
    assert label.toolTip() == "Ada\nBen: Context and anchor"
    wire.company.vanish()
    assert words(window, "capture-company") == ""


@then_leave
async def test_others_learn_the_stage_and_the_caret_only_when_somebody_is_there(room: Room):
    window = await room.open()
    wire = Wire()
    window.meet(wire.company)
    assert wire.told == (INTERVIEW, "prepare", None)
    QTest.keyClicks(editor(window), "a plan")
    await to_stage(window, "welcome")
    assert wire.told == (INTERVIEW, "welcome", None)
    QTest.keyClicks(editor(window), "hello")
    wire.says("welcome", ben())
    document = note_of(window).note
    await until(lambda: wire.told == (INTERVIEW, "welcome", place(document, 5)))
    QTest.keyClick(editor(window), Qt.Key.Key_Home, Qt.KeyboardModifier.ShiftModifier)
    await until(lambda: wire.told[2] == place(document, 0, 5))
    await window.leave()
    assert wire.feed.left == [INTERVIEW]


@then_leave
async def test_a_window_that_meets_another_company_leaves_the_first(room: Room):
    window = await room.open()
    first, second = Wire(), Wire()
    window.meet(first.company)
    window.meet(second.company)
    assert first.feed.left == [INTERVIEW]
    first.says("prepare", ben())
    assert words(window, "capture-company") == ""
    second.says("prepare", ben())
    assert words(window, "capture-company") == "Ben is here"
    window.meet(None)
    assert words(window, "capture-company") == ""


@then_leave
async def test_a_caret_is_shown_in_the_stage_it_is_in_also_one_opened_later(room: Room):
    window = await room.open()
    wire = Wire()
    window.meet(wire.company)
    QTest.keyClicks(editor(window), "one two")
    first = note_of(window)
    wire.says("prepare", ben(place(first.note, 3)))
    wire.says("welcome", Present("device-3", "member-3", "Ada", place(first.note, 0)))
    assert first.others.positions() == {"device-2": Caret(3, 3)}
    await to_stage(window, "welcome")
    later = note_of(window)
    assert list(later.others.positions()) == ["device-3"]


@pytest.fixture
def shown(qtbot: QtBot, light: Appearance) -> Callable[[str], NoteEditor]:
    def show(text: str) -> NoteEditor:
        document = NoteDocument()
        document.insert(0, text)
        document.forget_undo()
        made = NoteEditor(document, name="note-x", spoken="Notes")
        qtbot.addWidget(made)
        made.resize(400, 200)
        made.show()
        qtbot.waitExposed(made)
        return made

    return show


def colleague(cursor: Json, *, name: str = "Ben", device: str = "device-2") -> Colleague:
    return Colleague(device, "member-" + device, name, "x", cursor)


def picture(editor: NoteEditor) -> QImage:
    return editor.grab().toImage()


def test_a_caret_stays_at_its_word_while_this_desk_types(shown: Callable[[str], NoteEditor]):
    editor = shown("one two")
    editor.show_others([colleague(place(editor.note, 3))])
    editor.insertPlainText("😀 zero ")
    at = editor.note.text.index(" two") + 1  # the emoji is two units
    assert editor.others.positions()["device-2"].position == at
    editor.undo_own()
    assert editor.others.positions()["device-2"].position == 3


def test_a_caret_behind_text_that_comes_later_stands_there_once_it_has_come(
    shown: Callable[[str], NoteEditor],
):
    editor = shown("one")
    sent: list[bytes] = []
    theirs = NoteDocument(sent.append)
    theirs.apply([editor.note.updates_since()])
    theirs.insert(3, " two")
    editor.show_others([colleague(place(theirs, 7))])
    assert editor.others.positions() == {}
    before = picture(editor)
    editor.show_deltas(editor.note.apply(sent))
    assert editor.others.positions()["device-2"].position == 7
    assert picture(editor) != before


def test_a_name_is_shown_for_a_moment_and_again_when_the_caret_moves(
    qtbot: QtBot, shown: Callable[[str], NoteEditor]
):
    editor = shown("one two\nthree")
    editor.show_others([colleague(place(editor.note, 3))])
    assert editor.others.flags == ["Ben"]
    with_flag = picture(editor)
    qtbot.waitUntil(lambda: editor.others.flags == [], timeout=10_000)
    assert picture(editor) != with_flag
    editor.show_others([colleague(place(editor.note, 3))])
    assert editor.others.flags == []
    editor.show_others([colleague(place(editor.note, 10))])
    assert editor.others.flags == ["Ben"]


def test_carets_and_selections_move_nothing_and_vanish_without_a_trace(
    shown: Callable[[str], NoteEditor],
):
    editor = shown("one two\n" * 30)
    bar = editor.verticalScrollBar()
    bar.setValue(7)
    before, size = picture(editor), editor.document().size()
    editor.show_others([colleague(place(editor.note, 75, 57), name="A very long name " * 9)])
    assert len(editor.extraSelections()) == 1
    assert picture(editor) != before
    assert (bar.value(), editor.document().size()) == (7, size)
    assert editor.textCursor().position() == 0
    editor.show_others([])
    assert picture(editor) == before


def test_people_have_colours_of_their_own_that_follow_the_theme(
    light: Appearance, shown: Callable[[str], NoteEditor]
):
    editor = shown("one two three")
    others = [
        colleague(place(editor.note, number + 1, number), name=str(number), device=str(number))
        for number in range(3)
    ]
    editor.show_others(others)
    tints = [tint.format.background().color().name() for tint in editor.extraSelections()]
    assert len(set(tints)) == 3
    light.use(light.mode.DARK)
    dark = [tint.format.background().color().name() for tint in editor.extraSelections()]
    light.use(light.mode.LIGHT)
    assert not set(tints) & set(dark)


def test_a_selection_is_told_with_both_its_ends(shown: Callable[[str], NoteEditor]):
    editor = shown("one two")
    caret = editor.textCursor()
    caret.setPosition(5)
    caret.setPosition(2, QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(caret)
    assert editor.caret == (2, 5)
