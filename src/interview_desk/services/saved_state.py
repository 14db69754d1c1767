"""Whether what was typed is safe, in words."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum


class Saving(StrEnum):
    """Where the typed text is."""

    SAVED = "saved"
    SAVING = "saving"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SavedState:
    """Where the typed text is, since when, and why it is not on disk."""

    saving: Saving
    at: datetime
    reason: str = ""

    def words(self, zone: tzinfo, *, offline: bool = False) -> str:
        """What the person reads: `Saved on this device 11:47 · offline, will sync`."""
        if self.saving is Saving.SAVING:
            return "Saving\N{HORIZONTAL ELLIPSIS}"
        if self.saving is Saving.FAILED:
            return f"Not saved yet: {self.reason}"
        later = " \N{MIDDLE DOT} offline, will sync" if offline else ""
        return f"Saved on this device {self.at.astimezone(zone):%H:%M}{later}"
