"""Signing in with tokens: exchange, lost answers, theft and revocation."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from interview_desk.domain.roles import Role
from interview_desk.wire.auth import Tokens
from sync_server.auth import service
from sync_server.auth.errors import DeviceRevoked, RefreshTokenInvalid, Unauthorized
from sync_server.auth.news import DeviceSignedOut
from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts
from sync_server.infra.problems import Problem
from sync_server.models.devices import devices, tokens
from sync_server.models.records import records
from sync_server.sync.authors import Author
from sync_server.sync.read import records_of_kind
from sync_server.sync.write import write_record
from tests.helpers.server import WORKSPACE_ID, SetClock, add_member

DEVICE = "0190f5fe-7c00-7a00-8000-00000000d001"
GRACE = timedelta(seconds=30)


def _pair(tx: Tx) -> Tokens:
    member_id = add_member(tx, role=Role.ADMIN)
    tx.connection.execute(
        sa.insert(devices).values(
            id=DEVICE,
            workspace_id=WORKSPACE_ID,
            member_id=member_id,
            name="Laptop",
            nonce_digest="n",
            paired_at=tx.now,
        )
    )
    return service.give_tokens(tx, DEVICE, randomness=b"r" * 32)


async def _refresh(parts: Parts, token: str) -> Tokens | Problem:
    return await parts.database.write(lambda tx: service.refresh(tx, token, grace=GRACE))


async def _refreshed(parts: Parts, token: str) -> Tokens:
    answer = await _refresh(parts, token)
    assert isinstance(answer, Tokens)
    return answer


@pytest.fixture
async def first(parts: Parts) -> Tokens:
    """The tokens of a device that has just been paired."""
    return await parts.database.write(_pair)


async def test_an_access_token_names_its_holder(parts: Parts, first: Tokens) -> None:
    for _ in range(2):
        caller = await service.authenticate(parts, first.access_token)
        assert (caller.device_id, caller.role) == (DEVICE, Role.ADMIN)


async def test_the_device_was_last_seen_when_the_token_was_first_used(
    parts: Parts, clock: SetClock, first: Tokens
) -> None:
    clock.advance(minutes=5)
    await service.authenticate(parts, first.access_token)
    seen = await parts.database.read(
        lambda tx: tx.connection.execute(sa.select(devices.c.last_seen_at)).scalar_one()
    )
    assert seen == clock.now()


async def test_an_expired_access_token_is_refused(
    parts: Parts, clock: SetClock, first: Tokens
) -> None:
    clock.at = first.expires_at
    with pytest.raises(Unauthorized) as caught:
        await service.authenticate(parts, first.access_token)
    assert caught.value.code == "unauthorized"


@pytest.mark.parametrize("which", ["nonsense", "refresh"])
async def test_another_text_is_no_access_token(parts: Parts, first: Tokens, which: str) -> None:
    text = first.refresh_token if which == "refresh" else which
    with pytest.raises(Unauthorized):
        await service.authenticate(parts, text)


async def test_only_digests_are_stored(parts: Parts, first: Tokens) -> None:
    stored = await parts.database.read(
        lambda tx: [tuple(row) for row in tx.connection.execute(sa.select(tokens))]
    )
    assert len(stored) == 2
    for token in (first.access_token, first.refresh_token):
        assert token not in repr(stored)


async def test_a_refresh_gives_new_tokens_that_work(parts: Parts, first: Tokens) -> None:
    second = await _refreshed(parts, first.refresh_token)
    assert second.access_token != first.access_token
    assert second.refresh_token != first.refresh_token
    await service.authenticate(parts, second.access_token)
    await _refreshed(parts, second.refresh_token)


async def test_the_same_refresh_within_the_grace_gives_the_same_successor(
    parts: Parts, clock: SetClock, first: Tokens
) -> None:
    second = await _refreshed(parts, first.refresh_token)
    await service.authenticate(parts, second.access_token)
    clock.advance(seconds=30)
    assert await _refreshed(parts, first.refresh_token) == second


async def test_two_refreshes_at_once_give_the_same_successor(parts: Parts, first: Tokens) -> None:
    one, other = await asyncio.gather(
        _refreshed(parts, first.refresh_token), _refreshed(parts, first.refresh_token)
    )
    assert one == other


@pytest.mark.parametrize("use", ["access", "refresh"])
async def test_reuse_after_the_grace_of_a_used_successor_revokes_the_device(
    parts: Parts, clock: SetClock, first: Tokens, use: str
) -> None:
    second = await _refreshed(parts, first.refresh_token)
    if use == "access":
        await service.authenticate(parts, second.access_token)
    else:
        await _refreshed(parts, second.refresh_token)
    clock.advance(seconds=31)
    news = parts.bus.subscribe()
    assert isinstance(await _refresh(parts, first.refresh_token), DeviceRevoked)
    assert await anext(news) == DeviceSignedOut(DEVICE)
    for token in (first.access_token, second.access_token):
        with pytest.raises(DeviceRevoked):
            await service.authenticate(parts, token)
    assert isinstance(await _refresh(parts, second.refresh_token), DeviceRevoked)


async def test_a_lost_answer_can_be_fetched_again_long_after_the_grace(
    parts: Parts, clock: SetClock, first: Tokens
) -> None:
    lost = await _refreshed(parts, first.refresh_token)
    clock.advance(hours=5)
    again = await _refreshed(parts, first.refresh_token)
    assert again.refresh_token == lost.refresh_token
    assert again.expires_at > clock.now()
    await service.authenticate(parts, again.access_token)


async def test_an_unknown_refresh_token_is_refused(parts: Parts, first: Tokens) -> None:
    assert isinstance(await _refresh(parts, "nonsense"), RefreshTokenInvalid)
    assert isinstance(await _refresh(parts, first.access_token), RefreshTokenInvalid)


async def test_a_refresh_token_ends_after_ninety_days(
    parts: Parts, clock: SetClock, first: Tokens
) -> None:
    clock.advance(days=90)
    assert isinstance(await _refresh(parts, first.refresh_token), RefreshTokenInvalid)


async def test_long_expired_tokens_are_forgotten(
    parts: Parts, clock: SetClock, first: Tokens
) -> None:
    clock.advance(days=3)
    await _refreshed(parts, first.refresh_token)
    with pytest.raises(Unauthorized):
        await service.authenticate(parts, first.access_token)
    count = await parts.database.read(
        lambda tx: tx.connection.execute(sa.select(sa.func.count()).select_from(tokens)).scalar()
    )
    assert count == 3


async def test_who_left_the_team_is_signed_out(parts: Parts, first: Tokens) -> None:
    def leave(tx: Tx) -> None:
        tx.connection.execute(sa.update(records).values(deleted_at=tx.now))

    await parts.database.write(leave)
    with pytest.raises(DeviceRevoked):
        await service.authenticate(parts, first.access_token)
    assert isinstance(await _refresh(parts, first.refresh_token), DeviceRevoked)


async def test_who_was_given_no_role_reads_along(parts: Parts, first: Tokens) -> None:
    def take_away(tx: Tx) -> None:
        (member,) = records_of_kind(tx, WORKSPACE_ID, "poblysh_team_members")
        write_record(
            tx,
            workspace_id=WORKSPACE_ID,
            entity=member.entity,
            id=member.id,
            fields={"role": None},
            author=Author("server"),
        )

    await parts.database.write(take_away)
    caller = await service.authenticate(parts, first.access_token)
    assert caller.role is Role.OBSERVER
