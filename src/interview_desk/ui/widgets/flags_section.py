"""What the team has turned on: each part with what turning it off means."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from interview_desk.domain.flags import WORDS, Flag
from interview_desk.services.flags import FlagService, Switch
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import Weight, column, label

_FOR_ALL = "These hold for the whole team, on every computer."
_INDENT = 24


class FlagsSection(QWidget):
    """One check box for each part; only those who run the team can press it."""

    def __init__(self, flags: FlagService, *, tasks: TaskScope) -> None:
        super().__init__()
        self.setObjectName("flags")
        self._flags = flags
        self._tasks = tasks
        self._boxes = {flag: self._box(flag) for flag in Flag}
        lines = [label(_FOR_ALL, size=Size.DETAIL, tone="muted", wrap=True)]
        self.setLayout(column(*lines, *(self._line(flag) for flag in Flag), gap=10))

    def refresh(self) -> None:
        """Read how they stand."""
        self._tasks.start(self._flags.switches(), then=self._show, instead_of="flags")

    def _show(self, switches: Sequence[Switch]) -> None:
        for one in switches:
            self._boxes[one.flag].setChecked(one.on)

    def _box(self, flag: Flag) -> QCheckBox:
        made = QCheckBox(WORDS[flag].title)
        made.setObjectName(f"flag-{flag}")
        made.setAccessibleName(WORDS[flag].title)
        made.setAccessibleDescription(f"Without it: {WORDS[flag].off}")
        made.setFont(label(weight=Weight.Medium).font())
        made.setEnabled(self._flags.may_switch)
        made.clicked.connect(partial(self._pressed, flag))
        return made

    def _line(self, flag: Flag) -> QVBoxLayout:
        off = label(f"Without it: {WORDS[flag].off}", size=Size.DETAIL, tone="muted", wrap=True)
        off.setContentsMargins(_INDENT, 0, 0, 0)
        return column(self._boxes[flag], off, gap=2)

    def _pressed(self, flag: Flag) -> None:
        work = self._flags.turn(flag, on=self._boxes[flag].isChecked())
        self._tasks.start(work, then=self._turned)

    def _turned(self, _: None) -> None:
        self.refresh()
