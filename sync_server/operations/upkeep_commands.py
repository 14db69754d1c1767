"""Keeping the server's data in order: revisions of the tables, and keys."""

from typing import Any

from sync_server.infra.parts import Parts
from sync_server.operations.commands import Json, command
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
