"""Trying a sequence out: for whom, in which case, and what would leave when."""

from collections.abc import Callable, Sequence
from datetime import tzinfo

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QVBoxLayout, QWidget

from interview_desk.domain.evaluation.conditions import Condition
from interview_desk.domain.sequences.plan import Variant
from interview_desk.services.trying_out import Planned, Tried
from interview_desk.ui.bridge.dates import short_day, zone_name
from interview_desk.ui.mail.sequence_words import LANGUAGES, VARIANTS
from interview_desk.ui.mail.words import moment_words
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import (
    Weight,
    button,
    column,
    emptied,
    heading,
    label,
    row,
    switch,
)
from interview_desk.ui.widgets.quiet import quiet

ConditionWords = Callable[[Condition], str]

_NOTHING_TO_TRY = "There is no sequence to try out yet."
_INVENTED = "An invented guest"
_AS_INVENTED = "If an interview ended now, with a guest in your own zone:"
_NEEDED = {
    True: ("Needed as things stand: {}.", "good"),
    False: ("Left out as things stand: it is only for where {}.", "warning"),
    None: ("Only where {}; that is not known yet.", "muted"),
}
_AS_WIDE_AS_THERE_IS_ROOM = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon


class DryRun(QWidget):
    """Asks for whom, and shows each mail with its time; nothing is sent.

    Signals: `wanted(object, str, str)` with a guest's id, None for an invented one, the case and
    the language.
    """

    wanted = Signal(object, str, str)

    def __init__(self, zone: tzinfo, said: ConditionWords) -> None:
        super().__init__()
        self._zone = zone
        self._said = said
        self._guest = quiet(QComboBox())
        self._variant, self._language = quiet(QComboBox()), quiet(QComboBox())
        self._try = button("Try it out", name="dry-run")
        self._planned = QVBoxLayout()
        self._planned.setSpacing(8)
        self._build()

    def show_guests(self, guests: Sequence[Tried]) -> None:
        """Who can be chosen; whoever is chosen stays so while they are there."""
        chosen = self._guest.currentData()
        with QSignalBlocker(self._guest):
            self._guest.clear()
            self._guest.addItem(_INVENTED, None)
            for one in guests:
                self._guest.addItem(self._tried_words(one), one.guest.id)
            self._guest.setCurrentIndex(max(self._guest.findData(chosen), 0))

    def let_try(self, *, possible: bool) -> None:
        """Whether there is anything to try out."""
        switch(self._try, "" if possible else _NOTHING_TO_TRY)

    def clear(self) -> None:
        """Show nothing of an earlier run."""
        emptied(self._planned)

    def show_planned(self, planned: Sequence[Planned]) -> None:
        """Show what would leave."""
        self.clear()
        note = _AS_INVENTED
        if self._guest.currentData() is not None and planned:
            zone = planned[0].zone
            where = zone_name(zone, planned[0].due) if planned[0].due else zone.key
            note = f"For {self._guest.currentText()}, by their clock in {where}:"
        self._planned.addWidget(label(note, size=Size.DETAIL, tone="muted", wrap=True))
        for number, mail in enumerate(planned, 1):
            self._planned.addWidget(self._card(number, mail))

    def _tried_words(self, one: Tried) -> str:
        start = one.interview.start
        day = f", {short_day(start.astimezone(self._zone).date())}" if start else ""
        return f"{one.guest.name} ({one.interview.title}{day})"

    def _card(self, number: int, planned: Planned) -> QFrame:
        made = QFrame()
        made.setObjectName(f"planned-{number}")
        made.setProperty("kind", "card")
        when = planned.trouble if planned.due is None else moment_words(planned.due, planned.zone)
        head = row(
            label(planned.step.title, weight=Weight.Medium, wrap=True), label(when, tone="muted")
        )
        head.setStretch(0, 1)
        content = column(head, gap=4)
        if planned.step.when is not None:
            words, tone = _NEEDED[planned.needed]
            said = words.format(self._said(planned.step.when))
            content.addWidget(label(said, size=Size.DETAIL, tone=tone, wrap=True))
        content.addWidget(label(planned.mail.subject, weight=Weight.Medium, wrap=True))
        content.addWidget(label(planned.mail.text, size=Size.DETAIL, tone="muted", wrap=True))
        if planned.mail.trouble:
            trouble = label(planned.mail.trouble, size=Size.DETAIL, tone="bad", wrap=True)
            content.addWidget(trouble)
        content.setContentsMargins(12, 8, 12, 10)
        made.setLayout(content)
        return made

    def _pressed(self) -> None:
        variant, language = Variant(self._variant.currentData()), self._language.currentData()
        self.wanted.emit(self._guest.currentData(), variant, language)

    def _build(self) -> None:
        for box, name, spoken, choices in (
            (self._variant, "dry-run-variant", "For which case", VARIANTS),
            (self._language, "dry-run-language", "Language", LANGUAGES),
        ):
            box.setObjectName(name)
            box.setAccessibleName(spoken)
            for key, words in choices.items():
                box.addItem(words, str(key))
        self._guest.setObjectName("dry-run-guest")
        self._guest.setAccessibleName("For whom")
        self._guest.setSizeAdjustPolicy(_AS_WIDE_AS_THERE_IS_ROOM)
        self._guest.setMinimumContentsLength(20)
        self._guest.addItem(_INVENTED, None)
        self._try.clicked.connect(self._pressed)
        how = row(self._variant, self._language, self._try, None)
        self.setLayout(column(heading("Dry run"), self._guest, how, self._planned, gap=10))
