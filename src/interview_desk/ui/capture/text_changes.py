"""From what an editor says about a change to the few characters that really changed."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from interview_desk.notes import NoteDocument

# Qt keeps line ends as separators of its own; a note has one kind. Every one is one unit long.
_TO_NOTE = {0x2028: "\n", 0x2029: "\n", 0xFDD0: "\n", 0xFDD1: "\n", 0x0D: "\n"}
_TO_QT = {0x0D: "\u2028"}
_WORDS = re.compile(r"\w+|\s+|.", re.DOTALL)
# Below this a change is typing, above the other it is too large to look for what stayed.
_LEAST, _MOST = 8, 4_000


class Hand(NamedTuple):
    """What was selected before a change (nothing: twice the caret), and the caret after it."""

    start: int
    end: int
    caret: int


class Replacement(NamedTuple):
    """Characters `start` to `end` of the old text give way to `text`."""

    start: int
    end: int
    text: str


def to_note(text: str) -> str:
    """Qt's text as notes have it; as long as before."""
    return text.translate(_TO_NOTE)


def to_qt(text: str) -> str:
    """A note's text as Qt keeps every unit of it."""
    return text.translate(_TO_QT) if "\r" in text else text


def replace_in(
    document: NoteDocument, position: int, *, removed: int, added: str, hand: Hand | None = None
) -> None:
    """Write an editor's change into the note, leaving alone what is the same before and after.

    Editors report whole lines while a word is composed, and everything between two places when
    text is dragged; replacing all of that would tread on what others type there. Where the same
    letter stands twice, the hand tells which of them is new.
    """
    if not removed or not added:
        document.delete(position, removed)
        document.insert(position, added)
        return
    old = to_note(document.between(position, position + removed))
    if hand is not None:
        start, end = (_characters(old, place - position) for place in hand[:2])
        hand = Hand(start, end, _characters(added, hand.caret - position))
    shift = position
    for start, end, text in replacements(old, added, hand):
        at = shift + _units(old[:start])
        length = _units(old[start:end])
        document.delete(at, length)
        document.insert(at, text)
        shift += _units(text) - length


def replacements(old: str, new: str, hand: Hand | None = None) -> Iterator[Replacement]:
    """What turns `old` into `new`, in order; positions count characters of `old`.

    The hand's caret is a place in `new`.
    """
    if hand is not None and _is_typed_over(old, new, hand):
        yield Replacement(hand.start, hand.end, new[hand.start : hand.caret])
        return
    if len(old) == len(new) and old != new and (cut := (old + old).find(new)) > 0:
        yield from _moved(old, cut, hand)
        return
    head = _common(old, new) if hand is None else _typed_at(old, new, hand.caret)
    tail = _common(old[head:][::-1], new[head:][::-1])
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    if min(len(before), len(after)) < _LEAST:
        if before or after:
            yield Replacement(head, head + len(before), after)
        return
    yield from _by_words(before, after, head)


def _is_typed_over(old: str, new: str, hand: Hand) -> bool:
    start, end, caret = hand
    stays = 0 <= start <= min(end, caret) and new[:start] == old[:start]
    return stays and end <= len(old) and caret <= len(new) and new[caret:] == old[end:]


def _moved(old: str, cut: int, hand: Hand | None) -> Iterator[Replacement]:
    """What was dragged past its neighbour: the selected one of the two, else the shorter, moves."""
    first, second = old[:cut], old[cut:]
    selected = hand[:2] if hand is not None else ()
    if selected == (0, cut) or (selected != (cut, len(old)) and len(first) <= len(second)):
        yield Replacement(0, cut, "")
        yield Replacement(len(old), len(old), first)
    else:
        yield Replacement(0, 0, second)
        yield Replacement(cut, len(old), "")


def _typed_at(old: str, new: str, caret: int) -> int:
    """How much stayed before what was typed up to the caret, or removed behind it."""
    grown = len(new) - len(old)
    start = min(caret, caret - grown)
    is_there = start >= 0 and new[:start] == old[:start]
    if is_there and new[start + max(grown, 0) :] == old[start + max(-grown, 0) :]:
        return start
    return _common(old, new)


def _by_words(before: str, after: str, start: int) -> Iterator[Replacement]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > _MOST:
        yield Replacement(start, start + len(before), after)
        return
    places = [start]
    for word in old:
        places.append(places[-1] + len(word))
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield Replacement(places[a], places[b], "".join(new[c:d]))


def _common(one: str, other: str) -> int:
    """How many characters both begin with."""
    if one[: len(other)] == other[: len(one)]:
        return min(len(one), len(other))
    return next(at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1])


def _characters(text: str, length: int) -> int:
    """How many characters the first `length` units of `text` are."""
    if text.isascii():
        return length
    return len(text.encode("utf-16-le")[: 2 * max(length, 0)].decode("utf-16-le", "ignore"))


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
