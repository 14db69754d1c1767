"""A whole set of rules while it is written: its points, its rules, and what scores mean."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from interview_desk.domain.evaluation.checking_conditions import Mistake
from interview_desk.domain.evaluation.conditions import Leaf
from interview_desk.domain.evaluation.facts import OPERATORS, Catalogue
from interview_desk.domain.evaluation.rule_sets import (
    Criterion,
    Flag,
    Rule,
    RuleSet,
)
from interview_desk.ui.rules.band_line import BandEditor
from interview_desk.ui.rules.choices import free_name
from interview_desk.ui.rules.criterion_editor import CriterionEditor
from interview_desk.ui.rules.rule_card import RuleCard
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import button, column, emptied, heading, label, row

_KEEP_AFTER_MS = 400


class RulesEditor(QWidget):
    """Signals: `edited(object)` with the `RuleSet` soon after something changed."""

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rules-editor")
        self._key = ""
        self._rules: RuleSet | None = None
        self._facts: Catalogue = {}
        self._title = QLineEdit()
        self._title.setObjectName("rules-name")
        self._title.setAccessibleName("Name of the rules")
        self._points: list[CriterionEditor] = []
        self._cards: list[RuleCard] = []
        self._bands = BandEditor()
        self._bands.changed.connect(self._changed)
        self._point_list, self._rule_list = QVBoxLayout(), QVBoxLayout()
        self._trouble = label(size=Size.DETAIL, tone="bad", wrap=True)
        self._trouble.setObjectName("rules-trouble")
        self._timer = QTimer(self, singleShot=True, interval=_KEEP_AFTER_MS)
        self._timer.timeout.connect(self._keep)
        self._title.textChanged.connect(self._changed)
        add_point = button("Add a point", name="add-point")
        add_rule = button("Add a rule", name="add-rule")
        add_point.clicked.connect(self._add_point)
        add_rule.clicked.connect(self._add_rule)
        for box in (self._point_list, self._rule_list):
            box.setSpacing(8)
        self.setLayout(
            column(
                self._title,
                self._trouble,
                heading("Points that are judged"),
                self._point_list,
                row(add_point, None),
                heading("Rules"),
                self._rule_list,
                row(add_rule, None),
                heading("What a score means"),
                self._bands,
                gap=8,
            )
        )

    @property
    def has_unkept(self) -> bool:
        """Whether something was changed that has not been told yet."""
        return self._timer.isActive()

    def show_rules(self, rules: RuleSet, facts: Catalogue, *, key: str) -> None:
        """Write the version `key`; while it is being written, it stays as it is here."""
        self._facts = facts
        if self._key == key:
            return
        self._key, self._rules = key, rules
        self._title.setText(rules.name)
        self._show_points(rules.criteria)
        self._show_cards(rules.rules)
        self._bands.show_bands(rules.bands)
        self._timer.stop()

    def forget(self) -> None:
        """Nothing is written here any more."""
        self._timer.stop()
        self._key = ""

    def rules(self) -> RuleSet:
        """The rules as they are written now."""
        version = self._rules.version if self._rules is not None else 1
        return RuleSet(
            name=self._title.text().strip(),
            version=version,
            criteria=tuple(one.criterion() for one in self._points),
            rules=tuple(one.rule() for one in self._cards),
            bands=self._bands.bands(),
        )

    def was(self) -> RuleSet:
        """The rules as they were when they were kept last, or shown."""
        return self._rules or self.rules()

    def kept(self, rules: RuleSet, *, key: str) -> None:
        """These are kept of the version `key`: what is written next follows them."""
        if key == self._key:
            self._rules = rules

    def say_mistakes(self, mistakes: Sequence[Mistake]) -> None:
        """Say each mistake where it was made."""
        told: set[Mistake] = set()
        for point in self._points:
            told |= _tell(point, f"criteria, {_named(point.criterion())}", mistakes)
        for card in self._cards:
            rule = card.rule()
            told |= _tell(card, f"rules, {rule.title or rule.id}", mistakes)
        rest = [one.words if one.place else one.sentence for one in mistakes if one not in told]
        self._trouble.setText("\n".join(rest))
        self._trouble.setVisible(bool(rest))

    def keep_unkept(self) -> None:
        """Tell of what was changed without waiting any longer."""
        if self.has_unkept:
            self._keep()

    def _keep(self) -> None:
        self._timer.stop()
        self.edited.emit(self.rules())

    def _changed(self) -> None:
        if self._key:
            self._timer.start()

    def _show_points(self, criteria: Sequence[Criterion], *, writing: int = -1) -> None:
        emptied(self._point_list)
        self._points = [
            CriterionEditor(one, self._facts, number=number, writing=number - 1 == writing)
            for number, one in enumerate(criteria, 1)
        ]
        for point in self._points:
            point.removed.connect(self._remove_point)
            point.changed.connect(self._changed)
            self._point_list.addWidget(point)

    def _show_cards(self, rules: Sequence[Rule], *, writing: int = -1) -> None:
        emptied(self._rule_list)
        self._cards = [
            RuleCard(one, self._facts, number=number, writing=number - 1 == writing)
            for number, one in enumerate(rules, 1)
        ]
        for card in self._cards:
            card.removed.connect(self._remove_rule)
            card.changed.connect(self._changed)
            self._rule_list.addWidget(card)

    def _add_point(self) -> None:
        criteria = [one.criterion() for one in self._points]
        own = free_name("point", {one.id for one in criteria})
        self._show_points([*criteria, Criterion(own, "")], writing=len(criteria))
        self._changed()

    def _remove_point(self, gone: CriterionEditor) -> None:
        self._show_points([one.criterion() for one in self._points if one is not gone])
        self._changed()

    def _add_rule(self) -> None:
        rules = [one.rule() for one in self._cards]
        fact = next(iter(self._facts.values()))
        when = Leaf(fact.name, OPERATORS[fact.type][0], value=True)
        made = Rule(free_name("rule", {one.id for one in rules}), "", when, Flag(""))
        self._show_cards([*rules, made], writing=len(rules))
        self._changed()

    def _remove_rule(self, gone: RuleCard) -> None:
        self._show_cards([one.rule() for one in self._cards if one is not gone])
        self._changed()


def _tell(
    where: CriterionEditor | RuleCard, place: str, mistakes: Sequence[Mistake]
) -> set[Mistake]:
    found = [one for one in mistakes if one.place == place or one.place.startswith(f"{place},")]
    where.say_trouble([one.sentence for one in found])
    return set(found)


def _named(criterion: Criterion) -> str:
    return criterion.label or criterion.id
