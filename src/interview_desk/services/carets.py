"""A caret or selection in co-edited notes as it travels: by characters, not by numbers.

The form is the one of Yjs' relative positions, so that other programs can read it.
"""

from typing import Final, NamedTuple, TypeGuard

from interview_desk.domain.values import Fields, Json
from interview_desk.notes import Anchor, NoteDocument

_LARGEST: Final = 2**53
_BEHIND: Final = -1


class Caret(NamedTuple):
    """Where a caret stands, and where the selection that ends at it began."""

    position: int
    anchor: int


def caret_to_json(document: NoteDocument, caret: Caret) -> Json:
    """What to tell others of a caret."""
    at = _place_to_json(document.anchor_at(caret.position))
    if caret.anchor == caret.position:
        return {"at": at}
    return {"at": at, "from": _place_to_json(document.anchor_at(caret.anchor))}


def caret_from_json(document: NoteDocument, told: Json) -> Caret | None:
    """Where that caret stands here now; None while its text is not here, or where it is none."""
    if not isinstance(told, dict):
        return None
    position = _position(document, told.get("at"))
    if position is None:
        return None
    anchor = _position(document, told["from"]) if "from" in told else position
    return Caret(position, position if anchor is None else anchor)


def _place_to_json(anchor: Anchor | None) -> Fields:
    place: dict[str, Json] = {"tname": "text", "assoc": _BEHIND}
    if anchor is not None:
        place["item"] = {"client": anchor.author, "clock": anchor.clock}
    return place


def _position(document: NoteDocument, place: Json) -> int | None:
    if not isinstance(place, dict):
        return None
    item = place.get("item")
    if item is None:
        return 0
    if not isinstance(item, dict):
        return None
    author, clock = item.get("client"), item.get("clock")
    if not (_counts(author) and _counts(clock)):
        return None
    return document.position_of(Anchor(author, clock))


def _counts(value: Json) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LARGEST
