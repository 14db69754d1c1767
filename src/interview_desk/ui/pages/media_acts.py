"""Bringing transcripts into the interview on screen, and opening what Cal.com has recorded."""

from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from interview_desk.domain.agenda import Appointment
from interview_desk.domain.interviews import Consent, all_agree_to_recording
from interview_desk.services.joining import Opened, Refused
from interview_desk.services.media import MediaService, Medium, Recording, RecordingsNotKept
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.widgets.interview_detail import TOOK_PLACE
from interview_desk.ui.widgets.media_lines import MediaLines, Ways

_T = TypeVar("_T")
_FILES = "Transcripts (*.vtt *.srt *.json);;All files (*)"
_WAIT = "Asking Cal.com\N{HORIZONTAL ELLIPSIS}"
_NOTHING_NEW = "Cal.com has no transcript that is not here yet."
_NOTHING_RECORDED = "Cal.com has recorded nothing of this interview."
_SHORT_LIVED = "Links to recordings work for a short time; ask again when one has ended."
_HERE_ALREADY = "This transcript is here already."


class MediaActs(QObject):
    """Carries what is pressed under an interview's recordings to the service."""

    def __init__(
        self, media: MediaService, lines: MediaLines, *, tasks: TaskScope, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._media = media
        self._lines = lines
        self._tasks = tasks
        self._window = parent
        self._shown: str | None = None
        # Links that open a recording for anybody; let go with the interview.
        self._found: tuple[Recording, ...] = ()
        # Cal.com was asked while this interview is shown; it may have some later.
        self._has_none = False
        # Whose recordings are kept no more, as the server has said.
        self._kept_no_more: set[str] = set()
        self._wanted = 0
        lines.import_requested.connect(self._ask_for_file)
        lines.transcripts_requested.connect(self._fetch)
        lines.recordings_requested.connect(self._look)
        lines.chosen.connect(self._open)
        lines.allowed.connect(self._allow)
        lines.read_requested.connect(self._read)

    def about(
        self,
        appointment: Appointment,
        media: Sequence[Medium],
        *,
        now: datetime,
        is_connected: bool,
    ) -> None:
        """The interview that is acted on from now on, and what there is of it.

        Cal.com is only asked where it may have something: with `is_connected` of a booking of its
        own that is over and may be recorded.
        """
        interview = appointment.interview
        if appointment.id != self._shown:
            self._shown, self._found, self._has_none = appointment.id, (), False
            self._lines.say("")
            self._lines.close_transcript()
        offered = self._media.may_bring and interview.status in TOOK_PLACE
        agreed = all_agree_to_recording(appointment.guests)
        over = interview.end is not None and interview.end <= now
        booked = interview.is_booked and is_connected and self._media.has_server
        may_have_some = appointment.id not in self._kept_no_more and not self._has_none
        ways = Ways(
            from_file=offered,
            from_calcom=offered and agreed and over and booked,
            may_have_recordings=may_have_some,
            agreed=agreed,
            agreed_by={
                guest.id: guest.name
                for guest in appointment.guests
                if guest.consent_recording is Consent.YES
            },
            refused_by=next(
                (
                    guest.name
                    for guest in appointment.guests
                    if guest.consent_recording is Consent.NO
                ),
                "",
            ),
        )
        self._lines.show_media(media, ways)

    def _ask_for_file(self) -> None:
        dialog = QFileDialog(self._window, "Import transcript", "", _FILES)
        dialog.setObjectName("transcript-file")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._import)
        dialog.open()

    def _import(self, file: str) -> None:
        if self._shown is not None:
            self._start(self._media.import_file(self._shown, Path(file)), then=self._imported)

    def _imported(self, lines: int) -> None:
        words = "1 line is" if lines == 1 else f"{lines} lines are"
        self._lines.say(f"{words} brought in." if lines else _HERE_ALREADY)

    def _read(self, transcript_id: str) -> None:
        work = self._media.read(transcript_id)
        self._start(work, then=partial(self._lines.show_transcript, transcript_id))

    def _fetch(self) -> None:
        if self._shown is not None:
            self._lines.say(_WAIT)
            self._start(self._media.fetch_transcripts(self._shown), then=self._fetched)

    def _fetched(self, new: int) -> None:
        words = "1 transcript is" if new == 1 else f"{new} transcripts are"
        self._lines.say(f"{words} brought in and shown in a moment." if new else _NOTHING_NEW)

    def _look(self) -> None:
        if self._shown is not None:
            self._lines.say(_WAIT)
            self._start(self._find(self._shown), then=self._choose)

    async def _find(self, interview_id: str) -> tuple[Recording, ...] | RecordingsNotKept:
        try:
            return await self._media.recordings(interview_id)
        except RecordingsNotKept as reason:
            self._kept_no_more.add(interview_id)
            return reason

    def _choose(self, found: tuple[Recording, ...] | RecordingsNotKept) -> None:
        if isinstance(found, RecordingsNotKept):
            self._lines.end_recordings(str(found))
            return
        self._found, self._has_none = found, not found
        if found:
            minutes = [one.minutes for one in found]
            self._lines.offer(_SHORT_LIVED, minutes, until=found[0].keep_until)
        else:
            self._lines.end_recordings(_NOTHING_RECORDED)

    def _open(self, number: int) -> None:
        self._wanted = number
        self._start(self._media.open(self._found[number]), then=self._opened)

    def _opened(self, done: Opened | Refused) -> None:
        if isinstance(done, Opened):
            return
        if done.host is None:
            self._lines.say(done.reason)
        else:
            self._lines.ask_for_host(done.reason, done.host)

    def _allow(self, host: str) -> None:
        self._start(self._media.allow(host), then=self._open_allowed)

    def _open_allowed(self, _: None) -> None:
        self._choose(self._found)
        self._open(self._wanted)

    def _start(self, work: Coroutine[Any, Any, _T], *, then: Callable[[_T], None]) -> None:
        """Answers to what was asked of another interview are not shown under this one."""
        asked = self._shown
        self._tasks.start(
            work,
            then=partial(self._if_still, asked, then),
            told=partial(self._if_still, asked, self._lines.say),
        )

    def _if_still(self, asked: str | None, then: Callable[[_T], None], answer: _T) -> None:
        if asked == self._shown:
            then(answer)
