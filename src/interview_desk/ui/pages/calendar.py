"""The calendar: day, work week, week and agenda, with the month in the rail."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from interview_desk.domain.agenda import Appointment
from interview_desk.domain.booking_requests import BookingRequest
from interview_desk.domain.instants import zone_called
from interview_desk.services.agenda import AgendaService
from interview_desk.services.availability import AvailabilityService
from interview_desk.services.away import Away
from interview_desk.services.booking import BookingService
from interview_desk.services.ports import Clock
from interview_desk.ui.bridge.dates import first_weekday
from interview_desk.ui.models.agenda_model import ChosenTime
from interview_desk.ui.pages.calendar_views import (
    VIEWS,
    View,
    days_of,
    period_words,
    stepped,
    view_of,
)
from interview_desk.ui.pages.free_overlay import FreeOverlay
from interview_desk.ui.pages.page import Page
from interview_desk.ui.preferences import Preferences
from interview_desk.ui.quoting import as_tip
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.agenda_list import AgendaList
from interview_desk.ui.widgets.elided_label import ElidedLabel
from interview_desk.ui.widgets.grid_mover import EventMover
from interview_desk.ui.widgets.mini_month import MiniMonth, month_start
from interview_desk.ui.widgets.parts import (
    EnterButton,
    IconButton,
    Weight,
    button,
    column,
    heading,
    label,
    pill,
    row,
    scrolled_down,
)
from interview_desk.ui.widgets.slot_reader import Looking
from interview_desk.ui.widgets.week_grid import WeekGrid

_WEEK = timedelta(days=7)
# As wide as months, number of the week and all buttons of the bar.
_BOTH = 760
_MONTH_CELLS = 42


class CalendarPage(Page):
    """Interviews in time."""

    _looked_for: Looking | None = None

    def __init__(
        self,
        agenda: AgendaService,
        *,
        booking: BookingService,
        times: AvailabilityService,
        clock: Clock,
        zone: tzinfo,
        preferences: Preferences,
    ) -> None:
        super().__init__("calendar", title="Calendar")
        self._agenda = agenda
        self._booking = booking
        self._clock = clock
        self._zone = zone
        self._preferences = preferences
        self._found: list[Appointment] = []
        self._view = view_of(preferences.calendar_view)
        self._day = self._today()
        # Where the person was before the booking form led to another week.
        self._day_before: date | None = None
        self._is_roomy = True
        self.grid = WeekGrid(zone)
        self.list = AgendaList(zone, name="agenda", spoken="Agenda")
        self.list.setViewportMargins(12, 0, 4, 0)
        self._empty = label("No interviews in these four weeks.", tone="muted")
        self._free_note = ElidedLabel(size=Size.DETAIL, tone="muted")
        self._free_note.setObjectName("free-note")
        self._free = FreeOverlay(
            self.grid.canvas,
            self._free_note,
            times,
            show=self._show_free,
            tasks=self.tasks,
            clock=clock,
        )
        self.month = MiniMonth(self._day)
        self._title = ElidedLabel(size=Size.TITLE, weight=Weight.DemiBold)
        self._week = pill()
        self._mine = QCheckBox("Mine")
        self._others = QCheckBox("The team's")
        self._side = self._sidebar()
        self._stack = QStackedWidget()
        self._buttons = QButtonGroup(self)
        self._build()
        self._connect()
        self.set_second_zone(preferences.second_zone)
        self.show_view(self._view)

    @property
    def view(self) -> View:
        """The view shown."""
        return self._view

    @property
    def day(self) -> date:
        """The day the view is about."""
        return self._day

    @property
    @override
    def sidebar(self) -> QWidget:
        return self._side

    def days(self) -> list[date]:
        """The days shown."""
        return days_of(self._view, self._day, first=first_weekday())

    @override
    def set_second_zone(self, name: str | None) -> None:
        self.grid.set_second_zone(zone_called(name))

    def show_view(self, view: View) -> None:
        """Show time this way."""
        self._view = view
        self._preferences.calendar_view = view
        for made in self._buttons.buttons():
            made.setChecked(made.objectName() == f"view-{view}")
        self._stack.setCurrentIndex(1 if view is View.AGENDA else 0)
        self.refresh()

    def show_day(self, day: date) -> None:
        """Show the period around this day."""
        self._day = day
        self.refresh()

    @override
    def refresh(self) -> None:
        days = self.days()
        self._say_period(days)
        self.month.days.show_chosen(self._day, days)
        start, end = self._instant(days[0]), self._instant(days[-1] + timedelta(days=1))
        self._free.look_at(start, end)
        self.tasks.start(self._agenda.wished(start, end), then=self._show, instead_of="days")
        self.tasks.start(self._agenda.away(start, end), then=self._show_away, instead_of="away")
        self._read_month()

    @override
    def tick(self, now: datetime) -> None:
        self.grid.tick(now)
        self.list.tick(now)
        self.month.days.set_today(self._today())

    @override
    def look_for(self, looking: Looking | None) -> None:
        """Show beside the form when it can be booked, in the week the form is about."""
        self._show_chosen(looking.chosen if looking else None)
        looking = looking._replace(chosen=None) if looking else None
        if looking == self._looked_for:
            return
        self._looked_for = looking
        # The form says itself how old they are, and takes room.
        self._is_roomy = looking is None
        self._free_note.setVisible(self._is_roomy)
        self._say_period(self.days())
        if looking is None:
            self._free.end()
            if self._day_before is not None:
                self.show_day(self._day_before)
                self._day_before = None
        else:
            self._free.look_for(looking.event_type, looking.minutes)
            first = looking.week.astimezone(self._zone).date()
            if not any(first <= day < first + _WEEK for day in self.days()):
                self._day_before = self._day_before or self._day
                self.show_day(first)

    def _show(self, found: list[Appointment]) -> None:
        self._found = found
        self._apply()
        self._free.prefetch(found)
        self.loaded.emit()

    def _show_away(self, away: Sequence[Away]) -> None:
        self.grid.show_away(away)
        self.list.show_away(away)

    def _show_free(self, spans: Sequence[tuple[datetime, datetime]]) -> None:
        self.grid.canvas.show_free(spans)
        self.list.show_free(spans)
        if self._view is View.AGENDA:
            self._apply()

    def _show_chosen(self, chosen: ChosenTime | None) -> None:
        self.grid.show_chosen(chosen)
        self.list.show_chosen(chosen)
        if self._view is View.AGENDA:
            self._apply()

    def _apply(self) -> None:
        now = self._clock.now()
        mine, others = self._mine.isChecked(), self._others.isChecked()
        wanted = [
            one for one in self._found if (mine if one.my_part or one.is_unclaimed else others)
        ]
        if self._view is View.AGENDA:
            self.list.show_appointments(wanted, now)
            self._stack.setCurrentIndex(1 if wanted or self.list.free else 2)
        else:
            self.grid.show_days(self.days(), wanted, now)

    def _read_month(self) -> None:
        first = month_start(self.month.days.month)
        start, end = self._instant(first), self._instant(first + timedelta(days=_MONTH_CELLS))
        work = self._agenda.busy_days(start, end, self._zone)
        self.tasks.start(work, then=self.month.days.show_busy, instead_of="month")

    def _month_turned(self, _month: date) -> None:
        self._read_month()

    def _filtered(self, _on: bool) -> None:  # noqa: FBT001  - a Qt slot
        self._apply()

    def _go_today(self) -> None:
        self.show_day(self._today())
        self.grid.scroll_to_work(self._clock.now())

    def _go_back(self) -> None:
        self.show_day(stepped(self._view, self._day, -1))

    def _go_on(self) -> None:
        self.show_day(stepped(self._view, self._day, 1))

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    def _instant(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self._zone).astimezone(UTC)

    def _say_period(self, days: list[date]) -> None:
        self._title.setText(period_words(self._view, self._day, days, short=not self._is_roomy))
        self._week.setText(f"Week {days[0].isocalendar().week}")
        self._show_week_number()

    def _show_week_number(self) -> None:
        # Where there is no room for both, the months are missed more.
        has_room = self._is_roomy and self.width() >= _BOTH
        self._week.setVisible(has_room and self._view is not View.AGENDA)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_week_number()

    def _sidebar(self) -> QWidget:
        for box, name in ((self._mine, "filter-mine"), (self._others, "filter-team")):
            box.setObjectName(name)
            box.setAccessibleName(f"Show {box.text().lower()}")
            box.setChecked(True)
            box.toggled.connect(self._filtered)
        shown = column(heading("Show"), self._mine, self._others, gap=8)
        shown.setContentsMargins(8, 12, 8, 0)
        # A low window has no room for all of it.
        return scrolled_down(column(self.month, shown), ground="window")

    def _build(self) -> None:
        back = IconButton("chevron-left", "Back (Page Up)", name="period-back")
        on = IconButton("chevron-right", "On (Page Down)", name="period-on")
        today = button("Today", name="go-today")
        today.setToolTip("T")
        back.clicked.connect(self._go_back)
        on.clicked.connect(self._go_on)
        today.clicked.connect(self._go_today)
        what = (self._title, self._week, self._free_note)
        bar = row(*what, None, back, today, on, self._view_buttons())
        bar.setContentsMargins(20, 12, 16, 12)
        for widget in (self.grid, self.list, self._nothing()):
            self._stack.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(self._stack, 1)

    def _nothing(self) -> QWidget:
        made = QWidget()
        new = button("New interview", name="new-from-agenda")
        new.clicked.connect(self._new)
        inner = column(None, row(None, self._empty, None), row(None, new, None), None, gap=12)
        made.setLayout(inner)
        return made

    def _new(self) -> None:
        self.new_requested.emit(None)

    def _view_buttons(self) -> QHBoxLayout:
        made = QHBoxLayout()
        made.setSpacing(0)
        for number, (view, (words, key)) in enumerate(VIEWS.items()):
            one = EnterButton()
            one.setObjectName(f"view-{view}")
            one.setText(words)
            one.setAccessibleName(f"{words} view")
            one.setToolTip(as_tip(key))
            one.setCheckable(True)
            one.setProperty("kind", "segment")
            one.setProperty("place", {0: "first", len(VIEWS) - 1: "last"}.get(number, ""))
            one.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            one.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
            one.clicked.connect(partial(self.show_view, view))
            self._buttons.addButton(one)
            made.addWidget(one)
        return made

    def _connect(self) -> None:
        self.grid.opened.connect(self.interview_requested)
        self.grid.time_chosen.connect(self.new_requested)
        self._let_move(self.grid.canvas.mover)
        self.list.opened.connect(self.interview_requested)
        self.list.time_chosen.connect(self.new_requested)
        self.month.day_chosen.connect(self.show_day)
        self.month.month_shown.connect(self._month_turned)
        keys = {
            "T": self._go_today,
            "M": self._move_picked,
            "PgUp": self._go_back,
            "PgDown": self._go_on,
        }
        for key, action in keys.items():
            self._shortcut(key).activated.connect(action)
        for view, (_, key) in VIEWS.items():
            self._shortcut(key).activated.connect(partial(self.show_view, view))

    def _move_picked(self) -> None:
        self.grid.canvas.setFocus()
        self.grid.canvas.move_picked()

    def _let_move(self, mover: EventMover) -> None:
        mover.may_move = self._may_move
        mover.why_not = self._why_not
        mover.dropped.connect(self._move)
        mover.refused.connect(self.told)

    def _may_move(self, appointment: Appointment) -> bool:
        asked = appointment.asked
        under_way = asked is not None and asked.is_under_way and not asked.can_be_undone
        return not under_way and not self._booking.why_stays(appointment.interview)

    def _why_not(self, appointment: Appointment, start: datetime) -> str:
        passed = self._booking.why_not_then(appointment.interview, start)
        return passed or self._free.why_not(appointment, start)

    def _move(self, interview_id: str, start: datetime) -> None:
        self.tasks.start(self._booking.move(interview_id, start), then=self._moved)

    def _moved(self, request: BookingRequest | None) -> None:
        if request is not None:
            self.booking_asked.emit(request)

    def _shortcut(self, key: str) -> QShortcut:
        # Letters stay letters where text is typed: line edits take them before shortcuts do.
        return QShortcut(QKeySequence(key), self)
