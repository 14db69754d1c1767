"""What everybody gave, side by side: the middle, the spread, and what to talk about."""

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from interview_desk.domain.evaluation.results import CriterionResult, Standing
from interview_desk.domain.evaluation.rule_sets import HIGHEST, CriterionKind
from interview_desk.services.debrief import RaterSheet
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import Weight, column, emptied, label, pill, row

_LEVEL_WIDTH = 44
_BARE = "Does not count: it does not say what it rests on."


class PanelTable(QWidget):
    """One block for each point: what came out, and each rater with what they rest it on."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._list = QVBoxLayout(self)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(8)

    def show_panel(self, criteria: Sequence[CriterionResult], sheets: Sequence[RaterSheet]) -> None:
        """Show these."""
        emptied(self._list)
        for one in criteria:
            self._list.addWidget(_block(one, sheets))


def _block(result: CriterionResult, sheets: Sequence[RaterSheet]) -> QFrame:
    made = QFrame()
    made.setObjectName(f"panel-{result.criterion.id}")
    made.setProperty("kind", "card")
    title = label(result.criterion.label, weight=Weight.Medium, wrap=True)
    parts: list[QWidget | None] = [title, *_marks(result), _outcome(result)]
    head = row(*parts)
    head.setStretch(0, 1)
    raters = sheets if result.criterion.is_asked else ()
    content = column(head, *(_rater(result, sheet) for sheet in raters), gap=6)
    content.setContentsMargins(12, 8, 12, 10)
    made.setLayout(content)
    return made


def _marks(result: CriterionResult) -> list[QLabel]:
    found = []
    if result.panel.should_discuss:
        found.append(pill(f"Discuss: {result.panel.spread} levels apart", tone="warning"))
    if result.fails:
        found.append(pill("Must have, missed", tone="bad"))
    return found


def _outcome(result: CriterionResult) -> QLabel:
    words = {
        Standing.NOT_APPLICABLE: "Does not apply",
        Standing.UNKNOWN: "Not known",
        Standing.KNOWN: level_words(result.criterion.kind, result.level),
    }[result.standing]
    if result.standing is Standing.KNOWN:
        return label(words, weight=Weight.DemiBold)
    return label(words, tone="muted")


def _rater(result: CriterionResult, sheet: RaterSheet) -> QWidget:
    level, evidence = sheet.rating(result.criterion)
    made = QWidget()
    name = f"{sheet.name} (you)" if sheet.is_me else sheet.name
    if sheet.is_after_seeing_others:
        name += ", changed after seeing the others"
    if sheet.reopened_because:
        name += f" ({sheet.reopened_because})"
    given = label(level_words(result.criterion.kind, level), size=Size.DETAIL, weight=Weight.Medium)
    given.setFixedWidth(_LEVEL_WIDTH)
    who = label(name, size=Size.DETAIL, weight=Weight.Medium, wrap=True)
    words = column(who, gap=0)
    if evidence:
        words.addWidget(label(evidence, size=Size.DETAIL, tone="muted", wrap=True))
    elif result.criterion.evidence_required and level is not None:
        words.addWidget(label(_BARE, size=Size.DETAIL, tone="warning", wrap=True))
    line = row(given, words)
    line.setStretch(1, 1)
    made.setLayout(line)
    return made


def level_words(kind: CriterionKind, level: float | None) -> str:
    """A level as it is shown: `4 of 5`, `Yes`, or a dash where none was given."""
    if level is None:
        return "\N{EN DASH}"
    if kind is CriterionKind.BOOLEAN:
        return {HIGHEST: "Yes", 1: "No"}.get(int(level), "Divided")
    return f"{level:g} of {HIGHEST}"
