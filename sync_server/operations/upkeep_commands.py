"""Keeping the server's data in order: revisions of the tables, keys and backups."""

from pathlib import Path
from typing import Any

from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts
from sync_server.infra.serving import nobody_serves
from sync_server.operations.backups import read_backup, write_backup
from sync_server.operations.commands import CommandFailed, Json, command
from sync_server.operations.migrating import migrate
from sync_server.operations.opening import key_file, load_keys
from sync_server.operations.sealing import reseal_all


@command("migrate")
async def bring_tables(parts: Parts, args: dict[str, Any]) -> Json:
    """Bring the tables to a revision, forwards or back."""
    revision = await parts.database.write(lambda tx: migrate(tx, args["to"]))
    return {"revision": revision}


@command("keys.rotate")
async def rotate_keys(parts: Parts, args: dict[str, Any]) -> Json:
    """Seal everything with a new key; the old ones stay to open what is still in a backup."""
    del args
    if parts.settings.encryption_keys:
        # The operator has put the new key first.
        keys = load_keys(parts.settings)
    else:
        keys = key_file(parts.settings).add()
    parts.vault.use(keys)
    return {"key": keys[0].id, "sealed": await reseal_all(parts.database)}


@command("backup")
async def back_up(parts: Parts, args: dict[str, Any]) -> Json:
    """Write everything that is stored, as it is at this moment, to a file."""
    path = Path(args["file"])
    rows = await parts.database.read(lambda tx: write_backup(tx, path))
    return {"file": str(path), "rows": rows}


@command("restore")
async def restore(parts: Parts, args: dict[str, Any]) -> Json:
    """Put a backup in place of everything here; only while no server runs."""
    if not args.get("alone"):
        raise CommandFailed("Stop the server first: a backup cannot be restored under it.")
    path = Path(args["file"])
    rows = await parts.database.write(lambda tx: _restored(tx, path))
    return {"file": str(path), "rows": rows}


def _restored(tx: Tx, path: Path) -> int:
    if not nobody_serves(tx):
        raise CommandFailed(
            "Another server is at work on this database. Stop them all first: a backup cannot be "
            "restored under them."
        )
    return read_backup(tx, path)
