"""What was last written to an interview on Cal.com's behalf, so that only news is written."""

import json
from dataclasses import dataclass, field
from typing import Any, Final

from interview_desk.domain.bookings import Progress
from interview_desk.domain.status import Status
from interview_desk.domain.values import Json

# In place of a record's id.
ANNOUNCED: Final = ""


@dataclass(slots=True)
class Written:
    """Cal.com's side of one interview as it was at the last fold.

    `guests`, `recordings`, `transcripts` and `assignments` say which record stands for which
    guest (by key), recording or transcript (by digest) and host (by address); `people` holds the
    last values of each guest, and lacks those who are no longer expected. What is `ANNOUNCED` has
    no record: it is only known that Cal.com has it.
    """

    fields: dict[str, Json] = field(default_factory=dict)
    newest: str | None = None
    said: Status | None = None
    progress: Progress = Progress.NONE
    # Where the interview stood before it was marked as missed.
    before_no_show: Status | None = None
    hosts: list[dict[str, str | None]] = field(default_factory=list)
    guests: dict[str, str] = field(default_factory=dict)
    people: dict[str, dict[str, Json]] = field(default_factory=dict)
    recordings: dict[str, str] = field(default_factory=dict)
    transcripts: dict[str, str] = field(default_factory=dict)
    assignments: dict[str, str] = field(default_factory=dict)

    @property
    def booking_uids(self) -> list[str]:
        """The interview's bookings, oldest first."""
        uids = self.fields.get("booking_uids")
        return [str(uid) for uid in uids] if isinstance(uids, list) else []

    @property
    def announced(self) -> tuple[int, int]:
        """How many recordings and transcripts Cal.com has that are not linked."""
        sorts = (self.recordings, self.transcripts)
        recordings, transcripts = ([*known.values()].count(ANNOUNCED) for known in sorts)
        return recordings, transcripts

    def spelled(self) -> str:
        """The same as JSON."""
        said = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(said, ensure_ascii=False)


def read(text: str) -> Written:
    """What `text` spells."""
    said: dict[str, Any] = json.loads(text)
    written = Written(**said)
    written.said = Status(said["said"]) if said["said"] else None
    written.progress = Progress(said["progress"])
    before = said["before_no_show"]
    written.before_no_show = Status(before) if before else None
    return written
