"""A person captures an interview: keys pressed, words read."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from zoneinfo import ZoneInfo

import pytest
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
from pytestqt.qtbot import QtBot

from interview_desk.domain.ids import answer_id
from interview_desk.domain.roles import Role
from interview_desk.domain.values import Fields, Json
from interview_desk.notes import NoteDocument, text_of
from interview_desk.services.capture import CapturePorts, CaptureSession
from interview_desk.services.ports import Me, NoteAddress
from interview_desk.ui.capture.window import CaptureWindow
from interview_desk.ui.theme import Appearance
from tests.helpers.desk import ME, MemoryRecords, StoppedClock, counted_bytes
from tests.helpers.notes_fakes import MemoryJournal

INTERVIEW = "0192d3a4-0000-7000-8000-00000000a001"
GUEST = "0192d3a4-0000-7000-8000-00000000b001"
CTRL = Qt.KeyboardModifier.ControlModifier


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not happened():  # noqa: ASYNC110  - Qt tells of most of these by no signal
            await asyncio.sleep(0.01)


class Room:
    """One open capture window over a desk in memory."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.records = MemoryRecords()
        self.journal = MemoryJournal()
        self.clock = StoppedClock()
        self.broken: list[object] = []
        self.windows: list[CaptureWindow] = []
        self.records.put(
            "interviews",
            INTERVIEW,
            title="Ines Okafor",
            status="scheduled",
            start="2026-11-18T10:45:00Z",
            end="2026-11-18T11:45:00Z",
            join_url="https://zoom.us/j/123456789",
        )

    def guest(self, name: str = "Ines Okafor", guest_id: str = GUEST) -> None:
        self.records.put("interview_guests", guest_id, interview_id=INTERVIEW, name=name)

    async def open(self, me: Me = ME) -> CaptureWindow:
        ports = CapturePorts(
            records=self.records,
            journal=self.journal,
            clock=self.clock,
            me=me,
            randomness=counted_bytes(),
        )
        session = CaptureSession(INTERVIEW, ports)
        await session.open()
        window = CaptureWindow(session, zone=ZoneInfo("Europe/Berlin"))
        window.broke.connect(self.broken.append)
        self.windows.append(window)
        window.begin()
        window.show()
        self.qtbot.waitExposed(window)
        await until(lambda: editor_of(window) is not None)
        return window

    async def leave(self) -> None:
        self.journal.full = False
        for window in self.windows:
            await window.leave()
            window.close()
            window.deleteLater()
        assert self.broken == []

    def on_disk(self, stage: str) -> str:
        return text_of(self.journal.on_disk(NoteAddress(INTERVIEW, stage)))

    def answer(self, field: str) -> Json:
        row = self.records.rows.get(("interview_answers", answer_id(INTERVIEW, field)))
        return row.fields.get("value") if row else None

    def insights(self) -> list[Fields]:
        return [row.fields for (kind, _), row in self.records.rows.items() if "insight" in kind]

    def guest_says(self, kind: str) -> Json:
        said = self.records.rows["interview_guests", GUEST].fields.get(f"consent_{kind}")
        return said["value"] if isinstance(said, dict) else None


def then_leave(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """Close the windows while the loop still runs: Qt's timers go on firing after a test."""

    @functools.wraps(test)
    async def run(**fixtures: object) -> None:
        try:
            await test(**fixtures)
        finally:
            room = fixtures["room"]
            assert isinstance(room, Room)
            await room.leave()

    return run


@pytest.fixture
def room(qtbot: QtBot, qapp: QApplication, light: Appearance) -> Room:
    qapp.setQuitOnLastWindowClosed(False)
    return Room(qtbot)


def editor_of(window: CaptureWindow) -> QPlainTextEdit | None:
    shown = [
        editor
        for editor in window.findChildren(QPlainTextEdit)
        if editor.objectName().startswith("note-") and editor.isVisible()
    ]
    return shown[0] if shown else None


def editor(window: CaptureWindow) -> QPlainTextEdit:
    found = editor_of(window)
    assert found is not None
    return found


def child(window: QWidget, kind: type[QWidget], name: str):
    found = window.findChild(kind, name)
    assert found is not None, name
    return found


def words(window: CaptureWindow, name: str) -> str:
    label = child(window, QLabel, name)
    assert isinstance(label, QLabel)
    return label.text()


def lines(items: QWidget) -> list[str]:
    return sorted(line.text() for line in items.findChildren(QLineEdit) if line.isVisible())


def press(window: CaptureWindow, name: str) -> None:
    button = child(window, QPushButton, name)
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


async def to_stage(window: CaptureWindow, stage: str) -> None:
    def elsewhere() -> bool:
        return editor(window) is not before

    for _ in range(12):
        if editor(window).objectName() == f"note-{stage}":
            return
        before = editor(window)
        QTest.keyClick(window, Qt.Key.Key_PageDown, CTRL)
        await until(elsewhere)
    raise AssertionError(stage)


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
async def test_the_selected_words_become_a_quote_held_until_the_guest_says_yes(room: Room):
    room.guest()
    window = await room.open()
    QTest.keyClicks(editor(window), "It was a mess")
    editor(window).selectAll()
    QTest.keyClick(editor(window), Qt.Key.Key_1, CTRL)
    await until(lambda: len(room.insights()) == 1)
    (quote,) = room.insights()
    assert (quote["kind"], quote["statement"]) == ("quote", "It was a mess")
    assert (quote["stage"], quote["state"]) == ("prepare", "held")
    await until(lambda: "held" in words(window, "capture-told"))

    press(window, "consent-quotes-yes")
    await until(lambda: room.insights()[0]["state"] == "draft")
    assert editor(window).toPlainText() == "It was a mess"


@then_leave
async def test_a_no_refuses_quotes_with_the_reason_and_keeps_the_note(room: Room):
    room.guest()
    window = await room.open()
    press(window, "consent-quotes-no")
    await until(lambda: room.guest_says("quotes") == "no")
    QTest.keyClicks(editor(window), "Never again")
    press(window, "capture-quote")
    await until(lambda: "does not want to be quoted" in words(window, "capture-told"))
    press(window, "capture-push")
    await until(lambda: len(room.insights()) == 1)
    assert "Never again" in child(window, QWidget, "capture-forces").accessibleDescription()


@then_leave
async def test_with_no_words_in_hand_nothing_is_captured(room: Room):
    window = await room.open()
    QTest.keyClick(editor(window), Qt.Key.Key_9, CTRL)
    await until(lambda: "Select the words first" in words(window, "capture-told"))
    assert room.insights() == []


@then_leave
async def test_consent_is_asked_before_anything_and_can_be_taken_back(room: Room):
    room.guest()
    window = await room.open()
    assert words(window, "consent-state") == "Consent not asked yet"
    for kind in ("notes", "recording", "quotes", "contact_again"):
        press(window, f"consent-{kind}-yes")
    await until(lambda: words(window, "consent-state") == "Consent asked")
    assert room.guest_says("recording") == "yes"
    press(window, "consent-recording-no")
    await until(lambda: words(window, "consent-state") == "Not recording")
    press(window, "consent-recording-no")
    await until(lambda: room.guest_says("recording") == "unknown")
    press(window, "consent-notes-no")
    await until(lambda: words(window, "consent-state") == "They want no notes taken")


@then_leave
async def test_an_interview_made_by_hand_is_asked_for_its_guest(room: Room):
    window = await room.open()
    assert words(window, "consent-state") == "No guest yet: quotes are held back"
    name = child(window, QLineEdit, "consent-guest-name")
    QTest.keyClick(name, Qt.Key.Key_Return)
    QTest.keyClicks(name, "Kai Moreau")
    QTest.keyClick(name, Qt.Key.Key_Return)
    await until(lambda: child(window, QPushButton, "consent-notes-yes").isVisible())
    guests = [row.fields["name"] for (kind, _), row in room.records.rows.items() if "guest" in kind]
    assert guests == ["Kai Moreau"]


@then_leave
async def test_with_several_guests_each_is_asked(room: Room):
    room.guest()
    other = "0192d3a4-0000-7000-8000-00000000b002"
    room.guest("Kai Moreau", other)
    window = await room.open()
    who = child(window, QComboBox, "consent-guest")
    assert who.isVisible()
    who.setFocus()
    QTest.keyClick(who, Qt.Key.Key_Down)
    press(window, "consent-notes-yes")
    await until(lambda: "consent_notes" in room.records.rows["interview_guests", other].fields)
    assert who.currentText() == "Kai Moreau"
    assert room.guest_says("notes") is None


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
async def test_start_and_finish_run_the_clock_and_move_the_interview(room: Room):
    window = await room.open()
    assert words(window, "capture-time") == "Not started · 60 min planned"
    press(window, "capture-start")
    await until(lambda: words(window, "capture-status") == "In progress")
    room.clock.advance(minutes=12, seconds=4)
    window._tick()
    assert words(window, "capture-time") == "12:04 · 48 min left"
    room.clock.advance(minutes=50)
    window._tick()
    assert words(window, "capture-time") == "62:04 · 3 min over"
    press(window, "capture-finish")
    await until(lambda: words(window, "capture-status") == "Held")
    assert child(window, QPushButton, "capture-start").text() == "Go on"
    asked: list[str] = []
    window.debrief_requested.connect(asked.append)
    press(window, "capture-debrief")
    assert asked == [INTERVIEW]


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


@then_leave
async def test_an_observer_writes_notes_and_nothing_else(room: Room):
    room.guest()
    window = await room.open(ME._replace(role=Role.OBSERVER))
    QTest.keyClicks(editor(window), "seen")
    await until(lambda: room.on_disk("prepare") == "seen")
    for name in ("consent-notes-yes", "capture-quote"):
        assert not child(window, QPushButton, name).isEnabled()
    assert not child(window, QLineEdit, "answer-prepare.roles-input").isEnabled()
    QTest.keyClick(editor(window), Qt.Key.Key_Return, CTRL)
    await until(lambda: editor(window).objectName() == "note-welcome")
    assert room.answer("prepare.covered") is None


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
