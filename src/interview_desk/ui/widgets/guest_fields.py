"""Whom a booking at Cal.com is for."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from interview_desk.ui.widgets.forms import Form
from interview_desk.ui.widgets.interview_fields import line_edit, zone_box
from interview_desk.ui.widgets.typed_booking import TypedBooking

_AS_WIDE_AS_THERE_IS_ROOM = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
_LANGUAGES = {
    "": "As Cal.com chooses",
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ja": "Japanese",
}


class GuestFields(QWidget):
    """The guest, how they are reached, and how they are spoken to.

    Signals: `edited()` with each change; `zone_typed()` where it is one of their time zone;
    `submitted()` when Enter is pressed in a line.
    """

    edited = Signal()
    zone_typed = Signal()
    submitted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._lines = {
            "name": line_edit("book-name", "Guest"),
            "email": line_edit("book-email", "Guest's e-mail"),
            "phone": line_edit("book-phone", "Guest's phone"),
            "title": line_edit("book-title", "Title"),
        }
        self._zone = zone_box("book-zone")
        _may_be_narrow(self._zone)
        self._language = choice_box("book-language", "Language of the invitation")
        for code, words in _LANGUAGES.items():
            self._language.addItem(words, code)
        form = Form(gap=12)
        form.add("Guest", self._lines["name"])
        form.add("E-mail", self._lines["email"])
        form.add("Phone", self._lines["phone"])
        form.add("Time zone", self._zone)
        form.add("Language", self._language)
        form.add("Title", self._lines["title"])
        form.setContentsMargins(0, 0, 0, 0)
        self.setLayout(form)
        for line in self._lines.values():
            line.textChanged.connect(self.edited)
            line.returnPressed.connect(self.submitted)
        self._zone.currentTextChanged.connect(self.edited)
        self._zone.currentTextChanged.connect(self.zone_typed)
        self._language.currentIndexChanged.connect(self.edited)

    @property
    def zone(self) -> str:
        """The name of their zone, as far as it is typed."""
        return self._zone.currentText()

    @property
    def language(self) -> str:
        """The language Cal.com writes to them in; empty as it chooses."""
        return str(self._language.currentData())

    def lines(self) -> dict[str, str]:
        """What is typed: name, email, phone and title."""
        return {key: line.text() for key, line in self._lines.items()}

    def begin(self) -> None:
        """Lay the keyboard into the first field."""
        self._lines["name"].setFocus()

    def take_up(self, typed: TypedBooking) -> None:
        """Go on with what was typed before."""
        choose(self._language, typed.language)
        if typed.zone is not None:
            self._zone.setCurrentText(typed.zone)
        for key, line in self._lines.items():
            line.setText(typed.lines.get(key, ""))

    def suggest_title(self, words: str) -> None:
        """What the title will be where none is typed."""
        self._lines["title"].setPlaceholderText(words)


def choice_box(name: str, spoken: str) -> QComboBox:
    """A closed list of choices, no wider than there is room."""
    made = QComboBox()
    made.setObjectName(name)
    made.setAccessibleName(spoken)
    made.setMinimumHeight(32)
    _may_be_narrow(made)
    return made


def choose(box: QComboBox, data: object) -> None:
    """What is not to be had any more leaves the box as it is."""
    for index in range(box.count()):
        if box.itemData(index) == data:
            box.setCurrentIndex(index)


def _may_be_narrow(box: QComboBox) -> None:
    # The longest of all zones would be wider than the form.
    box.setSizeAdjustPolicy(_AS_WIDE_AS_THERE_IS_ROOM)
    box.setMinimumContentsLength(4)
