"""The right panel: what is next, with Join, and what waits."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from interview_desk.domain.agenda import Waiting
from interview_desk.services.agenda import Today
from interview_desk.ui.widgets.parts import column, heading, row, rule, scrolled_down
from interview_desk.ui.widgets.up_next import UpNextCard
from interview_desk.ui.widgets.waiting_list import WaitingList

_WIDTH = 264


class SidePanel(QWidget):
    """Up next and Waiting on you; their signals are used directly."""

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self.setObjectName("side-panel")
        self.setAccessibleName("Up next and waiting")
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(_WIDTH)
        self.card = UpNextCard(zone)
        self.waiting = WaitingList()
        content = column(
            heading("Up next"), self.card, heading("Waiting on you"), self.waiting, None
        )
        content.insertSpacing(2, 12)
        content.setContentsMargins(16, 16, 16, 16)
        scroll = scrolled_down(content)
        # The line to what is beside it goes with the panel.
        self.setLayout(row(rule(upright=True), scroll, gap=0))

    def show_today(self, today: Today, waiting: Sequence[Waiting]) -> None:
        """Show what was read."""
        self.card.show_next(today.next, today.now)
        self.waiting.show_waiting(waiting)

    def tick(self, now: datetime) -> None:
        """Count down."""
        self.card.tick(now)
