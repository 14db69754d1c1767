"""Why the result is what it is: every rule, every comparison, with what was actually there."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from interview_desk.domain.evaluation.facts import Catalogue
from interview_desk.domain.evaluation.results import RuleResult
from interview_desk.domain.evaluation.truth import Truth
from interview_desk.ui.rule_words import TRUTH_WORDS, Line, effect_words, explained
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import Weight, button, column, emptied, label, pill, row

_TONES = {True: "good", False: "plain", None: "warning"}
_MARKS = {True: "\N{CHECK MARK}", False: "\N{MULTIPLICATION SIGN}", None: "?"}
_INDENT = 20
_MARK_WIDTH = 16


class RuleTrace(QWidget):
    """All rules of the set, those that hold first; each opens to its reasons."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rule-trace")
        self._open: set[str] = set()
        self._list = QVBoxLayout(self)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(8)

    def show_rules(self, outcomes: Iterable[RuleResult], facts: Catalogue) -> None:
        """Show what became of each rule."""
        emptied(self._list)
        ranked = sorted(outcomes, key=lambda one: _RANKS[one.truth])
        for one in ranked:
            self._list.addWidget(_RuleLine(one, facts, self._open))
        if not ranked:
            self._list.addWidget(label("There are no rules, only the points.", tone="muted"))


class _RuleLine(QFrame):
    """One rule: what it came to, and on a press why."""

    def __init__(self, outcome: RuleResult, facts: Catalogue, opened: set[str]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._id = outcome.rule.id
        self._opened = opened
        self._toggle = button("Why", name=f"why-{self._id}", kind="link")
        self._toggle.setAccessibleName(f"Why: {outcome.rule.title}")
        self._toggle.clicked.connect(self._pressed)
        self._reasons = QWidget()
        self._reasons.setObjectName(f"reasons-{self._id}")
        self._reasons.setLayout(
            column(*(_reason(line) for line in explained(outcome.seen, facts)), gap=4)
        )
        title = label(outcome.rule.title, weight=Weight.Medium, wrap=True)
        head = row(
            pill(TRUTH_WORDS[outcome.truth], tone=_TONES[outcome.truth]), title, self._toggle
        )
        head.setStretch(1, 1)
        content = column(head, self._follows(outcome), self._reasons, gap=6)
        content.setContentsMargins(12, 8, 12, 10)
        self.setLayout(content)
        self._show()

    def _follows(self, outcome: RuleResult) -> QWidget:
        follows = effect_words(outcome.rule.effect)
        holds = outcome.truth
        words = f"{follows}. {outcome.message}" if holds else f"Would follow: {follows}"
        return label(words, size=Size.DETAIL, tone="muted", wrap=True)

    def _pressed(self) -> None:
        self._opened.symmetric_difference_update({self._id})
        self._show()

    def _show(self) -> None:
        is_open = self._id in self._opened
        self._reasons.setVisible(is_open)
        self._toggle.setText("Less" if is_open else "Why")


def _reason(line: Line) -> QWidget:
    made = QWidget()
    mark = label(_MARKS[line.truth], size=Size.DETAIL, tone=_LINE_TONES[line.truth])
    mark.setAccessibleName(TRUTH_WORDS[line.truth])
    mark.setFixedWidth(_MARK_WIDTH)
    words = label(line.words, size=Size.DETAIL, wrap=True)
    beside = row(mark, words, gap=4)
    beside.setContentsMargins(line.depth * _INDENT, 0, 0, 0)
    beside.setStretch(1, 1)
    beside.setAlignment(mark, Qt.AlignmentFlag.AlignTop)
    made.setLayout(beside)
    return made


_RANKS: dict[Truth, int] = {True: 0, None: 1, False: 2}
_LINE_TONES = {True: "good", False: "muted", None: "warning"}
