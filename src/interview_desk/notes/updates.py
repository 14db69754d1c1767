"""Working on updates without an editor: what the server and the exports need."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pycrdt import merge_updates

from interview_desk.domain.errors import DeskError
from interview_desk.notes.document import NoteDocument, require_note_update
from interview_desk.notes.encoding import NoteUpdateInvalid, clocks_of, shape_of

LARGEST_UPDATE: Final = 1024 * 1024


class NoteUpdatesIncomplete(DeskError):  # noqa: N818  - says what is the case, as the docs do
    """Some update builds on one that is not here: a merge would lose it, so there is none."""

    code = "note_updates_incomplete"


def check_update(update: bytes) -> None:
    """Raise NoteUpdateInvalid unless `update` can be stored and applied by everybody."""
    if len(update) > LARGEST_UPDATE:
        raise NoteUpdateInvalid("The update is larger than 1 MiB.")
    require_note_update(update)


def text_of(updates: Iterable[bytes]) -> str:
    """The note that `updates`, in the server's order, add up to."""
    return _document(updates).text


def merge(updates: Iterable[bytes]) -> bytes:
    """One update that says what `updates` say; NoteUpdatesIncomplete when one is missing."""
    updates = list(updates)
    document = _document(updates)
    _require_whole(document, updates)
    return document.updates_since()


def addition(known: Iterable[bytes], updates: Iterable[bytes]) -> bytes:
    """What `updates` add to `known`, as one update; NoteUpdatesIncomplete when one is missing."""
    known, updates = list(known), list(updates)
    document = _document(known)
    before = document.state_vector()
    document.apply(updates)
    _require_whole(document, (*known, *updates))
    return document.updates_since(before)


def bring_news(known: Iterable[bytes], updates: Iterable[bytes]) -> list[bool]:
    """Of each of `updates`, whether it says what neither `known` nor one before it says."""
    document = _document(known)
    return [_brings_news(document, update) for update in updates]


def join_updates(updates: Sequence[bytes]) -> bytes:
    """A few updates of one session as one; cheap for a few, never for a whole history."""
    return updates[0] if len(updates) == 1 else merge_updates(*updates)


def append_text(updates: Iterable[bytes], text: str) -> bytes:
    """One update that writes `text` at the end of the note, on a line of its own."""
    document = _document(updates)
    before = document.state_vector()
    gap = "\n" if document.length and not document.text.endswith("\n") else ""
    document.insert(document.length, gap + text)
    return document.updates_since(before)


def _document(updates: Iterable[bytes]) -> NoteDocument:
    document = NoteDocument()
    document.apply(updates)
    return document


def _brings_news(document: NoteDocument, update: bytes) -> bool:
    shape, clocks = shape_of(update), clocks_of(document.state_vector())
    is_beyond = _beyond(shape.written, clocks) or _beyond(shape.deleted, clocks)
    return bool(document.apply([update])) or is_beyond


def _require_whole(document: NoteDocument, updates: Iterable[bytes]) -> None:
    known = clocks_of(document.state_vector())
    for update in updates:
        shape = shape_of(update)
        if _beyond(shape.written, known) or _beyond(shape.deleted, known):
            raise NoteUpdatesIncomplete("An earlier update of this note is missing.")


def _beyond(ends: Mapping[int, int], known: Mapping[int, int]) -> bool:
    return any(end > known.get(author, 0) for author, end in ends.items())
