"""What a person typed to book at Cal.com, as the records it becomes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from interview_desk.domain.instants import format_instant
from interview_desk.domain.status import Status
from interview_desk.domain.values import Json


@dataclass(frozen=True, slots=True)
class NewBooking:
    """What a person typed to book at Cal.com; the guest needs an address or a number."""

    event_type_id: int
    start: datetime
    minutes: int
    title: str
    zone: str | None = None
    name: str = ""
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    guest_zone: str = ""
    language: str = ""
    startup_id: str | None = None
    guide_id: str | None = None
    # Sent only where the event type has several lengths to choose from.
    choose_minutes: bool = False

    def draft(self) -> dict[str, Json]:
        """The interview as it stands until it is booked."""
        return _known(
            {
                "title": self.title.strip() or self.name.strip(),
                "status": Status.DRAFT,
                "start": format_instant(self.start),
                "end": format_instant(self.start + timedelta(minutes=self.minutes)),
                "zone": self.zone,
                "startup_id": self.startup_id,
                "guide_id": self.guide_id,
            }
        )

    def guest_of(self, interview_id: str) -> dict[str, Json]:
        """The guest of that interview."""
        return _known(
            {
                "interview_id": interview_id,
                "name": self.name.strip(),
                "email": self.email.strip() or None,
                "zone": self.guest_zone or None,
            }
        )

    def guest_to_book(self) -> dict[str, Json]:
        """The guest as Cal.com is told of them."""
        return _known(
            {
                "name": self.name.strip(),
                "email": self.email.strip() or None,
                "phone": self.phone.strip() or None,
                "zone": self.guest_zone or None,
                "language": self.language or None,
            }
        )


def _known(fields: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in fields.items() if value is not None}
