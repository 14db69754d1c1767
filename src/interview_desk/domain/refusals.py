"""Why a change is refused for good."""

from enum import StrEnum

from interview_desk.domain.errors import DeskError


class Rejection(StrEnum):
    """The reason, in a word that programs may rely on."""

    NOT_FOUND = "not_found"
    FORBIDDEN = "forbidden"
    USE_BOOKING_REQUEST = "use_booking_request"
    MOVE_NOT_ALLOWED = "move_not_allowed"
    TEXT_CHANGED = "text_changed"
    ERASED = "erased"
    LAST_OWNER = "last_owner"
    UNKNOWN_ENTITY = "unknown_entity"
    UNKNOWN_FIELD = "unknown_field"
    INVALID_ID = "invalid_id"
    INVALID_VALUE = "invalid_value"
    TOO_LARGE = "too_large"


class ChangeRefusedError(DeskError):
    """A change that cannot be made; the sentence says why, and never repeats what was sent."""

    def __init__(self, reason: Rejection, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason
        self.code = reason.value
