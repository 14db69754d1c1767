"""Errors as RFC 9457 problem documents, and the stable codes they carry."""

from enum import StrEnum

from pydantic import ConfigDict, Field

from interview_desk.wire.model import WireModel

PROBLEM_TYPE = "application/problem+json"


class Code(StrEnum):
    """What went wrong, in a word that programs may rely on."""

    # Signing in
    UNAUTHORIZED = "unauthorized"
    PAIRING_CODE_INVALID = "pairing_code_invalid"
    REFRESH_TOKEN_INVALID = "refresh_token_invalid"  # noqa: S105  - a code, not a secret
    DEVICE_REVOKED = "device_revoked"
    TOO_MANY_TRIES = "too_many_tries"
    PROTOCOL_UNSUPPORTED = "protocol_unsupported"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    # Any call
    METHOD_NOT_ALLOWED = "method_not_allowed"
    INVALID_REQUEST = "invalid_request"
    TOO_LARGE = "too_large"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"
    # Sync
    WRONG_DEVICE = "wrong_device"
    SEQUENCE_GAP = "sequence_gap"
    DEVICE_REUSED = "device_reused"
    EPOCH_CHANGED = "epoch_changed"
    RESYNC_REQUIRED = "resync_required"
    BATCH_TOO_LARGE = "batch_too_large"
    # Notes
    DOCUMENT_MISMATCH = "document_mismatch"
    NOTE_UPDATE_INVALID = "note_update_invalid"
    NOTE_DAMAGED = "note_damaged"
    MERGED = "merged"
    # Cal.com
    SIGNATURE_INVALID = "signature_invalid"
    NOT_AN_EVENT = "not_an_event"
    CALCOM_UNAVAILABLE = "calcom_unavailable"
    CALCOM_OFF = "calcom_off"
    CALCOM_REFUSED = "calcom_refused"
    SLOT_TAKEN = "slot_taken"
    RECORDINGS_NOT_KEPT = "recordings_not_kept"


class ProblemError(WireModel):
    """One thing that is wrong with the request, and where."""

    path: str
    detail: str
    code: str | None = None


class Problem(WireModel):
    """A problem document; members beyond the standard ones stay readable as extras."""

    model_config = ConfigDict(frozen=True, extra="allow")

    type: str = "about:blank"
    title: str = ""
    status: int = 0
    detail: str | None = None
    code: str = ""
    errors: list[ProblemError] = Field(default_factory=list)

    def member(self, name: str) -> object:
        """The extra member `name` (such as `last_n`), or None."""
        return (self.__pydantic_extra__ or {}).get(name)
