"""Rules to read: each point and each rule in a sentence."""

from collections.abc import Iterator, Mapping

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from interview_desk.domain.evaluation.comparing import Preview
from interview_desk.domain.evaluation.facts import Catalogue
from interview_desk.domain.evaluation.rule_sets import Criterion, CriterionKind, RuleSet
from interview_desk.ui.rule_words import (
    ACTION_WORDS,
    condition_words,
    effect_words,
    fact_title,
)
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import Weight, column, heading, label

_SHOWN = 20


def reading(rules: RuleSet, facts: Catalogue) -> QVBoxLayout:
    """The whole set, to read from top to bottom."""
    parts: list[QWidget] = [heading("Points that are judged")]
    parts += [_two(one.label, "; ".join(_of_point(one, facts))) for one in rules.criteria]
    parts.append(_following("Rules"))
    for rule in rules.rules:
        then = effect_words(rule.effect)
        parts.append(_two(rule.title, f"If {condition_words(rule.when, facts)}: {then}."))
    if not rules.rules:
        parts.append(label("None.", size=Size.DETAIL, tone="muted"))
    parts.append(_following("What a score means"))
    for band in sorted(rules.bands, key=lambda one: -one.lowest):
        then = f" \N{EN DASH} {ACTION_WORDS[band.recommend]}" if band.recommend else ""
        parts.append(label(f"From {band.lowest:g}: {band.label}{then}", size=Size.DETAIL))
    return column(*parts, gap=8)


def changes(preview: Preview, titles: Mapping[str, str]) -> QVBoxLayout:
    """Who would be judged otherwise, and why."""
    summary = label(preview.words, weight=Weight.DemiBold, wrap=True)
    summary.setObjectName("preview-summary")
    parts: list[QWidget] = [summary]
    for one in preview.differences[:_SHOWN]:
        title = titles.get(one.interview_id, "An interview")
        said = f"{_outcome(one.before, one.score_before)} becomes "
        said += f"{_outcome(one.after, one.score_after)}. {' '.join(one.because)}"
        parts.append(_two(title, said))
    more = len(preview.differences) - _SHOWN
    if more > 0:
        parts.append(label(f"and {more} more", size=Size.DETAIL, tone="muted"))
    return column(*parts, gap=8)


def _outcome(verdict: str, score: float | None) -> str:
    return verdict if score is None else f"{verdict} ({score:g})"


def _of_point(point: Criterion, facts: Catalogue) -> Iterator[str]:
    yield {
        CriterionKind.RATED: "rated 1 to 5",
        CriterionKind.BOOLEAN: "yes or no",
        CriterionKind.COMPUTED: f"worked out from {fact_title(point.fact or '', facts)}",
    }[point.kind]
    yield f"weight {point.weight:g}"
    if point.must_have:
        yield f"must have, at least {point.minimum}"
    if point.evidence_required:
        yield "a rating says what it rests on"
    if point.applies_when is not None:
        yield f"only counts where {condition_words(point.applies_when, facts)}"


def _following(words: str) -> QLabel:
    """The heading of another group, set off from the one above it."""
    made = heading(words)
    made.setContentsMargins(0, 8, 0, 0)
    return made


def _two(title: str, words: str) -> QWidget:
    made = QWidget()
    head = label(title or "Without a name", weight=Weight.Medium, wrap=True)
    made.setLayout(column(head, label(words, size=Size.DETAIL, tone="muted", wrap=True), gap=0))
    return made
