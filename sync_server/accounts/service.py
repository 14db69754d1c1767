"""Pairing devices with the team, and signing them out again."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_network
from math import ceil

from interview_desk.domain.ids import new_id
from interview_desk.wire.auth import (
    DeviceInfo,
    ForkRequest,
    ForkResponse,
    MemberInfo,
    PairingCode,
    PairRequest,
    PairResponse,
    ProtocolRange,
    WorkspaceInfo,
)
from interview_desk.wire.routes import PROTOCOL_MAX, PROTOCOL_MIN
from sync_server.accounts import repository
from sync_server.accounts.codes import CODE_BYTES, new_code, normal_code, pairing_link
from sync_server.accounts.errors import NoSuchMember, PairingCodeInvalid, TooManyTries
from sync_server.accounts.members import find_member, read_member
from sync_server.auth.caller import Caller
from sync_server.auth.service import give_tokens, revoke
from sync_server.infra.crypto import normal_email
from sync_server.infra.database import Tx
from sync_server.infra.problems import Forbidden, NotFound, Problem
from sync_server.infra.senders import Address

CODE_LIFE = timedelta(minutes=10)
# So long we can still say that a code was used or has expired, rather than that it is wrong.
_CODE_REMEMBERED = timedelta(days=1)
_TRIES = 10
_TRIES_WINDOW = timedelta(minutes=10)
# What one caller on IPv6 usually has to itself.
_IPV6_HOUSEHOLD = 64


@dataclass(frozen=True, slots=True)
class Randomness:
    """The random bytes one pairing needs."""

    id: bytes
    token: bytes


@dataclass(frozen=True, slots=True)
class Doorway:
    """How clients reach this server."""

    server_url: str
    pin: str | None


def make_code(tx: Tx, *, email: str, randomness: bytes, doorway: Doorway) -> PairingCode:
    """A one-time code for the member with this address; NoSuchMember when there is none."""
    team = repository.team(tx)
    member = find_member(tx, workspace_id=team.id, email=email)
    if member is None:
        raise NoSuchMember
    code = new_code(randomness[:CODE_BYTES])
    expires_at = tx.now.replace(microsecond=0) + CODE_LIFE
    repository.forget_codes(tx, expired_before=tx.now - _CODE_REMEMBERED)
    repository.add_code(
        tx, _code_digest(tx, code), workspace_id=team.id, member_id=member.id, expires_at=expires_at
    )
    return PairingCode(
        code=code,
        expires_at=expires_at,
        server_url=doorway.server_url,
        link=pairing_link(server_url=doorway.server_url, code=code, pin=doorway.pin),
    )


def invite(
    tx: Tx, *, caller: Caller, email: str, randomness: bytes, doorway: Doorway
) -> PairingCode:
    """A code for the caller's own second device, or for anybody when they run the team."""
    own = read_member(tx, workspace_id=caller.workspace_id, member_id=caller.member_id)
    is_own = own is not None and normal_email(own.email) == normal_email(email)
    if not is_own and not caller.role.runs_the_team:
        raise Forbidden("Only an owner or an admin may invite others.")
    return make_code(tx, email=email, randomness=randomness, doorway=doorway)


def pair(
    tx: Tx, request: PairRequest, *, sender: Address | None, randomness: Randomness
) -> PairResponse | Problem:
    """A new device for whoever shows a good code, or why not.

    A refusal is returned and not raised, because a wrong try must stay counted.
    """
    address = _address_digest(tx, sender)
    recent = _recent(repository.wrong_tries(tx, address), now=tx.now)
    if len(recent) >= _TRIES:
        wait = recent[-_TRIES] + _TRIES_WINDOW - tx.now
        return TooManyTries(retry_after=max(1, ceil(wait.total_seconds())))
    member = _whose_code(tx, request.code)
    if member is None:
        repository.keep_wrong_tries(tx, address, [*recent, tx.now])
        repository.forget_tries(tx, before=tx.now - _TRIES_WINDOW)
        return PairingCodeInvalid(used=repository.was_used(tx, _code_digest(tx, request.code)))
    return _welcome(tx, request, member=member, randomness=randomness)


def _whose_code(tx: Tx, code: str) -> MemberInfo | None:
    """The member this code was made for; the code is used from now on."""
    found = repository.take_code(tx, _code_digest(tx, code))
    if found is None:
        return None
    return read_member(tx, workspace_id=found.workspace_id, member_id=found.member_id)


def _welcome(
    tx: Tx, request: PairRequest, *, member: MemberInfo, randomness: Randomness
) -> PairResponse:
    team = repository.team(tx)
    device_id = new_id(tx.now, randomness.id)
    repository.add_device(
        tx,
        device_id,
        workspace_id=team.id,
        member_id=member.id,
        name=request.device_name,
        nonce_digest=_nonce_digest(request.install_nonce),
    )
    tokens = give_tokens(tx, device_id, randomness=randomness.token)
    return PairResponse(
        device_id=device_id,
        access_token=tokens.access_token,
        refresh_token=tokens.refresh_token,
        expires_at=tokens.expires_at,
        member=member,
        workspace=WorkspaceInfo(id=team.id, name=team.name),
        epoch=team.epoch,
        protocol=ProtocolRange(min=PROTOCOL_MIN, max=PROTOCOL_MAX),
    )


def fork(tx: Tx, request: ForkRequest, *, caller: Caller, randomness: Randomness) -> ForkResponse:
    """A device of its own for a copied or restored installation; the first one stays paired."""
    origin = repository.find_device(tx, caller.workspace_id, caller.device_id)
    if origin is None:
        raise NotFound
    device_id = new_id(tx.now, randomness.id)
    nonce = request.install_nonce
    repository.add_device(
        tx,
        device_id,
        workspace_id=caller.workspace_id,
        member_id=caller.member_id,
        name=request.device_name or origin.name,
        nonce_digest=_nonce_digest(nonce) if nonce else origin.nonce_digest,
        forked_from=origin.id,
    )
    tokens = give_tokens(tx, device_id, randomness=randomness.token)
    return ForkResponse(
        device_id=device_id,
        access_token=tokens.access_token,
        refresh_token=tokens.refresh_token,
        expires_at=tokens.expires_at,
    )


def list_devices(tx: Tx, *, caller: Caller) -> list[DeviceInfo]:
    """The caller's devices, or everybody's for those who run the team."""
    whose = None if caller.role.runs_the_team else caller.member_id
    return [
        DeviceInfo(
            id=device.id,
            name=device.name,
            member_id=device.member_id,
            paired_at=device.paired_at,
            last_seen_at=device.last_seen_at,
            revoked_at=device.revoked_at,
            current=device.id == caller.device_id,
        )
        for device in repository.list_devices(tx, caller.workspace_id, member_id=whose)
    ]


def sign_out(tx: Tx, device_id: str, *, caller: Caller) -> None:
    """Revoke an own device, or anybody's for those who run the team; again changes nothing."""
    device = repository.find_device(tx, caller.workspace_id, device_id)
    visible = device is not None and (
        caller.role.runs_the_team or device.member_id == caller.member_id
    )
    if not visible:
        raise NotFound
    revoke(tx, device_id)


def _recent(tries: list[datetime], *, now: datetime) -> list[datetime]:
    return [at for at in tries if at > now - _TRIES_WINDOW]


def _code_digest(tx: Tx, code: str) -> str:
    # Keyed, because a code has far fewer bits than a token.
    return tx.vault.digest("token", f"code|{normal_code(code)}").hex()


def _address_digest(tx: Tx, sender: Address | None) -> str:
    place = str(sender)
    if isinstance(sender, IPv6Address):
        place = str(ip_network((sender, _IPV6_HOUSEHOLD), strict=False))
    return tx.vault.digest("token", f"address|{place}").hex()


def _nonce_digest(nonce: str) -> str:
    return hashlib.sha256(nonce.encode()).hexdigest()
