"""Asking Cal.com now for what has changed there."""

from datetime import UTC, datetime
from typing import Any

from sync_server.bookings.reconciling.passes import reconcile
from sync_server.bookings.reconciling.surroundings import look_at_surroundings
from sync_server.calcom.api.opening import calcom_of
from sync_server.infra.parts import Parts
from sync_server.operations.commands import CommandFailed, Json, command

_NO_KEY = "There is no key for Cal.com. Set INTERVIEW_DESK_CALCOM_API_KEY."
_NOT_A_TIME = "--since takes a day or a time, such as 2026-11-01 or 2026-11-01T09:00:00Z."


@command("reconcile")
async def reconcile_now(parts: Parts, args: dict[str, Any]) -> Json:
    """Bring everything in line with Cal.com; with `since` all that has changed from then on."""
    since = _moment(args["since"]) if args.get("since") else None
    api = calcom_of(parts)
    if api is None:
        raise CommandFailed(_NO_KEY)
    scopes = await look_at_surroundings(parts, api)
    found = await reconcile(parts, api, scopes, since=since)
    return {"read": len(found.read), "changed": len(found.news)}


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandFailed(_NOT_A_TIME) from error
    return moment.replace(tzinfo=moment.tzinfo or UTC)
