"""Tokens, devices and members as they are stored."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from sync_server.infra.crypto import Vault
from sync_server.infra.database import Tx
from sync_server.infra.prepared import Prepared
from sync_server.models.devices import devices, tokens
from sync_server.models.records import records

MEMBERS = "poblysh_team_members"

Kind = Literal["access", "refresh"]


def token_digest(token: str) -> str:
    """What is stored of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class StoredToken:
    """A token that was shown, and the device it belongs to."""

    digest: str
    device_id: str
    parent: str | None
    expires_at: datetime
    used_at: datetime | None
    confirmed_at: datetime | None
    workspace_id: str
    member_id: str
    revoked_at: datetime | None


_TOKEN = (
    tokens.c.digest,
    tokens.c.device_id,
    tokens.c.parent,
    tokens.c.expires_at,
    tokens.c.used_at,
    tokens.c.confirmed_at,
    devices.c.workspace_id,
    devices.c.member_id,
    devices.c.revoked_at,
)
# Asked with every call, so put together only once.
_SESSION = Prepared(
    sa.select(*_TOKEN, records.c.fields)
    .join(devices, devices.c.id == tokens.c.device_id)
    .outerjoin(
        records,
        sa.and_(
            records.c.workspace_id == devices.c.workspace_id,
            records.c.entity == MEMBERS,
            records.c.id == devices.c.member_id,
            records.c.deleted_at.is_(None),
        ),
    )
    .where(tokens.c.digest == sa.bindparam("digest"), tokens.c.kind == "access")
)


def find_session(tx: Tx, digest: str) -> tuple[StoredToken | None, str | None]:
    """The access token with this digest, and the sealed record of its member in the team."""
    row = _SESSION.one_or_none(tx, digest=digest)
    if row is None:
        return None, None
    *token, member = row
    return StoredToken(*token), member


def find_token(tx: Tx, digest: str, *, kind: Kind, lock: bool = False) -> StoredToken | None:
    """The token with this digest, held against others until the end of `tx` where asked."""
    statement = (
        sa.select(*_TOKEN)
        .join(devices, devices.c.id == tokens.c.device_id)
        .where(tokens.c.digest == digest, tokens.c.kind == kind)
    )
    if lock:
        statement = statement.with_for_update()
    row = tx.connection.execute(statement).one_or_none()
    return None if row is None else StoredToken(*row)


def add_token(
    tx: Tx, digest: str, *, device_id: str, kind: Kind, parent: str | None, expires_at: datetime
) -> None:
    """Know a new token."""
    tx.connection.execute(
        sa.insert(tokens).values(
            digest=digest, device_id=device_id, kind=kind, parent=parent, expires_at=expires_at
        )
    )


def mark_used(tx: Tx, token: StoredToken) -> None:
    """Note the first use of a token, which confirms that its predecessor's exchange arrived."""
    tx.connection.execute(
        sa.update(tokens)
        .where(tokens.c.digest == token.digest, tokens.c.used_at.is_(None))
        .values(used_at=tx.now)
    )
    if token.parent is not None:
        tx.connection.execute(
            sa.update(tokens)
            .where(tokens.c.digest == token.parent, tokens.c.confirmed_at.is_(None))
            .values(confirmed_at=tx.now)
        )
    tx.connection.execute(
        sa.update(devices).where(devices.c.id == token.device_id).values(last_seen_at=tx.now)
    )


def prolong(tx: Tx, digest: str, *, until: datetime) -> None:
    """Let a token live until `until`."""
    tx.connection.execute(
        sa.update(tokens).where(tokens.c.digest == digest).values(expires_at=until)
    )


def expiry_of(tx: Tx, digest: str) -> datetime | None:
    """When a token expires, or None when it has been forgotten."""
    statement = sa.select(tokens.c.expires_at).where(tokens.c.digest == digest)
    return tx.connection.execute(statement).scalar_one_or_none()


def forget_expired(tx: Tx, device_id: str, *, after: timedelta) -> None:
    """Drop the device's tokens that expired longer than `after` ago."""
    tx.connection.execute(
        sa.delete(tokens).where(
            tokens.c.device_id == device_id, tokens.c.expires_at < tx.now - after
        )
    )


def mark_revoked(tx: Tx, device_id: str) -> None:
    """Make every token of the device worthless."""
    tx.connection.execute(
        sa.update(devices)
        .where(devices.c.id == device_id, devices.c.revoked_at.is_(None))
        .values(revoked_at=tx.now)
    )


def is_in_the_team(tx: Tx, token: StoredToken) -> bool:
    """Whether the member whose device shows this token has not left the team."""
    member = member_fields(tx, workspace_id=token.workspace_id, member_id=token.member_id)
    return member is not None


def member_fields(tx: Tx, *, workspace_id: str, member_id: str) -> dict[str, Any] | None:
    """What the member's record says, or None when there is no such member (any more)."""
    statement = sa.select(records.c.fields).where(
        records.c.workspace_id == workspace_id,
        records.c.entity == MEMBERS,
        records.c.id == member_id,
        records.c.deleted_at.is_(None),
    )
    sealed = tx.connection.execute(statement).scalar_one_or_none()
    if sealed is None:
        return None
    return opened_member(tx.vault, member_id, sealed)


def opened_member(vault: Vault, member_id: str, sealed: str) -> dict[str, Any]:
    """What the sealed record of a member says."""
    text = vault.open(sealed, table="records", row=member_id, column="fields")
    fields: dict[str, Any] = json.loads(text)
    return fields
