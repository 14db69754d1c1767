"""Pairing codes, wrong tries and devices as they are stored."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from sync_server.infra.database import Tx
from sync_server.infra.inserting import inserting
from sync_server.models.devices import devices, pairing_codes, pairing_tries
from sync_server.models.workspace import workspace


@dataclass(frozen=True, slots=True)
class Team:
    """The one workspace of a server."""

    id: str
    name: str
    epoch: str


def team(tx: Tx) -> Team:
    """The workspace of this server."""
    statement = sa.select(workspace.c.id, workspace.c.name, workspace.c.epoch)
    return Team(*tx.connection.execute(statement).one())


@dataclass(frozen=True, slots=True)
class StoredCode:
    """A pairing code that may still be used."""

    workspace_id: str
    member_id: str


def add_code(
    tx: Tx, digest: str, *, workspace_id: str, member_id: str, expires_at: datetime
) -> None:
    """Know a new pairing code."""
    tx.connection.execute(
        sa.insert(pairing_codes).values(
            digest=digest, workspace_id=workspace_id, member_id=member_id, expires_at=expires_at
        )
    )


def forget_codes(tx: Tx, *, expired_before: datetime) -> None:
    """Drop the codes that nobody will ask about any more."""
    tx.connection.execute(
        sa.delete(pairing_codes).where(pairing_codes.c.expires_at <= expired_before)
    )


def was_used(tx: Tx, digest: str) -> bool | None:
    """Whether the code with this digest was used; None where it was never given out."""
    statement = sa.select(pairing_codes.c.used_at).where(pairing_codes.c.digest == digest)
    row = tx.connection.execute(statement).one_or_none()
    return None if row is None else row.used_at is not None


def take_code(tx: Tx, digest: str) -> StoredCode | None:
    """The usable code with this digest, which from now on is used."""
    statement = (
        sa.update(pairing_codes)
        .where(
            pairing_codes.c.digest == digest,
            pairing_codes.c.used_at.is_(None),
            pairing_codes.c.expires_at > tx.now,
        )
        .values(used_at=tx.now)
        .returning(pairing_codes.c.workspace_id, pairing_codes.c.member_id)
    )
    row = tx.connection.execute(statement).one_or_none()
    return None if row is None else StoredCode(*row)


def wrong_tries(tx: Tx, address_digest: str) -> list[datetime]:
    """When this address showed wrong codes; held against others until the end of `tx`."""
    tx.connection.execute(
        inserting(tx, pairing_tries)
        .values(address_digest=address_digest, wrong_at=[], last_at=tx.now)
        .on_conflict_do_nothing()
    )
    statement = (
        sa.select(pairing_tries.c.wrong_at)
        .where(pairing_tries.c.address_digest == address_digest)
        .with_for_update()
    )
    texts: list[str] = tx.connection.execute(statement).scalar_one()
    return [datetime.fromisoformat(text) for text in texts]


def keep_wrong_tries(tx: Tx, address_digest: str, tries: list[datetime]) -> None:
    """Remember these tries of the address in place of what was known."""
    tx.connection.execute(
        sa.update(pairing_tries)
        .where(pairing_tries.c.address_digest == address_digest)
        .values(wrong_at=[at.isoformat() for at in tries], last_at=tx.now)
    )


def forget_tries(tx: Tx, *, before: datetime) -> None:
    """Drop addresses that have tried nothing since `before`."""
    tx.connection.execute(sa.delete(pairing_tries).where(pairing_tries.c.last_at < before))


@dataclass(frozen=True, slots=True)
class StoredDevice:
    """One paired device."""

    id: str
    member_id: str
    name: str
    nonce_digest: str
    paired_at: datetime
    last_seen_at: datetime | None
    revoked_at: datetime | None


_DEVICE = (
    devices.c.id,
    devices.c.member_id,
    devices.c.name,
    devices.c.nonce_digest,
    devices.c.paired_at,
    devices.c.last_seen_at,
    devices.c.revoked_at,
)


def add_device(
    tx: Tx,
    device_id: str,
    *,
    workspace_id: str,
    member_id: str,
    name: str,
    nonce_digest: str,
    forked_from: str | None = None,
) -> None:
    """Know a new device."""
    tx.connection.execute(
        sa.insert(devices).values(
            id=device_id,
            workspace_id=workspace_id,
            member_id=member_id,
            name=name,
            nonce_digest=nonce_digest,
            forked_from=forked_from,
            paired_at=tx.now,
        )
    )


def find_device(tx: Tx, workspace_id: str, device_id: str) -> StoredDevice | None:
    """The device with this id, signed out or not."""
    statement = sa.select(*_DEVICE).where(
        devices.c.workspace_id == workspace_id, devices.c.id == device_id
    )
    row = tx.connection.execute(statement).one_or_none()
    return None if row is None else StoredDevice(*row)


def list_devices(tx: Tx, workspace_id: str, *, member_id: str | None) -> list[StoredDevice]:
    """The devices of one member, or of all, the oldest first."""
    statement = sa.select(*_DEVICE).where(devices.c.workspace_id == workspace_id)
    if member_id is not None:
        statement = statement.where(devices.c.member_id == member_id)
    rows = tx.connection.execute(statement.order_by(devices.c.paired_at, devices.c.id))
    return [StoredDevice(*row) for row in rows]
