"""Cal.com as the team's server knows it: free times, slots that are kept, connection and inbox."""

from datetime import datetime
from typing import Any

from interview_desk.domain.booking_requests import FreeTime
from interview_desk.domain.instants import format_instant
from interview_desk.remote.answers import error_of, read_answer
from interview_desk.remote.session import Session
from interview_desk.services.availability import FreeTimes
from interview_desk.services.connection import (
    Connected,
    Connection,
    Events,
    Finding,
    InboxEvent,
    InboxPage,
    Replayed,
    Tested,
)
from interview_desk.services.holds import Hold, SlotTaken
from interview_desk.services.media import Recording, RecordingsNotKept
from interview_desk.services.server_errors import RefusedError
from interview_desk.wire import calcom, routes
from interview_desk.wire.availability import Availability
from interview_desk.wire.problems import Code


class HttpCalcom:
    """The ports `TimesFeed`, `HoldDesk`, `ConnectionDesk`, `InboxFeed` and `MediaDesk`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def free_times(
        self, event_type: int, start: datetime, end: datetime, minutes: int | None
    ) -> FreeTimes:
        """The free times that begin in [start, end)."""
        params: dict[str, Any] = {
            "event_type": event_type,
            "from": format_instant(start),
            "to": format_instant(end),
            "zone": "UTC",
        }
        if minutes is not None:
            params["minutes"] = minutes
        response = await self._session.call("GET", routes.AVAILABILITY, params=params)
        answer = read_answer(response, Availability)
        slots = tuple(FreeTime(slot.start, slot.end) for day in answer.days for slot in day.slots)
        return FreeTimes(slots, answer.fetched_at, stale=answer.stale)

    async def hold(self, event_type: int, start: datetime, minutes: int | None) -> Hold:
        """Keep a slot for a few minutes; SlotTaken where it is gone."""
        body: dict[str, Any] = {"event_type": event_type, "start": format_instant(start)}
        if minutes is not None:
            body["minutes"] = minutes
        response = await self._session.call("POST", routes.RESERVATIONS, json=body)
        try:
            answer = read_answer(response, calcom.Reservation)
        except RefusedError as error:
            if error.code == Code.SLOT_TAKEN:
                raise SlotTaken from error
            raise
        return Hold(answer.id, answer.until)

    async def release(self, hold_id: str) -> None:
        """Let others have it."""
        path = routes.RESERVATION.format(reservation_id=hold_id)
        response = await self._session.call("DELETE", path)
        if not response.is_success:
            raise error_of(response)

    async def state(self) -> Connection:
        """How the server stands with Cal.com, without asking Cal.com."""
        response = await self._session.call("GET", routes.CALCOM)
        return _connection(read_answer(response, calcom.ConnectionState))

    async def test(self) -> Tested:
        """Ask Cal.com who the key belongs to and what is missing."""
        response = await self._session.call("POST", routes.CALCOM_TEST, json={})
        answer = read_answer(response, calcom.TestResult)
        findings = tuple(Finding(one.ok, one.says) for one in answer.checks)
        return Tested(answer.ok, answer.name or "", answer.email or "", findings)

    async def connect(self) -> Connected:
        """Have Cal.com tell the server of every change."""
        response = await self._session.call("POST", routes.CALCOM_CONNECT, json={})
        answer = read_answer(response, calcom.ConnectResult)
        return Connected(answer.connected, answer.says, _connection(answer.state))

    async def disconnect(self) -> None:
        """Have Cal.com tell nothing any more; all data stays."""
        response = await self._session.call("DELETE", routes.CALCOM_CONNECT)
        if not response.is_success:
            raise error_of(response)

    async def inbox(self, which: Events, *, before: str | None) -> InboxPage:
        """A page of what came in, newest first."""
        asked = _asked(which) | ({"before": before} if before is not None else {})
        response = await self._session.call("GET", routes.INBOX, params=asked)
        answer = read_answer(response, calcom.InboxPage)
        return InboxPage(tuple(map(_event, answer.events)), dict(answer.counts), answer.next)

    async def event(self, event_id: str) -> InboxEvent:
        """One event with its body, secrets hidden."""
        response = await self._session.call("GET", routes.INBOX_EVENT.format(event_id=event_id))
        answer = read_answer(response, calcom.InboxEvent)
        return _event(answer)._replace(body=answer.body)

    async def replay(self, which: Events, *, dry_run: bool) -> Replayed:
        """Read these events again; with `dry_run` only say which they are."""
        body = _asked(which) | {"dry_run": dry_run}
        response = await self._session.call("POST", routes.INBOX_REPLAY, json=body)
        answer = read_answer(response, calcom.ReplayResult)
        return Replayed(answer.replayed, dict(answer.counts))

    async def recordings(self, interview_id: str) -> tuple[Recording, ...]:
        """Fresh links to what Cal.com has recorded; RecordingsNotKept when their day is over."""
        response = await self._session.call("GET", routes.recording_links(interview_id))
        try:
            answer = read_answer(response, calcom.RecordingLinks)
        except RefusedError as error:
            if error.code == Code.RECORDINGS_NOT_KEPT:
                raise RecordingsNotKept(str(error)) from error
            raise
        return tuple(
            Recording(one.url, round(one.seconds / 60), answer.keep_until)
            for one in answer.recordings
        )

    async def fetch_transcripts(self, interview_id: str) -> int:
        """Take Cal.com's transcripts into the interview; how many were new."""
        response = await self._session.call("POST", routes.fetch_transcripts(interview_id))
        return read_answer(response, calcom.TranscriptsFetched).transcripts


def _asked(which: Events) -> dict[str, Any]:
    since, until = which.since, which.until
    named = {
        "id": which.id,
        "state": which.state,
        "since": format_instant(since) if since else None,
        "until": format_instant(until) if until else None,
    }
    return {name: value for name, value in named.items() if value is not None}


def _connection(answer: calcom.ConnectionState) -> Connection:
    return Connection(
        has_key=answer.has_key,
        is_on=answer.is_on,
        address=answer.base_url,
        connected_at=answer.connected_at,
        told_at=answer.webhook_arrived_at,
        paused_until=answer.paused_until,
        follows=tuple(scope.name for scope in answer.scopes),
        waits_for=tuple(scope.name for scope in answer.waiting_scopes),
        waiting=answer.waiting_events,
        failed=answer.failed_events,
        problem=answer.problem,
    )


def _event(entry: calcom.InboxEntry) -> InboxEvent:
    return InboxEvent(
        id=entry.id,
        at=entry.received_at,
        trigger=entry.trigger or "",
        booking=entry.booking_uid or "",
        state=entry.state,
        reason=entry.reason or "",
        tries=entry.attempts,
    )
