"""What a transaction changed, told to listeners once it is committed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from interview_desk.services.ports import Change


@dataclass(slots=True)
class News:
    """What a transaction changed, told to listeners once it is committed."""

    records: set[Change] = field(default_factory=set)
    notes: dict[str, list[bytes]] = field(default_factory=dict)

    def record(self, entity: str, record_id: str) -> None:
        """The row reads differently now."""
        self.records.add(Change(entity, record_id))

    def note(self, doc: str, updates: Sequence[bytes]) -> None:
        """The document gained updates of others."""
        self.notes.setdefault(doc, []).extend(updates)
