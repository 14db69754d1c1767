"""Tokens: given out, exchanged for their successors, and taken away.

A refresh token's successors are derived from it with the server's key. Shown twice, because the
first answer was lost on the way, it gives the same ones, and still only digests are stored.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from interview_desk.domain.roles import Role
from interview_desk.wire.auth import Tokens
from sync_server.auth import repository
from sync_server.auth.errors import DeviceRevoked, RefreshTokenInvalid, Unauthorized
from sync_server.auth.news import DeviceSignedOut
from sync_server.auth.repository import StoredToken, token_digest
from sync_server.infra.crypto import Vault
from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts
from sync_server.infra.problems import Problem

ACCESS_LIFE = timedelta(hours=1)
# A device may stay in a drawer this long and still sign in by itself.
REFRESH_LIFE = timedelta(days=90)
_KEPT_AFTER_EXPIRY = timedelta(days=1)
_LEFT = "Its member is no longer in the team."


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling, and from which device."""

    workspace_id: str
    member_id: str
    role: Role
    device_id: str


def give_tokens(tx: Tx, device_id: str, *, randomness: bytes) -> Tokens:
    """The first tokens of a device; `randomness` is 32 random bytes."""
    origin = base64.b64encode(randomness).decode()
    return _give(tx, origin, device_id=device_id, parent=None)


def refresh(tx: Tx, presented: str, *, grace: timedelta) -> Tokens | Problem:
    """The successors of a refresh token, or why there are none.

    A refusal is returned and not raised, because a revoked device must stay so.
    """
    token = repository.find_token(tx, token_digest(presented), kind="refresh", lock=True)
    if token is None:
        return RefreshTokenInvalid()
    if token.revoked_at is not None:
        return DeviceRevoked()
    if token.expires_at <= tx.now:
        return RefreshTokenInvalid()
    if not repository.is_in_the_team(tx, token):
        return DeviceRevoked(_LEFT)
    if token.used_at is None:
        repository.mark_used(tx, token)
        repository.forget_expired(tx, token.device_id, after=_KEPT_AFTER_EXPIRY)
        return _give(tx, presented, device_id=token.device_id, parent=token.digest)
    return _again(tx, presented, token=token, grace=grace)


def _again(tx: Tx, presented: str, *, token: StoredToken, grace: timedelta) -> Tokens | Problem:
    """The same successors once more, unless somebody else must be holding them already."""
    in_grace = token.used_at is not None and tx.now - token.used_at <= grace
    if token.confirmed_at is not None and not in_grace:
        revoke(tx, token.device_id)
        return DeviceRevoked()
    access, successor = _derived(tx, presented)
    expires_at = repository.expiry_of(tx, token_digest(access))
    if expires_at is None or not in_grace:
        expires_at = tx.now + ACCESS_LIFE
        repository.prolong(tx, token_digest(access), until=expires_at)
    return Tokens(access_token=access, refresh_token=successor, expires_at=expires_at)


def revoke(tx: Tx, device_id: str) -> None:
    """Sign a device out for good, and have what it holds open closed."""
    repository.mark_revoked(tx, device_id)
    tx.tell(DeviceSignedOut(device_id))


def _give(tx: Tx, origin: str, *, device_id: str, parent: str | None) -> Tokens:
    access, successor = _derived(tx, origin)
    expires_at = _to_the_second(tx.now + ACCESS_LIFE)
    repository.add_token(
        tx,
        token_digest(access),
        device_id=device_id,
        kind="access",
        parent=parent,
        expires_at=expires_at,
    )
    repository.add_token(
        tx,
        token_digest(successor),
        device_id=device_id,
        kind="refresh",
        parent=parent,
        expires_at=tx.now + REFRESH_LIFE,
    )
    return Tokens(access_token=access, refresh_token=successor, expires_at=expires_at)


def _derived(tx: Tx, origin: str) -> tuple[str, str]:
    return _token(tx, "access", origin=origin), _token(tx, "refresh", origin=origin)


def _token(tx: Tx, kind: str, *, origin: str) -> str:
    digest = tx.vault.digest("token", f"{kind}|{origin}")
    return f"desk_{kind}_" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _to_the_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


async def authenticate(parts: Parts, token: str) -> Caller:
    """Who holds this access token; Unauthorized or DeviceRevoked when nobody may."""
    digest = token_digest(token)
    caller, fresh = await parts.database.glance(lambda tx: caller_of(tx, digest))
    if fresh is not None:
        await parts.database.write(lambda tx: repository.mark_used(tx, fresh))
    return caller


def callers(tx: Tx, tokens: Iterable[str]) -> dict[str, Caller | Problem]:
    """Who holds each of these access tokens now, or why nobody may."""
    found: dict[str, Caller | Problem] = {}
    for token in tokens:
        try:
            found[token], _ = caller_of(tx, token_digest(token))
        except Unauthorized as refused:
            found[token] = refused
    return found


def caller_of(tx: Tx, digest: str) -> tuple[Caller, StoredToken | None]:
    """The caller who shows the token of this digest, and the token where this is its first use.

    Unauthorized or DeviceRevoked when nobody may.
    """
    token, member = repository.find_session(tx, digest)
    if token is None:
        raise Unauthorized
    if token.revoked_at is not None:
        raise DeviceRevoked
    if token.expires_at <= tx.now:
        raise Unauthorized
    if member is None:
        raise DeviceRevoked(_LEFT)
    caller = Caller(
        workspace_id=token.workspace_id,
        member_id=token.member_id,
        role=_role(tx.vault, token.member_id, member),
        device_id=token.device_id,
    )
    return caller, token if token.used_at is None else None


@lru_cache(maxsize=256)
def _role(vault: Vault, member_id: str, sealed: str) -> Role:
    """The member's role; every change of the record is sealed anew, so an old one is not asked."""
    # Who was given none reads along, as their pairing has told them.
    return Role(repository.opened_member(vault, member_id, sealed).get("role") or Role.OBSERVER)
