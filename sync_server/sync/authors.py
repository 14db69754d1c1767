"""Who makes a change."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Author:
    """A member with a device, or a part of the server under its own name.

    "clock" and "meeting" (Cal.com's MEETING_STARTED and MEETING_ENDED) only infer: a status they
    wrote gives way to any allowed move by a person.
    """

    name: Literal["member", "calcom", "clock", "meeting", "server"]
    member_id: str | None = None
    device_id: str | None = None

    @property
    def is_person(self) -> bool:
        """Whether the merge rule applies; the server's own parts have the last word."""
        return self.name == "member"

    @property
    def writer(self) -> str:
        """What is kept beside each field: the device, or the server's name for itself."""
        return self.device_id or self.name
