"""What a person set for this computer: theme, second zone, reminders, the window's place."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from interview_desk.ui.theme import Mode

_DEFAULT_MINUTES = (10, 1)


class Preferences:
    """Keeps a few choices in one file beside the data; nothing personal is among them."""

    def __init__(self, file: Path) -> None:
        self._settings = QSettings(str(file), QSettings.Format.IniFormat)

    @property
    def appearance(self) -> Mode:
        """Light, dark, or as the system."""
        said = self._text("appearance")
        return Mode(said) if said in set(Mode) else Mode.SYSTEM

    @appearance.setter
    def appearance(self, mode: Mode) -> None:
        self._settings.setValue("appearance", str(mode))

    @property
    def second_zone(self) -> str | None:
        """The zone of the calendar's second ruler."""
        return self._text("second_zone") or None

    @second_zone.setter
    def second_zone(self, name: str | None) -> None:
        self._settings.setValue("second_zone", name or "")

    @property
    def alert_minutes(self) -> tuple[int, ...]:
        """How many minutes before the start reminders come, furthest first; none where empty."""
        said = self._settings.value("alert_minutes")
        if not isinstance(said, str):
            return _DEFAULT_MINUTES
        numbers = {int(part) for part in said.split(",") if part.strip().isdigit()}
        return tuple(sorted(numbers, reverse=True))

    @alert_minutes.setter
    def alert_minutes(self, minutes: tuple[int, ...]) -> None:
        self._settings.setValue("alert_minutes", ",".join(map(str, minutes)))

    @property
    def calendar_view(self) -> str:
        """The calendar's view when it was last seen."""
        return self._text("calendar_view") or "week"

    @calendar_view.setter
    def calendar_view(self, view: str) -> None:
        self._settings.setValue("calendar_view", view)

    @property
    def geometry(self) -> QByteArray:
        """The window's place as Qt saved it; empty the first time."""
        said = self._settings.value("geometry")
        return said if isinstance(said, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, saved: QByteArray) -> None:
        self._settings.setValue("geometry", saved)

    def is_on(self, name: str, *, default: bool = False) -> bool:
        """A switch, such as whether the rail is narrow."""
        said = self._text(name)
        return said == "yes" if said else default

    def switch(self, name: str, *, on: bool) -> None:
        """Set a switch."""
        self._settings.setValue(name, "yes" if on else "no")

    def _text(self, name: str) -> str:
        said = self._settings.value(name)
        return said if isinstance(said, str) else ""
