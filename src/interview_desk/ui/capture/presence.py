"""Between the capture window and the others in the interview: who is here, and where."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from interview_desk.services.capture import CaptureSession
from interview_desk.services.carets import caret_to_json
from interview_desk.services.company import Colleague, Company, company_words
from interview_desk.ui.capture.notes_pane import NotesPane

if TYPE_CHECKING:
    from collections.abc import Callable

# The caret moves with every key; the others see it follow.
_TELL_AFTER_MS = 60


class CapturePresence(QObject):
    """Tells the others of this person's caret, and shows theirs.

    Signals: `company_changed(str, str)` with one sentence of who is here and the longer one of
    where, both empty where nobody is.
    """

    company_changed = Signal(str, str)

    def __init__(self, session: CaptureSession, notes: NotesPane) -> None:
        super().__init__(notes)
        self._session = session
        self._interview_id = session.interview_id
        self._notes = notes
        self._company: Company | None = None
        self._stage = ""
        self._stop: Callable[[], None] | None = None
        self._telling = QTimer(self, interval=_TELL_AFTER_MS, singleShot=True)
        self._telling.timeout.connect(self._tell)
        notes.caret_moved.connect(self._caret_moved)

    def meet(self, company: Company | None) -> None:
        """Be in this company from now on, or in none."""
        self.leave()
        self._company = company
        if company is not None:
            self._stop = company.on_news(self._interview_id, self._show)
            self._tell()
        self._show()

    def enter(self, stage: str) -> None:
        """This person looks at the notes of `stage` now."""
        self._stage = stage
        self._tell()
        self._show()

    def leave(self) -> None:
        """This person is not here any more."""
        self._telling.stop()
        if self._company is not None:
            self._company.leave(self._interview_id)
        if self._stop is not None:
            self._stop()
        self._company = self._stop = None

    def _caret_moved(self) -> None:
        if self._company is not None and not self._telling.isActive():
            self._telling.start()

    def _tell(self) -> None:
        editor = self._notes.editor
        if self._company is None or not self._stage:
            return
        # Where nobody looks, nobody needs to know where in the text this person is.
        company = self._company.others(self._interview_id)
        cursor = caret_to_json(editor.note, editor.caret) if editor and company else None
        self._company.enter(self._interview_id, self._stage, cursor)

    def _show(self) -> None:
        others = self._company.others(self._interview_id) if self._company is not None else ()
        self._notes.show_others(others)
        words = company_words(others, own_member=self._session.me.member_id)
        self.company_changed.emit(words, "\n".join(map(self._where, others)))
        if others:
            self._caret_moved()

    def _where(self, one: Colleague) -> str:
        titles = {stage.key: stage.title for stage in self._session.guide.stages}
        return f"{one.name}: {titles[one.stage]}" if one.stage in titles else one.name
