"""Today: the next interview large, then the day, then what waits."""

from datetime import datetime, tzinfo

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from interview_desk.domain.agenda import Waiting
from interview_desk.services.agenda import AgendaService, Today
from interview_desk.ui.bridge.dates import long_day
from interview_desk.ui.overriding import override
from interview_desk.ui.pages.page import Page
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.agenda_list import AgendaList
from interview_desk.ui.widgets.next_card import NextCard
from interview_desk.ui.widgets.parts import Weight, column, heading, label, row, scrolled_down
from interview_desk.ui.widgets.waiting_list import WaitingList

_READABLE_WIDTH = 1120
_BESIDE = 256
# Below this what waits stands under the day: beside an open booking there is no room for two.
_TWO_COLUMNS = 848


class TodayPage(Page):
    """The first thing a person sees.

    Signals: `waiting_read()` when what waits is shown, too; it comes a little after `loaded()`.
    """

    waiting_read = Signal()

    def __init__(self, agenda: AgendaService, *, zone: tzinfo) -> None:
        super().__init__("today", title="Today")
        self._agenda = agenda
        self._zone = zone
        self._shown: Today | None = None
        self.waiting_items: tuple[Waiting, ...] = ()
        self.next_card = NextCard(zone, alone=agenda.is_alone)
        self.list = AgendaList(zone, name="today-list", spoken="Today's interviews")
        self.waiting = WaitingList()
        self._day = label(size=Size.TITLE, weight=Weight.DemiBold)
        self._day_heading = heading("Today's interviews")
        self._empty = label("No interviews today.", tone="muted")
        self._beside = QWidget()
        self._columns = row(gap=24)
        self._has_two = True
        self._build()
        self.next_card.join_requested.connect(self.join_requested)
        self.next_card.capture_requested.connect(self.capture_requested)
        self.next_card.interview_requested.connect(self.interview_requested)
        self.next_card.new_requested.connect(self._new)
        self.list.opened.connect(self.interview_requested)

    @property
    def shown(self) -> Today | None:
        """What was read last."""
        return self._shown

    def read_at_once(self) -> None:
        """Read the day before there is a loop; `refresh` follows, for what waits, too."""
        self.tasks.at_once(self._agenda.today(self._zone), then=self._show_day)

    @override
    def refresh(self) -> None:
        self.tasks.start(self._agenda.today(self._zone), then=self._show, instead_of="today")

    @override
    def tick(self, now: datetime) -> None:
        self.next_card.tick(now)
        self.list.tick(now)

    def _show(self, today: Today) -> None:
        self._show_day(today)
        # Looks weeks back and ahead: the day is not kept waiting for it.
        self.tasks.start(self._agenda.waiting(), then=self._show_waiting, instead_of="waiting")

    def _show_day(self, today: Today) -> None:
        self._shown = today
        self._day.setText(long_day(today.now.astimezone(self._zone).date()))
        self.next_card.show_next(today.next, today.now)
        self.list.show_appointments(today.day, today.now, days=False)
        self.list.setVisible(bool(today.day))
        self.list.setFixedHeight(self.list.content_height())
        self._empty.setVisible(not today.day)
        self.loaded.emit()

    def _show_waiting(self, waiting: tuple[Waiting, ...]) -> None:
        self.waiting_items = waiting
        self.waiting.show_waiting(waiting)
        self.waiting_read.emit()

    def _new(self) -> None:
        self.new_requested.emit(None)

    def _build(self) -> None:
        main = column(
            self._day, self.next_card, self._day_heading, self._empty, self.list, None, gap=8
        )
        main.insertSpacing(1, 4)
        main.insertSpacing(3, 12)
        self._beside.setFixedWidth(_BESIDE)
        self._beside.setLayout(column(heading("Waiting on you"), self.waiting, None))
        inner = QWidget()
        inner.setMaximumWidth(_READABLE_WIDTH)
        self._columns.addLayout(main, 1)
        self._columns.addWidget(self._beside)
        self._columns.setContentsMargins(32, 24, 24, 24)
        inner.setLayout(self._columns)
        self.setLayout(
            column(scrolled_down(row(inner, gap=0), ground="surface", sideways=True), gap=0)
        )

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        has_two = self.width() >= _TWO_COLUMNS
        if has_two == self._has_two:
            return
        self._has_two = has_two
        side = QBoxLayout.Direction.LeftToRight if has_two else QBoxLayout.Direction.TopToBottom
        self._columns.setDirection(side)
        self._columns.setStretch(0, int(has_two))
        self._columns.setStretch(1, int(not has_two))
        self._beside.setMaximumWidth(_BESIDE if has_two else _READABLE_WIDTH)
