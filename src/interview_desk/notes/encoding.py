"""Reading the shape of a Yjs update (version 1) without trusting it.

The engine allocates what a length field promises before it looks whether the bytes are there, and
it accepts content that is not text and would shift every position. So each update is read here
first: cheap, bounded by the bytes that exist, and strict about what a note may hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from interview_desk.domain.errors import DeskError

ROOT: Final = "text"

_ITEM_KIND: Final = 0x1F
_HAS_ORIGIN: Final = 0x80
_HAS_RIGHT_ORIGIN: Final = 0x40
_HAS_PARENT_KEY: Final = 0x20
_COLLECTED, _DELETED, _STRING, _FORMAT, _SKIP = 0, 1, 4, 6, 10
# A clock counts typed UTF-16 units of one session; the engine keeps it in 32 bits.
_LARGEST_CLOCK: Final = 2**31
_LARGEST_CLIENT: Final = 2**53


class NoteUpdateInvalid(DeskError):  # noqa: N818  - reads as the protocol's code note_update_invalid
    """These bytes are not an update of a note; nothing was changed."""

    code = "note_update_invalid"


@dataclass(frozen=True, slots=True)
class Shape:
    """What an update touches: per author, where its text and its deletions end."""

    written: Mapping[int, int]
    deleted: Mapping[int, int]


class _Reader:
    """Takes numbers and texts off the front of untrusted bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def at_end(self) -> bool:
        return self._at == len(self._data)

    def byte(self) -> int:
        if self._at >= len(self._data):
            raise NoteUpdateInvalid("The update ends too early.")
        value = self._data[self._at]
        self._at += 1
        return value

    def number(self, limit: int) -> int:
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if value > limit:
                raise NoteUpdateInvalid("The update holds a number that is too large.")
            if byte < 0x80:  # noqa: PLR2004  - the highest bit says that more follows
                return value
            shift += 7

    def count(self) -> int:
        """A number of things that each take at least one byte, so never more than what is left."""
        return self.number(len(self._data) - self._at)

    def text(self) -> str:
        size = self.count()
        end = self._at + size
        if end > len(self._data):
            raise NoteUpdateInvalid("The update ends too early.")
        raw = self._data[self._at : end]
        self._at = end
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            raise NoteUpdateInvalid("The update holds bytes that are not text.") from error


def shape_of(update: bytes) -> Shape:
    """What `update` touches; NoteUpdateInvalid where it is not an update of a note's text."""
    reader = _Reader(update)
    written: dict[int, int] = {}
    for _ in range(reader.count()):
        _read_author(reader, written)
    deleted: dict[int, int] = {}
    for _ in range(reader.count()):
        _read_deletions(reader, deleted)
    if not reader.at_end:
        raise NoteUpdateInvalid("The update goes on after its end.")
    return Shape(written, deleted)


def clocks_of(state_vector: bytes) -> Mapping[int, int]:
    """Up to where each author's text is known, from an encoded state vector."""
    reader = _Reader(state_vector)
    return {
        reader.number(_LARGEST_CLIENT): reader.number(_LARGEST_CLOCK) for _ in range(reader.count())
    }


def origin_of(update: bytes) -> tuple[int, int]:
    """Which character the first piece of `update`, typed behind one, has before it."""
    reader = _Reader(update)
    for _ in ("authors", "pieces"):
        reader.count()
    reader.number(_LARGEST_CLIENT)
    reader.number(_LARGEST_CLOCK)
    reader.byte()
    return reader.number(_LARGEST_CLIENT), reader.number(_LARGEST_CLOCK)


def units(text: str) -> int:
    """The length of `text` in UTF-16 units, as clocks and Qt count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _read_author(reader: _Reader, written: dict[int, int]) -> None:
    structs = reader.count()
    author = reader.number(_LARGEST_CLIENT)
    clock = reader.number(_LARGEST_CLOCK)
    if structs == 0:  # no encoder writes this, and the engine panics on it
        raise NoteUpdateInvalid("The update names an author who wrote nothing.")
    for _ in range(structs):
        info = reader.byte()
        length = _read_struct(reader, info)
        clock += length
        if clock > _LARGEST_CLOCK:
            raise NoteUpdateInvalid("The update holds a number that is too large.")
        if info & _ITEM_KIND != _SKIP:
            written[author] = max(clock, written.get(author, 0))


def _read_struct(reader: _Reader, info: int) -> int:
    kind = info & _ITEM_KIND
    if kind in {_COLLECTED, _SKIP}:
        length = reader.number(_LARGEST_CLOCK)
    else:
        _read_place(reader, info)
        length = _read_content(reader, kind)
    if length == 0:
        raise NoteUpdateInvalid("The update holds an empty piece.")
    return length


def _read_place(reader: _Reader, info: int) -> None:
    for flag in (_HAS_ORIGIN, _HAS_RIGHT_ORIGIN):
        if info & flag:
            reader.number(_LARGEST_CLIENT)
            reader.number(_LARGEST_CLOCK)
    if info & (_HAS_ORIGIN | _HAS_RIGHT_ORIGIN):
        return
    in_root = reader.number(1) == 1
    if not in_root or reader.text() != ROOT or info & _HAS_PARENT_KEY:
        raise NoteUpdateInvalid("The update writes to something else than the note's text.")


def _read_content(reader: _Reader, kind: int) -> int:
    if kind == _DELETED:
        return reader.number(_LARGEST_CLOCK)
    if kind == _STRING:
        return units(reader.text())
    if kind == _FORMAT:
        reader.text()
        reader.text()
        return 1
    raise NoteUpdateInvalid("The update holds something that is not text.")


def _read_deletions(reader: _Reader, deleted: dict[int, int]) -> None:
    author = reader.number(_LARGEST_CLIENT)
    for _ in range(reader.count()):
        end = reader.number(_LARGEST_CLOCK) + reader.number(_LARGEST_CLOCK)
        if end > _LARGEST_CLOCK:
            raise NoteUpdateInvalid("The update holds a number that is too large.")
        deleted[author] = max(end, deleted.get(author, 0))
