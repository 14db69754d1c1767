"""Places in a note that stay with their character, whatever is typed before or after it.

The engine's own sticky positions count bytes where they should count UTF-16 units, and panic
behind an emoji. So a scratch copy is asked instead: a mark put into it says which character it
came to stand behind, and a mark put behind a character says where that is.
"""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from pycrdt import Doc, Text, TextEvent, TransactionEvent

from interview_desk.notes.encoding import ROOT, origin_of

# Two authors that no session draws; what they write never leaves the scratch copy.
_ASKING, _MARKING = 0, 1
_MARK: Final = "|"
# Each mark leaves a trace behind; from so many on a fresh copy is quicker.
_WORN_AFTER: Final = 2_000
_NO_DELETIONS: Final = b"\x00"
_STRING_AFTER: Final = b"\x84"


class Anchor(NamedTuple):
    """Behind one character, named by its author and their count; the same for everybody."""

    author: int
    clock: int


class Anchors:
    """Finds anchors and places in bytes, on a scratch copy that follows the note."""

    def __init__(self, state: bytes) -> None:
        self._doc: Doc[Text] = Doc(client_id=_ASKING)
        self._text = Text()
        self._doc[ROOT] = self._text
        # Where each mark was put, because the next one may come to stand behind its trace.
        self._marks: list[Anchor] = []
        self._answers: list[Anchor] = []
        self._waiting: list[bytes] = [state]
        self._written: list[bytes] = []
        self._moved: list[list[dict[str, Any]]] = []
        self._subscriptions = (
            self._doc.observe(self._take_update),
            self._text.observe(self._take_event),
        )

    @property
    def is_worn(self) -> bool:
        """Whether a new copy would answer faster."""
        return len(self._marks) + len(self._answers) > _WORN_AFTER

    def follow(self, updates: Iterable[bytes]) -> None:
        """The note has changed; nothing is done with it until somebody asks."""
        self._waiting.extend(updates)

    def at_byte(self, byte: int) -> Anchor:
        """The character before `byte`, which is not the start of the text."""
        self._catch_up()
        self._text.insert(byte, _MARK)
        answer = self._meant(origin_of(self._written[-1]))
        self._answers.append(answer)
        del self._text[byte : byte + 1]
        return answer

    def byte_of(self, anchor: Anchor) -> int | None:
        """Where the text behind the anchor's character begins, in bytes; the character is known."""
        self._catch_up()
        self._moved.clear()
        self._doc.apply_update(
            b"\x01\x01"
            + _number(_MARKING)
            + _number(len(self._marks))
            + _STRING_AFTER
            + _number(anchor.author)
            + _number(anchor.clock)
            + _number(len(_MARK))
            + _MARK.encode()
            + _NO_DELETIONS
        )
        self._marks.append(anchor)
        if not self._moved:
            return None
        byte = int(self._moved[0][0].get("retain", 0))
        del self._text[byte : byte + 1]
        return byte

    def _meant(self, origin: tuple[int, int]) -> Anchor:
        author, clock = origin
        if author == _ASKING:
            return self._answers[clock]
        return self._marks[clock] if author == _MARKING else Anchor(author, clock)

    def _catch_up(self) -> None:
        waiting, self._waiting = self._waiting, []
        with self._doc.transaction():
            for update in waiting:
                self._doc.apply_update(update)
        self._written.clear()

    def _take_update(self, event: TransactionEvent) -> None:
        self._written.append(event.update)

    def _take_event(self, event: TextEvent) -> None:
        self._moved.append(event.delta)  # type: ignore[attr-defined]  # a slot without a type


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:  # noqa: PLR2004  - seven bits to a byte, the highest says that more follows
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
