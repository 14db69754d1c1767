"""Opening a server's parts: lock, keys, database, tables, workspace; and closing them in order."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial

import sqlalchemy as sa
from pydantic import SecretStr

from interview_desk.domain.ids import new_id
from sync_server.calcom.api.opening import close_calcom
from sync_server.infra.clock import Clock, SystemClock
from sync_server.infra.crypto import KEY_BYTES, DataKey, KeysUnusable, Vault
from sync_server.infra.database import (
    Database,
    DatabaseUnavailable,
    Tx,
    is_not_written,
    is_unreadable,
)
from sync_server.infra.key_file import KeyFile
from sync_server.infra.lock import DatabaseLock
from sync_server.infra.parts import Parts
from sync_server.infra.postgres import PostgresDatabase
from sync_server.infra.serving import prepare_alone
from sync_server.infra.sqlite import SqliteDatabase
from sync_server.models.workspace import server_keys, workspace
from sync_server.operations.migrating import migrate
from sync_server.settings import Settings

DEFAULT_URL = "http://127.0.0.1:8787"
_OWN_KEYS = ("index", "token")
_ID_BYTES = 10
_NOT_REACHED = (
    "PostgreSQL does not let us in. See that it runs, and that INTERVIEW_DESK_DATABASE_URL has the "
    "right address, user and database."
)
_UNREADABLE = (
    "{path} cannot be read. Either INTERVIEW_DESK_DATABASE_KEY is not as it was when the file was "
    "made, or the file is damaged: then restore a backup into an empty directory."
)
_NOT_WRITTEN = (
    "The disk does not take what has to be written to {path}, which is as it was. See that it is "
    "in order and has as much free space as the file takes itself, and start again."
)


@asynccontextmanager
async def opened(
    settings: Settings,
    *,
    clock: Clock | None = None,
    server_url: str | None = None,
    certificate_pin: str | None = None,
) -> AsyncIterator[Parts]:
    """The parts of a server on its database, which is made and migrated where it is not yet.

    Raises AlreadyInUse when another process has the embedded database, KeysUnusable when the keys
    at hand are not those that sealed it, DatabaseUnavailable with what to look at.
    """
    clock = clock or SystemClock()
    _make_data_dir(settings)
    with _locked(settings):
        vault = Vault(load_keys(settings), again=partial(load_keys, settings))
        database = _open_database(settings, vault=vault, clock=clock)
        try:
            await _prepare(database, settings)
            parts = Parts(
                settings=settings,
                database=database,
                vault=vault,
                bus=database.bus,
                clock=clock,
                server_url=settings.public_url or server_url or DEFAULT_URL,
                certificate_pin=certificate_pin,
            )
            try:
                yield parts
            finally:
                await close_calcom(parts)
        finally:
            await asyncio.shield(database.close())


def load_keys(settings: Settings) -> list[DataKey]:
    """The data keys, the current one first: those that were set, else those of the key file."""
    if settings.encryption_keys:
        return [*map(_set_key, settings.encryption_keys)]
    return key_file(settings).load_or_make()


def _set_key(key: SecretStr) -> DataKey:
    try:
        return DataKey.parse(key.get_secret_value())
    except KeysUnusable as error:
        raise KeysUnusable(f"INTERVIEW_DESK_ENCRYPTION_KEYS: {error}") from error


def key_file(settings: Settings) -> KeyFile:
    """The key file of the data directory."""
    return KeyFile(settings.data_dir / "keys.json")


async def _prepare(database: Database, settings: Settings) -> None:
    try:
        await database.write(prepare)
    except DatabaseUnavailable as away:
        if settings.postgres_url is not None:
            raise DatabaseUnavailable(_NOT_REACHED) from away
        if is_unreadable(away.__cause__):
            raise DatabaseUnavailable(_UNREADABLE.format(path=settings.sqlite_path)) from away
        if is_not_written(away.__cause__):
            raise DatabaseUnavailable(_NOT_WRITTEN.format(path=settings.sqlite_path)) from away
        raise


def prepare(tx: Tx) -> None:
    """Make the tables, the server's own keys and the workspace, as far as they are missing."""
    # Several servers may start at once.
    prepare_alone(tx)
    migrate(tx)
    for purpose in _OWN_KEYS:
        tx.vault.learn(purpose, _own_key(tx, purpose))
    if tx.connection.execute(sa.select(workspace.c.id)).first() is None:
        tx.connection.execute(
            sa.insert(workspace).values(
                id=new_id(tx.now, os.urandom(_ID_BYTES)),
                name="Team",
                epoch=secrets.token_urlsafe(12),
                created_at=tx.now,
            )
        )


def _own_key(tx: Tx, purpose: str) -> bytes:
    statement = sa.select(server_keys.c.material).where(server_keys.c.purpose == purpose)
    sealed = tx.connection.execute(statement).scalar_one_or_none()
    if sealed is not None:
        return tx.vault.open_bytes(sealed, table="server_keys", row=purpose, column="material")
    key = secrets.token_bytes(KEY_BYTES)
    material = tx.vault.seal(key, table="server_keys", row=purpose, column="material")
    tx.connection.execute(
        sa.insert(server_keys).values(purpose=purpose, material=material, created_at=tx.now)
    )
    return key


def _make_data_dir(settings: Settings) -> None:
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)


def check_unused(settings: Settings) -> None:
    """Say who has the embedded database, if anybody has: AlreadyInUse."""
    with _locked(settings):
        return


@contextmanager
def _locked(settings: Settings) -> Iterator[None]:
    if settings.postgres_url is not None:
        yield
        return
    settings.sqlite_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = DatabaseLock(settings.sqlite_path)
    lock.take()
    try:
        yield
    finally:
        lock.release()


def _open_database(settings: Settings, *, vault: Vault, clock: Clock) -> Database:
    if settings.postgres_url is not None:
        return PostgresDatabase(settings.postgres_url, vault=vault, clock=clock)
    key = settings.database_key
    return SqliteDatabase(
        settings.sqlite_path,
        vault=vault,
        clock=clock,
        key=key.get_secret_value() if key else None,
    )
