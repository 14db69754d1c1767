"""What a person types into search, made safe to look up, and what was found made readable."""

from itertools import cycle
from typing import Final, NamedTuple

# Around each hit in what the index answers; no text from outside carries them.
HIT_BEGINS: Final = "\x02"
HIT_ENDS: Final = "\x03"
_UNSEEN: Final = str.maketrans({"\x00": " ", HIT_BEGINS: " ", HIT_ENDS: " "})
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
    if not marked:
        return ()
    # What stands between the two signs is a hit: every second text.
    texts = " ".join(marked.split()).replace(HIT_ENDS, HIT_BEGINS).split(HIT_BEGINS)
    return tuple([Piece(text, hit) for text, hit in zip(texts, cycle((False, True))) if text])


def plain_of(pieces: tuple[Piece, ...]) -> str:
    """The parts as one text."""
    return "".join(piece.text for piece in pieces)


def _telling(words: list[str]) -> list[str]:
    # The first letter of the word being typed would find nearly everything.
    if len(words) > 1 and len(words[-1]) == 1 and words[-1].isascii():
        words = words[:-1]
    return words[:_MOST_WORDS]
