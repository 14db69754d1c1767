"""What the hub of the live connections reads."""

from collections.abc import Iterable, Mapping

from sync_server.auth.service import Caller, callers
from sync_server.infra.database import Tx
from sync_server.infra.problems import Problem
from sync_server.sync.notes import note_log
from sync_server.sync.notes.taking import NoteAppended, NotesTyped
from sync_server.sync.problems import NoteDamaged
from sync_server.sync.read import read_record
from sync_server.sync.seen.rows import CallerView


def sights(
    tx: Tx, asked: Mapping[str, set[str]]
) -> dict[str, tuple[Caller | Problem, dict[str, bool]]]:
    """Who holds each token, and which of the asked interviews they see."""
    found = callers(tx, asked)
    return {
        token: (caller, _sight(tx, caller, asked[token]) if isinstance(caller, Caller) else {})
        for token, caller in found.items()
    }


def _sight(tx: Tx, caller: Caller, interviews: Iterable[str]) -> dict[str, bool]:
    view = CallerView(tx, caller)
    stored = {
        interview: read_record(tx, caller.workspace_id, "interviews", interview)
        for interview in interviews
    }
    return {one: found is not None and view.sees(found) for one, found in stored.items()}


def typed_elsewhere(tx: Tx, typed: list[NotesTyped]) -> list[NoteAppended]:
    """The updates that other processes have told of."""
    found = []
    for news in typed:
        try:
            log = note_log.log_of(tx, news.doc, after=news.first - 1, until=news.last)
        except NoteDamaged:
            # Folded already, or worse: whoever pulls will be told.
            continue
        found += [
            NoteAppended(news.workspace_id, news.doc, news.interview_id, kept, None) for kept in log
        ]
    return found
