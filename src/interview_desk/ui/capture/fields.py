"""One control per kind of answer. Each shows a value, says when a person changed it, gives it."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from interview_desk.domain.answers import words_of
from interview_desk.domain.guides import AnswerField, FieldType
from interview_desk.domain.said_dates import said_date
from interview_desk.domain.values import Json
from interview_desk.ui.keyboard import holds_focus
from interview_desk.ui.quoting import caption
from interview_desk.ui.theme.fonts import Size, font
from interview_desk.ui.widgets.parts import label
from interview_desk.ui.widgets.quiet import quiet

_GAP = 4
_QUOTE_HEIGHT = 64
_SHORT, _STEP_WIDTH = 6, 23  # eleven steps fit beside each other


class _Control(QWidget):
    """What the controls for one answer share. Signals: `edited()` when a person changed it."""

    edited = Signal()

    def __init__(self, field: AnswerField, *, name: str) -> None:
        super().__init__()
        self.field = field
        self.setObjectName(name)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(_GAP)


class LineControl(_Control):
    """One line of text."""

    def __init__(self, field: AnswerField, *, name: str) -> None:
        super().__init__(field, name=name)
        self.line = QLineEdit()
        self.line.setObjectName(f"{name}-input")
        self.line.setAccessibleName(field.title)
        self.line.setPlaceholderText(field.hint)
        self._column.addWidget(self.line)
        self.setFocusProxy(self.line)
        self.line.textEdited.connect(self._typed)

    def value(self) -> Json:
        """What is in the control; None where it is empty."""
        return self.line.text().strip() or None

    def show_value(self, value: Json) -> None:
        """Show this without calling it an edit."""
        words = words_of(value)
        if words != self.line.text().strip():
            self.line.setText(words)
            self.line.home(False)  # noqa: FBT003  - Qt's own signature; shows the beginning

    def _typed(self, _text: str) -> None:
        self.edited.emit()


class NumberControl(LineControl):
    """One number; what is not a number stays text and is kept."""

    @override
    def value(self) -> Json:
        words = self.line.text().strip()
        try:
            return float(words.replace(",", ".")) if words else None
        except ValueError:
            return words


class DateControl(LineControl):
    """A date as it was said, with what was understood below it."""

    def __init__(self, field: AnswerField, *, name: str) -> None:
        super().__init__(field, name=name)
        self.line.setPlaceholderText(field.hint or "such as 14 March 2026, last spring")
        self._understood = label(size=Size.SMALL, tone="muted")
        self._understood.hide()
        self._column.addWidget(self._understood)
        self.line.textChanged.connect(self._explain)

    def _explain(self, text: str) -> None:
        date = said_date(text)
        words = f"Known to the {date.precision}" if date.first else "Kept as said"
        self._understood.setText(words)
        self._understood.setVisible(bool(date.said))


class TextControl(_Control):
    """Some lines of text, such as a quote."""

    def __init__(self, field: AnswerField, *, name: str) -> None:
        super().__init__(field, name=name)
        self.text = QPlainTextEdit()
        self.text.setObjectName(f"{name}-input")
        self.text.setAccessibleName(field.title)
        self.text.setPlaceholderText(field.hint or "In their words")
        self.text.setProperty("kind", "field")
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(_QUOTE_HEIGHT)
        self._column.addWidget(self.text)
        self.setFocusProxy(self.text)
        self._showing = False
        self.text.textChanged.connect(self._typed)

    def value(self) -> Json:
        """What is in the control; None where it is empty."""
        return self.text.toPlainText().strip() or None

    def show_value(self, value: Json) -> None:
        """Show this without calling it an edit."""
        words = value if isinstance(value, str) else words_of(value)
        if words != self.text.toPlainText().strip():
            self._showing = True
            self.text.setPlainText(words)
            self._showing = False

    def _typed(self) -> None:
        if not self._showing:
            self.edited.emit()


class PickControl(_Control):
    """A few answers side by side, one of which may be pressed; pressing it again takes it back."""

    def __init__(
        self, field: AnswerField, *, name: str, answers: Sequence[tuple[str, Json]]
    ) -> None:
        super().__init__(field, name=name)
        self._answers = list(answers)
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        line = QHBoxLayout()
        line.setSpacing(0 if self._is_long else 2)
        for number, (words, _) in enumerate(self._answers):
            line.addWidget(self._button(number, words))
        line.addStretch(1)
        self._column.addLayout(line)
        self._anchor = label(size=Size.SMALL, tone="muted", wrap=True)
        self._anchor.hide()
        self._column.addWidget(self._anchor)
        self._group.idClicked.connect(self._pressed)

    def value(self) -> Json:
        """What is in the control; None where it is empty."""
        pressed = [number for number, one in enumerate(self._group.buttons()) if one.isChecked()]
        return self._answers[pressed[0]][1] if pressed else None

    def show_value(self, value: Json) -> None:
        """Show this without calling it an edit."""
        for number, button in enumerate(self._group.buttons()):
            mine = self._answers[number][1]
            button.setChecked(mine == value and isinstance(mine, bool) == isinstance(value, bool))
        self._explain()

    @property
    def _is_long(self) -> bool:
        return len(self._answers) > _SHORT

    def _button(self, number: int, words: str) -> QPushButton:
        button = QPushButton(caption(words))
        button.setObjectName(f"{self.objectName()}-{number}")
        button.setAccessibleName(f"{self.field.title}: {words}")
        button.setCheckable(True)
        button.setProperty("kind", "pick")
        button.setFont(font(Size.DETAIL))
        if self._is_long:
            button.setProperty("kind", "step")
            button.setFixedWidth(_STEP_WIDTH)
        self._group.addButton(button, number)
        return button

    def _pressed(self, pressed: int) -> None:
        for number, button in enumerate(self._group.buttons()):
            if number != pressed:
                button.setChecked(False)
        self._explain()
        self.edited.emit()

    def _explain(self) -> None:
        words = dict(self.field.anchors).get(_whole(self.value()), "")
        self._anchor.setText(words)
        self._anchor.setVisible(bool(words))


class ChoiceControl(_Control):
    """One of several words."""

    def __init__(self, field: AnswerField, *, name: str) -> None:
        super().__init__(field, name=name)
        self.box = quiet(QComboBox())
        self.box.setObjectName(f"{name}-input")
        self.box.setAccessibleName(field.title)
        self.box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.box.addItem("\N{EM DASH}")
        self.box.addItems(list(field.choices))
        self._column.addWidget(self.box)
        self.setFocusProxy(self.box)
        self.box.activated.connect(self._chosen)

    def value(self) -> Json:
        """What is in the control; None where it is empty."""
        return self.box.currentText() if self.box.currentIndex() > 0 else None

    def show_value(self, value: Json) -> None:
        """Show this without calling it an edit."""
        words = words_of(value)
        if words and self.box.findText(words) < 0:
            self.box.addItem(words)  # a guide of another version knew it
        self.box.setCurrentIndex(self.box.findText(words) if words else 0)

    def _chosen(self, _index: int) -> None:
        self.edited.emit()


class GroupControl(_Control):
    """Several parts that make one answer."""

    def __init__(self, field: AnswerField, *, name: str) -> None:
        super().__init__(field, name=name)
        self._parts = {part.key: control_for(part, f"{name}-{part.key}") for part in field.parts}
        self._unknown: dict[str, Json] = {}
        for control in self._parts.values():
            self._column.addLayout(_labelled(control))
            speak_with(control, before=field.title)
            control.edited.connect(self.edited)
        if self._parts:
            self.setFocusProxy(next(iter(self._parts.values())))

    def value(self) -> Json:
        """What is in the control; None where it is empty."""
        said = {key: control.value() for key, control in self._parts.items()}
        filled = {key: value for key, value in said.items() if value is not None}
        return {**self._unknown, **filled} or None

    def show_value(self, value: Json) -> None:
        """Show this without calling it an edit."""
        shown = value if isinstance(value, Mapping) else {}
        # Parts that only another version of the guide has are handed on as they are.
        self._unknown = {key: said for key, said in shown.items() if key not in self._parts}
        for key, control in self._parts.items():
            if not holds_focus(control):
                control.show_value(shown.get(key))


class YesNoControl(PickControl):
    """Yes, no, or not asked."""

    def __init__(self, field: AnswerField, *, name: str) -> None:
        super().__init__(field, name=name, answers=(("Yes", True), ("No", False)))


class ScaleControl(PickControl):
    """A step from the lowest to the highest, with the words of its anchor below."""

    def __init__(self, field: AnswerField, *, name: str) -> None:
        steps = range(field.lowest, field.highest + 1)
        super().__init__(field, name=name, answers=[(str(step), step) for step in steps])


FieldControl = LineControl | TextControl | PickControl | ChoiceControl | GroupControl

_CONTROLS: Mapping[FieldType, Callable[..., FieldControl]] = {
    FieldType.YES_NO: YesNoControl,
    FieldType.SCALE: ScaleControl,
    FieldType.QUOTE: TextControl,
    FieldType.LONG_TEXT: TextControl,
    FieldType.CHOICE: ChoiceControl,
    FieldType.GROUP: GroupControl,
    FieldType.DATE: DateControl,
    FieldType.NUMBER: NumberControl,
}


def control_for(field: AnswerField, name: str) -> FieldControl:
    """The control that fits the field."""
    return _CONTROLS.get(field.type, LineControl)(field, name=name)


def speak_with(control: QWidget, *, before: str = "", after: str = "") -> None:
    """Give what is inside `control` longer names, where several would be called the same."""
    for inner in control.findChildren(QWidget):
        if inner.accessibleName():
            named = filter(None, (before, inner.accessibleName(), after))
            inner.setAccessibleName(", ".join(named))


def title_of(field: AnswerField) -> QLabel:
    """The words over a control."""
    return label(field.title, size=Size.DETAIL, tone="muted")


def _labelled(control: "FieldControl") -> QVBoxLayout:
    part = QVBoxLayout()
    part.setSpacing(2)
    part.addWidget(title_of(control.field))
    part.addWidget(control)
    return part


def _whole(value: Json) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else -1
