"""What the place of follow-up mail shows and acts with; made when it is opened."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from interview_desk.domain.values import Json
from interview_desk.services.follow_ups import FollowUpService
from interview_desk.services.sequences import SequenceService
from interview_desk.services.trying_out import TryingOut


class Drafts(Protocol):
    """What a person was writing and has not kept, on this computer alone."""

    async def all(self) -> dict[str, Json]:
        """Each under its name."""
        ...

    async def keep(self, drafts: Mapping[str, Json]) -> None:
        """These and no others."""
        ...


class MailParts(NamedTuple):
    """The use cases of mail to guests."""

    follow_ups: FollowUpService
    sequences: SequenceService
    trying_out: TryingOut
    drafts: Drafts
