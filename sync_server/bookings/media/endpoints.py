"""Recordings and transcripts that Cal.com has of an interview, over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends

from interview_desk.wire import routes
from interview_desk.wire.calcom import RecordingLinks, TranscriptsFetched
from sync_server.auth.caller import CurrentCaller
from sync_server.bookings.media import service
from sync_server.infra.parts import Parts, parts

router = APIRouter(tags=["calcom"])

TheParts = Annotated[Parts, Depends(parts)]


@router.get(routes.RECORDING_LINKS)
async def recording_links(
    interview_id: str, caller: CurrentCaller, parts: TheParts
) -> RecordingLinks:
    """Fresh links to the recordings, for as long as Cal.com lets them live."""
    return await service.recording_links(parts, caller, interview_id)


@router.post(routes.FETCH_TRANSCRIPTS)
async def fetch_transcripts(
    interview_id: str, caller: CurrentCaller, parts: TheParts
) -> TranscriptsFetched:
    """Take Cal.com's transcripts into the interview."""
    return await service.fetch_transcripts(parts, caller, interview_id)
