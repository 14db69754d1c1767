"""What was recorded of an interview, and what was said in writing."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from interview_desk.domain.errors import DeskError
from interview_desk.domain.instants import parse_instant
from interview_desk.domain.interviews import all_agree_to_recording, guest_of
from interview_desk.domain.links import MeetingLink, refusal
from interview_desk.domain.records import Edit, Record
from interview_desk.domain.shapes import MAX_FIELD_BYTES
from interview_desk.domain.transcripts import Cue, cues_in
from interview_desk.services.interviews import InterviewGone
from interview_desk.services.joining import AllowedHosts, Opened, Opener, Refused
from interview_desk.services.ports import Me, NewId, Records

if TYPE_CHECKING:
    from interview_desk.domain.values import Json

_FROM_FILE = "file"
_NO_SERVICE = ""


class Medium(NamedTuple):
    """A recording or a transcript; `keep_until` is when a recording is erased.

    `consent_guest_id` names the guest whose yes a recording rests on; None for all of them.
    """

    id: str
    is_recording: bool
    source: str
    minutes: int | None = None
    keep_until: datetime | None = None
    language: str = ""
    lines: int = 0
    consent_guest_id: str | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording at Cal.com. Its link opens it for anybody, so nothing keeps or shows it.

    After `keep_until` the team asks for it no more.
    """

    url: str = field(repr=False)
    minutes: int
    keep_until: datetime | None = None


class MediaDesk(Protocol):
    """The server, as far as it may ask Cal.com; each call raises a DeskError with a sentence."""

    async def recordings(self, interview_id: str) -> tuple[Recording, ...]:
        """Fresh links to what Cal.com has recorded; RecordingsNotKept when their day is over."""
        ...

    async def fetch_transcripts(self, interview_id: str) -> int:
        """Take Cal.com's transcripts into the interview; how many were new."""
        ...


class MediaTools(NamedTuple):
    """What reaches outside: the server (None alone), files, and the one door for links.

    `read` raises a DeskError where a file holds no transcript.
    """

    desk: MediaDesk | None
    read: Callable[[Path], Awaitable[Sequence[Cue]]]
    opener: Opener
    allowed: AllowedHosts


class MediaService:
    """Brings transcripts into an interview and opens recordings, with every guest's yes."""

    def __init__(
        self,
        records: Records,
        tools: MediaTools,
        *,
        me: Me,
        new_id: NewId,
    ) -> None:
        self._records = records
        self._tools = tools
        self._me = me
        self._new_id = new_id

    @property
    def may_bring(self) -> bool:
        """Whether this person's role brings transcripts in and opens recordings."""
        return self._me.role.runs_interviews

    @property
    def has_server(self) -> bool:
        """Whether there is a server that can ask Cal.com."""
        return self._tools.desk is not None

    async def import_file(self, interview_id: str, path: Path) -> int:
        """Bring in a WebVTT, SRT or JSON file; how many lines, 0 where it is there already.

        InterviewGone, NotAgreed without every guest's yes, TranscriptTooLarge, or the reason why
        the file cannot be read.
        """
        if await self._records.get("interviews", interview_id) is None:
            raise InterviewGone
        await self._check_consent(interview_id)
        cues: list[Json] = [cue.fields() for cue in await self._tools.read(path)]
        if len(json.dumps(cues, ensure_ascii=False).encode()) > MAX_FIELD_BYTES:
            raise TranscriptTooLarge
        here = await self._records.of_interview("transcripts", interview_id)
        if any(row.fields.get("cues") == cues for row in here):
            return 0
        fields = {"interview_id": interview_id, "source": _FROM_FILE, "cues": cues}
        transcript = self._new_id()
        await self._records.write([Edit("transcripts", transcript, fields)])
        return len(cues)

    async def read(self, transcript_id: str) -> tuple[Cue, ...]:
        """What was said, in order; NotAgreed without every guest's yes, TranscriptGone."""
        row = await self._records.get("transcripts", transcript_id)
        if row is None:
            raise TranscriptGone
        await self._check_consent(str(row.fields.get("interview_id")))
        return cues_in(row.fields.get("cues"))

    async def fetch_transcripts(self, interview_id: str) -> int:
        """Have the server take Cal.com's transcripts in; how many were new."""
        desk = self._desk()
        await self._check_consent(interview_id)
        return await desk.fetch_transcripts(interview_id)

    async def recordings(self, interview_id: str) -> tuple[Recording, ...]:
        """What Cal.com has recorded, with links that live for a short time.

        RecordingsNotKept where the team keeps them no longer.
        """
        desk = self._desk()
        await self._check_consent(interview_id)
        return await desk.recordings(interview_id)

    async def open(self, recording: Recording) -> Opened | Refused:
        """Open it in the browser; Refused names the host where a person may allow it."""
        allowed = await self._tools.allowed.all()
        link = MeetingLink(_NO_SERVICE, recording.url)
        reason = refusal(link.url, allowed)
        if reason is None:
            return self._tools.opener.open_link(link, native=False, allowed=allowed)
        helps = refusal(link.url, allowed | {link.host}) is None
        sentence = f"It is kept at {link.host}, which you have not allowed yet."
        return Refused(sentence, link.host) if helps else Refused(reason)

    async def allow(self, host: str) -> None:
        """Open links to `host` from now on; a person who has seen the host says so."""
        await self._tools.allowed.add(host.lower())

    async def _check_consent(self, interview_id: str) -> None:
        rows = await self._records.of_interview("interview_guests", interview_id)
        if not all_agree_to_recording([guest_of(row) for row in rows]):
            raise NotAgreed

    def _desk(self) -> MediaDesk:
        if self._tools.desk is None:
            raise NothingToAsk
        return self._tools.desk


class NotAgreed(DeskError):  # noqa: N818  - reads as the sentence it shows
    """Somebody has not said yes to being recorded."""

    code = "not_agreed"

    def __init__(self) -> None:
        super().__init__(
            "Not every guest has said yes to being recorded. Ask, and note the answer in Capture."
        )


class RecordingsNotKept(DeskError):  # noqa: N818  - reads as the sentence it shows
    """The team keeps recordings for a time, and that is over: nobody asks Cal.com for them."""

    code = "recordings_not_kept"


class TranscriptGone(DeskError):  # noqa: N818  - reads as the sentence it shows
    """Somebody has erased it."""

    code = "transcript_gone"

    def __init__(self) -> None:
        super().__init__("This transcript is not here any more.")


class TranscriptTooLarge(DeskError):  # noqa: N818  - reads as the sentence it shows
    """No record can hold it."""

    code = "transcript_too_large"

    def __init__(self) -> None:
        super().__init__("This transcript is too large to be kept. Split the file in two.")


class NothingToAsk(DeskError):  # noqa: N818  - reads as the sentence it shows
    """A desk without a server has nobody who asks Cal.com."""

    code = "nothing_to_ask"

    def __init__(self) -> None:
        super().__init__("This desk works alone. Join a team to fetch what Cal.com has recorded.")


async def media_of(records: Records, interview_id: str) -> tuple[Medium, ...]:
    """The recordings of an interview, then its transcripts, in order of arrival."""
    recordings = await records.of_interview("recordings", interview_id)
    transcripts = await records.of_interview("transcripts", interview_id)
    return (*map(_recording, recordings), *map(_transcript, transcripts))


class Recorded(NamedTuple):
    """How much there is of an interview that rests on its guests' yes to being recorded."""

    transcripts: int
    recordings: int

    def __bool__(self) -> bool:
        return bool(self.transcripts or self.recordings)


async def recorded_of(records: Records, interview_id: str) -> Recorded:
    """What would have to go if a guest no longer agreed."""
    media = await media_of(records, interview_id)
    recordings = sum(one.is_recording for one in media)
    return Recorded(len(media) - recordings, recordings)


async def let_go_of_recorded(records: Records, interview_id: str) -> None:
    """Delete it here; in a team its server erases it, on every desk."""
    found = [
        row
        for entity in ("transcripts", "recordings")
        for row in await records.of_interview(entity, interview_id)
    ]
    await records.write([Edit(row.entity, row.id, {}, delete=True) for row in found])


def _recording(row: Record) -> Medium:
    minutes, until = row.fields.get("minutes"), row.fields.get("keep_until")
    guest = row.fields.get("consent_guest_id")
    return Medium(
        row.id,
        is_recording=True,
        source=str(row.fields.get("source") or ""),
        minutes=round(minutes) if isinstance(minutes, int | float) else None,
        keep_until=parse_instant(until) if isinstance(until, str) else None,
        consent_guest_id=guest if isinstance(guest, str) else None,
    )


def _transcript(row: Record) -> Medium:
    cues = row.fields.get("cues")
    return Medium(
        row.id,
        is_recording=False,
        source=str(row.fields.get("source") or ""),
        language=str(row.fields.get("language") or ""),
        lines=len(cues) if isinstance(cues, list) else 0,
    )
