"""A person captures an interview: keys pressed, words read."""

from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from interview_desk.ui.capture.window import CaptureWindow
from interview_desk.ui.theme import Appearance
from tests.helpers.capture_room import (
    CTRL,
    INTERVIEW,
    Room,
    child,
    editor,
    press,
    then_leave,
    to_stage,
    until,
    words,
)


@then_leave
async def test_a_stage_is_chosen_with_the_mouse_and_nothing_locks_it(room: Room):
    window = await room.open()
    stages = child(window, QListView, "capture-stages")
    place = stages.visualRect(stages.model().index(6, 0)).center()
    QTest.mouseClick(stages.viewport(), Qt.MouseButton.LeftButton, pos=place)
    await until(lambda: editor(window).objectName() == "note-deciding")
    assert editor(window).hasFocus()


@then_leave
async def test_stages_are_checked_off_by_mouse_and_keyboard(room: Room):
    window = await room.open()
    stages = child(window, QListView, "capture-stages")
    row = stages.visualRect(stages.model().index(0, 0))
    circle = QPoint(row.left() + 20, row.center().y())
    QTest.mouseClick(stages.viewport(), Qt.MouseButton.LeftButton, pos=circle)
    await until(lambda: room.answer("prepare.covered") is True)
    stages.setFocus()
    QTest.keyClick(stages, Qt.Key.Key_Space)
    await until(lambda: room.answer("prepare.covered") is False)

    QTest.keyClick(editor(window), Qt.Key.Key_Return, CTRL)
    await until(lambda: room.answer("prepare.covered") is True)
    await until(lambda: editor(window).objectName() == "note-welcome")
    spoken = stages.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Prepare, covered"


@then_leave
async def test_answers_of_every_kind_are_kept_as_they_are_given(room: Room):
    window = await room.open()
    await to_stage(window, "context")
    QTest.keyClicks(child(window, QLineEdit, "answer-context.switch_date-input"), "March 2026")
    role = child(window, QComboBox, "answer-context.decision_role-input")
    role.setFocus()
    QTest.keyClick(role, Qt.Key.Key_Down)
    QTest.keyClicks(child(window, QLineEdit, "answer-context.startup-team-input"), "12")
    await until(lambda: room.answer("context.startup") == {"team": "12"})
    assert room.answer("context.switch_date") == "March 2026"
    assert room.answer("context.decision_role") == "decided alone"
    assert "March 2026" in child(window, QWidget, "capture-timeline").accessibleDescription()
    await to_stage(window, "first_thought")
    QTest.keyClicks(
        child(window, QPlainTextEdit, "answer-first_thought.struggle_quote-input"), "Never again"
    )
    await to_stage(window, "first_use")
    assert room.answer("first_thought.struggle_quote") == "Never again"
    QTest.mouseClick(
        child(window, QPushButton, "answer-first_use.satisfaction-3"), Qt.MouseButton.LeftButton
    )
    gone = child(window, QPushButton, "answer-first_use.fired_product-1")
    QTest.mouseClick(gone, Qt.MouseButton.LeftButton)
    await until(lambda: room.answer("first_use.fired_product") is False)
    assert room.answer("first_use.satisfaction") == 4
    QTest.mouseClick(gone, Qt.MouseButton.LeftButton)
    await until(lambda: room.answer("first_use.fired_product") is None)


@then_leave
async def test_a_list_grows_while_one_types_and_fills_the_forces(room: Room):
    window = await room.open()
    await to_stage(window, "first_thought")
    items = child(window, QWidget, "answer-first_thought.push")
    QTest.keyClicks(items.findChildren(QLineEdit)[0], "Export broke")
    QTest.keyClicks(items.findChildren(QLineEdit)[1], "Two days lost")
    forces = child(window, QWidget, "capture-forces")
    await until(lambda: "Export broke, Two days lost" in forces.accessibleDescription())
    first = items.findChildren(QLineEdit)[0]
    first.clear()
    QTest.keyClicks(first, "x")
    QTest.keyClick(first, Qt.Key.Key_Backspace)
    await until(lambda: "Export broke" not in forces.accessibleDescription())
    assert len(items.findChildren(QLineEdit)) == 3


@then_leave
async def test_start_and_finish_run_the_clock_and_move_the_interview(room: Room):
    window = await room.open()
    assert words(window, "capture-time") == "Not started · 60 min planned"
    press(window, "capture-start")
    await until(lambda: words(window, "capture-status") == "In progress")
    room.clock.advance(minutes=12, seconds=4)
    window._tick()
    assert words(window, "capture-time") == "12 min in · 48 min left"
    room.clock.advance(minutes=50)
    window._tick()
    assert words(window, "capture-time") == "62 min in · 3 min over"
    press(window, "capture-finish")
    await until(lambda: words(window, "capture-status") == "Held")
    assert words(window, "capture-time") == "Took 62 min"
    assert child(window, QPushButton, "capture-start").text() == "Go on"
    asked: list[str] = []
    window.debrief_requested.connect(asked.append)
    press(window, "capture-debrief")
    assert asked == [INTERVIEW]


@then_leave
async def test_what_is_typed_after_start_and_finish_goes_into_the_notes(room: Room):
    window = await room.open()
    await to_stage(window, "welcome")
    for pressed, then in (("capture-start", "In progress"), ("capture-finish", "Held")):
        start = child(window, QPushButton, pressed)
        start.setFocus()
        QTest.mouseClick(start, Qt.MouseButton.LeftButton)
        # At once, and not only when it has begun.
        QTest.keyClicks(QApplication.focusWidget() or window, "All four said yes. ")
        await until(partial(_reads, window, "capture-status", then))
        QTest.keyClicks(QApplication.focusWidget() or window, "A space answers nothing.")
    assert editor(window).toPlainText().count("All four said yes. A space answers nothing.") == 2


@then_leave
async def test_nudges_are_one_quiet_line_with_a_switch(room: Room):
    window = await room.open()
    await to_stage(window, "welcome")
    QTest.keyClicks(editor(window), "Would you buy it?")
    await until(lambda: words(window, "capture-nudge").startswith("Sounds leading"))
    QTest.keyClick(editor(window), Qt.Key.Key_Return)
    await until(lambda: words(window, "capture-nudge") == "")
    press(window, "capture-start")
    await until(lambda: words(window, "capture-status") == "In progress")
    room.clock.advance(minutes=5)
    window._tick()
    assert "is over its time" in words(window, "capture-nudge")
    QTest.mouseClick(child(window, QCheckBox, "capture-nudges"), Qt.MouseButton.LeftButton)
    assert words(window, "capture-nudge") == ""


@then_leave
async def test_escape_discards_nothing_and_tab_leaves_the_notes(room: Room):
    window = await room.open()
    QTest.keyClicks(editor(window), "kept")
    QTest.keyClick(editor(window), Qt.Key.Key_Escape)
    assert window.isVisible()
    QTest.keyClick(editor(window), Qt.Key.Key_Tab)
    assert not editor(window).hasFocus()
    assert editor(window).toPlainText() == "kept"


@then_leave
async def test_f6_walks_through_the_panes(room: Room):
    window = await room.open()
    editor(window).setFocus()
    QTest.keyClick(window, Qt.Key.Key_F6)
    focus = window.focusWidget()
    assert child(window, QWidget, "capture-answers").isAncestorOf(focus)
    QTest.keyClick(window, Qt.Key.Key_F6)
    assert window.focusWidget() is child(window, QListView, "capture-stages")
    QTest.keyClick(window, Qt.Key.Key_F6)
    assert window.focusWidget() is editor(window)


@then_leave
async def test_ctrl_j_joins_from_anywhere(room: Room):
    window = await room.open()
    asked: list[str] = []
    window.join_requested.connect(asked.append)
    QTest.keyClick(editor(window), Qt.Key.Key_J, CTRL)
    press(window, "capture-join")
    assert asked == [INTERVIEW, INTERVIEW]


@then_leave
async def test_every_control_has_a_name_for_a_screen_reader(room: Room):
    room.guest()
    window = await room.open()
    await to_stage(window, "outcomes")
    kinds = (QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit, QListView)
    shown = [one for kind in kinds for one in window.findChildren(kind) if one.isVisible()]
    nameless = [
        one.objectName()
        for one in shown
        if not (one.accessibleName() or (isinstance(one, QAbstractButton) and one.text()))
    ]
    assert len(shown) > 30
    assert nameless == []


@then_leave
async def test_long_words_are_cut_short_and_never_widen_the_window(room: Room):
    room.guest("A guest with as many names as anybody ever had and one more")
    long = "A title that somebody at the booking page wrote without ever coming to an end " * 3
    room.records.put("interviews", INTERVIEW, title=long, status="scheduled")
    window = await room.open()
    assert window.minimumSizeHint().width() <= 1100
    assert child(window, QLabel, "capture-title").toolTip() == long


@then_leave
async def test_the_window_follows_the_theme_and_its_smallest_size(room: Room, light: Appearance):
    window = await room.open()
    before = window.styleSheet()
    light.use(light.mode.DARK)
    await until(lambda: window.styleSheet() != before)
    light.use(light.mode.LIGHT)
    await until(lambda: window.styleSheet() == before)
    window.resize(1100, 700)
    await until(lambda: window.width() == 1100)
    last = child(window, QPushButton, "capture-surprise")
    first = child(window, QPushButton, "capture-quote")
    await until(lambda: last.y() > first.y())
    window.resize(1400, 800)
    await until(lambda: last.y() == first.y())


def _reads(window: CaptureWindow, name: str, said: str) -> bool:
    return words(window, name) == said
