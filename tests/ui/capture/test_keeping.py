"""What is typed while capturing is kept, whoever else writes and whatever fails."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QLineEdit,
    QWidget,
)

from interview_desk.domain.ids import answer_id
from interview_desk.notes import NoteDocument
from interview_desk.services.ports import NoteAddress
from tests.helpers.capture_room import (
    CTRL,
    INTERVIEW,
    Room,
    child,
    editor,
    lines,
    then_leave,
    to_stage,
    until,
    words,
)


@then_leave
async def test_words_typed_in_a_stage_are_on_disk_and_said_to_be(room: Room):
    window = await room.open()
    QTest.keyClicks(editor(window), "What we want to learn")
    assert words(window, "capture-saved") == "Saving…"
    await until(lambda: room.on_disk("prepare") == "What we want to learn")
    await until(lambda: words(window, "capture-saved").endswith("Saved on this device 11:48"))


@then_leave
async def test_the_window_says_that_what_is_saved_waits_for_the_network(room: Room):
    window = await room.open()
    window.show_offline(offline=True)
    assert words(window, "capture-saved").endswith("11:48 · offline, will sync")
    window.show_offline(offline=False)
    assert words(window, "capture-saved").endswith("Saved on this device 11:48")


@then_leave
async def test_each_stage_has_notes_of_its_own_and_keeps_its_caret(room: Room):
    window = await room.open()
    QTest.keyClicks(editor(window), "plan")
    await to_stage(window, "welcome")
    assert words(window, "capture-stage-title") == "Welcome and consent"
    QTest.keyClicks(editor(window), "hello")
    before = editor(window)
    QTest.keyClick(window, Qt.Key.Key_PageUp, CTRL)
    await until(lambda: editor(window) is not before)
    QTest.keyClicks(editor(window), "ned")
    await until(lambda: room.on_disk("prepare") == "planned")
    assert room.on_disk("welcome") == "hello"


@then_leave
async def test_what_a_colleague_writes_appears_and_what_one_types_stays(room: Room):
    window = await room.open()
    QTest.keyClicks(editor(window), "mine ")
    theirs: list[bytes] = []
    document = NoteDocument(theirs.append)
    document.insert(0, "theirs")
    room.journal.arrive(NoteAddress(INTERVIEW, "prepare"), *theirs)
    assert "mine " in editor(window).toPlainText()
    assert "theirs" in editor(window).toPlainText()

    roles = child(window, QLineEdit, "answer-prepare.roles-input")
    room.records.put(
        "interview_answers",
        answer_id(INTERVIEW, "prepare.roles"),
        interview_id=INTERVIEW,
        field="prepare.roles",
        value="Kai leads",
    )
    await until(lambda: roles.text() == "Kai leads")
    goals = child(window, QWidget, "answer-prepare.learning_goals")
    item = "0192d3a4-0000-7000-8000-00000000c001"
    field = {"interview_id": INTERVIEW, "field": "prepare.learning_goals", "item": "1"}
    room.records.put("interview_answers", item, **field, value="Why now")
    await until(lambda: lines(goals) == ["", "Why now"])
    room.records.put("interview_answers", item, **field, value="Why now, really")
    await until(lambda: lines(goals) == ["", "Why now, really"])
    room.records.rows.pop(("interview_answers", item))
    room.records.put("interviews", INTERVIEW, title="Renamed", status="scheduled")
    await until(lambda: lines(goals) == [""])
    assert words(window, "capture-title") == "Renamed"


@then_leave
async def test_closing_saves_the_last_key_first(room: Room):
    window = await room.open()
    closed: list[str] = []
    window.closed.connect(closed.append)
    QTest.keyClicks(editor(window), "last words")
    QTest.keyClicks(child(window, QLineEdit, "answer-prepare.roles-input"), "Ada leads")
    room.journal.gate.clear()
    window.close()
    window.close()
    assert window.isVisible()
    room.journal.gate.set()
    await until(lambda: not window.isVisible())
    assert room.on_disk("prepare") == "last words"
    assert room.answer("prepare.roles") == "Ada leads"
    assert closed == [INTERVIEW]
    await window.leave()


@then_leave
async def test_a_full_disk_keeps_the_window_open_and_says_so(room: Room):
    window = await room.open()
    room.journal.full = True
    QTest.keyClicks(editor(window), "words")
    window.close()
    await until(lambda: "The disk is full." in words(window, "capture-told"))
    assert window.isVisible()
    await until(lambda: words(window, "capture-saved") == "Not saved yet: The disk is full.")
    QTest.keyClicks(editor(window), " and more")
    room.journal.full = False
    QTest.keyClick(editor(window), Qt.Key.Key_S, CTRL)
    await until(lambda: room.on_disk("prepare") == "words and more")


@then_leave
async def test_a_damaged_part_of_the_notes_is_told(room: Room):
    room.journal.confirmed[NoteAddress(INTERVIEW, "prepare")] = [b"\xff"]
    window = await room.open()
    assert "damaged" in words(window, "capture-told")
