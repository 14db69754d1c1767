"""The middle: the stage's goal, its notes, the one quiet remark, and the keys that capture."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from interview_desk.domain.capture_kinds import CAPTURE_KINDS
from interview_desk.domain.guides import Stage
from interview_desk.services.stage_notes import StageNote
from interview_desk.ui.capture.note_editor import NoteEditor
from interview_desk.ui.theme.fonts import Size, font
from interview_desk.ui.widgets.parts import Weight, button, label

_NUDGE_HEIGHT = 20


class NotesPane(QWidget):
    """One editor per stage, all of them alive, one in sight.

    Signals: `kind_pressed(int)` with the place of a kind in CAPTURE_KINDS, `line_changed(str)`
    with the line being typed, `left()` when the keyboard leaves the notes.
    """

    kind_pressed = Signal(int)
    line_changed = Signal(str)
    left = Signal()

    def __init__(self, *, capturing: bool) -> None:
        super().__init__()
        self.setObjectName("capture-notes")
        self._editors: dict[str, NoteEditor] = {}
        self._stack = QStackedWidget()
        self._title = label(size=Size.TITLE, weight=Weight.DemiBold)
        self._title.setObjectName("capture-stage-title")
        self._goal = label(tone="muted", wrap=True)
        self._nudge = label(size=Size.DETAIL, tone="warning")
        self._nudge.setObjectName("capture-nudge")
        # Its room is always kept, so that nothing jumps when a remark comes.
        self._nudge.setFixedHeight(_NUDGE_HEIGHT)
        self._kinds = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(4)
        column.addWidget(self._title)
        column.addWidget(self._goal)
        column.addSpacing(12)
        column.addWidget(self._stack, 1)
        column.addWidget(self._nudge)
        column.addSpacing(4)
        column.addLayout(self._chips(enabled=capturing))
        self._kinds.idClicked.connect(self.kind_pressed)

    def show_note(self, stage: Stage, note: StageNote) -> None:
        """Show the notes of `stage` and put the keyboard there."""
        if stage.key not in self._editors:
            self._editors[stage.key] = self._editor(stage, note)
        self._title.setText(stage.title)
        self._goal.setText(stage.goal)
        editor = self._editors[stage.key]
        self._stack.setCurrentWidget(editor)
        editor.setFocus()

    def show_nudge(self, words: str) -> None:
        """Show one remark, or none."""
        self._nudge.setText(words)
        self._nudge.setAccessibleName(words)

    @property
    def editor(self) -> NoteEditor | None:
        """The editor in sight."""
        shown = self._stack.currentWidget()
        return shown if isinstance(shown, NoteEditor) else None

    def _editor(self, stage: Stage, note: StageNote) -> NoteEditor:
        editor = NoteEditor(note.document, name=f"note-{stage.key}", spoken=f"Notes: {stage.title}")
        note.on_deltas(editor.show_deltas)
        editor.composing_began.connect(note.hold_back)
        editor.composing_ended.connect(note.let_in)
        editor.line_changed.connect(self.line_changed)
        editor.left.connect(self.left)
        editor.move_to_end()
        self._stack.addWidget(editor)
        return editor

    def _chips(self, *, enabled: bool) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(4)
        for number, kind in enumerate(CAPTURE_KINDS):
            chip = button(f"{number + 1} {kind.title}", name=f"capture-{kind.key}", kind="pick")
            chip.setAccessibleName(f"Capture as {kind.title}")
            chip.setToolTip(f"Turn the selected words into: {kind.title} (Ctrl+{number + 1})")
            chip.setShortcut(f"Ctrl+{number + 1}")
            chip.setFont(font(Size.DETAIL))
            chip.setEnabled(enabled)
            self._kinds.addButton(chip, number)
            line.addWidget(chip)
        line.addStretch(1)
        return line
