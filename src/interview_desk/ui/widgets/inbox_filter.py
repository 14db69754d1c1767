"""Which events of the inbox are shown: by what became of them, and by when they came."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QComboBox, QDateEdit, QVBoxLayout, QWidget

from interview_desk.services.connection import Events
from interview_desk.ui.widgets.parts import column, label, row

STATES = {
    "Everything": None,
    "Waiting": "waiting",
    "Could not be read": "failed",
    "Not usable": "unusable",
    "Done": "done",
    "Came twice": "duplicate",
}
# How many days back, today among them.
_BACK = {"Any time": 0, "Today": 1, "The last 7 days": 7, "The last 30 days": 30}
_BETWEEN = "Between two days"
_DAY = timedelta(days=1)


class InboxFilter(QWidget):
    """Chooses among events.

    Signals: `changed()`.
    """

    changed = Signal()

    def __init__(self, zone: tzinfo, *, today: date) -> None:
        super().__init__()
        self._zone = zone
        self._today = today
        self._state = _box("inbox-state", "Which to show", list(STATES))
        self._when = _box("inbox-when", "When they came", [*_BACK, _BETWEEN])
        self._from = _day("inbox-from", "From this day on", today)
        self._until = _day("inbox-until", "Until this day", today)
        self._days = QWidget()
        self._build()

    @property
    def which(self) -> Events:
        """What is chosen; days begin and end in this person's zone."""
        events = Events(state=STATES[self._state.currentText()])
        words = self._when.currentText()
        if words == _BETWEEN:
            first, last = sorted([_date_of(self._from), _date_of(self._until)])
            return events._replace(since=self._midnight(first), until=self._midnight(last + _DAY))
        back = _BACK[words]
        if not back:
            return events
        return events._replace(since=self._midnight(self._today - (back - 1) * _DAY))

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self._zone).astimezone(UTC)

    def _chosen(self) -> None:
        self._days.setVisible(self._when.currentText() == _BETWEEN)
        self.changed.emit()

    def _build(self) -> None:
        days = row(label("From"), self._from, label("until"), self._until, None)
        self._days.setLayout(days)
        self._days.hide()
        layout: QVBoxLayout = column(row(self._state, self._when, None), self._days)
        self.setLayout(layout)
        self._state.currentIndexChanged.connect(self._chosen)
        self._when.currentIndexChanged.connect(self._chosen)
        self._from.dateChanged.connect(self._chosen)
        self._until.dateChanged.connect(self._chosen)


def _box(name: str, spoken: str, choices: list[str]) -> QComboBox:
    made = QComboBox()
    made.setObjectName(name)
    made.setAccessibleName(spoken)
    made.setMinimumHeight(32)
    made.addItems(choices)
    return made


def _day(name: str, spoken: str, today: date) -> QDateEdit:
    made = QDateEdit(QDate(today.year, today.month, today.day))
    made.setObjectName(name)
    made.setAccessibleName(spoken)
    made.setMinimumHeight(32)
    made.setCalendarPopup(True)
    return made


def _date_of(edit: QDateEdit) -> date:
    day = edit.date()
    return date(day.year(), day.month(), day.day())
