"""Updates of notes as they come over the line: taken only where every editor can apply them."""


def is_readable(update: bytes) -> bool:
    """Whether this is an update of a note; one that is none would stand in its log for ever."""
    # Only who is sent notes needs the text engine.
    from interview_desk.notes.document import require_note_update
    from interview_desk.notes.encoding import NoteUpdateInvalid

    try:
        require_note_update(update)
    except NoteUpdateInvalid:
        return False
    return True
