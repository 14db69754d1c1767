"""What the screens of Cal.com show and act with; made when one of them is opened."""

from typing import NamedTuple

from interview_desk.services.availability import AvailabilityService, TextMemory
from interview_desk.services.connection import ConnectionDesk, InboxFeed
from interview_desk.services.event_types import EventTypeService
from interview_desk.services.holds import HoldDesk
from interview_desk.services.media import MediaService


class CalcomParts(NamedTuple):
    """The use cases around Cal.com; what asks the server is None for who works alone.

    `unsent` is what somebody typed to book and did not send.
    """

    times: AvailabilityService
    event_types: EventTypeService
    connection: ConnectionDesk
    inbox: InboxFeed
    media: MediaService
    unsent: TextMemory
    holds: HoldDesk | None = None
