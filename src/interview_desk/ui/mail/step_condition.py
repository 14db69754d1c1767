"""On what a mail of a sequence depends: to read in a sentence, and to write."""

from PySide6.QtWidgets import QCheckBox, QWidget

from interview_desk.domain.evaluation.checking import RulesInvalid
from interview_desk.domain.evaluation.conditions import Condition
from interview_desk.domain.evaluation.facts import Catalogue, catalogue_of
from interview_desk.domain.values import Json
from interview_desk.services.guide_shelf import default_guide
from interview_desk.ui.rule_words import condition_words
from interview_desk.ui.rules.condition_editor import ConditionEditor
from interview_desk.ui.widgets.parts import column
from interview_desk.wire.evaluation import condition_of
from interview_desk.wire.rule_spelling import condition_json

_INDENT = 24


def step_condition(condition: Condition) -> str:
    """The condition as a person reads it."""
    return condition_words(condition, catalogue_of(default_guide()))


class StepCondition(QWidget):
    """Whether a mail leaves in every case, or only where something holds."""

    def __init__(self, when: Json, facts: Catalogue, *, name: str) -> None:
        super().__init__()
        # What cannot be read here stays as it is.
        self._unread: Json = None
        self._only = QCheckBox("It leaves only where something holds, looked at when it is due")
        self._only.setObjectName(name)
        self._only.setChecked(when is not None)
        self._editor = ConditionEditor(self._read(when), facts, name=f"{name}-what")
        self._editor.setVisible(when is not None and self._unread is None)
        self._only.toggled.connect(self._editor.setVisible)
        inner = column(self._editor, gap=0)
        inner.setContentsMargins(_INDENT, 0, 0, 0)
        self.setLayout(column(self._only, inner, gap=6))

    def when(self) -> Json:
        """The condition as its record holds it; None where the mail leaves in every case."""
        if not self._only.isChecked():
            return None
        written = self._editor.condition()
        return self._unread if written is None else condition_json(written)

    def _read(self, when: Json) -> Condition | None:
        try:
            return None if when is None else condition_of(when)
        except RulesInvalid:
            self._unread = when
            return None
