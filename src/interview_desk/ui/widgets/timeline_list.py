"""The past of an interview, newest first: a sentence and a time each."""

from datetime import datetime, tzinfo
from itertools import groupby

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from interview_desk.services.timeline import Entry, Timeline
from interview_desk.ui.bridge.dates import clock_time, long_day
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.timeline_words import sentence_of
from interview_desk.ui.value_words import ValueWords
from interview_desk.ui.widgets.parts import Weight, button, emptied, label, row

_TIME_WIDTH = 64
_INCOMPLETE = "What happened earlier is shown when the team's server can be reached."


class TimelineList(QWidget):
    """Sentences under their days.

    Signals: `older_requested()`.
    """

    older_requested = Signal()

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone
        self._shown: Timeline | None = None
        self.setObjectName("timeline")
        self.setAccessibleName("Timeline")
        self._layout = QVBoxLayout()
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._older = button("Show earlier", name="timeline-older", kind="link")
        self._note = label(_INCOMPLETE, size=Size.DETAIL, tone="muted", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(self._layout)
        layout.addLayout(row(self._older, None))
        layout.addWidget(self._note)
        self._older.hide()
        self._note.hide()
        self._older.clicked.connect(self.older_requested)

    def show_timeline(self, timeline: Timeline) -> None:
        """Show these; a reader's place is kept where nothing changed."""
        if timeline == self._shown:
            return
        self._shown = timeline
        emptied(self._layout)
        words = ValueWords(self._zone, timeline.names)
        for day, entries in groupby(timeline.entries, key=self._day):
            self._layout.addWidget(_day_line(day))
            for entry in entries:
                self._layout.addLayout(self._line(entry, words))
        if not timeline.entries:
            self._layout.addWidget(label("Nothing yet.", size=Size.DETAIL, tone="muted"))
        self._older.setVisible(timeline.more)
        self._note.setVisible(not timeline.complete)

    def _day(self, entry: Entry) -> str:
        if entry.at is None:
            return "Only on this device"
        local = entry.at.astimezone(self._zone).date()
        return f"{long_day(local)} {local.year}"

    def _line(self, entry: Entry, words: ValueWords) -> QVBoxLayout:
        sentence = label(sentence_of(entry, words), wrap=True)
        sentence.setMinimumWidth(1)
        at = label(self._time(entry.at), size=Size.DETAIL, tone="muted")
        at.setFixedWidth(_TIME_WIDTH)
        line = row(at, sentence, gap=8)
        line.setStretch(1, 1)
        line.setAlignment(at, Qt.AlignmentFlag.AlignTop)
        at.setContentsMargins(0, 1, 0, 0)
        holder = QVBoxLayout()
        holder.addLayout(line)
        return holder

    def _time(self, at: datetime | None) -> str:
        return clock_time(at, self._zone) if at is not None else ""


def _day_line(words: str) -> QWidget:
    made = label(words, size=Size.DETAIL, weight=Weight.DemiBold, tone="muted")
    made.setContentsMargins(0, 6, 0, 0)
    return made
