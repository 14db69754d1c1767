"""What the interview came to: verdict, score, what is unknown, and what to do next."""

from collections.abc import Iterable

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from interview_desk.domain.evaluation.facts import INSUFFICIENT, KNOCKED_OUT, Catalogue
from interview_desk.domain.evaluation.results import Evaluation
from interview_desk.domain.evaluation.rule_sets import Flag, Tag
from interview_desk.ui.quoting import quoted
from interview_desk.ui.rule_words import ACTION_WORDS, effect_words, fact_title
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import (
    Weight,
    column,
    emptied,
    heading,
    label,
    pill,
    row,
    set_tone,
)

_UNKNOWN_SHOWN = 6
_PARTIAL = "Worked out from what you may see; the team's own result may differ."
_WAITING = "Not final: ratings are still awaited, so nothing is begun because of it yet."


class ResultCard(QFrame):
    """The result in short, beside everything that led to it."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("result")
        self.setProperty("kind", "card")
        self._verdict = label(size=Size.TITLE, weight=Weight.DemiBold, wrap=True)
        self._verdict.setObjectName("verdict")
        self._score = label(weight=Weight.Medium)
        self._score.setObjectName("score")
        self._coverage = label(size=Size.DETAIL, tone="muted", wrap=True)
        self._coverage.setObjectName("coverage")
        self._rules = label(size=Size.DETAIL, tone="muted", wrap=True)
        self._rest = QVBoxLayout()
        self._rest.setSpacing(4)
        content = column(self._verdict, self._score, self._coverage, self._rules, self._rest, gap=4)
        content.setContentsMargins(16, 14, 16, 16)
        self.setLayout(content)

    def show_result(self, result: Evaluation, facts: Catalogue) -> None:
        """Show this one."""
        self._verdict.setText(result.label)
        set_tone(self._verdict, name="tone", tone=verdict_tone(result))
        self._score.setText(score_words(result))
        self._coverage.setText(
            f"{result.coverage * 100:.0f} % of what counts is known"
            + ("" if result.has_verdict else "; too little for a verdict")
        )
        self._rules.setText(f"By {quoted(result.rules.name)}, version {result.rules.version}")
        emptied(self._rest)
        if not result.is_final:
            self._rest.addWidget(_note(_WAITING))
        if result.is_partial:
            self._rest.addWidget(_note(_PARTIAL))
        self._group("Decides against it", map(_plain, result.knock_outs))
        self._group("What to do next", _recommended(result))
        self._group("Marked", _marked(result))
        self._group("Not known yet", _unknown(result, facts))

    def _group(self, title: str, lines: Iterable[QWidget]) -> None:
        found = list(lines)
        if not found:
            return
        head = heading(title)
        head.setContentsMargins(0, 12, 0, 0)
        for one in (head, *found):
            self._rest.addWidget(one)


def score_words(result: Evaluation) -> str:
    """`68 of 100`, or that there is none yet."""
    return "No score yet" if result.score is None else f"{result.score:g} of 100"


def verdict_tone(result: Evaluation) -> str:
    """Good, warning or bad: by where the band stands among the others."""
    if result.verdict in {KNOCKED_OUT, INSUFFICIENT}:
        return "bad" if result.verdict == KNOCKED_OUT else "warning"
    falling = sorted(result.rules.bands, key=lambda band: -band.lowest)
    place = [band.key for band in falling].index(result.verdict)
    if place == len(falling) - 1 and len(falling) > 1:
        return "bad"
    return "good" if place < len(falling) / 2 else "warning"


def _recommended(result: Evaluation) -> Iterable[QWidget]:
    for one in result.recommendations:
        made = QWidget()
        action = label(ACTION_WORDS[one.action], weight=Weight.Medium, wrap=True)
        made.setLayout(column(action, _plain(one.because), gap=0))
        yield made


def _marked(result: Evaluation) -> Iterable[QWidget]:
    for one in result.effects:
        if isinstance(one.effect, Flag | Tag):
            made = QWidget()
            named = one.effect.label if isinstance(one.effect, Flag) else one.effect.tag
            made.setLayout(column(row(pill(named), None), _plain(one.because), gap=2))
            made.setAccessibleName(effect_words(one.effect))
            yield made


def _unknown(result: Evaluation, facts: Catalogue) -> Iterable[QWidget]:
    for name in result.missing[:_UNKNOWN_SHOWN]:
        yield _plain(fact_title(name, facts))
    more = len(result.missing) - _UNKNOWN_SHOWN
    if more > 0:
        yield _plain(f"and {more} more")


def _plain(words: str) -> QWidget:
    return label(words, size=Size.DETAIL, tone="muted", wrap=True)


def _note(words: str) -> QWidget:
    return label(words, size=Size.DETAIL, tone="warning", wrap=True)
