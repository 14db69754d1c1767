"""My own ratings, given before anybody else's are seen."""

from collections.abc import Mapping

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from interview_desk.domain.evaluation.results import CriterionResult, Standing
from interview_desk.domain.evaluation.rule_sets import Criterion, RuleSet
from interview_desk.domain.values import Json, same_value
from interview_desk.services.debrief import Debrief, without_evidence
from interview_desk.ui.debrief.criterion_card import CriterionCard
from interview_desk.ui.rule_words import condition_words, explained
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import button, column, emptied, label, row

# Long enough to gather a word, short enough that nothing typed is lost.
_KEEP_AFTER_MS = 250
_HINT = (
    "Rate on your own: nobody sees this before you hand it in, and you see nothing of theirs. "
    "What you cannot tell stays open; it never counts as a no."
)


class RatingSheet(QWidget):
    """Signals: `edited(object)` with the ratings, soon after they changed; `submitted(object)`."""

    edited = Signal(object)
    submitted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rating-sheet")
        self._rules: RuleSet | None = None
        self._others: dict[str, Json] = {}
        self._cards: list[CriterionCard] = []
        self._applies: dict[str, bool] = {}
        self._list = QVBoxLayout()
        self._list.setSpacing(12)
        self._progress = label(size=Size.DETAIL, tone="muted")
        self._progress.setObjectName("sheet-progress")
        self._trouble = label(size=Size.DETAIL, tone="bad", wrap=True)
        self._trouble.setObjectName("sheet-trouble")
        self._submit = button("Hand in my ratings", name="submit-sheet", kind="primary")
        self._timer = QTimer(self, singleShot=True, interval=_KEEP_AFTER_MS)
        self._timer.timeout.connect(self.keep_now)
        self._submit.clicked.connect(self._hand_in)
        foot = row(self._progress, None, self._submit)
        self.setLayout(
            column(label(_HINT, tone="muted", wrap=True), self._list, self._trouble, foot, gap=12)
        )
        self._trouble.hide()

    @property
    def has_unkept(self) -> bool:
        """Whether something was changed that has not been told yet."""
        return self._timer.isActive()

    def show_sheet(self, debrief: Debrief, applying: Mapping[str, CriterionResult]) -> None:
        """Show what is kept; what a person is just changing is left alone."""
        if self._rules != debrief.rules:
            self._build(debrief)
        kept = debrief.mine.get("ratings")
        ratings = kept if isinstance(kept, Mapping) else {}
        if not self.has_unkept and not same_value(dict(ratings), self.ratings()):
            self._others = {
                key: value
                for key, value in ratings.items()
                if all(card.criterion.id != key for card in self._cards)
            }
            for card in self._cards:
                rating = ratings.get(card.criterion.id)
                card.show_rating(rating if isinstance(rating, Mapping) else {})
        self._show_applying(debrief, applying)
        self._say_progress()

    def ratings(self) -> dict[str, Json]:
        """Everything given so far, with what older rules asked for left as it was."""
        given = {card.criterion.id: card.rating() for card in self._cards}
        return {**self._others, **{key: rating for key, rating in given.items() if rating}}

    def keep_now(self) -> None:
        """Tell of what was changed without waiting any longer."""
        if self._timer.isActive():
            self._timer.stop()
        self.edited.emit(self.ratings())

    def say_trouble(self, sentence: str) -> None:
        """Say why the sheet was not handed in."""
        self._trouble.setText(sentence)
        self._trouble.show()

    def _build(self, debrief: Debrief) -> None:
        self._rules = debrief.rules
        emptied(self._list)
        # Who is shown no rules is told what is asked, and not how much it counts.
        known = not debrief.sees_no_others
        self._cards = [
            CriterionCard(one, debrief.quotes, is_weight_known=known) for one in debrief.rules.asked
        ]
        for card in self._cards:
            card.edited.connect(self._card_edited)
            self._list.addWidget(card)

    def _show_applying(self, debrief: Debrief, applying: Mapping[str, CriterionResult]) -> None:
        for card in self._cards:
            found = applying.get(card.criterion.id)
            out = found is not None and found.standing is Standing.NOT_APPLICABLE
            card.show_applies(_why(card.criterion, found, debrief), applies=not out)
            self._applies[card.criterion.id] = not out

    def _card_edited(self) -> None:
        self._trouble.hide()
        self._timer.start()
        self._say_progress()

    def _say_progress(self) -> None:
        asked = [card for card in self._cards if self._applies.get(card.criterion.id, True)]
        given = sum("value" in card.rating() for card in asked)
        self._progress.setText(f"{given} of {len(asked)} rated")

    def _hand_in(self) -> None:
        self._timer.stop()
        ratings = self.ratings()
        if self._rules is not None:
            bare = {one.id for one in without_evidence(self._rules, ratings)}
            self._mark(bare)
        self.submitted.emit(ratings)

    def _mark(self, bare: set[str]) -> None:
        missing = [card for card in self._cards if card.criterion.id in bare]
        for card in missing:
            card.say_trouble("Say what this rating rests on.")
        if missing:
            missing[0].begin()


def _why(criterion: Criterion, found: CriterionResult | None, debrief: Debrief) -> str:
    """When the criterion counts, and what is known of that."""
    if criterion.applies_when is None:
        return ""
    words = f"Only counts where {condition_words(criterion.applies_when, debrief.facts)}."
    if found is None or found.applies is None:
        return words
    known = [line.words for line in explained(found.applies, debrief.facts)]
    return " ".join([words, f"Here: {'; '.join(known)}."])
