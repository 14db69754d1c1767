"""Erased for good from one desk: gone from the server and from every other desk."""

import asyncio
from pathlib import Path

import pytest

from interview_desk.app.outside import Outside
from interview_desk.domain.search_words import lookup_of
from interview_desk.services.backups import BackupService
from interview_desk.services.erasing import ErasingService
from interview_desk.services.ports import NoteAddress
from tests.helpers.at_work import Working, at_work, draft
from tests.helpers.desk import StoppedClock
from tests.helpers.remote import Desks, Team

SECRET = "Schwarzwaldkonto"


async def _gone(desk: Working, interview: str) -> None:
    async def holds() -> bool:
        return await desk.store.get("interviews", interview) is None

    await desk.until(holds)


@pytest.mark.parametrize("begins_anew", [False, True])
async def test_an_interview_erased_from_a_desk_is_gone_everywhere(
    team: Team, desks: Desks, tmp_path: Path, *, begins_anew: bool
) -> None:
    one = await desks.pair(team.url, await asyncio.to_thread(team.code), name="one")
    two = await desks.pair(team.url, await asyncio.to_thread(team.code), name="two")
    interview, edit = draft(f"About {SECRET}")
    note = NoteAddress(interview, "welcome")
    # One server for both: each wish needs an id of its own.
    erasing = ErasingService(
        one.store,
        me=one.me,
        new_id=Outside().new_id,
        here=one.store.erasure,
        backups=BackupService(one.store.backups, StoppedClock()),
    )
    async with at_work(one) as ann:
        async with at_work(two) as ben:
            await ann.store.write([edit])
            await ann.type(note, f"{SECRET} told ")
            await ben.text(note, f"{SECRET} told ")
        # Out of the house: Ben goes on without a network.
        await ben.type(note, f"{SECRET} on the train ")
        (whole,) = await erasing.choices(interview)
        await erasing.erase(whole)
        await _gone(ann, interview)
        if begins_anew:
            # As after a very long time: no tombstone is told of any more.
            await two.store.start_over()
        async with at_work(two) as ben:
            await _gone(ben, interview)
            await ben.until_sent()
            for desk in (ann, ben):
                assert (await desk.store.search.look_up(lookup_of(SECRET), limit=5)).found == ()
                assert not any((await desk.store.load(note))[:2])
            aside = await ben.store.quarantined()
            assert {item.code for item in aside} == {"erased"}
            assert all(SECRET not in f"{item.text} {item.content}" for item in aside)
    done = await asyncio.to_thread(team.process.run, "export", "audit")
    assert SECRET not in done.stdout
