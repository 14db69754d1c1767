"""What a fact is compared with: the control that fits the fact's type and the comparison."""

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import QDate, Signal, SignalInstance
from PySide6.QtWidgets import QDateEdit, QLineEdit, QVBoxLayout, QWidget

from interview_desk.domain.evaluation.conditions import Operator, Value
from interview_desk.domain.evaluation.facts import Fact, FactType
from interview_desk.ui.rules.choices import choice
from interview_desk.ui.widgets.parts import emptied
from interview_desk.ui.widgets.quiet import quiet
from interview_desk.ui.widgets.spin_box import NumberBox, fitted

_SEVERAL = frozenset({Operator.ONE_OF, Operator.CONTAINS_ANY})
_MOST = 1_000_000
_TODAY = "2026-01-01"


class ValueBox(QWidget):
    """Signals: `changed()`."""

    changed = Signal()

    def __init__(self, *, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._input: QWidget | None = None
        self._read: Callable[[], Value] = lambda: None
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)

    def value(self) -> Value:
        """What was given."""
        return self._read()

    def show_value(self, fact: Fact, op: Operator, value: Value) -> None:
        """Offer what fits, beginning with `value` where that fits."""
        if self._input is not None:
            self._input.setObjectName("")  # it is let go a little later than its successor comes
        emptied(self._box)
        make = _several if op in _SEVERAL else _MAKERS[fact.type]
        widget, self._read = make(fact, value, self.changed)
        self._input = widget
        widget.setObjectName(f"{self.objectName()}-input")
        widget.setAccessibleName(f"What {fact.title} is compared with")
        self._box.addWidget(widget)


_Made = tuple[QWidget, Callable[[], Value]]


def _number(_fact: Fact, value: Value, told: SignalInstance) -> _Made:
    made = fitted(NumberBox(), arrows=False)
    made.setRange(-_MOST, _MOST)
    made.setDecimals(2)
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    made.setValue(float(value) if fits and isinstance(value, int | float) else 0.0)
    made.valueChanged.connect(told)

    def read() -> Value:
        number = made.value()
        return int(number) if number == int(number) else number

    return made, read


def _yes_no(_fact: Fact, value: Value, told: SignalInstance) -> _Made:
    chosen = "no" if value is False else "yes"
    made = choice({"yes": "yes", "no": "no"}, chosen=chosen, name="", spoken="")
    made.currentIndexChanged.connect(told)
    return made, lambda: made.currentData() == "yes"


def _choice(fact: Fact, value: Value, told: SignalInstance) -> _Made:
    offered = {one: one.replace("_", " ") for one in fact.choices}
    made = choice(offered, chosen=str(value), name="", spoken="")
    made.currentIndexChanged.connect(told)
    return made, lambda: str(made.currentData() or "")


def _text(_fact: Fact, value: Value, told: SignalInstance) -> _Made:
    made = QLineEdit(value if isinstance(value, str) else "")
    made.textChanged.connect(told)
    return made, lambda: made.text().strip()


def _several(_fact: Fact, value: Value, told: SignalInstance) -> _Made:
    said: Sequence[str] = value if isinstance(value, tuple) else ()
    made = QLineEdit(", ".join(said))
    made.setPlaceholderText("several, with commas between")
    made.textChanged.connect(told)
    return made, lambda: tuple(one.strip() for one in made.text().split(",") if one.strip())


def _date(_fact: Fact, value: Value, told: SignalInstance) -> _Made:
    made = quiet(QDateEdit())
    made.setCalendarPopup(True)
    made.setDisplayFormat("d MMM yyyy")
    try:
        day = date.fromisoformat(value if isinstance(value, str) else _TODAY)
    except ValueError:
        day = date.fromisoformat(_TODAY)
    made.setDate(QDate(day.year, day.month, day.day))
    made.dateChanged.connect(told)
    return made, lambda: made.date().toString("yyyy-MM-dd")


_MAKERS: dict[FactType, Callable[[Fact, Value, SignalInstance], _Made]] = {
    FactType.NUMBER: _number,
    FactType.YES_NO: _yes_no,
    FactType.CHOICE: _choice,
    FactType.TEXT: _text,
    FactType.TEXTS: _text,
    FactType.DATE: _date,
}
