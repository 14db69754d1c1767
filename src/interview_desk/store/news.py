"""What a transaction changed, told to listeners once it is committed."""

from collections.abc import Sequence

from interview_desk.services.ports import Change


class News:
    """What a transaction changed, told to listeners once it is committed."""

    def __init__(self) -> None:
        self.records: set[Change] = set()
        self.notes: dict[str, list[bytes]] = {}

    def record(self, entity: str, record_id: str) -> None:
        """The row reads differently now."""
        self.records.add(Change(entity, record_id))

    def note(self, doc: str, updates: Sequence[bytes]) -> None:
        """The document gained updates of others."""
        self.notes.setdefault(doc, []).extend(updates)
