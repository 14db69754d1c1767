"""What a transaction changed, told to listeners once it is committed."""

from collections.abc import Iterable, Sequence

from interview_desk.services.ports import Change


class News:
    """What a transaction changed, told to listeners once it is committed."""

    def __init__(self) -> None:
        self.records: set[Change] = set()
        self.notes: dict[str, list[bytes]] = {}

    def record(self, entity: str, record_id: str) -> None:
        """The row reads differently now."""
        self.records.add(Change(entity, record_id))

    def record_all(self, rows: Iterable[tuple[str, str]]) -> None:
        """So do all of these."""
        self.records.update(map(Change._make, rows))

    def note(self, doc: str, updates: Sequence[bytes]) -> None:
        """The document gained updates of others."""
        self.notes.setdefault(doc, []).extend(updates)
