"""Whether the server lives, and whether it can work."""

import asyncio
import shutil
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Depends

from interview_desk.wire import routes
from sync_server.infra.database import DatabaseUnavailable, Tx
from sync_server.infra.parts import Parts, parts
from sync_server.infra.problems import Unavailable
from sync_server.operations.migrating import current_revision, newest_revision

router = APIRouter(tags=["operations"])

# Who asks has a patience of their own, and a database that hangs does not say so.
_PATIENCE_SECONDS = 5.0
# Less than this, and the next burst of notes may not fit.
_ROOM_BYTES = 64 * 1024 * 1024


class NotReady(Unavailable):
    """Something the server needs is missing; `checks` says what."""

    title = "The server cannot work now."

    def __init__(self, checks: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {said}" for name, said in checks.items()))
        self.members["checks"] = checks


# Load balancers ask with HEAD, and take any other answer than 200 for a server that is down.
@router.head(routes.HEALTH, include_in_schema=False)
@router.get(routes.HEALTH)
async def health() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.head(routes.READY, include_in_schema=False)
@router.get(routes.READY)
async def ready(parts: Annotated[Parts, Depends(parts)]) -> dict[str, object]:
    """Database, migrations and disk are as they must be; else 503 with what is not."""
    checks = {**await _database(parts), "disk": await asyncio.to_thread(_disk, parts)}
    if set(checks.values()) != {"ok"}:
        raise NotReady(checks)
    return {"status": "ready", "checks": checks}


async def _database(parts: Parts) -> dict[str, str]:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            current = await parts.database.write(_revision)
    except DatabaseUnavailable:
        return {"database": "unavailable", "migrations": "unknown"}
    except TimeoutError:
        return {"database": "does not answer", "migrations": "unknown"}
    newest = newest_revision()
    migrations = "ok" if current == newest else f"at {current}, not at {newest}"
    return {"database": "ok", "migrations": migrations}


def _revision(tx: Tx) -> str | None:
    # Asked as a writer: a database that somebody else has locked is not ready.
    tx.connection.execute(sa.select(1))
    return current_revision(tx)


def _disk(parts: Parts) -> str:
    free = shutil.disk_usage(parts.settings.data_dir).free
    return "ok" if free >= _ROOM_BYTES else f"only {free // 1024} KiB are free"
