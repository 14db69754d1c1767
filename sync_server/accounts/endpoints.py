"""Pairing, refreshing, listing and revoking devices over HTTP."""

import os
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.requests import HTTPConnection

from interview_desk.wire import routes
from interview_desk.wire.auth import (
    DeviceList,
    ForkRequest,
    ForkResponse,
    PairingCode,
    PairingCodeRequest,
    PairRequest,
    PairResponse,
    RefreshRequest,
    Tokens,
)
from sync_server.accounts import service
from sync_server.accounts.codes import CODE_BYTES
from sync_server.accounts.service import Doorway, Randomness
from sync_server.auth.caller import CurrentCaller
from sync_server.auth.service import refresh
from sync_server.infra.parts import Parts, parts
from sync_server.infra.problems import Problem
from sync_server.infra.senders import sender_of

router = APIRouter(tags=["devices"])

TheParts = Annotated[Parts, Depends(parts)]

_ID_BYTES = 10
_TOKEN_BYTES = 32


def _randomness() -> Randomness:
    return Randomness(id=os.urandom(_ID_BYTES), token=os.urandom(_TOKEN_BYTES))


@router.post(routes.PAIR, status_code=HTTPStatus.CREATED)
async def pair(request: PairRequest, connection: HTTPConnection, parts: TheParts) -> PairResponse:
    """Exchange a one-time code for a device and its tokens."""
    sender = sender_of(connection, parts.settings.trusted_proxies)
    randomness = _randomness()
    answer = await parts.database.write(
        lambda tx: service.pair(tx, request, sender=sender, randomness=randomness)
    )
    if isinstance(answer, Problem):
        raise answer
    return answer


@router.post(routes.REFRESH)
async def refresh_tokens(request: RefreshRequest, parts: TheParts) -> Tokens:
    """Exchange a refresh token for its successors."""
    grace = timedelta(seconds=parts.settings.refresh_grace_seconds)
    answer = await parts.database.write(lambda tx: refresh(tx, request.refresh_token, grace=grace))
    if isinstance(answer, Problem):
        raise answer
    return answer


@router.post(routes.FORK, status_code=HTTPStatus.CREATED)
async def fork(
    caller: CurrentCaller, parts: TheParts, request: ForkRequest | None = None
) -> ForkResponse:
    """Make a copied or restored installation a device of its own."""
    randomness = _randomness()
    asked = request or ForkRequest()
    return await parts.database.write(
        lambda tx: service.fork(tx, asked, caller=caller, randomness=randomness)
    )


@router.get(routes.DEVICES)
async def list_devices(caller: CurrentCaller, parts: TheParts) -> DeviceList:
    """The caller's devices, or everybody's for owner and admin."""
    found = await parts.database.read(lambda tx: service.list_devices(tx, caller=caller))
    return DeviceList(devices=found)


@router.delete(routes.DEVICE, status_code=HTTPStatus.NO_CONTENT)
async def sign_out(device_id: str, caller: CurrentCaller, parts: TheParts) -> None:
    """Revoke a device: its tokens are worthless and its socket is closed."""
    await parts.database.write(lambda tx: service.sign_out(tx, device_id, caller=caller))


@router.post(routes.PAIRING_CODES, status_code=HTTPStatus.CREATED)
async def invite(
    request: PairingCodeRequest, caller: CurrentCaller, parts: TheParts
) -> PairingCode:
    """A one-time code and the link that carries it."""
    randomness = os.urandom(CODE_BYTES)
    doorway = Doorway(parts.server_url, parts.certificate_pin)
    return await parts.database.write(
        lambda tx: service.invite(
            tx, caller=caller, email=request.email, randomness=randomness, doorway=doorway
        )
    )
