"""Who somebody is in the team, and in one interview."""

from enum import StrEnum


class Role(StrEnum):
    """A member's role in the workspace; it decides what they see and may change."""

    OWNER = "owner"
    ADMIN = "admin"
    INTERVIEWER = "interviewer"
    OBSERVER = "observer"
    EXTERNAL = "external"

    @property
    def runs_the_team(self) -> bool:
        """Whether this role manages members, guides, rules and flags."""
        return self in {Role.OWNER, Role.ADMIN}

    @property
    def runs_interviews(self) -> bool:
        """Whether this role books interviews and decides about mail to guests."""
        return self.runs_the_team or self is Role.INTERVIEWER


class AssignmentRole(StrEnum):
    """What a member does in one interview."""

    LEAD = "lead"
    NOTE_TAKER = "note_taker"
    OBSERVER = "observer"
    SHADOW = "shadow"


class AssignmentState(StrEnum):
    """Whether the member has said yes."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
