"""The inbox over HTTP, for owner and admin: bodies hold what guests wrote."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from interview_desk.wire import routes
from interview_desk.wire.calcom import (
    InboxEvent,
    InboxPage,
    InboxQuery,
    ReplayRequest,
    ReplayResult,
)
from sync_server.auth.caller import Caller, CurrentCaller
from sync_server.infra.parts import Parts, parts
from sync_server.infra.problems import Forbidden
from sync_server.operations.inbox import service
from sync_server.sync.authors import Author

router = APIRouter(tags=["inbox"])

TheParts = Annotated[Parts, Depends(parts)]


@router.get(routes.INBOX)
async def page(
    caller: CurrentCaller, parts: TheParts, query: Annotated[InboxQuery, Query()]
) -> InboxPage:
    """A page of the inbox, newest first."""
    _may_look(caller)
    return await parts.database.read(lambda tx: service.page(tx, query))


@router.post(routes.INBOX_REPLAY)
async def replay(request: ReplayRequest, caller: CurrentCaller, parts: TheParts) -> ReplayResult:
    """Read events again, or with `dry_run` say how many that would be."""
    _may_look(caller)
    by = Author("member", caller.member_id, caller.device_id)
    return await service.replay(parts, request, by=by)


@router.get(routes.INBOX_EVENT)
async def one(event_id: str, caller: CurrentCaller, parts: TheParts) -> InboxEvent:
    """One event; passwords, tokens and private links in it are hidden."""
    _may_look(caller)
    return await parts.database.read(lambda tx: service.one(tx, event_id))


def _may_look(caller: Caller) -> None:
    if not caller.role.runs_the_team:
        raise Forbidden("Only an owner or an admin of the team may look into the inbox.")
