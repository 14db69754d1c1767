"""What would come out if the panel had rated otherwise; moving a slider changes nothing."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QFrame, QSlider, QVBoxLayout
from typing_extensions import override

from interview_desk.domain.evaluation.results import CriterionResult, Evaluation, Standing
from interview_desk.domain.evaluation.rule_sets import HIGHEST, LOWEST, CriterionKind
from interview_desk.ui.debrief.panel_table import level_words
from interview_desk.ui.debrief.result_card import score_words, verdict_tone
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import (
    Weight,
    button,
    column,
    emptied,
    heading,
    label,
    row,
    set_tone,
)

WhatIf = Callable[[Mapping[str, int]], Evaluation]


class QuietSlider(QSlider):
    """A slider that does not move while one scrolls past it."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class LevelSlider(QFrame):
    """One point's level: what the panel gave, until a person moves it."""

    def __init__(self, result: CriterionResult, moved: Callable[[], None]) -> None:
        super().__init__()
        self._result = result
        self._moved = moved
        criterion = result.criterion
        self.slider = QuietSlider()
        self.slider.setObjectName(f"what-if-{criterion.id}")
        self.slider.setAccessibleName(f"What if: {criterion.label}")
        self._is_tried = False
        self.slider.setRange(LOWEST, HIGHEST)
        self.slider.setPageStep(1)
        self.slider.setValue(self._rated)
        self._value = label(size=Size.DETAIL, tone="muted")
        head = row(label(criterion.label, size=Size.DETAIL, wrap=True), self._value)
        head.setStretch(0, 1)
        self.setLayout(column(head, self.slider, gap=0))
        self.slider.valueChanged.connect(self._changed)
        self._say()

    @property
    def level(self) -> int | None:
        """The level tried; None for what the panel gave."""
        if not self._is_tried:
            return None
        value = self.slider.value()
        if self._result.criterion.kind is CriterionKind.BOOLEAN:
            return HIGHEST if value > (LOWEST + HIGHEST) // 2 else LOWEST
        return value

    @property
    def _rated(self) -> int:
        return LOWEST if self._result.level is None else round(self._result.level)

    def reset(self) -> None:
        """Go back to what the panel gave."""
        self.slider.setValue(self._rated)
        self._is_tried = False
        self._say()

    def _changed(self, _value: int) -> None:
        self._is_tried = True
        self._say()
        self._moved()

    def _say(self) -> None:
        kind, tried = self._result.criterion.kind, self.level
        words = level_words(kind, self._result.level if tried is None else tried)
        self._value.setText(f"{words}, as rated" if tried is None else words)
        set_tone(self._value, name="tone", tone="muted" if tried is None else "accent")


class WhatIfCard(QFrame):
    """Sliders for what was rated, and the result they would give."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("what-if")
        self.setProperty("kind", "card")
        self._work: WhatIf | None = None
        self._shown: tuple[CriterionResult, ...] = ()
        self._sliders: list[LevelSlider] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        self._outcome = label(weight=Weight.DemiBold, wrap=True)
        self._outcome.setObjectName("what-if-outcome")
        self._back = button("As rated", name="what-if-back", kind="link")
        self._back.setAccessibleName("Put every slider back to what was rated")
        self._back.clicked.connect(self._reset)
        note = label("Only tries it out. Nothing is changed.", size=Size.DETAIL, tone="muted")
        content = column(row(heading("What if"), None, self._back), note, self._list, self._outcome)
        content.setContentsMargins(16, 12, 16, 14)
        self.setLayout(content)

    def show_result(self, result: Evaluation, work: WhatIf) -> None:
        """Offer to try other levels; sliders that were moved stay where they are."""
        self._work = work
        asked = tuple(
            one
            for one in result.criteria
            if one.criterion.is_asked and one.standing is not Standing.NOT_APPLICABLE
        )
        if asked != self._shown:
            self._shown = asked
            emptied(self._list)
            self._sliders = [LevelSlider(one, self._try) for one in asked]
            for one in self._sliders:
                self._list.addWidget(one)
        self._try()

    def _try(self) -> None:
        tried = {
            shown.criterion.id: slider.level
            for shown, slider in zip(self._shown, self._sliders, strict=True)
            if slider.level is not None
        }
        self._back.setVisible(bool(tried))
        if self._work is None or not tried:
            self._outcome.hide()
            return
        result = self._work(tried)
        self._outcome.setText(f"It would be: {result.label}, {score_words(result).lower()}")
        set_tone(self._outcome, name="tone", tone=verdict_tone(result))
        self._outcome.show()

    def _reset(self) -> None:
        for one in self._sliders:
            one.reset()
        self._try()
