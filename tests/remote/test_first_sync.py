"""A first sync on a slow and a bad line: what is typed does not wait for it."""

import asyncio
import hashlib
import uuid

from interview_desk.domain.records import Edit
from interview_desk.services.ports import NoteAddress
from interview_desk.services.sync_state import SyncKind, SyncState
from tests.helpers.at_work import Working, at_work, draft
from tests.helpers.proxy import Proxy
from tests.helpers.remote import Desks, Team

STARTUPS = 200


async def fill(team: Team, desks: Desks) -> set[str]:
    """A team with a hundred kilobytes that no packing makes smaller."""
    one = await desks.pair(team.url, await asyncio.to_thread(team.code), name="filler")
    ids = [str(uuid.uuid4()) for _ in range(STARTUPS)]
    await one.store.write(
        [Edit("startups", id_, {"name": id_[:8], "notes": _noise(id_)}) for id_ in ids]
    )
    async with at_work(one) as filling:
        await filling.until_sent()
    return set(ids)


def _noise(seed: str) -> str:
    return "".join(hashlib.sha512(f"{seed}{n}".encode()).hexdigest() for n in range(5))


def heard(working: Working) -> list[SyncState]:
    states: list[SyncState] = []
    working.service.on_state(states.append)
    return states


async def test_a_typed_sentence_is_acknowledged_before_a_first_sync_on_a_slow_line_ends(
    own_team: Team, desks: Desks
) -> None:
    ids = await fill(own_team, desks)
    async with Proxy(own_team.url) as proxy:
        two = await desks.pair(proxy.url, await asyncio.to_thread(own_team.code), name="two")
        proxy.rate = 48 * 1024
        async with at_work(two) as ben:
            states = heard(ben)

            async def begun() -> bool:
                return any(state.copied and state.copied.rows for state in states)

            await ben.until(begun)
            interview, edit = draft("Typed meanwhile")
            await ben.store.write([edit])
            await ben.type(NoteAddress(interview, "welcome"), "A sentence. ")
            await ben.until_sent()
            assert ben.service.state.kind is SyncKind.FETCHING
            assert (await ben.store.position()).cursor is None
            proxy.rate = None
            await ben.reached(SyncKind.SYNCED)
            found = {record.id for record in await ben.store.all_of("startups")}
            assert found == ids
            await ben.text(NoteAddress(interview, "welcome"), "A sentence. ")
    totals = [state.copied.total for state in states if state.copied]
    assert totals[-1] is not None


async def test_a_first_sync_that_is_cut_again_and_again_goes_on_and_ends(
    own_team: Team, desks: Desks
) -> None:
    ids = await fill(own_team, desks)
    async with Proxy(own_team.url) as proxy:
        two = await desks.pair(proxy.url, await asyncio.to_thread(own_team.code), name="two")
        proxy.rate = 128 * 1024
        async with at_work(two) as ben:
            states = heard(ben)
            for share in (0.2, 0.5, 0.8):

                async def reached(share: float = share) -> bool:
                    return any(
                        state.copied and state.copied.rows > share * STARTUPS for state in states
                    )

                await ben.until(reached)
                states.clear()
                proxy.cut()
                await ben.reached(SyncKind.OFFLINE)
                assert await ben.store.all_of("startups") == []
                ben.service.poke()
            await ben.reached(SyncKind.SYNCED)
            assert {record.id for record in await ben.store.all_of("startups")} == ids
