"""A shelf of refused edits and an index of words, in memory."""

from collections.abc import Callable, Sequence

from interview_desk.domain.search_words import HIT_BEGINS, HIT_ENDS
from interview_desk.domain.values import Json
from interview_desk.services.exchange import Quarantined
from interview_desk.services.ports import Listener
from interview_desk.services.search import Hit, Results, results_of
from interview_desk.store.projection import milliseconds
from interview_desk.store.search_texts import record_text
from tests.helpers.desk import NOW, MemoryRecords


class MemoryShelf:
    """Implements `SetAsideShelf`; what is decided is in `done`."""

    def __init__(self, records: MemoryRecords) -> None:
        self.items: list[Quarantined] = []
        self.done: list[tuple[str, int]] = []
        self._records = records

    def edit(self, entity: str, record_id: str, *, code: str, **fields: Json) -> None:
        content: Json = {"op": "put", "fields": fields}
        self._add("edit", entity, record_id, content=content, text="", code=code)

    def note(self, interview_id: str, stage: str, *, doc: str, text: str, code: str) -> None:
        content: Json = {"interview_id": interview_id, "stage": stage, "updates": []}
        self._add("note", "note_documents", doc, content=content, text=text, code=code)

    def _add(self, kind, entity: str, record_id: str, *, content: Json, text: str, code: str):
        number = len(self.items) + 1
        item = Quarantined(number, kind, entity, record_id, content, text, code, None, NOW)
        self.items.insert(0, item)

    async def quarantined(self) -> Sequence[Quarantined]:
        return tuple(self.items)

    async def retry(self, quarantined_id: int) -> None:
        self._end("retry", quarantined_id)

    async def discard(self, quarantined_id: int) -> None:
        self._end("discard", quarantined_id)

    def _end(self, what: str, number: int) -> None:
        self.done.append((what, number))
        self.items = [item for item in self.items if item.id != number]


class MemoryIndex:
    """Implements `SearchIndex` over records, and notes that a test writes."""

    def __init__(self, records: MemoryRecords) -> None:
        self._records = records
        self.notes: list[tuple[str, str, str]] = []
        self.unread = 0

    async def look_up(self, expression: str, *, limit: int) -> Results:
        words = [part.strip('"') for part in expression.split("*") if part.strip()]
        words = [word.strip().strip('"').casefold() for word in words]
        found = [hit for hit in self._all() if _has(hit, words)]
        return results_of([_marked(hit, words) for hit in found[:limit]], self.unread)

    async def settle(self) -> bool:
        return False

    def on_change(self, listener: Listener) -> Callable[[], None]:
        return self._records.on_change(listener)

    def _all(self) -> list[Hit]:
        hits = []
        for (entity, record_id), row in self._records.rows.items():
            text = record_text(entity, record_id, row.fields)
            if text is not None:
                known = self._interview(text.interview_id)
                hits.append(Hit(entity, record_id, text.stage, text.title, text.body, *known))
        for interview_id, stage, words in self.notes:
            known = self._interview(interview_id)
            hits.append(Hit("note_documents", f"{interview_id}/{stage}", stage, "", words, *known))
        return hits

    def _interview(self, key: str | None) -> tuple[str | None, str | None, int | None]:
        row = self._records.rows.get(("interviews", key or ""))
        if row is None:
            return None, None, None
        return row.id, str(row.fields.get("title")), milliseconds(row.fields.get("start"))


def _has(hit: Hit, words: Sequence[str]) -> bool:
    parts = f"{hit.title} {hit.body}".casefold().split()
    return all(any(part.startswith(word) for part in parts) for word in words)


def _marked(hit: Hit, words: Sequence[str]) -> Hit:
    return hit._replace(title=_mark(hit.title, words), body=_mark(hit.body, words))


def _mark(text: str, words: Sequence[str]) -> str:
    return " ".join(
        f"{HIT_BEGINS}{part}{HIT_ENDS}" if part.casefold().startswith(tuple(words)) else part
        for part in text.split(" ")
    )
