"""What is typed about an interview, the same for a new one and for one that is edited."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import available_timezones

from PySide6.QtCore import QDate, QDateTime, Qt, QTime, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDateTimeEdit,
    QLineEdit,
    QListView,
    QSpinBox,
    QWidget,
)

from interview_desk.services.interviews import InterviewService, NewInterview
from interview_desk.ui.bridge.dates import desk_locale
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.event_look import service_name
from interview_desk.ui.widgets.forms import Form
from interview_desk.ui.widgets.parts import label, row, set_tone
from interview_desk.ui.widgets.spin_box import fitted

_QUARTER = timedelta(minutes=15)


class InterviewFields(Form):
    """The fields below each other; a pasted link is recognised while it is typed.

    Signals: `guest_typed()` with each change of the guest's name or address by a person.
    """

    guest_typed = Signal()

    def __init__(
        self, interviews: InterviewService, *, start: datetime, zone: tzinfo, prefix: str
    ) -> None:
        super().__init__()
        self._interviews = interviews
        self._zone = zone
        self.title = line_edit(f"{prefix}-title", "Title")
        self._startup = line_edit(f"{prefix}-startup", "Startup")
        self._guest = line_edit(f"{prefix}-guest", "Guest")
        self._email = line_edit(f"{prefix}-email", "Guest's e-mail")
        self._guest_zone = zone_box(f"{prefix}-guest-zone")
        self._start = _moment_box(f"{prefix}-start", start.astimezone(zone))
        self._minutes = _minutes_box(f"{prefix}-minutes")
        self._begins = row(self._start, label("for"), self._minutes, None)
        self._where = line_edit(f"{prefix}-where", "Link or place")
        self._where.setPlaceholderText("Paste a meeting link or an invitation, or type a place")
        self._found = label(size=Size.DETAIL, tone="muted", wrap=True)
        self._found.setObjectName("found-link")
        self._where.textChanged.connect(self._say_place)
        for line in (self._guest, self._email):
            line.textEdited.connect(self.guest_typed)
        self._build()
        self._say_place("")

    def show_typed(self, held: NewInterview) -> None:
        """Show what an interview has; one without a time keeps the time that is proposed."""
        self.title.setText(held.title)
        self._startup.setText(held.startup)
        self._guest.setText(held.guest)
        self._email.setText(held.guest_email)
        self._guest_zone.setCurrentText(held.guest_zone or "")
        self._where.setText(held.where)
        for line in (self.title, self._startup, self._guest, self._email, self._where):
            line.setCursorPosition(0)
        self._minutes.setValue(held.minutes)
        if held.start is not None:
            self._start.setDateTime(_wall(held.start.astimezone(self._zone)))

    def without_guest(self) -> None:
        """Leave the guest out."""
        for field in (self._guest, self._email, self._guest_zone):
            self.setRowVisible(field, False)  # noqa: FBT003  - Qt's own

    def without_booking(self) -> None:
        """Leave out when and where, which somebody else decides."""
        for field in (self._begins, self._where, self._found):
            self.setRowVisible(field, False)  # noqa: FBT003  - Qt's own

    def below_guest(self, field: QWidget) -> None:
        """Lay one more field below the guest's address."""
        self.insertRow(self._below_guest, "", field)
        QWidget.setTabOrder(self._email, field)

    def typed(self) -> NewInterview:
        """What stands there now."""
        return NewInterview(
            title=self.title.text(),
            startup=self._startup.text(),
            guest=self._guest.text(),
            guest_email=self._email.text(),
            guest_zone=self._guest_zone.currentText().strip() or None,
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
        self.add("Title", self.title)
        self.add("Startup", self._startup)
        self.add("Guest", self._guest)
        self.add("Guest's e-mail", self._email)
        self._below_guest = self.rowCount()
        self.add("Guest's time zone", self._guest_zone)
        self.add("Starts", self._begins)
        self.add("Link or place", self._where)
        self.addRow("", self._found)


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
    found = QListView()
    found.setProperty("kind", "completions")
    completer.setPopup(found)
    made.setCompleter(completer)
    return made


def _wall(start: datetime) -> QDateTime:
    return QDateTime(QDate(start.year, start.month, start.day), QTime(start.hour, start.minute))


def _moment_box(name: str, start: datetime) -> QDateTimeEdit:
    made = QDateTimeEdit(_wall(start))
    made.setObjectName(name)
    made.setAccessibleName("Start")
    made.setCalendarPopup(True)
    made.setLocale(desk_locale())
    made.setDisplayFormat("ddd d MMM yyyy  HH:mm" if _is_24h() else "ddd d MMM yyyy  h:mm AP")
    made.setMinimumHeight(32)
    return made


def _is_24h() -> bool:
    return "AP" not in desk_locale().timeFormat(desk_locale().FormatType.ShortFormat).upper()


def _minutes_box(name: str) -> QSpinBox:
    made = fitted(QSpinBox())
    made.setObjectName(name)
    made.setAccessibleName("Minutes")
    made.setRange(5, 480)
    made.setSingleStep(15)
    made.setValue(60)
    made.setSuffix(" min")
    made.setMinimumHeight(32)
    return made
