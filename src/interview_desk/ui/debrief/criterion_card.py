"""One point of the rating sheet: its levels with their words, and what the rating rests on."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from interview_desk.domain.evaluation.rule_sets import HIGHEST, LOWEST, Criterion, CriterionKind
from interview_desk.domain.values import Fields, Json
from interview_desk.services.debrief import evidence_words
from interview_desk.ui.quoting import caption
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import (
    RowButton,
    Weight,
    button,
    column,
    hide_unless,
    label,
    pill,
    row,
    set_tone,
)

_EVIDENCE_HEIGHT = 60
_LONGEST_QUOTE = 70
_LEVEL_WORDS = {1: "Lowest", 5: "Highest"}


class LevelButton(RowButton):
    """One level of a scale, with the words that say when it is given."""

    def __init__(self, number: str, words: str) -> None:
        super().__init__("level")
        self.setCheckable(True)
        # As high as the highest beside it.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self._number = label(number, weight=Weight.DemiBold)
        self._words = label(words, size=Size.SMALL, tone="muted", wrap=True)
        for one in (self._number, self._words):
            one.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        lines = column(self._number, self._words, None, gap=2)
        lines.setContentsMargins(8, 6, 8, 6)
        self.setLayout(lines)
        hide_unless(self._words, wanted=bool(words))
        self.toggled.connect(self._tint)

    def _tint(self, chosen: bool) -> None:  # noqa: FBT001  - Qt's own signature
        set_tone(self._number, name="tone", tone="accent" if chosen else "")
        set_tone(self._words, name="tone", tone="accent" if chosen else "muted")


class CriterionCard(QFrame):
    """Signals: `edited()` when a person changed the level or the evidence."""

    edited = Signal()

    def __init__(
        self, criterion: Criterion, quotes: Sequence[str], *, is_weight_known: bool = True
    ) -> None:
        super().__init__()
        self.criterion = criterion
        self._is_weight_known = is_weight_known
        self.setObjectName(f"criterion-{criterion.id}")
        self.setProperty("kind", "card")
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._values: dict[int, Json] = {}
        self._evidence = QPlainTextEdit()
        self._needed = label("Evidence", size=Size.DETAIL, weight=Weight.Medium)
        self._trouble = label(size=Size.DETAIL, tone="bad", wrap=True)
        self._when = label(size=Size.DETAIL, tone="muted", wrap=True)
        self._asked = QWidget()
        self._back = button("Take back", name=f"unrate-{criterion.id}", kind="link")
        self._showing = False
        self._build(quotes)

    def rating(self) -> Fields:
        """The rating as it stands: {value, evidence}; empty where nothing was given."""
        chosen = self._group.checkedId()
        evidence = self._evidence.toPlainText().strip()
        given: dict[str, Json] = {"value": self._values[chosen]} if chosen >= 0 else {}
        return {**given, "evidence": evidence} if evidence or given else given

    def show_rating(self, rating: Fields) -> None:
        """Show a rating without calling it an edit."""
        self._showing = True
        value = rating.get("value")
        self._group.setExclusive(False)
        for number, one in self._values.items():
            same = one == value and isinstance(one, bool) == isinstance(value, bool)
            self._group.button(number).setChecked(same)
        self._group.setExclusive(True)
        words = evidence_words(rating.get("evidence"))
        if words != self._evidence.toPlainText().strip():
            self._evidence.setPlainText(words)
        self._showing = False
        self._back.setVisible(self._group.checkedId() >= 0)

    def say_trouble(self, sentence: str) -> None:
        """Say at the place what is missing; an empty text takes it away."""
        self._trouble.setText(sentence)
        self._trouble.setVisible(bool(sentence))

    def show_applies(self, words: str, *, applies: bool) -> None:
        """Say when this point counts; where it does not, nobody is asked for it."""
        self._when.setText(words)
        self._when.setVisible(bool(words))
        self._asked.setVisible(applies)

    def begin(self) -> None:
        """Put the keyboard where the missing thing is to be given."""
        self._evidence.setFocus()

    def _levels(self) -> list[tuple[str, str, Json]]:
        """Number, words and value of each level."""
        if self.criterion.kind is CriterionKind.BOOLEAN:
            return [("Yes", "", True), ("No", "", False)]
        anchors: Mapping[int, str] = dict(self.criterion.anchors)
        return [
            (str(level), anchors.get(level) or _LEVEL_WORDS.get(level, ""), level)
            for level in range(LOWEST, HIGHEST + 1)
        ]

    def _build(self, quotes: Sequence[str]) -> None:
        criterion = self.criterion
        scale = QHBoxLayout()
        scale.setSpacing(6)
        for number, (name, words, value) in enumerate(self._levels()):
            one = LevelButton(name, words)
            one.setObjectName(f"level-{criterion.id}-{name.lower()}")
            one.setAccessibleName(f"{criterion.label}: {name}{f', {words}' if words else ''}")
            self._group.addButton(one, number)
            self._values[number] = value
            scale.addWidget(one, 1)
        self._group.idClicked.connect(self._changed)
        self._asked.setLayout(
            column(scale, self._evidence_line(quotes), self._evidence, self._trouble, gap=8)
        )
        content = column(self._head(), self._when, self._asked, gap=8)
        content.setContentsMargins(16, 12, 16, 14)
        self.setLayout(content)
        for hidden in (self._trouble, self._when, self._back):
            hidden.hide()

    def _head(self) -> QHBoxLayout:
        criterion = self.criterion
        title = label(criterion.label, size=Size.HEADING, weight=Weight.DemiBold, wrap=True)
        parts: list[QLabel | QPushButton | None] = [title]
        if criterion.must_have:
            parts.append(pill(f"Must have, at least {criterion.minimum}", tone="warning"))
        if self._is_weight_known:
            parts.append(pill(f"Weight {criterion.weight:g}"))
        self._back.setAccessibleName(f"Take back the rating of {criterion.label}")
        self._back.clicked.connect(self._take_back)
        line = row(*parts, self._back)
        line.setStretch(0, 1)
        # As high where nothing can be taken back, or all below would move under the mouse.
        line.addStrut(self._back.sizeHint().height())
        return line

    def _evidence_line(self, quotes: Sequence[str]) -> QHBoxLayout:
        criterion = self.criterion
        wanted = "needed" if criterion.evidence_required else "if there is any"
        self._needed.setText(f"What it rests on ({wanted})")
        self._evidence.setObjectName(f"evidence-{criterion.id}")
        self._evidence.setAccessibleName(f"What the rating of {criterion.label} rests on")
        self._evidence.setPlaceholderText("What they said or did, best in their own words")
        self._evidence.setProperty("kind", "quoted")
        self._evidence.setTabChangesFocus(True)
        self._evidence.setFixedHeight(_EVIDENCE_HEIGHT)
        self._evidence.textChanged.connect(self._changed)
        pick = button("Use what was captured", name=f"quote-{criterion.id}", kind="quiet")
        pick.setProperty("menu", "yes")
        pick.setAccessibleName(f"Use what was captured as evidence for {criterion.label}")
        menu = QMenu(pick)
        for said in quotes:
            action = QAction(_short(said), menu)
            action.triggered.connect(partial(self._quote, said))
            menu.addAction(action)
        pick.setMenu(menu)
        hide_unless(pick, wanted=bool(quotes))
        return row(self._needed, None, pick)

    def _quote(self, said: str) -> None:
        before = self._evidence.toPlainText().rstrip()
        self._evidence.setPlainText(f"{before}\n{said}" if before else said)

    def _take_back(self) -> None:
        self.show_rating({"evidence": self._evidence.toPlainText()})
        self._changed()

    def _changed(self, _number: int = 0) -> None:
        self._back.setVisible(self._group.checkedId() >= 0)
        if not self._showing:
            self.say_trouble("")
            self.edited.emit()


def _short(text: str) -> str:
    line = " ".join(text.split())
    if len(line) > _LONGEST_QUOTE:
        line = line[: _LONGEST_QUOTE - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return caption(line)
