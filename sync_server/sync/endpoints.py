"""Sync over HTTP."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from interview_desk.wire import routes
from interview_desk.wire.model import MAX_COUNT
from interview_desk.wire.notes import (
    MAX_NOTES_BODY_BYTES,
    NotePost,
    NotePosted,
    NotesPull,
    NotesPulled,
    NoteText,
    NoteUpdates,
)
from interview_desk.wire.sync import (
    HISTORY_LIMIT_DEFAULT,
    HISTORY_LIMIT_MAX,
    MAX_BATCH_BYTES,
    PULL_LIMIT_DEFAULT,
    PULL_LIMIT_MAX,
    DigestResponse,
    HistoryResponse,
    PushRequest,
)
from sync_server.auth.caller import CurrentCaller
from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts, parts
from sync_server.sync import notes, overview
from sync_server.sync.body import read_message
from sync_server.sync.live import router as live_router
from sync_server.sync.pull import pull
from sync_server.sync.push import push

router = APIRouter(tags=["sync"])
router.include_router(live_router)

ServerParts = Annotated[Parts, Depends(parts)]
_JSON = "application/json"


@router.post(routes.PUSH)
async def push_changes(request: Request, caller: CurrentCaller, parts: ServerParts) -> Response:
    """Take the unsent changes of a device."""
    message = await read_message(request, PushRequest, limit=MAX_BATCH_BYTES)
    answer = await parts.database.write(lambda tx: push(tx, caller, message))
    return _answer(answer.model_dump_json(exclude_none=True))


@router.get(routes.PULL)
async def pull_changes(
    caller: CurrentCaller,
    parts: ServerParts,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=PULL_LIMIT_MAX)] = PULL_LIMIT_DEFAULT,
) -> Response:
    """One page of what is new for the caller."""
    page = await parts.database.read(lambda tx: pull(tx, caller, cursor=cursor, limit=limit))
    return _answer(page)


@router.get(routes.DIGEST)
async def read_digest(caller: CurrentCaller, parts: ServerParts, entity: str) -> DigestResponse:
    """A fingerprint of the caller's rows of one kind."""
    return await parts.database.read(lambda tx: overview.digest(tx, caller, entity))


@router.get(routes.SNAPSHOT)
async def read_snapshot(
    caller: CurrentCaller,
    parts: ServerParts,
    after: str | None = None,
    cursor: str | None = None,
) -> Response:
    """Everything the caller sees, as gzipped lines."""
    body = await parts.database.read(
        lambda tx: overview.snapshot(tx, caller, after=after, cursor=cursor)
    )
    headers = {"Content-Encoding": "gzip"}
    return Response(body, media_type="application/x-ndjson", headers=headers)


@router.get(routes.HISTORY)
async def read_history(
    caller: CurrentCaller,
    parts: ServerParts,
    entity: str,
    id: str,  # noqa: A002  - the word of the protocol
    before: str | None = None,
    limit: Annotated[int, Query(ge=1, le=HISTORY_LIMIT_MAX)] = HISTORY_LIMIT_DEFAULT,
) -> HistoryResponse:
    """What happened to a record."""
    return await parts.database.read(
        lambda tx: overview.history_of(
            tx, caller, entity=entity, record_id=id, before=before, limit=limit
        )
    )


@router.post(routes.NOTE_UPDATES)
async def post_updates(
    doc: str, request: Request, caller: CurrentCaller, parts: ServerParts
) -> NotePosted:
    """Take what a device has typed."""
    post = await read_message(request, NotePost, limit=MAX_NOTES_BODY_BYTES)
    # Looking into updates costs time that others on this loop should have.
    updates = await asyncio.to_thread(notes.checked, doc, post)
    return await parts.database.write(
        lambda tx: notes.append(tx, caller, doc=doc, post=post, updates=updates)
    )


@router.get(routes.NOTE_UPDATES, response_model_exclude_none=True)
async def get_updates(
    doc: str,
    caller: CurrentCaller,
    parts: ServerParts,
    after: Annotated[int, Query(ge=0, le=MAX_COUNT)] = 0,
    epoch: str | None = None,
) -> NoteUpdates:
    """What a reader lacks of a document."""

    def work(tx: Tx) -> NoteUpdates:
        notes.check_epoch(tx, caller, epoch)
        return notes.updates_after(tx, caller, doc, after=after)

    return await parts.database.read(work)


@router.get(routes.NOTE_TEXT)
async def get_text(
    doc: str, caller: CurrentCaller, parts: ServerParts, epoch: str | None = None
) -> NoteText:
    """A document as plain text."""

    def work(tx: Tx) -> NoteText:
        notes.check_epoch(tx, caller, epoch)
        return notes.text(tx, caller, doc)

    return await parts.database.read(work)


@router.post(routes.NOTES_PULL, response_model_exclude_none=True)
async def pull_notes(request: Request, caller: CurrentCaller, parts: ServerParts) -> NotesPulled:
    """What a reader lacks of many documents."""
    message = await read_message(request, NotesPull, limit=MAX_BATCH_BYTES)
    return await parts.database.read(lambda tx: notes.pull_many(tx, caller, message))


def _answer(text: str) -> Response:
    return Response(text, media_type=_JSON)
