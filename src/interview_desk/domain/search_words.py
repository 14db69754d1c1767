"""What a person types into search, made safe to look up, and what was found made readable."""

import re
from itertools import cycle
from typing import Final, NamedTuple

# Around each hit in what the index answers; no text from outside carries them.
HIT_BEGINS: Final = "\x02"
HIT_ENDS: Final = "\x03"
_UNSEEN: Final = str.maketrans({"\x00": " ", HIT_BEGINS: " ", HIT_ENDS: " "})
_HIT: Final = re.compile(f"{HIT_BEGINS}([^{HIT_ENDS}]*)")
# Of a long text so many characters are shown: before the first hit, and from it on.
_BEFORE: Final = 40
_FROM_HIT: Final = 80
_LEFT_OUT: Final = "\N{HORIZONTAL ELLIPSIS}"
# More words than these narrow nothing down any further.
_MOST_WORDS: Final = 16


class Piece(NamedTuple):
    """A part of a found text; `hit` where it is what was looked for."""

    text: str
    hit: bool


def lookup_of(text: str) -> str:
    """An FTS5 expression that finds every word of `text` or what begins with it; empty for none.

    Whatever was typed is quoted, so that it is never read as the index's own language.
    """
    words = [word for word in indexable(text).split() if any(map(str.isalnum, word))]
    return " ".join('"{}"*'.format(word.replace('"', '""')) for word in _telling(words))


def indexable(text: str) -> str:
    """`text` without what the index or its file cannot carry."""
    return text.encode("utf-8", "ignore").decode("utf-8").translate(_UNSEEN)


def pieces_of(marked: str) -> tuple[Piece, ...]:
    """What the index answered, as parts to show; line breaks become spaces."""
    return _taken_apart(" ".join(marked.split())) if marked else ()


def excerpt_of(marked: str) -> tuple[Piece, ...]:
    """The same of a long text: only where most of what was looked for stands close together."""
    if len(marked) <= _FROM_HIT:
        return pieces_of(marked)
    first = _telling_hit(marked)
    begins = max(min(first - _BEFORE, len(marked) - _BEFORE - _FROM_HIT), 0)
    ends = first + _FROM_HIT
    # A hit whose beginning is cut off is none any more.
    before = marked[begins:first].rpartition(HIT_ENDS)[2].replace("\n", " ")
    after = marked[first:ends].replace("\n", " ")
    if begins > 0:
        # Not from the middle of a word, where there are words.
        before = _LEFT_OUT + (before.partition(" ")[2] or before)
    if ends < len(marked):
        after = (after.rpartition(" ")[0] or after) + _LEFT_OUT
    return _taken_apart(before + after)


def plain_of(pieces: tuple[Piece, ...]) -> str:
    """The parts as one text."""
    return "".join(piece.text for piece in pieces)


def _taken_apart(marked: str) -> tuple[Piece, ...]:
    # What stands between the two signs is a hit: every second text.
    texts = marked.replace(HIT_ENDS, HIT_BEGINS).split(HIT_BEGINS)
    return tuple([Piece(text, hit) for text, hit in zip(texts, cycle((False, True))) if text])


def _telling_hit(marked: str) -> int:
    """Where the first of those hits begins of which most different ones are near each other."""
    first = marked.find(HIT_BEGINS)
    if marked.find(HIT_BEGINS, first + 1) < 0:
        return max(first, 0)
    latest: dict[str, int] = {}
    best, most = first, 0
    for hit in _HIT.finditer(marked):
        latest[hit[1].casefold()] = hit.start()
        near = [begins for begins in latest.values() if begins > hit.end() - _FROM_HIT]
        if len(near) > most:
            best, most = min(near), len(near)
    return best


def _telling(words: list[str]) -> list[str]:
    # The first letter of the word being typed would find nearly everything.
    if len(words) > 1 and len(words[-1]) == 1 and words[-1].isascii():
        words = words[:-1]
    return words[:_MOST_WORDS]
