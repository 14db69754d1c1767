"""Holding a slot at Cal.com while somebody fills in the form.

No record and no outbox: a hold is worth nothing without the network and ends by itself after a few
minutes; the booking that may follow is a record like everything else.
"""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends

from interview_desk.wire import routes
from interview_desk.wire.calcom import Reservation, ReservationRequest
from sync_server.auth.caller import Caller, CurrentCaller
from sync_server.calcom.api.client import CalcomApi
from sync_server.calcom.api.errors import CalcomOff
from sync_server.calcom.api.opening import calcom_of
from sync_server.infra.parts import Parts, parts
from sync_server.infra.problems import Forbidden

router = APIRouter(tags=["calcom"])

TheParts = Annotated[Parts, Depends(parts)]


@router.post(routes.RESERVATIONS, status_code=HTTPStatus.CREATED)
async def hold(request: ReservationRequest, caller: CurrentCaller, parts: TheParts) -> Reservation:
    """Keep a slot from others for a few minutes; 409 `slot_taken` where it is gone."""
    api = _api(caller, parts)
    held = await api.reserve(request.event_type, start=request.start, minutes=request.minutes)
    return Reservation(
        id=held.uid, event_type=request.event_type, start=request.start, until=held.until
    )


@router.delete(routes.RESERVATION, status_code=HTTPStatus.NO_CONTENT)
async def release(reservation_id: str, caller: CurrentCaller, parts: TheParts) -> None:
    """Let others have it; also where it is free already."""
    await _api(caller, parts).release(reservation_id)


def _api(caller: Caller, parts: Parts) -> CalcomApi:
    if not caller.role.runs_interviews:
        raise Forbidden
    api = calcom_of(parts)
    if api is None:
        raise CalcomOff
    return api.for_person
