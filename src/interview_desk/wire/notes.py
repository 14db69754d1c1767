"""The notes of a stage: updates of the text going up and coming down."""

import base64
import binascii

from pydantic import Field

from interview_desk.wire.model import Count, Instant, Number, WireModel

# What our client sends at most in one update; the server takes more from others.
MAX_OWN_UPDATE_BYTES = 256 * 1024
MAX_UPDATE_BYTES = 1024 * 1024
MAX_NOTES_BODY_BYTES = 8 * 1024 * 1024
MAX_UPDATES = 500
MAX_PULLED_DOCS = 200
NOTES_PULL_BYTES = 1024 * 1024
VERSIONS_LIMIT = 200


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

    last_n: Count
    seq: Count


class SequencedUpdate(WireModel):
    """One update in the server's order; `by` is the member who typed it, None for the server."""

    seq: Count
    update: str
    by: str | None = None
    at: Instant | None = None


class NoteUpdates(WireModel):
    """What a reader lacks of a document: first the snapshot where there is one, then updates."""

    snapshot: str | None = None
    snapshot_seq: Count | None = None
    updates: list[SequencedUpdate]
    seq: Count
    more: bool = False


class NoteText(WireModel):
    """The plain text of a document at `seq`."""

    text: str
    seq: Count


class NotesPull(WireModel):
    """Which documents a client wants, and after which seq of each."""

    epoch: str | None = None
    docs: dict[str, Count]


class NotesPulled(WireModel):
    """The answer per document; one that is missing here does not exist for the caller.

    `damaged` are documents that exist, but whose stored copy cannot be trusted.
    """

    docs: dict[str, NoteUpdates]
    more: bool = False
    damaged: list[str] | None = None


class NoteVersion(WireModel):
    """The document as a stretch of typing left it: `seq` is the last update of the stretch.

    It was typed from `began` until `at` by the members `by`, first typist first.
    """

    seq: Count
    began: Instant
    at: Instant
    by: list[str] = Field(default_factory=list)


class NoteVersions(WireModel):
    """Earlier versions of a document, newest first; with `more`, ask before the last of them."""

    versions: list[NoteVersion]
    seq: Count
    more: bool = False


class NoteVersionText(WireModel):
    """The plain text of a document as it stood at `seq`, and who had typed last, when."""

    text: str
    seq: Count
    at: Instant
    by: str | None = None
