"""The right side: what to ask in this stage, and what to find out."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from interview_desk.domain.answers import Answers
from interview_desk.domain.guides import AnswerField, FieldType, Prompt, Stage, field_name
from interview_desk.services.answering import Seen
from interview_desk.ui.capture.answer_lists import GivenAnswer, ListControl
from interview_desk.ui.capture.fields import FieldControl, control_for, title_of
from interview_desk.ui.keyboard import holds_focus
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import Weight, emptied, label

_IDLE_MS = 400


class AnswersPanel(QScrollArea):
    """Prompts and fields of one stage.

    Signals: `answered(object)` with a GivenAnswer, a moment after a person stopped typing or when
    `flush` is called.
    """

    answered = Signal(object)

    def __init__(self, *, new_id: Callable[[], str], writable: bool) -> None:
        super().__init__()
        self._new_id = new_id
        self._writable = writable
        self._single: dict[str, FieldControl] = {}
        self._lists: dict[str, ListControl] = {}
        # What the answers were before a person changes them.
        self._seen: dict[str, Seen] = {}
        self._touched: set[str] = set()
        self.setObjectName("capture-answers")
        self.setAccessibleName("Questions and answers of this stage")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._page = QWidget()
        self._column = QVBoxLayout(self._page)
        self._column.setContentsMargins(20, 16, 20, 20)
        self._column.setSpacing(4)
        self.setWidget(self._page)
        self._idle = QTimer(self, singleShot=True, interval=_IDLE_MS)
        self._idle.timeout.connect(self.flush)

    def show_stage(self, stage: Stage, answers: Answers) -> None:
        """Show the questions of `stage` and what is known already."""
        self.flush()
        emptied(self._column)
        self._single, self._lists = {}, {}
        self._section("Ask")
        for prompt in stage.prompts:
            self._prompt(prompt)
        self._section("Find out", above=16)
        if not self._writable:
            self._column.addWidget(
                label("Observers write notes only.", size=Size.DETAIL, tone="muted")
            )
        for field in stage.fields:
            self._field(stage, field)
        self._column.addStretch(1)
        self.show_answers(answers)
        self.verticalScrollBar().setValue(0)

    def show_answers(self, answers: Answers) -> None:
        """Show what is known now; what is being typed stays as it is."""
        for name, control in self._single.items():
            if name not in self._touched and not holds_focus(control):
                self._seen[name] = Seen(answers.value(name))
                control.show_value(answers.value(name))
        for name, items in self._lists.items():
            items.show_answers(answers.of(name))

    def flush(self) -> None:
        """Hand over everything typed so far."""
        self._idle.stop()
        touched, self._touched = self._touched, set()
        for name in sorted(touched & set(self._single)):
            value = self._single[name].value()
            seen, self._seen[name] = self._seen[name], Seen(value)
            self.answered.emit(GivenAnswer(name, value, seen))
        for items in self._lists.values():
            for change in items.changes():
                self.answered.emit(change)

    def focus_first(self) -> None:
        """Put the keyboard into the first answer."""
        controls = [*self._single.values(), *self._lists.values()]
        first = self._page.nextInFocusChain() if not controls else controls[0].nextInFocusChain()
        if first is not None and self._page.isAncestorOf(first):
            first.setFocus()

    def _section(self, words: str, *, above: int = 0) -> None:
        self._column.addSpacing(above)
        self._column.addWidget(label(words, size=Size.DETAIL, weight=Weight.DemiBold, tone="muted"))

    def _prompt(self, prompt: Prompt) -> None:
        words = label(prompt.text, wrap=True)
        self._column.addSpacing(4)
        self._column.addWidget(words)
        if prompt.hint:
            self._column.addWidget(label(prompt.hint, size=Size.SMALL, tone="muted", wrap=True))

    def _field(self, stage: Stage, field: AnswerField) -> None:
        self._column.addSpacing(8)
        self._column.addWidget(title_of(field))
        if field.type is FieldType.CONSENT:
            words = "Ask for it, then press Yes or No in the bar above."
            self._column.addWidget(label(words, size=Size.DETAIL, wrap=True))
            return
        name = field_name(stage, field)
        made = self._list(field, name) if field.is_list else self._one(field, name)
        made.setEnabled(self._writable)
        self._column.addWidget(made)

    def _one(self, field: AnswerField, name: str) -> FieldControl:
        control = control_for(field, f"answer-{name}")
        control.edited.connect(self._one_edited)
        self._single[name] = control
        return control

    def _list(self, field: AnswerField, name: str) -> ListControl:
        items = ListControl(field, field_name=name, name=f"answer-{name}", new_id=self._new_id)
        items.edited.connect(self._idle.start)
        self._lists[name] = items
        return items

    def _one_edited(self) -> None:
        sender = self.sender()
        self._touched |= {name for name, one in self._single.items() if one is sender}
        self._idle.start()
