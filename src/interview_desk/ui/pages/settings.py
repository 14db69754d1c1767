"""Settings of this computer: look, second zone, reminders, and how it stands with the server."""

from collections.abc import Callable
from functools import partial
from zoneinfo import available_timezones

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from interview_desk.domain.roles import Role
from interview_desk.services.ports import Me
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.desk_parts import KeyChange
from interview_desk.ui.pages.page import Page
from interview_desk.ui.preferences import Preferences
from interview_desk.ui.theme import Mode
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.backups_section import BackupsSection
from interview_desk.ui.widgets.calcom_section import CalcomSection
from interview_desk.ui.widgets.flags_section import FlagsSection
from interview_desk.ui.widgets.key_section import KeySection
from interview_desk.ui.widgets.parts import (
    Weight,
    button,
    column,
    hide_unless,
    label,
    row,
    set_tone,
)
from interview_desk.ui.widgets.passphrase_section import ChangePassphrase, PassphraseSection
from interview_desk.ui.widgets.quiet import quiet
from interview_desk.ui.widgets.readable_page import readable_page

_NO_ZONE = "None"
_MODES = {Mode.SYSTEM: "As the system", Mode.LIGHT: "Light", Mode.DARK: "Dark"}


class SettingsPage(Page):
    """What a person can set.

    Signals: `appearance_chosen(str)`; `second_zone_chosen(str)`, empty for none;
    `alert_minutes_chosen(object)` with a tuple of minutes; `attention_requested()`;
    `restore_requested(object)` with the backup the desk is to go back to; `place_requested(str)`.
    `alert_minutes_chosen(object)` with a tuple of minutes; `attention_requested()`;
    `restore_requested(object)` with the backup the desk is to go back to.
    """

    appearance_chosen = Signal(str)
    second_zone_chosen = Signal(str)
    alert_minutes_chosen = Signal(object)
    attention_requested = Signal()
    restore_requested = Signal(object)
    place_requested = Signal(str)

    def __init__(
        self,
        preferences: Preferences,
        *,
        me: Me,
        flags: Callable[[TaskScope], FlagsSection] | None = None,
        backups: Callable[[TaskScope], BackupsSection] | None = None,
        calcom: Callable[[TaskScope], CalcomSection] | None = None,
        change_passphrase: ChangePassphrase | None = None,
        key_change: KeyChange | None = None,
    ) -> None:
        super().__init__("settings", title="Settings")
        self._preferences = preferences
        self._me = me
        self._change_passphrase = change_passphrase
        self._key_change = key_change
        self._flags = flags(self.tasks) if flags else None
        self._backups = backups(self.tasks) if backups else None
        self._calcom = calcom(self.tasks) if calcom else None
        self._modes = QButtonGroup(self)
        self._zones = quiet(QComboBox())
        self._minutes = QLineEdit()
        self._minutes_trouble = label(size=Size.DETAIL, tone="muted", wrap=True)
        self._state = label(tone="muted", wrap=True)
        self._state.setObjectName("connection-state")
        self._build()

    @override
    def refresh(self) -> None:
        self._show_connection()
        for section in (self._flags, self._backups):
            if section is not None:
                section.refresh()
        if self._backups is not None:
            self._backups.refresh()
        if self._calcom is not None:
            self._calcom.refresh()
        self.loaded.emit()

    @override
    def show_sync(self, words: str) -> None:
        """How this desk stands with its server, in words."""
        self._state.setText(words)

    def _show_connection(self) -> None:
        if self._me.server is None:
            self._state.setText("This desk works alone; everything is saved on this computer.")

    def _build(self) -> None:
        content = column(
            self._title("Appearance"),
            self._appearance(),
            self._title("Calendar"),
            self._second_zone(),
            self._title("Reminders"),
            self._alerts(),
            self._title("Connection"),
            self._connection(),
            None,
            gap=12,
        )
        for place in (6, 4, 2):
            content.insertSpacing(place, 12)
        if self._flags is not None:
            self._add_section(content, "Parts of the desk", self._flags)
        if self._calcom is not None:
            self._calcom.place_requested.connect(self.place_requested)
            self._add_section(content, "Cal.com", self._calcom)
        if self._me.role is not Role.EXTERNAL:
            self._add_section(content, "How interviews are judged", self._judging())
        if self._change_passphrase is not None:
            section = PassphraseSection(self._change_passphrase, tasks=self.tasks)
            self._add_section(content, "Passphrase", section)
        if self._key_change is not None:
            keys = KeySection(self._key_change, tasks=self.tasks)
            self._add_section(content, "Encryption key", keys)
        if self._backups is not None:
            self._backups.restore_requested.connect(self.restore_requested)
            self._add_section(content, "Backups on this computer", self._backups)
        readable_page(self, content)

    def _add_section(self, content: QVBoxLayout, title: str, section: QWidget) -> None:
        last = content.count() - 1
        content.insertWidget(last, section)
        content.insertLayout(last, self._title(title))
        content.insertSpacing(last, 12)

    def _title(self, words: str) -> QVBoxLayout:
        return column(label(words, size=Size.HEADING, weight=Weight.DemiBold))

    def _appearance(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(20)
        for mode, words in _MODES.items():
            one = QRadioButton(words)
            one.setObjectName(f"appearance-{mode}")
            one.setAccessibleName(f"Appearance: {words}")
            one.setChecked(self._preferences.appearance is mode)
            one.setProperty("mode", str(mode))
            self._modes.addButton(one)
            line.addWidget(one)
        line.addStretch(1)
        self._modes.buttonClicked.connect(self._mode_chosen)
        return line

    def _mode_chosen(self, chosen: QRadioButton) -> None:
        mode = Mode(chosen.property("mode"))
        self._preferences.appearance = mode
        self.appearance_chosen.emit(str(mode))

    def _judging(self) -> QWidget:
        made = QWidget()
        words = "By your team's rules, in the version that was in use then."
        opener = button("Open the rules", name="open-rules")
        opener.clicked.connect(partial(self.place_requested.emit, "rules"))
        made.setLayout(column(label(words, tone="muted", wrap=True), row(opener, None)))
        return made

    def _second_zone(self) -> QHBoxLayout:
        self._zones.setObjectName("second-zone")
        self._zones.setAccessibleName("Second time zone")
        self._zones.setMinimumHeight(32)
        self._zones.setMinimumWidth(280)
        self._zones.setEditable(True)
        self._zones.addItem(_NO_ZONE)
        self._zones.addItems(sorted(zone for zone in available_timezones() if "/" in zone))
        completer = QCompleter(self._zones.model(), self._zones)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._zones.setCompleter(completer)
        self._zones.setCurrentText(self._preferences.second_zone or _NO_ZONE)
        self._zones.textActivated.connect(self._zone_chosen)
        return row(label("Second time zone"), self._zones, None, gap=12)

    def _zone_chosen(self, name: str) -> None:
        zone = "" if name == _NO_ZONE else name
        self._preferences.second_zone = zone or None
        self.second_zone_chosen.emit(zone)

    def _alerts(self) -> QVBoxLayout:
        self._minutes.setObjectName("alert-minutes")
        self._minutes.setAccessibleName("Minutes before the start")
        self._minutes.setMaximumWidth(160)
        self._minutes.setText(", ".join(map(str, self._preferences.alert_minutes)))
        self._minutes.editingFinished.connect(self._minutes_typed)
        self._minutes_trouble.setText("Several numbers with commas between; empty for none.")
        line = row(label("Remind me"), self._minutes, label("minutes before the start"), None)
        return column(line, self._minutes_trouble)

    def _minutes_typed(self) -> None:
        parts = [part.strip() for part in self._minutes.text().split(",") if part.strip()]
        if not all(part.isdecimal() and int(part) <= 24 * 60 for part in parts):
            set_tone(self._minutes_trouble, name="tone", tone="bad")
            self._minutes_trouble.setText("Type whole minutes, such as 10, 1. Nothing was changed.")
            return
        set_tone(self._minutes_trouble, name="tone", tone="muted")
        self._minutes_trouble.setText("Several numbers with commas between; empty for none.")
        minutes = tuple(sorted({int(part) for part in parts}, reverse=True))
        if minutes != self._preferences.alert_minutes:
            self._preferences.alert_minutes = minutes
            self.alert_minutes_chosen.emit(minutes)

    def _connection(self) -> QVBoxLayout:
        server = self._me.server or "No server"
        who = " \N{MIDDLE DOT} ".join(part for part in (self._me.name, self._me.email) if part)
        pair = button("Join a team", name="pair")
        pair.clicked.connect(self.pair_requested)
        hide_unless(pair, wanted=self._me.server is None)
        attention = button("Needs attention", name="see-attention")
        attention.clicked.connect(self.attention_requested)
        buttons = row(pair, attention, None)
        buttons.setContentsMargins(0, 8, 0, 0)
        return column(
            label(server, weight=Weight.Medium),
            label(who, size=Size.DETAIL, tone="muted"),
            self._state,
            buttons,
            gap=4,
        )
