"""Follow-up mail on the command line: the switch for all of it, a look ahead, and a beginning."""

import asyncio
import secrets
from functools import partial
from typing import Any

from interview_desk.domain.flags import Flag
from interview_desk.domain.ids import flag_id, new_id
from interview_desk.wire.shipped import shipped_sequence_fields
from sync_server.followups.gateways.folder import try_folder
from sync_server.followups.repository import the_workspace
from sync_server.followups.sequences.forecast import CannotForecast, forecast
from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts
from sync_server.operations.commands import CommandFailed, Json, command
from sync_server.settings import Settings
from sync_server.sync.authors import Author
from sync_server.sync.read import records_of_kind
from sync_server.sync.write import write_record

_SERVER = Author("server")


def check_mail_folder(settings: Settings) -> None:
    """Hear of a folder for mail that cannot be written before the first mail is due."""
    if settings.mail_folder is None:
        return
    try:
        try_folder(settings.mail_folder)
    except OSError as error:
        raise CommandFailed(
            f"INTERVIEW_DESK_MAIL_FOLDER: {settings.mail_folder} cannot be written "
            f"({error.strerror}). Let the server write there, or name another folder."
        ) from error


@command("mail.on")
async def turn_on(parts: Parts, args: dict[str, Any]) -> Json:
    """Let follow-up mail leave again; what was held goes on from where it stood."""
    del args
    await asyncio.to_thread(check_mail_folder, parts.settings)
    await parts.database.write(partial(_switch, on=True))
    return {"says": "Follow-up mail is on."}


@command("mail.off")
async def turn_off(parts: Parts, args: dict[str, Any]) -> Json:
    """Let no mail leave at all; what is queued is held, not lost."""
    del args
    await parts.database.write(partial(_switch, on=False))
    return {"says": "Follow-up mail is off: nothing leaves, and what is queued is held."}


@command("mail.dry-run")
async def look_ahead(parts: Parts, args: dict[str, Any]) -> Json:
    """What a guest would get of a sequence, and when; nothing is sent or kept."""
    await asyncio.to_thread(check_mail_folder, parts.settings)
    work = partial(forecast, sequence=str(args["sequence"]), guest_id=str(args["guest"]))
    try:
        return await parts.database.write(work)
    except CannotForecast as trouble:
        raise CommandFailed(str(trouble)) from trouble


@command("mail.defaults")
async def begin_with_shipped(parts: Parts, args: dict[str, Any]) -> Json:
    """Add the sequence that comes with the program as a draft, for somebody to publish."""
    del args
    sequence_id = await parts.database.write(_add_shipped)
    return {"says": f"Look at the draft under Follow-ups and publish it: {sequence_id}"}


def _switch(tx: Tx, *, on: bool) -> None:
    """Every record for the flag says the same, also where two people made one."""
    workspace_id, _ = the_workspace(tx)
    flags = records_of_kind(tx, workspace_id, "flags")
    known = {one.id for one in flags if one.fields.get("key") == Flag.FOLLOW_UP}
    for record_id in sorted({flag_id(Flag.FOLLOW_UP), *known}):
        write_record(
            tx,
            workspace_id=workspace_id,
            entity="flags",
            id=record_id,
            fields={"key": Flag.FOLLOW_UP.value, "on": on},
            author=_SERVER,
        )


def _add_shipped(tx: Tx) -> str:
    workspace_id, _ = the_workspace(tx)
    sequence_id = new_id(tx.now, secrets.token_bytes(10))
    write_record(
        tx,
        workspace_id=workspace_id,
        entity="sequences",
        id=sequence_id,
        fields=shipped_sequence_fields(),
        author=_SERVER,
    )
    return sequence_id
