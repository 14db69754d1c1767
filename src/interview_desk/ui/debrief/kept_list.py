"""Every result that was kept of an interview: what it was, when, and by which rules."""

from collections.abc import Sequence
from datetime import tzinfo

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from interview_desk.services.kept_results import KeptResult
from interview_desk.ui.bridge.dates import clock_time, short_day
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import Weight, button, column, emptied, heading, label, row

_FIRST = 4


class KeptList(QFrame):
    """The newest first; the older ones on a press."""

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self.setObjectName("kept-results")
        self.setProperty("kind", "card")
        self._zone = zone
        self._kept: Sequence[KeptResult] = ()
        self._is_whole = False
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self._more = button("", name="kept-more", kind="link")
        self._more.clicked.connect(self._show_whole)
        content = column(heading("Results so far"), self._list, row(self._more, None), gap=8)
        content.setContentsMargins(16, 14, 16, 16)
        self.setLayout(content)

    def show_results(self, kept: Sequence[KeptResult]) -> None:
        """Show these, newest first; nothing is shown of none."""
        if kept != self._kept:
            self._kept, self._is_whole = kept, False
        self.setVisible(bool(kept))
        self._show()

    def _show_whole(self) -> None:
        self._is_whole = True
        self._show()

    def _show(self) -> None:
        emptied(self._list)
        shown = self._kept if self._is_whole else self._kept[:_FIRST]
        for one in shown:
            self._list.addWidget(self._line(one))
        left = len(self._kept) - len(shown)
        self._more.setText(f"{left} earlier")
        self._more.setVisible(left > 0)

    def _line(self, one: KeptResult) -> QWidget:
        made = QWidget()
        score = "" if one.score is None else f" \N{MIDDLE DOT} {one.score:g} of 100"
        what = label(f"{one.label}{score}", weight=Weight.Medium, wrap=True)
        about = [f"{one.rules_name}, version {one.rules_version}"]
        if one.at is not None:
            day = short_day(one.at.astimezone(self._zone).date())
            about.insert(0, f"{day}, {clock_time(one.at, self._zone)}")
        if not one.is_final:
            about.append("Ratings were still awaited")
        lines = [label(said, size=Size.DETAIL, tone="muted", wrap=True) for said in about]
        made.setLayout(column(what, *lines, gap=0))
        return made
