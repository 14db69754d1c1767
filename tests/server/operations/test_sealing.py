"""A new key: everything is sealed with it, however much there is and whoever writes meanwhile."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from sync_server.infra.crypto import DataKey, Vault
from sync_server.infra.database import Database, Tx
from sync_server.models.records import field_changes
from sync_server.operations import sealing
from tests.helpers.server import Databases, SetClock

OLD, NEW = DataKey(b"o" * 32), DataKey(b"n" * 32)


def _steps(vault: Vault, names: str) -> Callable[[Tx], None]:
    """A step of a history for each letter, as the present key of `vault` seals it."""
    rows = [
        {
            "id": name,
            "workspace_id": "team",
            "entity": "startups",
            "record_id": name,
            "field": "name",
            "ver": ord(name),
            "step": vault.seal(name, table="field_changes", row=name, column="step"),
            "author": "server",
            "at": SetClock().now(),
        }
        for name in names
    ]
    return lambda tx: _insert(tx, rows)


def _insert(tx: Tx, rows: list[dict[str, object]]) -> None:
    tx.connection.execute(sa.insert(field_changes), rows)


async def _sealed(database: Database) -> dict[str, str]:
    query = sa.select(field_changes.c.id, field_changes.c.step)
    rows = await database.read(lambda tx: tx.connection.execute(query).all())
    return {row.id: row.step for row in rows}


async def test_every_value_is_sealed_anew_in_portions(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "_BATCH", 2)
    vault = Vault([OLD])
    database = await databases.fresh(clock=SetClock(), vault=vault)
    await database.write(_steps(vault, "gcaebdf"))
    vault.use([NEW, OLD])
    await database.write(_steps(vault, "x"))
    assert await sealing.reseal_all(database) == 7
    for name, step in (await _sealed(database)).items():
        assert step.startswith(NEW.prefix)
        assert vault.open(step, table="field_changes", row=name, column="step") == name
    assert await sealing.reseal_all(database) == 0


async def test_what_another_server_seals_with_the_old_key_meanwhile_is_found_too(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "_BATCH", 2)
    vault, behind = Vault([OLD]), Vault([OLD])
    database = await databases.fresh(clock=SetClock(), vault=vault)
    await database.write(_steps(vault, "efgh"))
    vault.use([NEW, OLD])
    really, writes = database.write, [_steps(behind, "a")]

    async def write(work: Callable[[Tx], object]) -> object:
        result = await really(work)
        if result is not None and writes:
            await really(writes.pop())
        return result

    monkeypatch.setattr(database, "write", write)
    assert await sealing.reseal_all(database) == 5
    assert all(step.startswith(NEW.prefix) for step in (await _sealed(database)).values())
