"""Positions: editors count UTF-16 units, the engine counts UTF-8 bytes.

A note is kept in pieces with both lengths, so that a keystroke in a long note converts one piece.
"""

from typing import NamedTuple

from typing_extensions import override

from interview_desk.notes.encoding import units

_PIECE = 1024  # characters; converting one costs a few microseconds


class _Piece(NamedTuple):
    text: str
    units: int
    size: int  # bytes in UTF-8


class _Place(NamedTuple):
    """A position inside the pieces; `start` is where the piece begins."""

    piece: int
    start: int
    offset: int  # characters into the piece


class TextIndex:
    """A copy of the text that knows where every position is, in both ways of counting."""

    def __init__(self) -> None:
        # Never empty, so that every position lies in some piece.
        self._pieces = [_Piece("", 0, 0)]
        self.length = 0
        self.size = 0
        self.pairs = 0  # characters of two units

    @override
    def __str__(self) -> str:
        return "".join(piece.text for piece in self._pieces)

    def between(self, start: int, end: int) -> str:
        """The text from one position to another; both are clamped and snapped outwards."""
        raw = str(self).encode("utf-16-le")
        return raw[2 * self.snap(start) : 2 * self.snap_end(end)].decode("utf-16-le")

    def snap(self, position: int) -> int:
        """`position` clamped to the text, and moved back when inside a surrogate pair."""
        position = max(0, min(position, self.length))
        if self.size == self.length:
            return position
        place = self._find(position)
        return place.start + units(self._head(place))

    def snap_end(self, position: int) -> int:
        """Like `snap`, but moved forward, so that a range takes in the whole character."""
        snapped = self.snap(position)
        return snapped + 2 if snapped < min(position, self.length) else snapped

    def byte_at(self, position: int) -> int:
        """Bytes before a snapped `position`."""
        if self.size == self.length:  # nothing but ASCII: the two ways of counting agree
            return position
        place = self._find(position)
        before = sum(piece.size for piece in self._pieces[: place.piece])
        return before + len(self._head(place).encode())

    def position_at(self, byte: int) -> int:
        """The UTF-16 position after `byte` bytes."""
        if self.size == self.length:
            return byte
        index = position = 0
        while byte > self._pieces[index].size:
            byte -= self._pieces[index].size
            position += self._pieces[index].units
            index += 1
        return position + units(self._pieces[index].text.encode()[:byte].decode())

    def insert(self, position: int, text: str) -> None:
        """Put `text` at a snapped `position`."""
        place = self._find(position)
        old = self._pieces[place.piece].text
        new = old[: place.offset] + text + old[place.offset :]
        self._put(place.piece, place.piece + 1, new)

    def delete(self, start: int, end: int) -> None:
        """Take out what is between two snapped positions."""
        first, last = self._find(start), self._find(end)
        kept = self._head(first) + self._pieces[last.piece].text[last.offset :]
        self._put(first.piece, last.piece + 1, kept)

    def _find(self, position: int) -> _Place:
        index = start = 0
        while position > start + self._pieces[index].units:
            start += self._pieces[index].units
            index += 1
        return _Place(index, start, _characters(self._pieces[index], position - start))

    def _head(self, place: _Place) -> str:
        return self._pieces[place.piece].text[: place.offset]

    def _put(self, start: int, end: int, text: str) -> None:
        old, new = self._pieces[start:end], _pieces(text)
        self._pieces[start:end] = new
        self.length += sum(piece.units for piece in new) - sum(piece.units for piece in old)
        self.size += sum(piece.size for piece in new) - sum(piece.size for piece in old)
        self.pairs += sum(map(_pairs, new)) - sum(map(_pairs, old))


def _pieces(text: str) -> list[_Piece]:
    if len(text) <= 2 * _PIECE:
        return [_piece(text)]
    return [_piece(text[start : start + _PIECE]) for start in range(0, len(text), _PIECE)]


def _piece(text: str) -> _Piece:
    return _Piece(text, units(text), len(text.encode()))


def _pairs(piece: _Piece) -> int:
    return piece.units - len(piece.text)


def _characters(piece: _Piece, offset: int) -> int:
    """How many whole characters `offset` units are."""
    if piece.units == len(piece.text):
        return offset
    return len(piece.text.encode("utf-16-le")[: 2 * offset].decode("utf-16-le", "ignore"))
