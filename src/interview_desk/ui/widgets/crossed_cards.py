"""Everything that crossed, one card each; what somebody is writing in one of them stays."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from interview_desk.services.crossed_edits import Crossed
from interview_desk.ui.value_words import ValueWords
from interview_desk.ui.widgets.crossed_card import CrossedCard

_GAP = 12


class CrossedCards(QWidget):
    """The cards of some crossed edits.

    Signals: `kept(str)`, `taken(str)` and `written(str, object)` as those of `CrossedCard`.
    """

    kept = Signal(str)
    taken = Signal(str)
    written = Signal(str, object)

    def __init__(self, *, is_named: Callable[[Crossed], bool]) -> None:
        super().__init__()
        self._is_named = is_named
        self._shown: Sequence[Crossed] = ()
        self._cards: dict[str, CrossedCard] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(_GAP)

    def show_crossed(
        self, crossed: Sequence[Crossed], words: ValueWords, *, may_decide: bool
    ) -> None:
        """Show these in place of the others."""
        if list(crossed) == list(self._shown):
            return
        self._shown = crossed
        earlier, self._cards = self._cards, {}
        for one in crossed:
            card = CrossedCard(one, words, may_decide=may_decide, named=self._is_named(one))
            card.kept.connect(self.kept)
            card.taken.connect(self.taken)
            card.written.connect(self.written)
            self._column.addWidget(card)
            self._cards[one.id] = card
            if one.id in earlier:
                card.go_on_from(earlier[one.id])
        for card in earlier.values():
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
