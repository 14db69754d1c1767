"""Sync over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from interview_desk.wire import routes
from interview_desk.wire.sync import (
    HISTORY_LIMIT_DEFAULT,
    HISTORY_LIMIT_MAX,
    MAX_BATCH_BYTES,
    PULL_LIMIT_DEFAULT,
    PULL_LIMIT_MAX,
    DigestResponse,
    HistoryResponse,
)
from sync_server.auth.caller import CurrentCaller
from sync_server.infra.parts import Parts, parts
from sync_server.sync.body import read_body
from sync_server.sync.feed import overview
from sync_server.sync.feed.pull import pull
from sync_server.sync.feed.snapshot import snapshot
from sync_server.sync.notes.endpoints import router as notes_router
from sync_server.sync.problems import BatchTooLarge
from sync_server.sync.push import push
from sync_server.sync.salvage import read_batch

router = APIRouter(tags=["sync"])
router.include_router(notes_router)

ServerParts = Annotated[Parts, Depends(parts)]
_JSON = "application/json"


@router.post(routes.PUSH)
async def push_changes(request: Request, caller: CurrentCaller, parts: ServerParts) -> Response:
    """Take the unsent changes of a device."""
    body = await read_body(request, limit=MAX_BATCH_BYTES, refusal=BatchTooLarge)
    message = await read_batch(body)
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
    whole = await snapshot(parts.database, caller, after=after, cursor=cursor)
    headers = {"Content-Encoding": "gzip"}
    return StreamingResponse(whole.chunks(), media_type="application/x-ndjson", headers=headers)


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


def _answer(text: str) -> Response:
    return Response(text, media_type=_JSON)
