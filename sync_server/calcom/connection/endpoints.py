"""The connection with Cal.com over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends

from interview_desk.domain.roles import Role
from interview_desk.wire import routes
from interview_desk.wire.calcom import (
    ConnectionState,
    ConnectRequest,
    ConnectResult,
    TestResult,
)
from sync_server.auth.caller import Caller, CurrentCaller
from sync_server.calcom.connection import service
from sync_server.infra.parts import Parts, parts
from sync_server.infra.problems import Forbidden

router = APIRouter(tags=["calcom"])

TheParts = Annotated[Parts, Depends(parts)]


@router.get(routes.CALCOM)
async def state(caller: CurrentCaller, parts: TheParts) -> ConnectionState:
    """How things stand with Cal.com; for everybody of the team."""
    if caller.role is Role.EXTERNAL:
        raise Forbidden
    return await service.state(parts)


@router.post(routes.CALCOM_TEST)
async def test(caller: CurrentCaller, parts: TheParts) -> TestResult:
    """Who the key belongs to, what it may see, and what is missing."""
    _may_manage(caller)
    return await service.test(parts)


@router.post(routes.CALCOM_CONNECT)
async def connect(
    caller: CurrentCaller, parts: TheParts, request: ConnectRequest | None = None
) -> ConnectResult:
    """Register, repair or rotate the webhooks."""
    _may_manage(caller)
    return await service.connect(parts, request or ConnectRequest())


@router.delete(routes.CALCOM_CONNECT)
async def disconnect(caller: CurrentCaller, parts: TheParts) -> ConnectResult:
    """End the webhooks; all data stays."""
    _may_manage(caller)
    return await service.disconnect(parts)


def _may_manage(caller: Caller) -> None:
    if not caller.role.runs_the_team:
        raise Forbidden("Only an owner or an admin of the team may do this.")
