"""What works: for each mail of each sequence how many left, and what came of them."""

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from interview_desk.domain.sequences.plan import Variant
from interview_desk.services.follow_ups import MailEffect
from interview_desk.ui.mail.sequence_words import VARIANTS
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import Weight, column, emptied, label
from interview_desk.ui.widgets.readable_page import scrolled

_NOTE = (
    "Counted by what people did. Who opened a mail is not: mail programs open mail by themselves. "
    "A reply counts for the last mail before it."
)
_NONE = "No mail has left yet."
_COLUMNS = (
    ("sent", "Sent"),
    ("delivered", "Arrived"),
    ("replied", "Replied"),
    ("booked", "Booked again"),
    ("unsubscribed", "No more mail"),
    ("complained", "Unwanted"),
    ("bounced", "Came back"),
)


class EffectsView(QWidget):
    """One table for each sequence."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("effects")
        self._tables = QVBoxLayout()
        self._tables.setSpacing(16)
        note = label(_NOTE, tone="muted", wrap=True)
        self.setLayout(column(scrolled(column(note, self._tables, None, gap=16)), gap=0))

    def show_effects(self, effects: Sequence[MailEffect]) -> None:
        """Show what came of each mail."""
        emptied(self._tables)
        for name in dict.fromkeys(one.sequence for one in effects):
            own = [one for one in effects if one.sequence == name]
            self._tables.addWidget(label(name, size=Size.HEADING, weight=Weight.DemiBold))
            self._tables.addWidget(_table(own))
        if not effects:
            self._tables.addWidget(label(_NONE, tone="muted"))


def _table(effects: Sequence[MailEffect]) -> QFrame:
    made = QFrame()
    made.setProperty("kind", "card")
    grid = QGridLayout(made)
    grid.setContentsMargins(16, 12, 16, 14)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(0, 1)
    for number, (_, title) in enumerate(_COLUMNS, 1):
        grid.addWidget(label(title, size=Size.DETAIL, tone="muted"), 0, number)
    for line, one in enumerate(effects, 1):
        grid.addWidget(label(_title(one), weight=Weight.Medium, wrap=True), line, 0)
        for number, (name, _) in enumerate(_COLUMNS, 1):
            count = int(getattr(one.effect, name))
            words = str(count) if name == "sent" else _share(count, one.effect.sent)
            cell = label(words, tone="" if count else "muted")
            cell.setObjectName(f"effect-{one.effect.step}-{one.effect.variant}-{name}")
            grid.addWidget(cell, line, number)
    return made


def _title(one: MailEffect) -> str:
    if one.effect.variant == Variant.USUAL:
        return one.step
    case = {str(key): words for key, words in VARIANTS.items()}.get(one.effect.variant, "")
    return f"{one.step} ({case.lower()})"


def _share(count: int, of: int) -> str:
    """`3 of 12`: a share says nothing without what it is of."""
    return f"{count} of {of}"
