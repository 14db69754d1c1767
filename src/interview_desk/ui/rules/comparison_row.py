"""One comparison of a condition while it is written, fitting its fact."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from interview_desk.domain.evaluation.conditions import Condition, Leaf, Not, Operator
from interview_desk.domain.evaluation.facts import OPERATORS, Catalogue, Fact
from interview_desk.ui.rule_words import OPERATOR_WORDS, condition_words, fact_title
from interview_desk.ui.rules.choices import choice, fill, searched
from interview_desk.ui.rules.value_box import ValueBox
from interview_desk.ui.widgets.parts import IconButton, column, label, row

_FIRST_FACT_WIDTH = 240


class ComparisonRow(QWidget):
    """One comparison, or a part that is only shown because nothing is known of its fact.

    Signals: `removed(object)` with itself; `changed()`.
    """

    removed = Signal(object)
    changed = Signal()

    def __init__(self, part: Condition, facts: Catalogue, *, name: str) -> None:
        super().__init__()
        self._facts = facts
        self._part = part
        inner = part.part if isinstance(part, Not) else part
        self._not = QCheckBox("not")
        self._not.setObjectName(f"{name}-not")
        self._not.setAccessibleName("The contrary of this comparison")
        self._not.setChecked(isinstance(part, Not))
        self._fact = searched(
            choice(_titles(facts), chosen="", name=f"{name}-fact", spoken="What is looked at")
        )
        self._op = choice({}, chosen="", name=f"{name}-op", spoken="How it is compared")
        self._value = ValueBox(name=f"{name}-value")
        self._gone = IconButton("close", "Take this comparison out", name=f"{name}-remove")
        self._gone.clicked.connect(self._removed)
        self._leaf = inner if isinstance(inner, Leaf) and inner.fact in facts else None
        if self._leaf is None:
            self._show_as_words()
        else:
            self._show_leaf(self._leaf)

    def condition(self) -> Condition:
        """The comparison as it stands."""
        fact = self._chosen_fact()
        if self._leaf is None or fact is None:
            return self._part
        leaf = Leaf(fact.name, Operator(self._op.currentData()), self._value.value())
        return Not(leaf) if self._not.isChecked() else leaf

    def _show_as_words(self) -> None:
        words = label(condition_words(self._part, self._facts), wrap=True)
        line = row(words, self._gone)
        line.setStretch(0, 1)
        self.setLayout(line)

    def _show_leaf(self, leaf: Leaf) -> None:
        self._fact.setCurrentIndex(self._fact.findData(leaf.fact))
        self._fact.setMinimumWidth(_FIRST_FACT_WIDTH)
        self._offer(leaf.op)
        self._value.show_value(self._facts[leaf.fact], leaf.op, leaf.value)
        self._fact.activated.connect(self._fact_chosen)
        self._op.activated.connect(self._op_chosen)
        self._not.clicked.connect(self.changed)
        self._value.changed.connect(self.changed)
        beside = row(self._not, self._op, self._value, self._gone)
        beside.setStretch(2, 1)
        self.setLayout(column(self._fact, beside, gap=4))

    def _chosen_fact(self) -> Fact | None:
        return self._facts.get(str(self._fact.currentData()))

    def _offer(self, chosen: Operator) -> None:
        fact = self._chosen_fact()
        if fact is not None:
            fill(self._op, ((one, OPERATOR_WORDS[one]) for one in OPERATORS[fact.type]), chosen)

    def _fact_chosen(self, _index: int) -> None:
        self._offer(Operator(self._op.currentData()))
        self._op_chosen(0)

    def _op_chosen(self, _index: int) -> None:
        fact = self._chosen_fact()
        if fact is not None:
            op = Operator(self._op.currentData())
            self._value.show_value(fact, op, self._value.value())
            self.changed.emit()

    def _removed(self) -> None:
        self.removed.emit(self)


def _titles(facts: Catalogue) -> dict[str, str]:
    return {name: fact_title(name, facts) for name in facts}
