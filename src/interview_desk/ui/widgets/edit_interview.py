"""Edit: what was typed about an interview, typed anew."""

from datetime import datetime, tzinfo

from PySide6.QtWidgets import QCheckBox, QWidget

from interview_desk.domain.agenda import Appointment
from interview_desk.services.interviews import InterviewService, Looked, typed_of
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.interview_dialog import InterviewDialog
from interview_desk.ui.widgets.interview_fields import InterviewFields, next_quarter
from interview_desk.ui.widgets.parts import label

_CALCOMS = (
    "When and where it is, and who the guest is, comes from Cal.com. Another time is asked for "
    "under Booking."
)


class EditInterviewDialog(InterviewDialog):
    """Shows what the interview has; of what Cal.com decides nothing can be typed here."""

    def __init__(
        self,
        interviews: InterviewService,
        appointment: Appointment,
        *,
        now: datetime,
        zone: tzinfo,
        parent: QWidget,
    ) -> None:
        fields = InterviewFields(interviews, start=next_quarter(now), zone=zone, prefix="edit")
        super().__init__("Edit the interview", fields, yes="Save", parent=parent)
        self.setObjectName("edit-interview")
        self._interviews = interviews
        self._interview_id = appointment.id
        fields.show_typed(typed_of(appointment))
        booked = appointment.interview.is_booked
        if booked:
            fields.without_booking()
            fields.addRow(label(_CALCOMS, size=Size.DETAIL, tone="muted", wrap=True))
        # With several, nobody could tell which one is meant.
        if booked or len(appointment.guests) > 1:
            fields.without_guest()
        # What is not touched is not written, also where the fields say it in other words.
        self._was = fields.typed()
        self._looked: Looked = {}
        self._other = QCheckBox("This is another guest: ask for their consent anew")
        self._other.setObjectName("edit-other-guest")
        fields.below_guest(self._other)
        fields.setRowVisible(self._other, False)  # noqa: FBT003  - Qt's own
        self._was_chosen = False
        if any(guest.was_asked for guest in appointment.guests):
            self._other.clicked.connect(self._choose)
            fields.guest_typed.connect(self._ask_who)
        self.tasks.start(interviews.look(appointment.id), then=self._look, told=self.refuse)
        self.agreed.connect(self._save)

    def _look(self, looked: Looked) -> None:
        self._looked = looked

    def _choose(self) -> None:
        self._was_chosen = True

    def _ask_who(self) -> None:
        """A name put right is the same guest; with another address too it hardly is."""
        was, new = self._was, self.fields.typed()
        renamed = new.guest != was.guest
        moved = new.guest_email != was.guest_email
        self.fields.setRowVisible(self._other, renamed or moved)
        if not self._was_chosen:
            self._other.setChecked(renamed and moved)

    def _save(self) -> None:
        work = self._interviews.rewrite(
            self._interview_id,
            was=self._was,
            new=self.fields.typed(),
            looked=self._looked,
            is_other_guest=self._other.isVisible() and self._other.isChecked(),
        )
        self.tasks.start(work, then=self._kept, told=self.refuse)

    def _kept(self, _nothing: None) -> None:
        self.accept()
