"""A condition while it is written: all or any of some comparisons, and of groups of them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QVBoxLayout, QWidget

from interview_desk.domain.evaluation.conditions import AllOf, AnyOf, Condition, Leaf, Not
from interview_desk.domain.evaluation.facts import OPERATORS, Catalogue
from interview_desk.ui.rules.choices import choice
from interview_desk.ui.rules.comparison_row import ComparisonRow
from interview_desk.ui.widgets.parts import IconButton, button, column, hide_unless, row

_ALL, _ANY = "all", "any"
# Deeper nobody follows it; what is written deeper elsewhere can still be changed here.
_DEEPEST_OFFERED = 3


class ConditionEditor(QWidget):
    """Comparisons and groups below each other. Signals: `changed()`."""

    changed = Signal()

    def __init__(
        self,
        condition: Condition | None,
        facts: Catalogue,
        *,
        name: str,
        depth: int = 1,
        head: tuple[QWidget, QWidget] | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self._facts = facts
        self._depth = depth
        self._rows: list[ComparisonRow | GroupRow] = []
        self._count = 0
        self._which = choice(
            {_ALL: "All of these hold", _ANY: "Any of these holds"},
            chosen=_ANY if isinstance(condition, AnyOf) else _ALL,
            name=f"{name}-which",
            spoken="All of them or any",
        )
        self._which.activated.connect(self.changed)
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        add = button("Add a comparison", name=f"{name}-add", kind="link")
        add.clicked.connect(self._add_pressed)
        group = button("Add a group", name=f"{name}-add-group", kind="link")
        group.clicked.connect(self._add_group_pressed)
        hide_unless(group, wanted=depth < _DEEPEST_OFFERED)
        before, after = head or (None, None)
        first = [one for one in (before, self._which) if one is not None]
        last = [one for one in (after,) if one is not None]
        top = row(*first, None, *last)
        self.setLayout(column(top, self._list, row(add, group, None), gap=6))
        for part in _parts(condition):
            self._add(part)

    def condition(self) -> Condition | None:
        """The condition as it stands; None where it has no comparison."""
        written = (one.condition() for one in self._rows)
        parts = tuple(one for one in written if one is not None)
        if not parts:
            return None
        if len(parts) == 1:
            return parts[0]
        return AnyOf(parts) if self._which.currentData() == _ANY else AllOf(parts)

    def _add_pressed(self) -> None:
        self._add(self._first())
        self.changed.emit()

    def _add_group_pressed(self) -> None:
        # A group within all of something is most often any of others, and the other way round.
        group = AllOf if self._which.currentData() == _ANY else AnyOf
        self._add(group((self._first(), self._first())))
        self.changed.emit()

    def _first(self) -> Leaf:
        fact = next(iter(self._facts.values()))
        return Leaf(fact.name, OPERATORS[fact.type][0], None)

    def _add(self, part: Condition) -> None:
        self._count += 1
        name = f"{self.objectName()}-{self._count}"
        inner = part.part if isinstance(part, Not) else part
        made = (
            GroupRow(part, self._facts, name=name, depth=self._depth + 1)
            if isinstance(inner, AllOf | AnyOf)
            else ComparisonRow(part, self._facts, name=name)
        )
        made.removed.connect(self._remove)
        made.changed.connect(self.changed)
        self._rows.append(made)
        self._list.addWidget(made)
        # At once, not with the next turn of the loop: whoever added it goes on in it.
        made.show()
        self._which.setVisible(len(self._rows) > 1)

    def _remove(self, gone: "ComparisonRow | GroupRow") -> None:
        self._rows.remove(gone)
        self._list.removeWidget(gone)
        gone.hide()
        gone.deleteLater()
        self._which.setVisible(len(self._rows) > 1)
        self.changed.emit()


class GroupRow(QFrame):
    """A condition within another. Signals: `removed(object)` with itself; `changed()`."""

    removed = Signal(object)
    changed = Signal()

    def __init__(self, part: Condition, facts: Catalogue, *, name: str, depth: int) -> None:
        super().__init__()
        self.setProperty("kind", "group")
        self._not = QCheckBox("not")
        self._not.setObjectName(f"{name}-not")
        self._not.setAccessibleName("The contrary of this group")
        self._not.setChecked(isinstance(part, Not))
        inner = part.part if isinstance(part, Not) else part
        gone = IconButton("close", "Take this group out", name=f"{name}-remove")
        gone.clicked.connect(self._removed)
        head = (self._not, gone)
        self._inner = ConditionEditor(inner, facts, name=name, depth=depth, head=head)
        self._not.clicked.connect(self.changed)
        self._inner.changed.connect(self.changed)
        content = column(self._inner, gap=0)
        content.setContentsMargins(12, 4, 0, 4)
        self.setLayout(content)

    def condition(self) -> Condition | None:
        """The group as it stands; None where nothing is in it."""
        inner = self._inner.condition()
        return Not(inner) if inner is not None and self._not.isChecked() else inner

    def _removed(self) -> None:
        self.removed.emit(self)


def _parts(condition: Condition | None) -> tuple[Condition, ...]:
    if condition is None:
        return ()
    return condition.parts if isinstance(condition, AllOf | AnyOf) else (condition,)
