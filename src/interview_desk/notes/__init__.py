"""The text engine: co-edited notes that merge without losing a word."""

from interview_desk.notes.anchors import Anchor
from interview_desk.notes.document import Delta, NoteDocument
from interview_desk.notes.encoding import NoteUpdateInvalid
from interview_desk.notes.updates import (
    LARGEST_UPDATE,
    NoteUpdatesIncomplete,
    addition,
    append_text,
    bring_news,
    check_update,
    join_updates,
    merge,
    text_of,
)

__all__ = [
    "LARGEST_UPDATE",
    "Anchor",
    "Delta",
    "NoteDocument",
    "NoteUpdateInvalid",
    "NoteUpdatesIncomplete",
    "addition",
    "append_text",
    "bring_news",
    "check_update",
    "join_updates",
    "merge",
    "text_of",
]
