"""Why a sync call as a whole cannot be done; single mutations are rejected in its answer."""

from http import HTTPStatus

from interview_desk.wire.problems import Code
from sync_server.infra.problems import Forbidden, InvalidRequest, Problem, TooLarge


class WrongDevice(Forbidden):
    """The body speaks for another device than the token."""

    code = Code.WRONG_DEVICE
    title = "A device may only speak for itself."


class SequenceGap(Problem):
    """A change is missing before this one; `last_n` says where the server stands."""

    status = HTTPStatus.CONFLICT
    code = Code.SEQUENCE_GAP
    title = "A change is missing before this one."


class DeviceReused(Problem):
    """A number that was counted comes again with other content: a copied or restored profile."""

    status = HTTPStatus.CONFLICT
    code = Code.DEVICE_REUSED
    title = "Another copy of this device has sent something else under the same number."


class EpochChanged(Problem):
    """The server was restored from a backup since the client last looked."""

    status = HTTPStatus.GONE
    code = Code.EPOCH_CHANGED
    title = "The server was restored from a backup; begin again."


class ResyncRequired(Problem):
    """The cursor leads nowhere here: too old, of another epoch, or not ours."""

    status = HTTPStatus.GONE
    code = Code.RESYNC_REQUIRED
    title = "This copy is too old to be brought up to date; begin again."


class BatchTooLarge(TooLarge):
    """More than fits into one call; smaller batches go through."""

    code = Code.BATCH_TOO_LARGE
    title = "The batch is too large; send less at a time."


class DocumentMismatch(InvalidRequest):
    """Interview and stage do not give the document's id."""

    code = Code.DOCUMENT_MISMATCH
    title = "This document does not belong to that interview and stage."


class NoteUpdateInvalidProblem(InvalidRequest):
    """An update that nobody could apply; nothing of the call was stored."""

    code = Code.NOTE_UPDATE_INVALID
    title = "An update is damaged or too large."


class Merged(Problem):
    """The interview went up in another one; `into` is its id."""

    status = HTTPStatus.GONE
    code = Code.MERGED
    title = "This interview was merged into another one."


class NoteDamaged(Problem):
    """The stored copy of a document is not as it was written; nothing of it is given out."""

    code = Code.NOTE_DAMAGED
    title = "The stored notes of this document are damaged; restore them from a backup."
