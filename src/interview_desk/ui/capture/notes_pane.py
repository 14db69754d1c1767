"""The middle: the stage's goal, its notes, the one quiet remark, and the keys that capture."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from interview_desk.domain.capture_kinds import CAPTURE_KINDS
from interview_desk.domain.guides import Stage
from interview_desk.services.company import Colleague
from interview_desk.services.stage_notes import StageNote
from interview_desk.ui.capture.note_editor import NoteEditor
from interview_desk.ui.quoting import as_tip
from interview_desk.ui.theme.fonts import Size, font
from interview_desk.ui.widgets.elided_label import ElidedLabel
from interview_desk.ui.widgets.parts import Weight, button, hide_unless, label, row

_NUDGE_HEIGHT = 20
_THEIRS = "What they say, in their words. One observation a line."
_OURS = "What the team should know. One thought a line."
_WIDE, _NARROW, _IN_TWO_ROWS = 640, 360, 5


class NotesPane(QWidget):
    """One editor per stage, all of them alive, one in sight.

    Signals: `kind_pressed(int)` with the place of a kind in CAPTURE_KINDS, `line_changed(str)`
    with the line being typed, `caret_moved()` when the caret in sight does or its text changes,
    `left()` when the keyboard leaves the notes, `earlier_asked()` for what the notes said before.
    """

    kind_pressed = Signal(int)
    line_changed = Signal(str)
    caret_moved = Signal()
    left = Signal()
    earlier_asked = Signal()

    def __init__(self, *, capturing: bool, looking_back: bool = True) -> None:
        super().__init__()
        self.setObjectName("capture-notes")
        self._editors: dict[str, NoteEditor] = {}
        self._others: Sequence[Colleague] = ()
        self._shown: NoteEditor | None = None
        self._stack = QStackedWidget()
        self._title = ElidedLabel(size=Size.TITLE, weight=Weight.DemiBold)
        self._title.setObjectName("capture-stage-title")
        self._earlier = button("Earlier versions", name="capture-earlier", kind="link")
        self._earlier.setFont(font(Size.DETAIL))
        self._earlier.clicked.connect(self.earlier_asked)
        hide_unless(self._earlier, wanted=looking_back)
        self._goal = label(tone="muted", wrap=True)
        self._nudge = ElidedLabel(size=Size.DETAIL, tone="warning")
        self._nudge.setObjectName("capture-nudge")
        # Its room is always kept, so that nothing jumps when a remark comes.
        self._nudge.setFixedHeight(_NUDGE_HEIGHT)
        self._kinds = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(4)
        title = row(self._title, self._earlier)
        title.setStretch(0, 1)
        column.addLayout(title)
        column.addWidget(self._goal)
        column.addSpacing(12)
        column.addWidget(self._stack, 1)
        column.addWidget(self._nudge)
        column.addSpacing(4)
        column.addWidget(CaptureKeys(self._kinds, enabled=capturing))
        self._kinds.idClicked.connect(self.kind_pressed)

    def show_note(self, stage: Stage, note: StageNote) -> None:
        """Show the notes of `stage` and put the keyboard there."""
        if stage.key not in self._editors:
            self._editors[stage.key] = self._editor(stage, note)
            self._show_others_in(stage.key)
        self._title.setText(stage.title)
        self._goal.setText(stage.goal)
        self._shown = self._editors[stage.key]
        self.show_notes()

    def show_notes(self) -> None:
        """Show the notes again, the keyboard in them."""
        if self._shown is not None:
            self._stack.setCurrentWidget(self._shown)
            self._shown.setFocus()

    def take_keyboard(self) -> None:
        """Put the keyboard in the notes, where they are in sight.

        Also before a button goes away, from which it would go on to the next one.
        """
        if self.editor is not None:
            self.editor.setFocus()

    def show_instead(self, panel: QWidget) -> None:
        """Show a panel in the notes' place until `show_notes`."""
        self._stack.addWidget(panel)
        self._stack.setCurrentWidget(panel)

    def show_nudge(self, words: str) -> None:
        """Show one remark, or none."""
        self._nudge.setText(words)
        self._nudge.setAccessibleName(words)

    def show_others(self, others: Sequence[Colleague]) -> None:
        """Show each one's caret in the notes of their stage."""
        self._others = others
        for stage in self._editors:
            self._show_others_in(stage)

    def _show_others_in(self, stage: str) -> None:
        self._editors[stage].show_others([one for one in self._others if one.stage == stage])

    @property
    def editor(self) -> NoteEditor | None:
        """The editor in sight; None while something stands in its place."""
        shown = self._stack.currentWidget()
        return shown if isinstance(shown, NoteEditor) else None

    def _editor(self, stage: Stage, note: StageNote) -> NoteEditor:
        editor = NoteEditor(note.document, name=f"note-{stage.key}", spoken=f"Notes: {stage.title}")
        editor.setPlaceholderText(_OURS if stage.minutes is None else _THEIRS)
        note.on_deltas(editor.show_deltas)
        editor.composing_began.connect(note.hold_back)
        editor.composing_ended.connect(note.let_in)
        editor.line_changed.connect(self.line_changed)
        editor.cursorPositionChanged.connect(self.caret_moved)
        editor.selectionChanged.connect(self.caret_moved)
        editor.left.connect(self.left)
        # No input method keeps a word open in an editor without the keyboard.
        editor.left.connect(note.let_in)
        editor.move_to_end()
        self._stack.addWidget(editor)
        return editor


class CaptureKeys(QWidget):
    """The nine kinds with their keys, in one row, or in two where the window is narrow."""

    def __init__(self, group: QButtonGroup, *, enabled: bool) -> None:
        super().__init__()
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)
        self._chips = [_chip(number) for number in range(len(CAPTURE_KINDS))]
        for number, chip in enumerate(self._chips):
            chip.setEnabled(enabled)
            group.addButton(chip, number)
        self._arrange(len(self._chips))

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for number, chip in enumerate(self._chips):
            self._grid.addWidget(chip, *divmod(number, columns))
        # In two rows they stand like the cells of a table, as wide as each other.
        even = columns < len(self._chips)
        for column in range(len(self._chips) + 1):
            last = int(column == columns)
            self._grid.setColumnStretch(column, int(column < columns) if even else last)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROW, 0)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = event.size().width() >= _WIDE
        self._arrange(len(self._chips) if wide else _IN_TWO_ROWS)


def _chip(number: int) -> QPushButton:
    kind = CAPTURE_KINDS[number]
    chip = button(f"{number + 1} {kind.title}", name=f"capture-{kind.key}", kind="pick")
    chip.setAccessibleName(f"Capture as {kind.title}")
    chip.setToolTip(as_tip(f"Turn the selected words into: {kind.title} (Ctrl+{number + 1})"))
    chip.setShortcut(f"Ctrl+{number + 1}")
    chip.setFont(font(Size.DETAIL))
    return chip
