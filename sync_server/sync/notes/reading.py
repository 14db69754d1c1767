"""Giving notes out: what a reader lacks, the plain text, and every earlier version of it."""

from collections.abc import Sequence

from interview_desk.domain.note_versions import versions_of
from interview_desk.notes import text_of
from interview_desk.wire.notes import (
    MAX_PULLED_DOCS,
    NOTES_PULL_BYTES,
    VERSIONS_LIMIT,
    NotesPull,
    NotesPulled,
    NoteText,
    NoteUpdates,
    NoteVersion,
    NoteVersions,
    NoteVersionText,
    SequencedUpdate,
    encode_update,
)
from sync_server.auth.caller import Caller
from sync_server.infra.database import Tx
from sync_server.infra.problems import InvalidRequest, NotFound
from sync_server.sync.notes import note_log
from sync_server.sync.notes.note_log import ENTITY, Kept
from sync_server.sync.notes.taking import check_epoch, check_not_merged
from sync_server.sync.problems import Merged, NoteDamaged
from sync_server.sync.read import read_record
from sync_server.sync.seen.rows import CallerView

_OVERHEAD = 160


def updates_after(tx: Tx, caller: Caller, doc: str, *, after: int) -> NoteUpdates:
    """What a reader who stands at `after` lacks of the document."""
    _check_visible(tx, caller, doc)
    return _updates(tx, caller.workspace_id, doc, after=after, budget=None)


def text(tx: Tx, caller: Caller, doc: str) -> NoteText:
    """The document as plain text."""
    _check_visible(tx, caller, doc)
    said = text_of(note_log.contents(tx, caller.workspace_id, doc))
    return NoteText(text=said, seq=note_log.seq_of(tx, caller.workspace_id, doc))


def versions(tx: Tx, caller: Caller, doc: str, *, before: int | None) -> NoteVersions:
    """How the document grew, newest version first, as many as fit into one answer."""
    _check_visible(tx, caller, doc)
    found = [
        NoteVersion(seq=version.seq, began=version.began, at=version.at, by=list(version.by))
        for version in reversed(versions_of(note_log.edits(tx, doc)))
        if before is None or version.seq < before
    ]
    return NoteVersions(
        versions=found[:VERSIONS_LIMIT],
        seq=note_log.seq_of(tx, caller.workspace_id, doc),
        more=len(found) > VERSIONS_LIMIT,
    )


def version_text(tx: Tx, caller: Caller, doc: str, seq: int) -> NoteVersionText:
    """The plain text as it stood right after the update `seq`."""
    _check_visible(tx, caller, doc)
    if not 1 <= seq <= note_log.seq_of(tx, caller.workspace_id, doc):
        raise NotFound
    kept = note_log.history(tx, doc, until=seq)
    said = text_of(one.update for one in kept)
    return NoteVersionText(text=said, seq=seq, at=kept[-1].at, by=kept[-1].by)


def pull_many(tx: Tx, caller: Caller, request: NotesPull) -> NotesPulled:
    """What the reader lacks of many documents, as much as fits into one answer."""
    if len(request.docs) > MAX_PULLED_DOCS:
        raise InvalidRequest(f"At most {MAX_PULLED_DOCS} documents at a time.")
    check_epoch(tx, caller, request.epoch)
    budget = NOTES_PULL_BYTES
    answers: dict[str, NoteUpdates] = {}
    damaged: list[str] = []
    for doc, after in request.docs.items():
        if budget <= 0 or not _sees(tx, caller, doc):
            continue
        try:
            answers[doc] = _updates(tx, caller.workspace_id, doc, after=after, budget=budget)
            budget -= _size(answers[doc])
        except NoteDamaged:
            damaged.append(doc)
    cut = budget <= 0 or any(answer.more for answer in answers.values())
    return NotesPulled(docs=answers, more=cut, damaged=damaged or None)


def _check_visible(tx: Tx, caller: Caller, doc: str) -> None:
    stored = read_record(tx, caller.workspace_id, ENTITY, doc)
    if stored is None or not CallerView(tx, caller).sees(stored):
        raise NotFound
    interview = read_record(
        tx, caller.workspace_id, "interviews", str(stored.fields["interview_id"])
    )
    if interview is not None:
        check_not_merged(interview)


def _sees(tx: Tx, caller: Caller, doc: str) -> bool:
    try:
        _check_visible(tx, caller, doc)
    except (NotFound, Merged):
        return False
    return True


def _updates(tx: Tx, workspace_id: str, doc: str, *, after: int, budget: int | None) -> NoteUpdates:
    seq = note_log.seq_of(tx, workspace_id, doc)
    snapshot = note_log.snapshot_of(tx, doc)
    shown = snapshot if snapshot is not None and snapshot.seq > after else None
    start = shown.seq if shown else after
    log = note_log.log_of(tx, doc, after=start, until=max(start, seq))
    kept = log if budget is None else _affordable(log, budget)
    reached = kept[-1].seq if kept else max(start, seq)
    return NoteUpdates(
        snapshot=encode_update(shown.update) if shown else None,
        snapshot_seq=shown.seq if shown else None,
        updates=[sequenced(one) for one in kept],
        seq=seq,
        more=reached < seq,
    )


def sequenced(kept: Kept) -> SequencedUpdate:
    """An update as it travels."""
    update = encode_update(kept.update)
    return SequencedUpdate(seq=kept.seq, update=update, by=kept.by, at=kept.at)


def _affordable(log: Sequence[Kept], budget: int) -> Sequence[Kept]:
    for place, kept in enumerate(log):
        budget -= len(kept.update) * 4 // 3 + _OVERHEAD
        # One update always goes, or a large one would never arrive.
        if budget < 0 and place:
            return log[:place]
    return log


def _size(answer: NoteUpdates) -> int:
    updates = sum(len(item.update) + _OVERHEAD for item in answer.updates)
    return len(answer.snapshot or "") + updates
