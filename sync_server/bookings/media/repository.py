"""What may be fetched for an interview, and its transcripts as records."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from interview_desk.domain.instants import parse_instant
from interview_desk.domain.shapes import MAX_FIELD_BYTES
from interview_desk.domain.transcripts import Cue
from interview_desk.wire.problems import Code
from sync_server.auth.caller import Caller
from sync_server.bookings.linking import link
from sync_server.bookings.media.limit import NOTICE, kept_until
from sync_server.bookings.repository import the_workspace
from sync_server.infra.database import Tx
from sync_server.infra.problems import Forbidden, InvalidRequest, NotFound, Problem
from sync_server.sync.authors import Author
from sync_server.sync.batch import RecordBatch
from sync_server.sync.consent import NOT_AGREED, all_agree
from sync_server.sync.read import StoredRecord, read_record, records_of_interview
from sync_server.sync.seen.rows import CallerView

if TYPE_CHECKING:
    from interview_desk.domain.values import Json

_CALCOM = "calcom"
_IMPORTED = "file"


class RecordingsNotKept(Problem):
    """The team keeps recordings for a time, and that is over."""

    status = HTTPStatus.GONE
    code = Code.RECORDINGS_NOT_KEPT
    title = "The recordings of this interview are no longer kept."


@dataclass(frozen=True, slots=True)
class Asked:
    """An interview whose guests allow its recording: its bookings at Cal.com, newest first.

    `keep_until` is the day of its recordings, where they have one.
    """

    booking_uids: tuple[str, ...]
    keep_until: datetime | None = None


def asked(tx: Tx, *, caller: Caller, interview_id: str, kept_days: int | None = None) -> Asked:
    """The interview, where the caller sees it and every guest has said yes to being recorded.

    NotFound for an interview that is not theirs, Forbidden without the guests' yes, and
    RecordingsNotKept where it ended more than `kept_days` ago, none of its recordings is kept, and
    that limit was set more than a week ago.
    """
    interview = read_record(tx, caller.workspace_id, "interviews", interview_id)
    if interview is None or interview.deleted or not CallerView(tx, caller).sees(interview):
        raise NotFound
    _check_consent(tx, interview_id)
    keep_until = _checked_day(tx, interview, kept_days)
    uids = interview.fields.get("booking_uids")
    listed = uids if isinstance(uids, list) else []
    return Asked(tuple(str(uid) for uid in reversed(listed)), keep_until)


def bring(tx: Tx, *, interview_id: str, cues: Sequence[Cue]) -> int:
    """Put a transcript from a file into an interview, under the same rules; 0 if it is there.

    NotFound for an interview that does not exist, Forbidden without the guests' yes.
    """
    interview = read_record(tx, the_workspace(tx), "interviews", interview_id)
    if interview is None or interview.deleted:
        raise NotFound(f"There is no interview {interview_id}.")
    _check_consent(tx, interview_id)
    return _add(tx, interview_id, [cues], source=_IMPORTED)


def keep(tx: Tx, *, interview_id: str, transcripts: Sequence[Sequence[Cue]]) -> int:
    """Put Cal.com's transcripts into the interview; how many of them were new."""
    link(tx, [interview_id])
    return _add(tx, interview_id, transcripts, source=_CALCOM)


def _add(tx: Tx, interview_id: str, transcripts: Sequence[Sequence[Cue]], *, source: str) -> int:
    records = RecordBatch(tx, the_workspace(tx))
    here = records.of_interview(interview_id, "transcripts")
    known = [record.fields.get("cues") for record in here]
    # Cal.com has told that there is one before anybody wanted its words.
    empty = [record.id for record in here if source == _CALCOM and _is_announced(record)]
    added = 0
    for cues in transcripts:
        told: list[Json] = [cue.fields() for cue in cues]
        if told in known:
            continue
        if len(json.dumps(told, ensure_ascii=False).encode()) > MAX_FIELD_BYTES:
            raise InvalidRequest("The transcript is too large to be kept.")
        record_id = empty.pop(0) if empty else records.fresh_id("transcripts")
        fields: dict[str, Json] = {
            "interview_id": interview_id,
            "source": source,
            "cues": told,
        }
        records.write("transcripts", record_id, fields=fields, author=Author("server"))
        known.append(told)
        added += 1
    records.flush()
    return added


def _check_consent(tx: Tx, interview_id: str) -> None:
    if not all_agree(tx, the_workspace(tx), interview_id):
        raise Forbidden(NOT_AGREED)


def _checked_day(tx: Tx, interview: StoredRecord, kept_days: int | None) -> datetime | None:
    end = interview.fields.get("end")
    if kept_days is None or not isinstance(end, str):
        return None
    until = kept_until(tx, parse_instant(end), days=kept_days)
    # Where they were counted before the limit was set, the day stands in the record.
    here = records_of_interview(tx, the_workspace(tx), interview.id, entity="recordings")
    days = [one.fields.get("keep_until") for one in here]
    # Who has none yet is about to get one.
    said = [parse_instant(day) if isinstance(day, str) else tx.now + NOTICE for day in days]
    until = max([until, *said])
    if until <= tx.now:
        words = "1 day" if kept_days == 1 else f"{kept_days} days"
        raise RecordingsNotKept(
            f"Recordings are kept for {words} after an interview; this one's are no longer kept."
        )
    return until


def _is_announced(record: StoredRecord) -> bool:
    return record.fields.get("source") == _CALCOM and not record.fields.get("cues")
