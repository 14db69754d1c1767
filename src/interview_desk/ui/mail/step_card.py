"""One mail of a sequence while it is written: its delay, its texts, and how it will read."""

from collections.abc import Mapping
from functools import partial
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
)

from interview_desk.domain.evaluation.facts import Catalogue
from interview_desk.domain.sequences.plan import After, Template, Unit, Variant
from interview_desk.domain.sequences.variables import VARIABLES
from interview_desk.domain.values import Json
from interview_desk.services.sample_mail import sampled
from interview_desk.ui.mail.sequence_words import AFTERS, LANGUAGES, UNITS, VARIANTS
from interview_desk.ui.mail.step_condition import StepCondition
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import (
    IconButton,
    Weight,
    button,
    column,
    hide_unless,
    label,
    row,
    set_tone,
)
from interview_desk.ui.widgets.quiet import quiet
from interview_desk.ui.widgets.spin_box import fitted

_Key = TypeVar("_Key", bound=str)
_TEXT_HEIGHT = 132
_MOST = 1000


class StepCard(QFrame):
    """One step; everything that is not shown here is kept as it was.

    Signals: `removed()`, `raised()` when it is to change places with the one before.
    """

    removed = Signal()
    raised = Signal()

    def __init__(self, number: int, step: Mapping[str, Json], facts: Catalogue) -> None:
        super().__init__()
        self._step = dict(step)
        self._texts = _texts_of(step)
        self._place = ("", "")
        self.setObjectName(f"step-{number}")
        self.setProperty("kind", "card")
        self._title = QLineEdit(str(step.get("title") or ""))
        self._amount = fitted(QSpinBox())
        self._unit = quiet(QComboBox())
        self._after = quiet(QComboBox())
        self._approval = QCheckBox("Somebody approves it before it leaves")
        self._when = StepCondition(step.get("when"), facts, name=f"step-{number}-when")
        self._variant = quiet(QComboBox())
        self._language = quiet(QComboBox())
        self._subject = QLineEdit()
        self._text = QPlainTextEdit()
        self._sample = label(size=Size.DETAIL, tone="muted", wrap=True)
        self._name(number)
        self._build(number)
        self._show_text()
        self._variant.currentIndexChanged.connect(self._show_text)
        self._language.currentIndexChanged.connect(self._show_text)
        self._subject.textChanged.connect(self._show_sample)
        self._text.textChanged.connect(self._show_sample)
        self._show_sample()

    def step(self) -> dict[str, Json]:
        """The step as it stands, as its record holds it."""
        self._keep_text()
        return {
            **self._step,
            "title": self._title.text().strip(),
            "delay": {
                "amount": self._amount.value(),
                "unit": self._unit.currentData(),
                "after": self._after.currentData(),
            },
            "approval": self._approval.isChecked(),
            "when": self._when.when(),
            "texts": {
                variant: {language: dict(text) for language, text in languages.items()}
                for variant, languages in self._texts.items()
                if languages
            },
        }

    def _show_text(self) -> None:
        self._keep_text()
        variant, language = self._variant.currentData(), self._language.currentData()
        self._place = (variant, language)
        text = self._texts.get(variant, {}).get(language, {})
        self._subject.setText(str(text.get("subject") or ""))
        self._text.setPlainText(str(text.get("text") or ""))

    def _keep_text(self) -> None:
        variant, language = self._place
        if not variant:
            return
        subject, text = self._subject.text().strip(), self._text.toPlainText().strip()
        kept = self._texts.setdefault(variant, {})
        if subject or text:
            before = kept.get(language, {})
            # Own HTML is for the text it was written for.
            own = (
                {"html": before["html"]} if before.get("text") == text and "html" in before else {}
            )
            kept[language] = {"subject": subject, "text": text, **own}
        else:
            kept.pop(language, None)

    def _show_sample(self) -> None:
        mail = sampled(
            Template(self._subject.text(), self._text.toPlainText()),
            str(self._language.currentData()),
        )
        words = "\n".join(filter(None, [mail.subject, mail.text]))
        reads = f"It reads: {words}" if words else "No text for this case yet."
        self._sample.setText(f"It cannot be filled in: {mail.trouble}" if mail.trouble else reads)
        set_tone(self._sample, name="tone", tone="bad" if mail.trouble else "muted")

    def _insert(self, name: str) -> None:
        self._text.insertPlainText(f"{{{{ {name} }}}}")
        self._text.setFocus()

    def _name(self, number: int) -> None:
        for name, one, spoken in (
            ("title", self._title, "Name of the mail"),
            ("amount", self._amount, "How much later"),
            ("unit", self._unit, "Hours or working days"),
            ("after", self._after, "After what"),
            ("approval", self._approval, "Somebody approves it before it leaves"),
            ("variant", self._variant, "For which case"),
            ("language", self._language, "Language"),
            ("subject", self._subject, "Subject"),
            ("text", self._text, "Text"),
        ):
            one.setObjectName(f"step-{number}-{name}")
            one.setAccessibleName(f"Mail {number}: {spoken}")

    def _build(self, number: int) -> None:
        delay = self._step.get("delay")
        said = delay if isinstance(delay, Mapping) else {}
        self._amount.setRange(0, _MOST)
        amount = said.get("amount")
        self._amount.setValue(amount if isinstance(amount, int) else 0)
        _fill(self._unit, UNITS, said.get("unit") or Unit.WORKING_DAYS)
        _fill(self._after, AFTERS, said.get("after") or After.INTERVIEW)
        _fill(self._variant, VARIANTS, next(iter(self._texts), Variant.USUAL))
        _fill(self._language, LANGUAGES, "en")
        self._approval.setChecked(self._step.get("approval") is not False)
        self._title.setPlaceholderText("Name of the mail")
        self._subject.setPlaceholderText("Subject")
        self._text.setPlaceholderText("Text. Places for names are under Insert.")
        self._text.setProperty("kind", "quoted")
        self._text.setTabChangesFocus(True)
        self._text.setFixedHeight(_TEXT_HEIGHT)
        texts = row(self._variant, self._language, None, self._inserting(number))
        content = column(
            self._head(number),
            row(self._amount, self._unit, self._after, None),
            self._approval,
            self._when,
            texts,
            self._subject,
            self._text,
            self._sample,
        )
        content.setContentsMargins(16, 12, 16, 14)
        self.setLayout(content)

    def _head(self, number: int) -> QHBoxLayout:
        up = button("Earlier", name=f"step-{number}-raise", kind="link")
        up.setAccessibleName(f"Mail {number} goes before the one above")
        hide_unless(up, wanted=number > 1)
        gone = IconButton("close", f"Take mail {number} out", name=f"step-{number}-remove")
        up.clicked.connect(self.raised)
        gone.clicked.connect(self.removed)
        return row(label(str(number), weight=Weight.DemiBold, tone="muted"), self._title, up, gone)

    def _inserting(self, number: int) -> QPushButton:
        opener = button("Insert", name=f"step-{number}-insert")
        opener.setProperty("menu", "yes")
        menu = QMenu(opener)
        for variable in VARIABLES.values():
            action = QAction(variable.title, menu)
            action.triggered.connect(partial(self._insert, variable.name))
            menu.addAction(action)
        opener.setMenu(menu)
        return opener


def _fill(box: QComboBox, choices: Mapping[_Key, str], chosen: Json) -> None:
    for key, words in choices.items():
        box.addItem(words, str(key))
    box.setCurrentIndex(max(box.findData(str(chosen)), 0))


def _texts_of(step: Mapping[str, Json]) -> dict[str, dict[str, Mapping[str, Json]]]:
    texts = step.get("texts")
    if not isinstance(texts, Mapping):
        return {}
    return {
        variant: {
            language: text for language, text in languages.items() if isinstance(text, Mapping)
        }
        for variant, languages in texts.items()
        if isinstance(languages, Mapping)
    }
