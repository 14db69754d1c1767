"""What the server itself writes into notes."""

from interview_desk.domain.ids import note_document_id
from interview_desk.notes import append_text
from sync_server.bookings.known import KnownBookings
from sync_server.sync.notes.taking import Document, keep_updates

_STAGE = "prepare"


def note_lost_fork(bookings: KnownBookings, interview_id: str, before: str) -> None:
    """Tell the interviewer, in the notes of a new interview, why it stands beside another one."""
    text = (
        f"This booking and a later one both continue the booking {before}. "
        "The later one carries on the first interview; this one stands alone.\n"
    )
    document = Document(
        note_document_id(interview_id, _STAGE), bookings.workspace_id, interview_id, _STAGE
    )
    bookings.flush()
    keep_updates(bookings.tx, document, updates=[append_text([], text)])
    bookings.forget()
