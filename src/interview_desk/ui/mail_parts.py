"""What the place of follow-up mail shows and acts with; made when it is opened."""

from typing import NamedTuple

from interview_desk.services.follow_ups import FollowUpService
from interview_desk.services.sequences import SequenceService
from interview_desk.services.trying_out import TryingOut


class MailParts(NamedTuple):
    """The use cases of mail to guests."""

    follow_ups: FollowUpService
    sequences: SequenceService
    trying_out: TryingOut
