"""The recordings and transcripts of an interview, one line each; nothing where there are none."""

from collections.abc import Sequence
from datetime import tzinfo

from PySide6.QtWidgets import QVBoxLayout, QWidget

from interview_desk.services.media import Medium
from interview_desk.ui.bridge.dates import long_day
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import emptied, heading, label, rule

_SOURCES = {"calcom": "from Cal.com", "file": "from a file"}


class MediaLines(QWidget):
    """What there is to hear and to read."""

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone
        self.setObjectName("interview-media")
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(4)
        self.hide()

    def show_media(self, media: Sequence[Medium]) -> None:
        """Show these."""
        emptied(self._lines)
        self.setVisible(bool(media))
        if media:
            self._lines.addWidget(rule())
            self._lines.addWidget(heading("Recordings and transcripts"))
        for one in media:
            self._lines.addWidget(label(medium_words(one, self._zone), size=Size.DETAIL, wrap=True))


def medium_words(one: Medium, zone: tzinfo) -> str:
    """`Recording, 45 min, from Cal.com, kept until Wednesday 3 March`."""
    parts = ["Recording" if one.is_recording else "Transcript"]
    if one.minutes is not None:
        parts.append(f"{one.minutes} min")
    if one.lines:
        parts.append("1 line" if one.lines == 1 else f"{one.lines} lines")
    parts.extend(filter(None, [one.language, _SOURCES.get(one.source, "")]))
    if one.keep_until is not None:
        day = one.keep_until.astimezone(zone).date()
        parts.append(f"kept until {long_day(day)} {day.year}")
    return ", ".join(parts)
