"""Sequences as a list to read: what is sent when, what ends it, and trying it out."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from interview_desk.domain.evaluation.facts import Catalogue
from interview_desk.domain.sequences.plan import SequenceState, Step, Variant
from interview_desk.domain.values import Fields
from interview_desk.services.sequences import Shelved
from interview_desk.services.trying_out import Planned
from interview_desk.ui.mail.dry_run import ConditionWords, DryRun
from interview_desk.ui.mail.sequence_editor import NEW, SequenceEditor
from interview_desk.ui.mail.sequence_words import (
    STATES,
    VARIANTS,
    delay_words,
    stop_words,
    window_words,
)
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.line_list import Line, LineList
from interview_desk.ui.widgets.list_beside import ListBeside
from interview_desk.ui.widgets.parts import (
    Weight,
    button,
    column,
    emptied,
    heading,
    hide_unless,
    label,
    pill,
    row,
    rule,
    set_tone,
    switch,
)
from interview_desk.ui.widgets.readable_page import scrolled

_NONE = "No sequence yet. Write the first one with New sequence."
_WRITING = "Keep the one you are writing first, or leave it."
_READ, _WRITE = 0, 1


class Written(NamedTuple):
    """What a sequence says by now, and what the record said when that was begun."""

    fields: Fields
    was: Fields


class SequencesView(QWidget):
    """Every sequence, and one of them to read or to write.

    Signals: `kept(object, object)` with a sequence's id, None for a new one, and the `Written`;
    `published(str)`, `retired(str)` with its id; `tried(object, object, str, str)` with the
    `Shelved` to try out, a guest's id or None, the case and the language.
    """

    kept = Signal(object, object)
    published = Signal(str)
    retired = Signal(str)
    tried = Signal(object, object, str, str)

    def __init__(self, zone: tzinfo, *, may_write: bool, said: ConditionWords) -> None:
        super().__init__()
        self._said = said
        self._wanted: str | None = None
        self._shown: Shelved | None = None
        self._editing: str | None = None
        # As it stood when writing began: in the editor's words, and in the record's.
        self._began: Fields = {}
        self._was: Fields = {}
        self._shelf: Sequence[Shelved] = ()
        self._facts: Catalogue = {}
        self.list = LineList(name="sequence-list", spoken="Sequences")
        self.editor = SequenceEditor()
        self._name = label(size=Size.TITLE, weight=Weight.DemiBold, wrap=True)
        self._state = pill()
        self._about = label(tone="muted", wrap=True)
        self._rules = label(size=Size.DETAIL, tone="muted", wrap=True)
        self._mistakes = label(tone="bad", wrap=True)
        self._mistakes.setObjectName("sequence-mistakes")
        self._steps = QVBoxLayout()
        self._steps.setSpacing(12)
        self._new = button("New sequence", name="new-sequence")
        self._edit = button("Edit", name="edit-sequence")
        self._publish = button("Put to use", name="publish-sequence", kind="primary")
        self._retire = button("Take out of use", name="retire-sequence")
        self.dry_run = DryRun(zone, said)
        self._stack = QStackedWidget()
        self._build(may_write=may_write)
        self._connect()

    def show_shelf(self, shelf: Sequence[Shelved]) -> None:
        """Show every sequence; what is being written is left alone."""
        self._shelf = shelf
        if self._wanted not in {one.id for one in shelf}:
            self._wanted = shelf[0].id if shelf else None
        self.list.show_lines([_line(one) for one in shelf], self._wanted)
        if self._stack.currentIndex() == _READ:
            self._show_one()

    def draft(self) -> tuple[str | None, Written] | None:
        """The sequence that is being written, None for a new one, and what it says by now."""
        if self._stack.currentIndex() == _READ:
            return None
        fields = self.editor.fields()
        return None if fields == self._began else (self._editing, Written(fields, self._was))

    def take_up(self, sequence_id: str | None, written: Written) -> None:
        """Go on with what was written before."""
        if self._may_write and self._stack.currentIndex() == _READ:
            self._write(sequence_id, written.was)
            self.editor.show_fields(written.fields, self._facts)

    def learn_facts(self, facts: Catalogue) -> None:
        """What mails may depend on, for whoever writes them next."""
        self._facts = facts

    def show_kept(self, sequence_id: str) -> None:
        """What was written is kept: show it again."""
        self._wanted = sequence_id
        self._read()

    def _read(self) -> None:
        self._stack.setCurrentIndex(_READ)
        self._let_choose(possible=True)

    def _let_choose(self, *, possible: bool) -> None:
        """Not while one is written: what is typed there would be gone."""
        self.list.setEnabled(possible)
        switch(self._new, "" if possible else _WRITING)

    def _chosen(self, sequence_id: str) -> None:
        self._wanted = sequence_id
        self._show_one()

    def _one(self) -> Shelved | None:
        return next((one for one in self._shelf if one.id == self._wanted), None)

    def _show_one(self) -> None:
        one = self._one()
        self._both.show_beside(found=one is not None)
        if one != self._shown:
            self.dry_run.clear()
        self._shown = one
        if one is None:
            return
        words, tone = STATES[one.state]
        self._name.setText(one.name)
        self._state.setText(words)
        set_tone(self._state, name="pill", tone=tone)
        running = "nobody is in it" if not one.running else f"{one.running} may still get mail"
        version = one.sequence.version if one.sequence else "?"
        self._about.setText(f"Version {version} \N{MIDDLE DOT} {running}")
        self._mistakes.setText("\n".join(one.mistakes))
        self._mistakes.setVisible(bool(one.mistakes))
        self._publish.setVisible(self._may_write and one.state is not SequenceState.PUBLISHED)
        self._retire.setVisible(self._may_write and one.state is SequenceState.PUBLISHED)
        self._show_steps(one)

    def _show_steps(self, one: Shelved) -> None:
        emptied(self._steps)
        self.dry_run.let_try(possible=one.sequence is not None)
        if one.sequence is None:
            self._rules.setText("")
            return
        self._rules.setText(f"{window_words(one.sequence.window)} {stop_words(one.sequence)}")
        for number, step in enumerate(one.sequence.steps, 1):
            self._steps.addWidget(self._step(number, step))

    def _step(self, number: int, step: Step) -> QWidget:
        made = QWidget()
        made.setObjectName(f"read-step-{number}")
        parts = [delay_words(step.delay)]
        if step.when is not None:
            parts.append(f"only where {self._said(step.when)}")
        parts.append("somebody approves it" if step.approval else "leaves without being asked")
        cases = [VARIANTS[variant] for variant in VARIANTS if variant in step.texts]
        if cases != [VARIANTS[Variant.USUAL]]:
            parts.append(f"written for: {', '.join(cases).lower()}")
        title = label(f"{number}  {step.title}", weight=Weight.DemiBold, wrap=True)
        said = label("; ".join(parts), size=Size.DETAIL, tone="muted", wrap=True)
        made.setLayout(column(title, said, gap=2))
        return made

    def show_planned(self, sequence_id: str, planned: Sequence[Planned]) -> None:
        """Show what a sequence would send, where it is still the one that is read."""
        if sequence_id == self._wanted:
            self.dry_run.show_planned(planned)

    def _tried(self, guest_id: str | None, variant: str, language: str) -> None:
        one = self._one()
        if one is not None and one.sequence is not None:
            self.tried.emit(one, guest_id, variant, language)

    def _edit_pressed(self) -> None:
        one = self._one()
        if one is not None:
            self._write(one.id, one.fields)

    def _new_pressed(self) -> None:
        self._write(None, NEW)

    def _write(self, sequence_id: str | None, fields: Fields) -> None:
        self._editing = sequence_id
        self._let_choose(possible=False)
        self.editor.show_fields(fields, self._facts)
        self._began, self._was = self.editor.fields(), fields
        self._both.show_beside(found=True)
        self._stack.setCurrentIndex(_WRITE)

    def _left(self) -> None:
        self._read()
        self._show_one()

    def _written(self, fields: Fields) -> None:
        # What is not touched is not written, also where the editor says it in other words.
        was = {name: self._was.get(name, value) for name, value in self._began.items()}
        made = {
            name: was[name] if value == self._began[name] else value
            for name, value in fields.items()
        }
        self.kept.emit(self._editing, Written(made, was))

    def _publish_pressed(self) -> None:
        if self._wanted is not None:
            self.published.emit(self._wanted)

    def _retire_pressed(self) -> None:
        if self._wanted is not None:
            self.retired.emit(self._wanted)

    def _connect(self) -> None:
        self.list.chosen.connect(self._chosen)
        self.editor.kept.connect(self._written)
        self.editor.left.connect(self._left)
        self._new.clicked.connect(self._new_pressed)
        self._edit.clicked.connect(self._edit_pressed)
        self._publish.clicked.connect(self._publish_pressed)
        self._retire.clicked.connect(self._retire_pressed)
        self.dry_run.wanted.connect(self._tried)

    def _build(self, *, may_write: bool) -> None:
        self._may_write = may_write
        hide_unless(self._new, wanted=may_write)
        hide_unless(self._edit, wanted=may_write)
        for widget in (scrolled(self._reading()), scrolled(column(self.editor, None))):
            self._stack.addWidget(widget)
        self._both = ListBeside(self.list, self._stack, nothing=_NONE)
        bar = row(self._new, None)
        bar.setContentsMargins(16, 8, 16, 8)
        parts = [bar, rule(), self._both] if may_write else [self._both]
        self.setLayout(column(*parts, gap=0))

    def _reading(self) -> QVBoxLayout:
        return column(
            row(self._state, None, self._edit, self._publish, self._retire),
            self._name,
            self._about,
            self._mistakes,
            self._rules,
            heading("Mails"),
            self._steps,
            rule(),
            self.dry_run,
            None,
            gap=10,
        )


def _line(one: Shelved) -> Line:
    words, tone = STATES[one.state]
    purpose = str(one.fields.get("purpose") or "")
    count = len(one.sequence.steps) if one.sequence else 0
    mails = "1 mail" if count == 1 else f"{count} mails"
    below = " \N{MIDDLE DOT} ".join(filter(None, [purpose, mails]))
    return Line(one.id, one.name, below, words, "muted" if tone == "plain" else tone)
