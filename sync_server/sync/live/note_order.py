"""Putting the news of notes back in order.

Two transactions commit in the order of their numbers, but the news of them may overtake each
other on the way out of two threads, or out of two processes.
"""

from sync_server.sync.notes.taking import NoteAppended


class NoteOrder:
    """Hands on updates of watched documents by their numbers; holds back what comes too early."""

    def __init__(self) -> None:
        self._next: dict[str, int] = {}
        self._early: dict[str, dict[int, NoteAppended]] = {}

    def arrived(self, news: NoteAppended) -> list[NoteAppended]:
        """What may go out now that `news` is here; nothing of what has been passed over."""
        doc, seq = news.doc, news.kept.seq
        expected = self._next.setdefault(doc, seq)
        if seq < expected:
            return []
        self._early.setdefault(doc, {})[seq] = news
        return self._ready(doc)

    def is_waiting(self, doc: str) -> bool:
        """Whether something of the document is held back."""
        return bool(self._early.get(doc))

    def give_up(self, doc: str) -> list[NoteAppended]:
        """What was held back, without what it waited for: readers see the gap and pull."""
        early = self._early.get(doc)
        if not early:
            return []
        self._next[doc] = min(early)
        return [*self._ready(doc), *self.give_up(doc)]

    def forget(self, doc: str) -> None:
        """Nobody watches the document any more."""
        self._next.pop(doc, None)
        self._early.pop(doc, None)

    def _ready(self, doc: str) -> list[NoteAppended]:
        early = self._early[doc]
        ready = []
        while self._next[doc] in early:
            ready.append(early.pop(self._next[doc]))
            self._next[doc] += 1
        return ready
