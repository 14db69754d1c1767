"""Links to recordings, and the words of transcripts; only where every guest has said yes."""

from collections.abc import Awaitable
from functools import partial
from typing import TypeVar

from interview_desk.domain.transcripts import Cue, TranscriptUnreadable, read_transcript
from interview_desk.wire.calcom import RecordingLink, RecordingLinks, TranscriptsFetched
from sync_server.auth.caller import Caller
from sync_server.bookings.media import repository
from sync_server.bookings.media.files import TranscriptFiles
from sync_server.bookings.media.repository import Asked
from sync_server.calcom.api.client import CalcomApi
from sync_server.calcom.api.errors import CalcomOff, CalcomRefused, Refusal
from sync_server.calcom.api.opening import calcom_of
from sync_server.infra.parts import Parts
from sync_server.infra.problems import Forbidden, InvalidRequest

T = TypeVar("T")


async def recording_links(parts: Parts, caller: Caller, interview_id: str) -> RecordingLinks:
    """Fresh links to what Cal.com has recorded; they open it for anybody, so nothing keeps them."""
    api = _api(parts, caller)
    days = parts.settings.recordings_kept_days
    asked = await _asked(parts, caller, interview_id, kept_days=days)
    found = []
    for uid in asked.booking_uids:
        for recording in await _what_is_known(api.recordings(uid)):
            link = recording.download_link
            if link is not None:
                seconds = int(recording.seconds or 0)
                found.append(RecordingLink(url=link.get_secret_value(), seconds=seconds))
    return RecordingLinks(recordings=tuple(found), keep_until=asked.keep_until)


async def fetch_transcripts(parts: Parts, caller: Caller, interview_id: str) -> TranscriptsFetched:
    """Take what Cal.com has written down into the interview's transcripts.

    A transcript that is there already is not taken twice. InvalidRequest where Cal.com's files are
    in no form that can be read.
    """
    api = _api(parts, caller)
    asked = await _asked(parts, caller, interview_id)
    read, unread = [], 0
    async with TranscriptFiles(parts.settings.calcom_base_url) as files:
        for uid in asked.booking_uids:
            links = await _what_is_known(api.transcripts(uid))
            texts = [await files.text(link) for link in links]
            cues = _first_readable(texts)
            if cues:
                read.append(cues)
            unread += bool(texts) and not cues
    if unread and not read:
        raise InvalidRequest("Cal.com's transcript is in a form that cannot be read.")
    work = partial(repository.keep, interview_id=interview_id, transcripts=read)
    return TranscriptsFetched(transcripts=await parts.database.write(work))


async def _what_is_known(asking: Awaitable[tuple[T, ...]]) -> tuple[T, ...]:
    """What Cal.com has; nothing of bookings that it has removed."""
    try:
        return await asking
    except CalcomRefused as refused:
        if refused.refusal is not Refusal.NOT_FOUND:
            raise
        return ()


def _first_readable(texts: list[str]) -> tuple[Cue, ...]:
    """The same words come in several forms; one of them is enough."""
    for text in texts:
        try:
            return read_transcript(text)
        except TranscriptUnreadable:
            continue
    return ()


async def _asked(
    parts: Parts, caller: Caller, interview_id: str, *, kept_days: int | None = None
) -> Asked:
    look = partial(repository.asked, caller=caller, interview_id=interview_id, kept_days=kept_days)
    return await parts.database.read(look)


def _api(parts: Parts, caller: Caller) -> CalcomApi:
    if not caller.role.runs_interviews:
        raise Forbidden("Only interviewers may open recordings and transcripts.")
    api = calcom_of(parts)
    if api is None:
        raise CalcomOff
    return api.for_person
