"""The recordings and transcripts of an interview, one line each, and ways to bring more."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from interview_desk.domain.transcripts import Cue
from interview_desk.services.media import Medium
from interview_desk.ui.bridge.dates import long_day
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import (
    button,
    column,
    emptied,
    heading,
    label,
    row,
    rule,
    switch,
)
from interview_desk.ui.widgets.transcript_view import TranscriptView

_SOURCES = {"calcom": "from Cal.com", "file": "from a file"}
_RULE = (
    "They can be brought in once every guest has said yes to being recorded. "
    "Ask, and note the answer in Capture."
)

_GOING = (
    "{name} says no to being recorded, so this is erased within ten minutes. If that is a mistake, "
    "press Yes in Capture before then."
)


class Ways(NamedTuple):
    """Whether media can be brought from a file and from Cal.com, and whether the guests agreed.

    `may_have_recordings` is no longer so once the team's time for recordings is over, or where
    Cal.com has said that it has none.
    `agreed_by` has the names of those who said yes, by their ids; `refused_by` is who says no now.
    """

    from_file: bool = False
    from_calcom: bool = False
    agreed: bool = False
    agreed_by: Mapping[str, str] = {}
    refused_by: str = ""
    may_have_recordings: bool = True


class MediaLines(QWidget):
    """What there is to hear and to read; nothing where there is nothing and no way to more.

    Signals: `import_requested()`, `transcripts_requested()`, `recordings_requested()`;
    `chosen(int)` with the number of a recording that was offered; `allowed(str)` with a host;
    `read_requested(str)` with the id of a transcript.
    """

    import_requested = Signal()
    transcripts_requested = Signal()
    recordings_requested = Signal()
    chosen = Signal(int)
    allowed = Signal(str)
    read_requested = Signal(str)

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone
        self.setObjectName("interview-media")
        self._lines = QVBoxLayout()
        self._lines.setSpacing(4)
        self._rule = label(_RULE, size=Size.DETAIL, tone="muted", wrap=True)
        self._import = button("Import transcript\N{HORIZONTAL ELLIPSIS}", name="import-transcript")
        self._fetch = button("Transcript from Cal.com", name="fetch-transcripts")
        self._open = button("Recordings at Cal.com", name="open-recordings")
        self._going = label(size=Size.DETAIL, tone="warning", wrap=True)
        self._going.setObjectName("media-going")
        self._said = label(size=Size.DETAIL, tone="muted", wrap=True)
        self._said.setObjectName("media-said")
        self.transcript = TranscriptView()
        self._read_id: str | None = None
        self._answers = QVBoxLayout()
        self._answers.setSpacing(4)
        self._build()

    def show_media(self, media: Sequence[Medium], ways: Ways) -> None:
        """Show these, and the ways to more."""
        emptied(self._lines)
        for one in media:
            self._lines.addLayout(self._line(one, ways))
        if not ways.agreed or self._read_id not in {one.id for one in media}:
            self.close_transcript()
        self._rule.setVisible(ways.from_file and not ways.agreed)
        self._going.setText(_GOING.format(name=ways.refused_by))
        self._going.setVisible(bool(media and ways.refused_by))
        self._import.setVisible(ways.from_file)
        self._fetch.setVisible(ways.from_calcom)
        self._open.setVisible(ways.from_calcom and ways.may_have_recordings)
        switch(self._import, "" if ways.agreed else _RULE)
        self.setVisible(bool(media) or ways.from_file)

    def show_transcript(self, transcript_id: str, cues: Sequence[Cue]) -> None:
        """Show what was said, until it is closed, gone, or not agreed to any more."""
        self._read_id = transcript_id
        self.transcript.show_lines(cues)

    def close_transcript(self) -> None:
        """Show and keep none of it."""
        self._read_id = None
        self.transcript.hide()

    def _line(self, one: Medium, ways: Ways) -> QHBoxLayout:
        words = medium_words(one, self._zone, ways.agreed_by)
        line = row(label(words, size=Size.DETAIL, wrap=True))
        line.setStretch(0, 1)
        if one.lines and ways.agreed:
            read = button("Read", name=f"read-{one.id}", kind="link")
            read.setAccessibleName(f"Read the {words[:1].lower()}{words[1:]}")
            read.clicked.connect(partial(self.read_requested.emit, one.id))
            line.addWidget(read)
        return line

    def say(self, sentence: str) -> None:
        """What became of it; nothing is offered any more."""
        self._speak(sentence)

    def end_recordings(self, sentence: str) -> None:
        """There are none to open any more, and why."""
        self._open.hide()
        self.say(sentence)

    def offer(self, sentence: str, minutes: Sequence[int], *, until: datetime | None) -> None:
        """Recordings of this length each, to be opened one at a time, until that day."""
        kept = "" if until is None else f" Kept {_until_words(until, self._zone)}."
        self._speak(sentence + kept)
        for number, long in enumerate(minutes, 1):
            words = f"Open recording {number}, {long} min"
            made = button(words, name=f"recording-{number}", kind="link")
            made.clicked.connect(partial(self.chosen.emit, number - 1))
            self._answers.addLayout(row(made, None))

    def ask_for_host(self, sentence: str, host: str) -> None:
        """Whether links to this host may be opened."""
        self._speak(sentence)
        made = button(f"Allow {host} and open", name="allow-host")
        made.clicked.connect(partial(self.allowed.emit, host))
        self._answers.addLayout(row(made, None))

    def _speak(self, sentence: str) -> None:
        emptied(self._answers)
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))

    def _build(self) -> None:
        layout = column(
            rule(),
            heading("Recordings and transcripts"),
            self._lines,
            self.transcript,
            self._going,
            self._rule,
            row(self._import, None),
            row(self._fetch, self._open, None),
            self._said,
            self._answers,
        )
        self.setLayout(layout)
        self._said.hide()
        self.hide()
        self.transcript.closed.connect(self.close_transcript)
        self._import.clicked.connect(self.import_requested)
        self._fetch.clicked.connect(self.transcripts_requested)
        self._open.clicked.connect(self.recordings_requested)


def medium_words(one: Medium, zone: tzinfo, agreed_by: Mapping[str, str]) -> str:
    """`Recording, 45 min, from Cal.com, with the yes of Mina, kept until Wednesday 3 March`."""
    parts = ["Recording" if one.is_recording else "Transcript"]
    if one.minutes is not None:
        parts.append(f"{one.minutes} min")
    if one.lines:
        parts.append("1 line" if one.lines == 1 else f"{one.lines} lines")
    parts.extend(filter(None, [one.language, _SOURCES.get(one.source, "")]))
    if one.is_recording:
        parts.append(_consent_words(one, agreed_by))
    if one.keep_until is not None:
        parts.append(f"kept {_until_words(one.keep_until, zone)}")
    return ", ".join(parts)


def _until_words(until: datetime, zone: tzinfo) -> str:
    day = until.astimezone(zone).date()
    return f"until {long_day(day)} {day.year}"


def _consent_words(one: Medium, agreed_by: Mapping[str, str]) -> str:
    names = list(agreed_by.values())
    if one.consent_guest_id is not None:
        names = [agreed_by[one.consent_guest_id]] if one.consent_guest_id in agreed_by else []
    return f"with the yes of {' and '.join(names)}" if names else "nobody has said yes to it yet"
