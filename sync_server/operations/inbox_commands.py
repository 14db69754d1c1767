"""The inbox on the command line."""

from typing import Any

from interview_desk.wire.calcom import InboxFilter, ReplayRequest
from sync_server.infra.parts import Parts
from sync_server.operations.commands import CommandFailed, Json, command
from sync_server.operations.exports import inbox_row
from sync_server.operations.inbox import repository, service
from sync_server.sync.authors import Author

_LISTED = ("id", "received_at", "trigger", "booking_uid", "state", "reason")


@command("inbox.list")
async def list_inbox(parts: Parts, args: dict[str, Any]) -> Json:
    """The events that are meant and where they stand, oldest first."""
    chosen = InboxFilter.model_validate(args)
    rows = await parts.database.read(lambda tx: repository.listed(tx, chosen))
    return [{name: inbox_row(row)[name] for name in _LISTED} for row in reversed(rows)]


@command("inbox.show")
async def show_event(parts: Parts, args: dict[str, Any]) -> Json:
    """One event with what it says; passwords, tokens and private links are hidden."""
    shown = await parts.database.read(lambda tx: service.one(tx, str(args["id"])))
    return shown.model_dump(mode="json")


@command("inbox.replay")
async def replay(parts: Parts, args: dict[str, Any]) -> Json:
    """Read events again; what was already right stays as it is."""
    failed = {"state": "failed"} if args.get("failed") else {}
    request = ReplayRequest.model_validate({**args, **failed})
    result = await service.replay(parts, request, by=Author("server"))
    if request.id is not None and not result.replayed:
        raise CommandFailed(f"There is no event {request.id} in the inbox.")
    if request.dry_run:
        return {"would_replay": result.replayed, **result.counts}
    return {"replayed": result.replayed, **result.counts}
