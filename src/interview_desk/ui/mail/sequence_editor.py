"""Writing a sequence: its name, when mail may leave, what ends it, and its mails."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QTime, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QLineEdit,
    QSpinBox,
    QTimeEdit,
    QVBoxLayout,
    QWidget,
)

from interview_desk.domain.evaluation.facts import Catalogue
from interview_desk.domain.sequences.plan import StopOn
from interview_desk.domain.values import Fields, Json
from interview_desk.ui.bridge.dates import weekday_name
from interview_desk.ui.mail.sequence_words import STOPS
from interview_desk.ui.mail.step_card import StepCard
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import button, column, emptied, heading, label, row
from interview_desk.ui.widgets.spin_box import fitted

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_USUAL_DAYS = ("tue", "wed", "thu")
_MOST_A_DAY = 10_000
_CLOCK = "HH:mm"
_MIDNIGHT = "24:00"
NEW: Fields = {
    "name": "",
    "purpose": "",
    "steps": [],
    "stop_on": [one.value for one in StopOn],
    "window": {"days": list(_USUAL_DAYS), "from": "09:00", "to": "16:00", "holidays": "skip"},
}


class SequenceEditor(QWidget):
    """Signals: `kept(object)` with the fields as they were written; `left()`."""

    kept = Signal(object)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("sequence-editor")
        self._fields: Fields = NEW
        self._facts: Catalogue = {}
        self._cards: list[StepCard] = []
        self._title = QLineEdit()
        self._purpose = QLineEdit()
        self._days = {day: QCheckBox(weekday_name(number)) for number, day in enumerate(_DAYS)}
        self._opens = fitted(QTimeEdit(), arrows=False)
        self._closes = fitted(QTimeEdit(), arrows=False)
        self._holidays = QCheckBox("Not on the guest's holidays")
        self._cap = fitted(QSpinBox())
        self._stops = {one: QCheckBox(f"When {words}") for one, words in STOPS.items()}
        self._steps = QVBoxLayout()
        self._steps.setSpacing(12)
        self._trouble = label(size=Size.DETAIL, tone="bad", wrap=True)
        self._trouble.setObjectName("sequence-trouble")
        self._add = button("Add a mail", name="add-step")
        self._save = button("Keep it", name="save-sequence", kind="primary")
        self._leave = button("Leave it as it was", name="leave-sequence", kind="quiet")
        self._build()
        self._add.clicked.connect(self._add_pressed)
        self._save.clicked.connect(self._save_pressed)
        self._leave.clicked.connect(self.left)

    def show_fields(self, fields: Fields, facts: Catalogue) -> None:
        """Begin with what a record holds; `facts` are what a mail may depend on."""
        self._fields, self._facts = fields, facts
        self._title.setText(str(fields.get("name") or ""))
        self._purpose.setText(str(fields.get("purpose") or ""))
        self._show_window(fields.get("window"))
        stop_on = fields.get("stop_on")
        chosen = set(stop_on) if isinstance(stop_on, list | tuple) else set(StopOn)
        for one, box in self._stops.items():
            box.setChecked(one in chosen)
        steps = fields.get("steps")
        found = steps if isinstance(steps, list | tuple) else ()
        self._show_steps([one for one in found if isinstance(one, Mapping)])
        self._trouble.hide()
        self._title.setFocus()

    def say_trouble(self, sentences: str) -> None:
        """Say what keeps the sequence from being kept."""
        self._trouble.setText(sentences)
        self._trouble.show()

    def fields(self) -> dict[str, Json]:
        """The sequence as it is written now."""
        closes = self._closes.time().toString(_CLOCK)
        return {
            "name": self._title.text().strip(),
            "purpose": self._purpose.text().strip(),
            "window": {
                "days": [day for day, box in self._days.items() if box.isChecked()],
                "from": self._opens.time().toString(_CLOCK),
                "to": _MIDNIGHT if closes == "00:00" else closes,
                "holidays": "skip" if self._holidays.isChecked() else "ignore",
                "per_day": self._cap.value() or None,
            },
            "stop_on": [one.value for one, box in self._stops.items() if box.isChecked()],
            "steps": [card.step() for card in self._cards],
        }

    def _show_window(self, window: Json) -> None:
        said = window if isinstance(window, Mapping) else {}
        days = said.get("days")
        chosen = days if isinstance(days, list | tuple) else _USUAL_DAYS
        for day, box in self._days.items():
            box.setChecked(day in chosen)
        self._opens.setTime(QTime.fromString(str(said.get("from") or "09:00"), _CLOCK))
        closes = str(said.get("to") or "16:00")
        until = "00:00" if closes == _MIDNIGHT else closes
        self._closes.setTime(QTime.fromString(until, _CLOCK))
        self._holidays.setChecked(said.get("holidays") != "ignore")
        cap = said.get("per_day")
        self._cap.setValue(cap if isinstance(cap, int) else 0)

    def _show_steps(self, steps: Sequence[Mapping[str, Json]]) -> None:
        emptied(self._steps)
        self._cards = [StepCard(number, step, self._facts) for number, step in enumerate(steps, 1)]
        for number, card in enumerate(self._cards):
            card.removed.connect(partial(self._remove, number))
            card.raised.connect(partial(self._raise, number))
            self._steps.addWidget(card)

    def _written(self) -> list[dict[str, Json]]:
        return [card.step() for card in self._cards]

    def _add_pressed(self) -> None:
        steps = self._written()
        taken = {step.get("key") for step in steps}
        key = next(key for number in range(1, 100) if (key := f"mail-{number}") not in taken)
        after = "previous" if steps else "interview"
        delay: Json = {"amount": 3, "unit": "working_days", "after": after}
        self._show_steps([*steps, {"key": key, "title": "", "delay": delay, "texts": {}}])
        self._cards[-1].setFocus()

    def _remove(self, number: int) -> None:
        steps = self._written()
        del steps[number]
        self._show_steps(steps)

    def _raise(self, number: int) -> None:
        steps = self._written()
        steps[number - 1], steps[number] = steps[number], steps[number - 1]
        self._show_steps(steps)

    def _save_pressed(self) -> None:
        self._trouble.hide()
        self.kept.emit(self.fields())

    def _build(self) -> None:
        for name, one, spoken in (
            ("sequence-name", self._title, "Name of the sequence"),
            ("sequence-purpose", self._purpose, "What it is for"),
            ("window-opens", self._opens, "Mail may leave from"),
            ("window-closes", self._closes, "Mail may leave until"),
            ("window-holidays", self._holidays, "Not on the guest's holidays"),
            ("window-cap", self._cap, "At most so many mails in 24 hours"),
        ):
            one.setObjectName(name)
            one.setAccessibleName(spoken)
        for day, box in self._days.items():
            box.setObjectName(f"window-{day}")
        for stop, box in self._stops.items():
            box.setObjectName(f"stop-{stop}")
        self._title.setPlaceholderText("Name, such as After an interview")
        self._purpose.setPlaceholderText("What it is for; nobody is in two for the same purpose")
        self._cap.setRange(0, _MOST_A_DAY)
        self._cap.setSpecialValueText("no limit")
        for one in (self._opens, self._closes):
            one.setDisplayFormat(_CLOCK)
        self.setLayout(self._lines())

    def _lines(self) -> QVBoxLayout:
        stops = row(*self._stops.values(), None, gap=16)
        return column(
            self._title,
            self._purpose,
            heading("When mail may leave, by the guest's clock"),
            row(*self._days.values(), None, gap=12),
            row(label("From"), self._opens, label("to"), self._closes, self._holidays, None),
            row(label("In 24 hours at most"), self._cap, label("mails"), None),
            heading("It ends for a guest"),
            stops,
            heading("Mails"),
            self._steps,
            row(self._add, None),
            self._trouble,
            row(self._save, self._leave, None),
            gap=10,
        )
