"""Notes over HTTP."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request

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
    NoteVersions,
    NoteVersionText,
)
from interview_desk.wire.sync import MAX_BATCH_BYTES
from sync_server.auth.caller import CurrentCaller
from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts, parts
from sync_server.sync.body import read_message
from sync_server.sync.notes import reading, taking

router = APIRouter()

ServerParts = Annotated[Parts, Depends(parts)]


@router.post(routes.NOTE_UPDATES)
async def post_updates(
    doc: str, request: Request, caller: CurrentCaller, parts: ServerParts
) -> NotePosted:
    """Take what a device has typed."""
    post = await read_message(request, NotePost, limit=MAX_NOTES_BODY_BYTES)
    # Looking into updates costs time that others on this loop should have.
    updates = await asyncio.to_thread(taking.checked, doc, post)
    return await parts.database.write(
        lambda tx: taking.append(tx, caller, doc=doc, post=post, updates=updates)
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
        taking.check_epoch(tx, caller, epoch)
        return reading.updates_after(tx, caller, doc, after=after)

    return await parts.database.read(work)


@router.get(routes.NOTE_TEXT)
async def get_text(
    doc: str, caller: CurrentCaller, parts: ServerParts, epoch: str | None = None
) -> NoteText:
    """A document as plain text."""

    def work(tx: Tx) -> NoteText:
        taking.check_epoch(tx, caller, epoch)
        return reading.text(tx, caller, doc)

    return await parts.database.read(work)


@router.get(routes.NOTE_VERSIONS)
async def list_versions(
    doc: str,
    caller: CurrentCaller,
    parts: ServerParts,
    before: Annotated[int | None, Query(ge=1, le=MAX_COUNT)] = None,
    epoch: str | None = None,
) -> NoteVersions:
    """Which versions a document has had."""

    def work(tx: Tx) -> NoteVersions:
        taking.check_epoch(tx, caller, epoch)
        return reading.versions(tx, caller, doc, before=before)

    return await parts.database.read(work)


@router.get(routes.NOTE_VERSION)
async def get_version(
    doc: str,
    seq: Annotated[int, Path(ge=1, le=MAX_COUNT)],
    caller: CurrentCaller,
    parts: ServerParts,
    epoch: str | None = None,
) -> NoteVersionText:
    """A document as it once was."""

    def work(tx: Tx) -> NoteVersionText:
        taking.check_epoch(tx, caller, epoch)
        return reading.version_text(tx, caller, doc, seq)

    return await parts.database.read(work)


@router.post(routes.NOTES_PULL, response_model_exclude_none=True)
async def pull_notes(request: Request, caller: CurrentCaller, parts: ServerParts) -> NotesPulled:
    """What a reader lacks of many documents."""
    message = await read_message(request, NotesPull, limit=MAX_BATCH_BYTES)
    return await parts.database.read(lambda tx: reading.pull_many(tx, caller, message))
