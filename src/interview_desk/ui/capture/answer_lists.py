"""Answers that are lists: each item is kept on its own, and there is always room for one more."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from interview_desk.domain.answers import Answer
from interview_desk.domain.guides import AnswerField, FieldType
from interview_desk.domain.values import Json
from interview_desk.services.answering import Seen
from interview_desk.ui.capture.fields import FieldControl, control_for, speak_with
from interview_desk.ui.keyboard import holds_focus


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What a person answered, and what they saw there before.

    `item_id` names the item of a list, and None as value takes it back.
    """

    field: str
    value: Json
    seen: Seen
    item_id: str | None = None


@dataclass(slots=True)
class _Item:
    item_id: str
    control: FieldControl
    frame: QWidget
    seen: Seen


class ListControl(QWidget):
    """The items of one list, and an empty one at the end.

    Signals: `edited()` when a person changed an item; `changes` then says which.
    """

    edited = Signal()

    def __init__(
        self, field: AnswerField, *, field_name: str, name: str, new_id: Callable[[], str]
    ) -> None:
        super().__init__()
        self.field = field
        self._field_name = field_name
        self._new_id = new_id
        self._items: list[_Item] = []
        self._touched: set[str] = set()
        self.setObjectName(name)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._add(new_id())

    def show_answers(self, answers: Sequence[Answer]) -> None:
        """Show the items as they are kept now; what is being typed stays."""
        kept = {answer.id: answer for answer in answers}
        for item in tuple(self._items):
            busy = item.item_id in self._touched or holds_focus(item.control)
            if item.item_id in kept and not busy:
                item.seen = Seen(kept[item.item_id].value)
                item.control.show_value(item.seen.value)
            elif item.item_id not in kept and not busy and item.control.value() is not None:
                self._drop(item)
        known = {item.item_id for item in self._items}
        for answer in answers:
            if answer.id not in known:
                self._insert(answer)

    def changes(self) -> list[GivenAnswer]:
        """What a person changed since the last time this was asked."""
        touched, self._touched = self._touched, set()
        changed = [item for item in self._items if item.item_id in touched]
        return [self._given(item) for item in changed]

    def _given(self, item: _Item) -> GivenAnswer:
        value = item.control.value()
        seen, item.seen = item.seen, Seen(value)
        return GivenAnswer(self._field_name, value, seen, item.item_id)

    def _insert(self, answer: Answer) -> None:
        blank = self._items.pop()
        item = self._add(answer.id, at=len(self._items))
        item.seen = Seen(answer.value)
        item.control.show_value(answer.value)
        self._items.append(blank)

    def _add(self, item_id: str, *, at: int | None = None) -> _Item:
        number = len(self._items)
        control = control_for(self.field, f"{self.objectName()}-{number}-{item_id[-6:]}")
        speak_with(control, after=f"item {number + 1}")
        control.edited.connect(self._item_edited)
        frame = _framed(control) if self.field.type is FieldType.GROUP else control
        item = _Item(item_id, control, frame, Seen(None))
        self._items.append(item)
        self._column.insertWidget(self._column.count() if at is None else at, frame)
        return item

    def _drop(self, item: _Item) -> None:
        self._items.remove(item)
        self._column.removeWidget(item.frame)
        item.frame.hide()
        item.frame.deleteLater()

    def _item_edited(self) -> None:
        sender = self.sender()
        item = next(item for item in self._items if item.control is sender)
        self._touched.add(item.item_id)
        if self._items[-1].control.value() is not None:
            self._add(self._new_id())
        self.edited.emit()


def _framed(control: FieldControl) -> QFrame:
    frame = QFrame()
    frame.setProperty("kind", "card")
    inside = QVBoxLayout(frame)
    inside.setContentsMargins(12, 8, 12, 12)
    inside.addWidget(control)
    return frame
