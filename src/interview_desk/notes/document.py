"""One note as an editor sees it: text that several people change at once."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple

from pycrdt import Doc, Text, TextEvent, TransactionEvent, UndoManager

from interview_desk.notes.anchors import Anchor, Anchors
from interview_desk.notes.encoding import ROOT, NoteUpdateInvalid, clocks_of, shape_of, units
from interview_desk.notes.keystrokes import Change, Keystrokes
from interview_desk.notes.positions import TextIndex

# A large paste is several transactions, so that no update exceeds 256 KiB on the wire.
_PASTE_BYTES: Final = 128 * 1024
# Deleted text names each author's ranges; this many units stay below 256 KiB at their worst.
_DELETE_UNITS: Final = 16 * 1024
_UNDO_GROUP_MS: Final = 600
_MINE: Final = "mine"


class Delta(NamedTuple):
    """At `position`, `removed` units went and `inserted` came; all in UTF-16 units."""

    position: int
    removed: int
    inserted: str


class NoteDocument:
    """A text that merges with what others type, addressed in the units that Qt uses.

    Every change made here is reported to `on_local_update` as bytes to keep and send; changes of
    others come in through `apply`, strictly in the server's order. Use it on one thread.

    What is typed with `type_key` is told by one call of `on_waiting` and reported by the next
    `settle`; everything that is asked here counts it in.
    """

    def __init__(
        self,
        on_local_update: Callable[[bytes], None] | None = None,
        *,
        client_id: int | None = None,
        on_waiting: Callable[[], None] | None = None,
    ) -> None:
        # Without an id the engine draws one: two live sessions with one id diverge silently.
        self._doc: Doc[Text] = Doc(client_id=client_id)
        self._text = Text()
        self._doc[ROOT] = self._text
        self._index = TextIndex()
        self._keys = Keystrokes()
        self._report = on_local_update
        self._tell_waiting = on_waiting
        self._updates: list[bytes] = []
        self._events: list[list[dict[str, Any]]] = []
        self._anchors: Anchors | None = None
        self._undo_clock = 0
        self._undo_weight = 0
        self._undo = self._undo_manager()
        self._subscriptions = (
            self._doc.observe(self._take_update),
            self._text.observe(self._take_event),
        )

    @property
    def text(self) -> str:
        """The whole note."""
        self.settle()
        return str(self._index)

    @property
    def length(self) -> int:
        """The note's length in UTF-16 units."""
        return self._index.length + self._keys.growth

    @property
    def has_pairs(self) -> bool:
        """Whether some character takes two units, so that a position can be inside of one."""
        return self._index.pairs > 0

    @property
    def is_settled(self) -> bool:
        """Whether everything typed has been reported."""
        return not self._keys

    @property
    def client_id(self) -> int:
        """Who this session is among the authors of the note; random for each session."""
        return self._doc.client_id

    def between(self, start: int, end: int) -> str:
        """The text from one position to another, whole characters only."""
        self.settle()
        return self._index.between(start, end)

    def type_key(self, position: int, *, removed: int = 0, text: str = "") -> None:
        """Like `delete` and `insert`, at the price of a keystroke; for characters of one unit."""
        was_settled = not self._keys
        self._keys.add(Change(position, removed, text))
        if was_settled and self._tell_waiting is not None:
            self._tell_waiting()

    def settle(self) -> None:
        """Report what was typed so far."""
        if self._keys:
            for change in self._keys.take():
                self.delete(change.position, change.removed)
                self.insert(change.position, change.text)

    def insert(self, position: int, text: str) -> int:
        r"""Type `text` at `position`; returns how many units came in.

        Line ends become `\n` and halves of surrogate pairs U+FFFD. A position inside a
        surrogate pair counts as the one before it.
        """
        self.settle()
        at = self._index.snap(position)
        before = self._index.length
        for part in _parts(normal(text)):
            self._group_undo(len(part.encode()))
            self._insert(at, part)
            at += units(part)
        return self._index.length - before

    def delete(self, position: int, length: int) -> None:
        """Remove `length` units from `position`; a character is removed as a whole or not."""
        self.settle()
        start = self._index.snap(position)
        end = self._index.snap_end(position + length)
        while start < end:
            stop = self._index.snap_end(min(end, start + _DELETE_UNITS))
            self._delete(start, stop)
            end -= stop - start

    def apply(self, updates: Iterable[bytes], *, checked: bool = False) -> list[Delta]:
        """Take in what others typed; returns what that changed, to be shown in this order.

        NoteUpdateInvalid, and nothing changes, when one of them is no update of a note; where they
        were `checked` before, reading them is much faster, and such a one may stop halfway.
        """
        self.settle()
        updates = list(updates)
        for update in () if checked else updates:
            require_note_update(update)
        self._take_in(updates)
        self._updates.clear()
        return self._deltas()

    def undo(self) -> list[Delta]:
        """Take back the last thing typed here, never what others typed."""
        self.settle()
        self._undo.undo()
        return self._finish_undo()

    def redo(self) -> list[Delta]:
        """Do again what `undo` took back."""
        self.settle()
        self._undo.redo()
        return self._finish_undo()

    def end_undo_step(self) -> None:
        """What is typed from now on is undone on its own."""
        self.settle()
        self._undo_clock += 2 * _UNDO_GROUP_MS
        self._undo_weight = 0

    def forget_undo(self) -> None:
        """Nothing that is in the note now can be undone."""
        self.settle()
        self._undo.clear()

    def anchor_at(self, position: int) -> Anchor | None:
        """What to tell others of a place, so that it stays with its character; None: the start."""
        self.settle()
        byte = self._index.byte_at(self._index.snap(position))
        return self._following().at_byte(byte) if byte else None

    def position_of(self, anchor: Anchor | None) -> int | None:
        """Where `anchor` is now; None while its character has not arrived here."""
        if anchor is None:
            return 0
        if anchor.clock >= clocks_of(self.state_vector()).get(anchor.author, 0):
            return None
        byte = self._following().byte_of(anchor)
        return None if byte is None else self._index.position_at(byte)

    def state_vector(self) -> bytes:
        """What this copy knows, for asking somebody else what is missing."""
        self.settle()
        return self._doc.get_state()

    def updates_since(self, state_vector: bytes | None = None) -> bytes:
        """Everything a copy with `state_vector` lacks, as one update; all of it without one."""
        if state_vector is not None:
            clocks_of(state_vector)
        self.settle()
        return self._doc.get_update(state_vector)

    def _following(self) -> Anchors:
        # Most notes are open on one desk only: the copy is made for the first who asks.
        if self._anchors is None or self._anchors.is_worn:
            self._anchors = Anchors(self._doc.get_update())
        return self._anchors

    def _take_in(self, updates: Iterable[bytes]) -> None:
        try:
            with self._doc.transaction():
                for update in updates:
                    self._doc.apply_update(update)
        except ValueError as error:
            raise NoteUpdateInvalid("The update cannot be read.") from error

    def _undo_manager(self) -> UndoManager:
        undo = UndoManager(
            scopes=[self._text], capture_timeout_millis=_UNDO_GROUP_MS, timestamp=self._undo_time
        )
        undo.include_origin(_MINE)
        return undo

    def _undo_time(self) -> int:
        return time.monotonic_ns() // 1_000_000 + self._undo_clock

    def _group_undo(self, weight: int) -> None:
        # Undoing one step writes one update: keep what a step can bring back below the limit.
        self._undo_weight += weight
        if self._undo_weight > _PASTE_BYTES:
            self.end_undo_step()
            self._undo_weight = weight

    def _insert(self, at: int, part: str) -> None:
        with self._doc.transaction(origin=_MINE):
            self._text.insert(self._index.byte_at(at), part)
        self._index.insert(at, part)
        self._events.clear()
        self._emit()

    def _delete(self, start: int, end: int) -> None:
        first, last = self._index.byte_at(start), self._index.byte_at(end)
        self._group_undo(last - first)
        with self._doc.transaction(origin=_MINE):
            del self._text[first:last]
        self._index.delete(start, end)
        self._events.clear()
        self._emit()

    def _finish_undo(self) -> list[Delta]:
        self.end_undo_step()
        deltas = self._deltas()
        self._emit()
        return deltas

    def _emit(self) -> None:
        updates, self._updates = self._updates, []
        if self._report is not None:
            for update in updates:
                self._report(update)

    def _take_update(self, event: TransactionEvent) -> None:
        # Called inside the engine, where an exception is lost: only collect.
        self._updates.append(event.update)
        if self._anchors is not None:
            self._anchors.follow((event.update,))

    def _take_event(self, event: TextEvent) -> None:
        self._events.append(event.delta)  # type: ignore[attr-defined]  # a slot without a type

    def _deltas(self) -> list[Delta]:
        events, self._events = self._events, []
        return [delta for event in events for delta in self._follow(event)]

    def _follow(self, event: list[dict[str, Any]]) -> Iterator[Delta]:
        """Bring the index up to date with an event of the engine, whose lengths are in bytes."""
        at = 0
        for step in event:
            text, gone = step.get("insert", ""), step.get("delete", 0)
            end = self._after(at, gone)
            if gone:
                self._index.delete(at, end)
            self._index.insert(at, text)
            if gone or text:
                yield Delta(at, end - at, text)
            at = self._after(at + units(text), step.get("retain", 0))

    def _after(self, position: int, size: int) -> int:
        return self._index.position_at(self._index.byte_at(position) + size) if size else position


def require_note_update(update: bytes) -> None:
    """Raise NoteUpdateInvalid unless `update` can be applied to any copy of the note."""
    shape_of(update)
    scratch: Doc[Text] = Doc()
    try:
        scratch.apply_update(update)
    except ValueError as error:
        raise NoteUpdateInvalid("The update cannot be read.") from error


def normal(text: str) -> str:
    r"""`text` with `\n` as its only line end and no half of a surrogate pair."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _parts(text: str) -> Iterator[str]:
    step = _PASTE_BYTES // 4  # a character takes at most four bytes
    return (text[start : start + step] for start in range(0, len(text), step))
