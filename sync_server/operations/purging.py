"""Retention: what has been kept long enough goes, and what is to be erased is erased."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from interview_desk.domain.erasure import (
    KINDS_WITH_GUESTS,
    concerns,
    interviews_with,
    is_kept_long_enough,
    one_with,
    traces_of,
)
from interview_desk.domain.records import Record
from sync_server.bookings.erasing import bookings_of, forget_bookings, forget_guest
from sync_server.bookings.media import limit
from sync_server.bookings.repository import the_workspace
from sync_server.followups.erasing import forget_mail, forget_news
from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts
from sync_server.operations.commands import CommandFailed, Json, command
from sync_server.operations.dating import date_recordings, undated
from sync_server.settings import Settings
from sync_server.sync.read import StoredRecord
from sync_server.sync.removal.burying import bury, is_anything_old
from sync_server.sync.removal.erased import erased_of, remember_erased
from sync_server.sync.removal.erasing import all_named, all_of_interview, all_of_kind, erase

Counts = dict[str, Any]
# Mails are of an interview through the guest and the enrolment they belong to.
_MAIL = "follow_up_messages"
_MAIL_OF = ("guest_id", "enrolment_id")


class _OnlyLooked(Exception):  # noqa: N818  - takes everything back, and the counts out
    def __init__(self, counts: Counts) -> None:
        super().__init__("nothing was purged")
        self.counts = counts


@command("purge")
async def purge(parts: Parts, args: dict[str, Any]) -> Json:
    """Carry out retention, or erase a guest or an interview; with `dry_run` only say what would go.

    A dry run is the real one, taken back.
    """
    chosen = _chosen(parts, args)

    def work(tx: Tx) -> Counts:
        counts = chosen(tx)
        if args.get("dry_run"):
            raise _OnlyLooked(counts)
        return counts

    try:
        return await parts.database.write(work)
    except _OnlyLooked as looked:
        return looked.counts


def _chosen(parts: Parts, args: dict[str, Any]) -> Callable[[Tx], Counts]:
    guest, interview = args.get("guest"), args.get("interview")
    if guest:
        return lambda tx: erase_guest(tx, str(guest))
    if interview:
        return lambda tx: erase_interview(tx, str(interview))
    return lambda tx: keep_order(tx, parts.settings)


def is_order_due(tx: Tx, settings: Settings) -> bool:
    """Whether `keep_order` would find anything: looked up beside the writer, not in its way."""
    workspace_id = the_workspace(tx)
    days = settings.recordings_kept_days
    if not limit.is_known(tx, days) or undated(tx, days=days) or _due_recordings(tx, workspace_id):
        return True
    if erased_of(tx, workspace_id) & bookings_of(tx):
        return True
    return is_anything_old(tx, workspace_id, before=_horizon(tx, settings))


def _horizon(tx: Tx, settings: Settings) -> datetime:
    return tx.now - timedelta(days=settings.horizon_days)


def _due_recordings(tx: Tx, workspace_id: str) -> list[StoredRecord]:
    return [
        recording
        for recording in all_of_kind(tx, workspace_id, "recordings")
        if is_kept_long_enough(recording.fields, tx.now)
    ]


def keep_order(tx: Tx, settings: Settings) -> Counts:
    """What is due today: recordings past their day, old tombstones, news of what was erased."""
    workspace_id = the_workspace(tx)
    limit.keep_known(tx, settings.recordings_kept_days)
    dated = date_recordings(tx, days=settings.recordings_kept_days)
    due = _due_recordings(tx, workspace_id)
    erased = erase(tx, workspace_id, due) if due else 0
    # Cal.com goes on telling of bookings whose interview is gone.
    again = erased_of(tx, workspace_id) & bookings_of(tx)
    bookings = forget_bookings(tx, again) if again else 0
    buried = bury(tx, workspace_id, before=_horizon(tx, settings))
    return {
        "recordings": len(due),
        "dated": dated,
        "records": erased,
        "bookings": bookings,
        "tombstones": buried.tombstones,
        "gone": buried.gone,
        "pushes": buried.pushes,
    }


def erase_interview(tx: Tx, interview_id: str) -> Counts:
    """Erase an interview and everything that belongs to it."""
    workspace_id = the_workspace(tx)
    family, found = _whole(tx, workspace_id, {interview_id})
    if not any(record.entity == "interviews" for record in found):
        raise CommandFailed(f"There is no interview {interview_id}, or it was erased before.")
    records = _erase(tx, workspace_id, found)
    return {"records": records, "bookings": forget_bookings(tx, family), "interviews": 1}


def erase_guest(tx: Tx, who: str) -> Counts:
    """Erase a guest: the person, and whole every interview that was with nobody else.

    `kept_interviews` were with others too: of these only the guest goes, and somebody should look
    at their titles and notes.
    """
    workspace_id = the_workspace(tx)
    stored = all_of_kind(tx, workspace_id, *KINDS_WITH_GUESTS)
    known = [_record(one) for one in stored]
    traces = traces_of(known, who)
    theirs = [one for one in stored if concerns(_record(one), traces)]
    if not theirs:
        raise CommandFailed(f"Nothing is stored about {who}.")
    alone, shared = interviews_with(known, traces)
    family, whole = _whole(tx, workspace_id, alone)
    found = {(one.entity, one.id): one for one in [*theirs, *whole]}
    records = _erase(tx, workspace_id, found.values())
    forget_news(tx, traces.emails)
    bookings = forget_bookings(tx, family) + forget_guest(tx, shared, traces.emails)
    return {
        "records": records,
        "bookings": bookings,
        "interviews": len(alone),
        "kept_interviews": sorted(shared),
    }


def erase_again(tx: Tx, ids: set[str]) -> int:
    """Erase what a backup has brought back although it was erased since."""
    workspace_id = the_workspace(tx)
    remember_erased(tx, workspace_id, ids)
    found = all_named(tx, workspace_id, ids)
    forget_bookings(tx, ids & bookings_of(tx))
    return _erase(tx, workspace_id, found) if found else 0


def _whole(
    tx: Tx, workspace_id: str, interview_ids: Collection[str]
) -> tuple[frozenset[str], list[StoredRecord]]:
    """These interviews with all that are one with them, and everything that belongs to any."""
    interviews = all_of_kind(tx, workspace_id, "interviews") if interview_ids else []
    merged_into = {
        one.id: str(one.fields["merged_into"])
        for one in interviews
        if one.fields.get("merged_into")
    }
    families = (one_with(merged_into, interview_id) for interview_id in interview_ids)
    family: frozenset[str] = frozenset().union(*families)
    found = [one for each in family for one in all_of_interview(tx, workspace_id, each)]
    ids = {one.id for one in found}
    mails = all_of_kind(tx, workspace_id, _MAIL) if found else []
    return family, [*found, *(mail for mail in mails if ids & {*map(mail.fields.get, _MAIL_OF)})]


def _erase(tx: Tx, workspace_id: str, found: Collection[StoredRecord]) -> int:
    forget_mail(tx, [one.id for one in found if one.entity == _MAIL])
    return erase(tx, workspace_id, found)


def _record(stored: StoredRecord) -> Record:
    return Record(stored.entity, stored.id, stored.fields)
