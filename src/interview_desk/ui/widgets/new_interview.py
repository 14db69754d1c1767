"""New: an interview made by hand; a pasted link is recognised while it is typed."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import available_timezones

from PySide6.QtCore import QDate, QDateTime, Qt, QTime, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDateTimeEdit,
    QDialog,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from interview_desk.services.interviews import InterviewService, NewInterview
from interview_desk.ui.bridge.dates import desk_locale
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.event_look import service_name
from interview_desk.ui.widgets.forms import Form
from interview_desk.ui.widgets.parts import Weight, button, label, row, set_tone
from interview_desk.ui.widgets.people import zone_of
from interview_desk.ui.widgets.spin_box import fitted

_WIDTH = 480
_QUARTER = timedelta(minutes=15)


class NewInterviewDialog(QDialog):
    """Asks for what is known; only the title is needed.

    Signals: `created(str)` with the new interview's id, after it is kept; `book_requested()` to
    book at Cal.com instead.
    """

    created = Signal(str)
    book_requested = Signal()

    def __init__(
        self, interviews: InterviewService, *, start: datetime, zone: tzinfo, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("new-interview")
        self.setWindowTitle("New interview")
        self.setModal(True)
        self.setMinimumWidth(_WIDTH)
        self.tasks = TaskScope(self)
        self._interviews = interviews
        self._zone = zone
        self._title = line_edit("new-title", "Title")
        self._startup = line_edit("new-startup", "Startup")
        self._guest = line_edit("new-guest", "Guest")
        self._email = line_edit("new-email", "Guest's e-mail")
        self._guest_zone = zone_box("new-guest-zone")
        self._start = _moment_box(start.astimezone(zone))
        self._minutes = _minutes_box()
        self._where = line_edit("new-where", "Link or place")
        self._where.setPlaceholderText("Paste a meeting link or an invitation, or type a place")
        self._found = label(size=Size.DETAIL, tone="muted", wrap=True)
        self._found.setObjectName("found-link")
        self._trouble = label(tone="bad", wrap=True)
        self._trouble.setObjectName("new-trouble")
        self._trouble.hide()
        self._create = button("Create", name="create", kind="primary")
        self._create.setDefault(True)
        self._book = button("Book at Cal.com", name="new-book")
        self._book.hide()
        self._build()
        self._say_place("")

    def offer_booking(self) -> None:
        """Something can be booked at Cal.com."""
        self._book.show()

    def _book_pressed(self) -> None:
        self.book_requested.emit()
        self.reject()

    def _create_pressed(self) -> None:
        self._trouble.hide()
        self.tasks.start(
            self._interviews.create(self._typed()), then=self._kept, told=self._refused
        )

    def _typed(self) -> NewInterview:
        zone = self._guest_zone.currentText()
        return NewInterview(
            title=self._title.text(),
            startup=self._startup.text(),
            guest=self._guest.text(),
            guest_email=self._email.text(),
            guest_zone=zone if zone_of(zone) else None,
            start=self._moment(),
            minutes=self._minutes.value(),
            zone=getattr(self._zone, "key", None),
            where=self._where.text(),
        )

    def _moment(self) -> datetime:
        day, time = self._start.date(), self._start.time()
        wall = datetime(
            day.year(), day.month(), day.day(), time.hour(), time.minute(), tzinfo=self._zone
        )
        return wall.astimezone(UTC)

    def _kept(self, interview_id: str) -> None:
        self.created.emit(interview_id)
        self.accept()

    def _refused(self, sentence: str) -> None:
        self._trouble.setText(sentence)
        self._trouble.show()
        self._title.setFocus()

    def _say_place(self, text: str) -> None:
        found = self._interviews.recognise(text) if text.strip() else None
        if found is not None:
            self._found.setText(f"{service_name(found.service)} \N{MIDDLE DOT} {found.url}")
        elif text.strip():
            self._found.setText("No meeting link found; kept as the place.")
        else:
            self._found.setText("Zoom, Google Meet, Teams and others are recognised.")
        set_tone(self._found, name="tone", tone="good" if found else "muted")

    def _build(self) -> None:
        form = Form()
        form.add("Title", self._title)
        form.add("Startup", self._startup)
        form.add("Guest", self._guest)
        form.add("Guest's e-mail", self._email)
        form.add("Guest's time zone", self._guest_zone)
        form.add("Starts", row(self._start, label("for"), self._minutes, None))
        form.add("Link or place", self._where)
        form.addRow("", self._found)
        cancel = button("Cancel", name="cancel-new")
        cancel.clicked.connect(self.reject)
        self._create.clicked.connect(self._create_pressed)
        self._book.clicked.connect(self._book_pressed)
        self._where.textChanged.connect(self._say_place)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(16)
        layout.addWidget(label("New interview", size=Size.TITLE, weight=Weight.DemiBold))
        layout.addLayout(form)
        layout.addWidget(self._trouble)
        layout.addLayout(row(self._book, None, cancel, self._create))
        self._title.setFocus()


def next_quarter(now: datetime) -> datetime:
    """The next full quarter of an hour, at least five minutes away."""
    soon = now + timedelta(minutes=5)
    whole = soon.replace(minute=0, second=0, microsecond=0)
    return whole + -((whole - soon) // _QUARTER) * _QUARTER


def line_edit(name: str, spoken: str) -> QLineEdit:
    """A line to type in, with its names."""
    made = QLineEdit()
    made.setObjectName(name)
    made.setAccessibleName(spoken)
    return made


def zone_box(name: str) -> QComboBox:
    """The guest's zone, found by typing a part of its name."""
    made = QComboBox()
    made.setObjectName(name)
    made.setAccessibleName("Guest's time zone")
    made.setMinimumHeight(32)
    made.setEditable(True)
    made.addItem("")
    made.addItems(sorted(zone for zone in available_timezones() if "/" in zone))
    completer = QCompleter(made.model(), made)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    made.setCompleter(completer)
    return made


def _moment_box(start: datetime) -> QDateTimeEdit:
    moment = QDateTime(QDate(start.year, start.month, start.day), QTime(start.hour, start.minute))
    made = QDateTimeEdit(moment)
    made.setObjectName("new-start")
    made.setAccessibleName("Start")
    made.setCalendarPopup(True)
    made.setLocale(desk_locale())
    made.setDisplayFormat("ddd d MMM yyyy  HH:mm" if _is_24h() else "ddd d MMM yyyy  h:mm AP")
    made.setMinimumHeight(32)
    return made


def _is_24h() -> bool:
    return "AP" not in desk_locale().timeFormat(desk_locale().FormatType.ShortFormat).upper()


def _minutes_box() -> QSpinBox:
    made = fitted(QSpinBox())
    made.setObjectName("new-minutes")
    made.setAccessibleName("Minutes")
    made.setRange(5, 480)
    made.setSingleStep(15)
    made.setValue(60)
    made.setSuffix(" min")
    made.setMinimumHeight(32)
    return made
