"""One point that interviews are judged by, while it is written."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QFrame, QLineEdit, QWidget

from interview_desk.domain.evaluation.facts import Catalogue, FactType
from interview_desk.domain.evaluation.rule_sets import (
    HIGHEST,
    LOWEST,
    SCORE_FACTS,
    Criterion,
    CriterionKind,
)
from interview_desk.ui.rule_words import fact_title
from interview_desk.ui.rules.choices import choice, searched
from interview_desk.ui.rules.condition_editor import ConditionEditor
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import IconButton, button, column, heading, label, row
from interview_desk.ui.widgets.spin_box import NumberBox, fitted

_KINDS = {
    CriterionKind.RATED: "rated 1 to 5",
    CriterionKind.BOOLEAN: "yes or no",
    CriterionKind.COMPUTED: "worked out",
}
_MOST_WEIGHT = 100
_MOST = 1_000_000
_READABLE = frozenset({FactType.NUMBER, FactType.YES_NO})


class CriterionEditor(QFrame):
    """Signals: `removed(object)` with itself; `changed()`."""

    removed = Signal(object)
    changed = Signal()

    def __init__(
        self, criterion: Criterion, facts: Catalogue, *, number: int, writing: bool
    ) -> None:
        super().__init__()
        self._criterion = criterion
        self._name = f"point-{number}"
        self.setObjectName(self._name)
        self.setProperty("kind", "card")
        self._label = QLineEdit(criterion.label)
        self._kind = choice(
            {kind.value: words for kind, words in _KINDS.items()},
            chosen=criterion.kind,
            name=f"{self._name}-kind",
            spoken="How it is judged",
        )
        self._weight = fitted(NumberBox())
        self._must = QCheckBox("Must have, at least")
        self._minimum = choice(
            {str(level): str(level) for level in range(LOWEST, HIGHEST + 1)},
            chosen=str(criterion.minimum),
            name=f"{self._name}-minimum",
            spoken="The least it may be",
        )
        self._evidence = QCheckBox("A rating says what it rests on")
        self._anchors = {level: QLineEdit() for level in range(LOWEST, HIGHEST + 1)}
        self._fact = _facts_box(facts, criterion.fact, name=f"{self._name}-fact")
        self._levels = [fitted(NumberBox(), arrows=False) for _ in range(LOWEST, HIGHEST)]
        self._applies = ConditionEditor(criterion.applies_when, facts, name=f"{self._name}-applies")
        self._trouble = label(size=Size.DETAIL, tone="bad", wrap=True)
        self._toggle = button("Edit", name=f"{self._name}-edit", kind="link")
        self._open, self._rated, self._computed = QWidget(), QWidget(), QWidget()
        self._steps = QWidget()
        self._fill()
        self._build()
        self._connect()
        self._kind_chosen()
        self._open.setVisible(writing)

    def criterion(self) -> Criterion:
        """The point as it stands."""
        kind = CriterionKind(self._kind.currentData())
        computed = kind is CriterionKind.COMPUTED
        return Criterion(
            id=self._criterion.id,
            label=self._label.text().strip(),
            kind=kind,
            weight=self._weight.value(),
            anchors=self._written_anchors() if kind is CriterionKind.RATED else (),
            must_have=self._must.isChecked(),
            minimum=int(self._minimum.currentData()),
            evidence_required=self._evidence.isChecked() and not computed,
            applies_when=self._applies.condition(),
            fact=str(self._fact.currentData()) if computed else None,
            levels=self._written_levels() if computed else (),
        )

    def say_trouble(self, sentences: list[str]) -> None:
        """Say at the place what is wrong with it."""
        self._trouble.setText("\n".join(sentences))
        self._trouble.setVisible(bool(sentences))

    def _written_anchors(self) -> tuple[tuple[int, str], ...]:
        said = ((level, line.text().strip()) for level, line in self._anchors.items())
        return tuple((level, words) for level, words in said if words)

    def _written_levels(self) -> tuple[float, ...]:
        fact = self._facts_of_numbers
        return tuple(one.value() for one in self._levels) if fact else ()

    @property
    def _facts_of_numbers(self) -> bool:
        """Whether the chosen fact is a number, which needs levels."""
        return bool(self._fact.currentData(_TYPE_ROLE) != FactType.YES_NO.value)

    def _fill(self) -> None:
        criterion = self._criterion
        self._weight.setRange(0, _MOST_WEIGHT)
        self._weight.setDecimals(1)
        self._weight.setValue(criterion.weight)
        self._label.setCursorPosition(0)
        self._must.setChecked(criterion.must_have)
        self._evidence.setChecked(criterion.evidence_required)
        for level, words in criterion.anchors:
            self._anchors[level].setText(words)
        for number, box in enumerate(self._levels):
            box.setRange(-_MOST, _MOST)
            box.setValue(criterion.levels[number] if criterion.levels else 0)
            box.setObjectName(f"{self._name}-from-{number + 2}")
            box.setAccessibleName(f"From here it is a {number + 2}")
        for part, one, spoken in (
            ("label", self._label, "Name of the point"),
            ("weight", self._weight, "Weight"),
            ("must", self._must, "Must have"),
            ("evidence", self._evidence, "A rating says what it rests on"),
        ):
            one.setObjectName(f"{self._name}-{part}")
            one.setAccessibleName(spoken)
        self._trouble.setObjectName(f"{self._name}-trouble")
        self._trouble.hide()

    def _build(self) -> None:
        lines = []
        for level, line in self._anchors.items():
            line.setObjectName(f"{self._name}-anchor-{level}")
            line.setAccessibleName(f"When it is a {level}")
            line.setPlaceholderText("What is seen or heard when it is this level")
            lines.append(row(label(str(level), tone="muted"), line))
        self._rated.setLayout(column(heading("What each level means"), *lines, gap=4))
        steps = [self._step(number, box) for number, box in enumerate(self._levels)]
        self._steps.setLayout(row(*steps, None))
        self._computed.setLayout(column(heading("Worked out from"), self._fact, self._steps, gap=4))
        self._open.setLayout(
            column(
                row(self._must, self._minimum, None),
                self._evidence,
                self._rated,
                self._computed,
                heading("Only counts where (leave empty for always)"),
                self._applies,
                gap=8,
            )
        )
        gone = IconButton("close", "Take this point out", name=f"{self._name}-remove")
        gone.clicked.connect(self._removed)
        head = row(self._label, self._toggle, gone)
        head.setStretch(0, 1)
        kind = row(self._kind, label("Weight"), self._weight, None)
        content = column(head, kind, self._trouble, self._open, gap=8)
        content.setContentsMargins(16, 10, 16, 12)
        self.setLayout(content)

    def _step(self, number: int, box: QDoubleSpinBox) -> QWidget:
        made = QWidget()
        made.setLayout(row(label(f"{number + 2} from", size=Size.DETAIL, tone="muted"), box, gap=4))
        return made

    def _connect(self) -> None:
        self._toggle.clicked.connect(self._toggled)
        self._kind.activated.connect(self._kind_chosen)
        self._fact.activated.connect(self._kind_chosen)
        for one in (self._label, *self._anchors.values()):
            one.textChanged.connect(self.changed)
        for box in (self._weight, *self._levels):
            box.valueChanged.connect(self.changed)
        for check in (self._must, self._evidence):
            check.clicked.connect(self.changed)
        self._minimum.activated.connect(self.changed)
        self._applies.changed.connect(self.changed)

    def _kind_chosen(self) -> None:
        kind = CriterionKind(self._kind.currentData())
        self._rated.setHidden(kind is not CriterionKind.RATED)
        self._computed.setHidden(kind is not CriterionKind.COMPUTED)
        self._evidence.setHidden(kind is CriterionKind.COMPUTED)
        self._steps.setHidden(not self._facts_of_numbers)
        self.changed.emit()

    def _toggled(self) -> None:
        opened = self._open.isHidden()
        self._open.setVisible(opened)
        self._toggle.setText("Less" if opened else "Edit")
        self._toggle.setAccessibleName(f"{self._toggle.text()}: {self._label.text()}")

    def _removed(self) -> None:
        self.removed.emit(self)


_TYPE_ROLE = 0x0100 + 1  # one above Qt.UserRole, which holds the fact's name


def _facts_box(facts: Catalogue, chosen: str | None, *, name: str) -> QComboBox:
    offered = {
        one.name: fact_title(one.name, facts)
        for one in facts.values()
        if one.type in _READABLE and one.name.partition(".")[0] not in {SCORE_FACTS, "ratings"}
    }
    made = choice(offered, chosen=chosen or "", name=name, spoken="Worked out from")
    for place in range(made.count()):
        made.setItemData(place, facts[made.itemData(place)].type.value, _TYPE_ROLE)
    return searched(made)
