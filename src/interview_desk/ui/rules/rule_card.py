"""One rule: a sentence to read, and on a press everything in it to change."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QStackedWidget, QWidget

from interview_desk.domain.evaluation.conditions import AllOf
from interview_desk.domain.evaluation.facts import Catalogue
from interview_desk.domain.evaluation.rule_sets import (
    Action,
    AddScore,
    Effect,
    Enrol,
    Flag,
    KnockOut,
    Recommend,
    Rule,
    Tag,
)
from interview_desk.ui.rule_words import ACTION_WORDS, condition_words, effect_words
from interview_desk.ui.rules.choices import choice
from interview_desk.ui.rules.condition_editor import ConditionEditor
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import (
    IconButton,
    Weight,
    button,
    column,
    heading,
    label,
    row,
)
from interview_desk.ui.widgets.spin_box import NumberBox, fitted

_KINDS = {
    "score": "change the score by",
    "flag": "mark it with",
    "knockout": "decide against it",
    "tag": "tag the interview",
    "recommend": "recommend to",
    "enrol": "begin the follow-up",
}
_KIND_OF = {
    AddScore: "score",
    Flag: "flag",
    KnockOut: "knockout",
    Tag: "tag",
    Recommend: "recommend",
    Enrol: "enrol",
}
_BEST = 100


class EffectEditor(QWidget):
    """What follows where a rule holds. Signals: `changed()`."""

    changed = Signal()

    def __init__(self, effect: Effect, *, name: str) -> None:
        super().__init__()
        kind = _KIND_OF[type(effect)]
        self._kind = choice(_KINDS, chosen=kind, name=f"{name}-effect", spoken="What follows")
        self._points = fitted(NumberBox())
        self._points.setRange(-_BEST, _BEST)
        self._points.setDecimals(1)
        self._points.setValue(effect.points if isinstance(effect, AddScore) else 0)
        self._points.setObjectName(f"{name}-points")
        self._points.setAccessibleName("Points more or less")
        self._words = QLineEdit(_words_of(effect))
        self._words.setObjectName(f"{name}-words")
        self._words.setAccessibleName("With which word")
        chosen = effect.action if isinstance(effect, Recommend) else Action.FOLLOW_UP
        self._action = choice(
            {one.value: words for one, words in ACTION_WORDS.items()},
            chosen=chosen,
            name=f"{name}-action",
            spoken="What is recommended",
        )
        line = row(self._kind, self._points, self._words, self._action, None)
        self.setLayout(line)
        self._kind.activated.connect(self._show)
        self._action.activated.connect(self.changed)
        self._points.valueChanged.connect(self.changed)
        self._words.textChanged.connect(self.changed)
        self._show()

    def effect(self) -> Effect:
        """What follows, as it stands."""
        words, kind = self._words.text().strip(), self._kind.currentData()
        if kind == "score":
            return AddScore(self._points.value())
        if kind == "recommend":
            return Recommend(Action(self._action.currentData()))
        if kind == "knockout":
            return KnockOut()
        if kind == "tag":
            return Tag(words)
        return Enrol(words) if kind == "enrol" else Flag(words)

    def _show(self) -> None:
        kind = self._kind.currentData()
        self._points.setHidden(kind != "score")
        self._words.setHidden(kind not in {"flag", "tag", "enrol"})
        self._action.setHidden(kind != "recommend")
        self.changed.emit()


class RuleCard(QFrame):
    """Signals: `removed(object)` with itself; `changed()`."""

    removed = Signal(object)
    changed = Signal()

    def __init__(self, rule: Rule, facts: Catalogue, *, number: int, writing: bool) -> None:
        super().__init__()
        self._rule = rule
        self._facts = facts
        name = f"rule-{number}"
        self.setObjectName(name)
        self.setProperty("kind", "card")
        self._heading = label(weight=Weight.Medium, wrap=True)
        self._sentence = label(size=Size.DETAIL, tone="muted", wrap=True)
        self._sentence.setObjectName(f"{name}-sentence")
        self._title = QLineEdit(rule.title)
        self._title.setObjectName(f"{name}-title")
        self._title.setAccessibleName("Name of the rule")
        self._when = ConditionEditor(rule.when, facts, name=f"{name}-when")
        self._then = EffectEditor(rule.effect, name=name)
        self._message = QLineEdit(rule.message)
        self._message.setObjectName(f"{name}-message")
        self._message.setAccessibleName("What is said where it holds")
        self._message.setPlaceholderText("What is said where it holds")
        self._trouble = label(size=Size.DETAIL, tone="bad", wrap=True)
        self._trouble.setObjectName(f"{name}-trouble")
        self._stack = QStackedWidget()
        self._toggle = button("Edit", name=f"{name}-edit", kind="link")
        self._build(name)
        self._trouble.hide()
        self._open.setVisible(False)
        self._show_sentence()
        if writing:
            self._toggled()

    def rule(self) -> Rule:
        """The rule as it stands."""
        return Rule(
            self._rule.id,
            self._title.text().strip(),
            self._when.condition() or AllOf(()),
            self._then.effect(),
            self._message.text().strip(),
        )

    def say_trouble(self, sentences: list[str]) -> None:
        """Say at the place what is wrong with it."""
        self._trouble.setText("\n".join(sentences))
        self._trouble.setVisible(bool(sentences))

    def _show_sentence(self) -> None:
        rule = self.rule()
        when = condition_words(rule.when, self._facts)
        self._heading.setText(rule.title or "A rule without a name")
        then = effect_words(rule.effect)
        self._sentence.setText(f"If {when}: {then}." if when else f"Always: {then}.")

    def _edited(self) -> None:
        self._show_sentence()
        self.changed.emit()

    def _toggled(self) -> None:
        # Hidden, not invisible: the card itself may not be on the screen yet.
        opened = self._open.isHidden()
        self._open.setVisible(opened)
        self._toggle.setText("Less" if opened else "Edit")
        self._toggle.setAccessibleName(f"{self._toggle.text()}: {self._heading.text()}")

    def _removed(self) -> None:
        self.removed.emit(self)

    def _build(self, name: str) -> None:
        gone = IconButton("close", "Take this rule out", name=f"{name}-remove")
        gone.clicked.connect(self._removed)
        self._toggle.clicked.connect(self._toggled)
        self._title.textChanged.connect(self._edited)
        self._message.textChanged.connect(self._edited)
        self._when.changed.connect(self._edited)
        self._then.changed.connect(self._edited)
        head = row(self._heading, self._toggle, gone)
        head.setStretch(0, 1)
        self._open = QWidget()
        self._open.setLayout(
            column(
                self._title,
                heading("If"),
                self._when,
                heading("Then"),
                self._then,
                self._message,
                gap=8,
            )
        )
        content = column(head, self._sentence, self._trouble, self._open, gap=6)
        content.setContentsMargins(16, 10, 16, 12)
        self.setLayout(content)


def _words_of(effect: Effect) -> str:
    match effect:
        case Flag(words) | Tag(words) | Enrol(words):
            return words
        case _:
            return ""
