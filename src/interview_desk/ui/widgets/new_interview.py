"""New: an interview made by hand."""

from datetime import datetime, tzinfo
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from interview_desk.services.interviews import InterviewService
from interview_desk.ui.widgets.interview_dialog import InterviewDialog
from interview_desk.ui.widgets.interview_fields import InterviewFields
from interview_desk.ui.widgets.parts import button


class NewInterviewDialog(InterviewDialog):
    """Asks for what is known; only the title is needed.

    Signals: `created(str)` with the new interview's id, after it is kept; `book_requested()` to
    book at Cal.com instead.
    """

    created = Signal(str)
    book_requested = Signal()

    def __init__(
        self, interviews: InterviewService, *, start: datetime, zone: tzinfo, parent: QWidget
    ) -> None:
        fields = InterviewFields(interviews, start=start, zone=zone, prefix="new")
        super().__init__("New interview", fields, yes="Create", parent=parent)
        self.setObjectName("new-interview")
        self._interviews = interviews
        self._book = button("Book at Cal.com", name="new-book")
        self._book.hide()
        self._book.clicked.connect(partial(self.leave, self._book_instead))
        self.foot.insertWidget(0, self._book)
        self.agreed.connect(self._create)

    def offer_booking(self) -> None:
        """Something can be booked at Cal.com."""
        self._book.show()

    def _book_instead(self) -> None:
        self.book_requested.emit()
        self.let_go()

    def _create(self) -> None:
        work = self._interviews.create(self.fields.typed())
        self.tasks.start(work, then=self._kept, told=self.refuse)

    def _kept(self, interview_id: str) -> None:
        self.created.emit(interview_id)
        self.accept()
