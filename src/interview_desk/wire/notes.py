"""The notes of a stage: updates of the text going up and coming down."""

import base64
import binascii

from interview_desk.wire.model import Count, Number, WireModel

# What our client sends at most in one update; the server takes more from others.
MAX_OWN_UPDATE_BYTES = 256 * 1024
MAX_UPDATE_BYTES = 1024 * 1024
MAX_NOTES_BODY_BYTES = 8 * 1024 * 1024
MAX_UPDATES = 500
MAX_PULLED_DOCS = 200
NOTES_PULL_BYTES = 1024 * 1024


def encode_update(update: bytes) -> str:
    """An update as it travels."""
    return base64.b64encode(update).decode("ascii")


def decode_update(text: str) -> bytes:
    """The update that `text` carries; ValueError where it is not base64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("the update is not base64") from error


class NumberedUpdate(WireModel):
    """One own update; `n` counts up by one per device and document."""

    n: Number
    update: str


class NotePost(WireModel):
    """Own updates of one document, in the order they were typed."""

    device: str
    interview: str
    stage: str
    updates: list[NumberedUpdate]
    epoch: str | None = None


class NotePosted(WireModel):
    """How far the server has counted this device's updates, and the document's newest seq."""

    last_n: int
    seq: int


class SequencedUpdate(WireModel):
    """One update in the server's order."""

    seq: int
    update: str


class NoteUpdates(WireModel):
    """What a reader lacks of a document: first the snapshot where there is one, then updates."""

    snapshot: str | None = None
    snapshot_seq: int | None = None
    updates: list[SequencedUpdate]
    seq: int
    more: bool = False


class NoteText(WireModel):
    """The plain text of a document at `seq`."""

    text: str
    seq: int


class NotesPull(WireModel):
    """Which documents a client wants, and after which seq of each."""

    epoch: str | None = None
    docs: dict[str, Count]


class NotesPulled(WireModel):
    """The answer per document; one that is missing here does not exist for the caller."""

    docs: dict[str, NoteUpdates]
    more: bool = False
