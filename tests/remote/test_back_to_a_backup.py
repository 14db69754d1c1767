"""A person goes back to a backup of their desk: the exchange with the team goes on from there."""

import asyncio
from datetime import timedelta

from interview_desk.domain.records import Edit
from interview_desk.notes.updates import text_of
from interview_desk.services.ports import NoteAddress
from tests.helpers.at_work import Working, at_work, draft
from tests.helpers.desk import StoppedClock
from tests.helpers.remote import Desks, RemoteDesk, Team


async def restore(desk: RemoteDesk, name: str, *, days: int) -> None:
    """What the desk does between two windows: the session ends, and another begins."""
    await desk.session.close()
    await desk.store.backups.restore(name, StoppedClock().now() + timedelta(days=days))


async def test_the_exchange_goes_on_after_a_backup_was_restored_and_put_back(
    team: Team, desks: Desks
) -> None:
    one = await desks.pair(team.url, await asyncio.to_thread(team.code), name="one")
    two = await desks.pair(team.url, await asyncio.to_thread(team.code), name="two")
    interview, edit = draft("First")
    note = NoteAddress(interview, "welcome")
    async with at_work(one) as ann:
        await ann.store.write([edit])
        await ann.type(note, "first ")
        await ann.until_sent()
    then = await one.store.backups.back_up(StoppedClock().now())
    async with at_work(one) as ann:
        await ann.store.write([Edit("interviews", interview, {"title": "Second"})])
        await ann.type(note, "second ")
        await ann.until_sent()
    await restore(one, then.name, days=1)
    async with at_work(one) as ann:
        await ann.store.write([Edit("interviews", interview, {"priority": 2})])
        await ann.type(note, "third ")
        await ann.until_sent()
        await ann.record("interviews", interview, priority=2, title="Second")
    aside = next(backup for backup in await one.store.backups.backups() if backup.before_restore)
    await restore(one, aside.name, days=2)
    async with at_work(one) as ann, at_work(two) as ben:
        await ann.store.write([Edit("interviews", interview, {"tags": {"add": ["seen"]}})])
        await ann.type(note, "fourth ")
        await ann.until_sent()
        for desk in (ann, ben):
            await desk.record("interviews", interview, priority=2, title="Second", tags=["seen"])
            await _reads(desk, note, {"first", "second", "third", "fourth"})
    assert await one.store.quarantined() == []
    crossed = [one.fields["record_id"] for one in await one.store.all_of("conflicts")]
    assert interview not in crossed


async def test_the_same_edit_after_going_back_is_one_of_its_own(team: Team, desks: Desks) -> None:
    one = await desks.pair(team.url, await asyncio.to_thread(team.code), name="one")
    two = await desks.pair(team.url, await asyncio.to_thread(team.code), name="two")
    interview, edit = draft("First")
    again = Edit("interviews", interview, {"title": "Second"})
    async with at_work(one) as ann:
        await ann.store.write([edit])
        await ann.until_sent()
        await ann.record("interviews", interview, title="First")
    then = await one.store.backups.back_up(StoppedClock().now())
    async with at_work(one) as ann, at_work(two) as ben:
        await ann.store.write([again])
        await ben.record("interviews", interview, title="Second")
        await ben.store.write([Edit("interviews", interview, {"title": "Third"})])
        await ben.until_sent()
    await restore(one, then.name, days=1)
    await one.store.write([again])
    async with at_work(one) as ann:
        await ann.until_sent()
        await ann.record("interviews", interview, title="Third")
        crossed = [one.fields for one in await ann.store.all_of("conflicts")]
    lost = [fields["lost"] for fields in crossed if fields["record_id"] == interview]
    assert lost == ["Second"]


async def test_a_desk_that_died_while_it_became_another_device_goes_on(
    team: Team, desks: Desks
) -> None:
    one = await desks.pair(team.url, await asyncio.to_thread(team.code), name="one")
    interview, edit = draft("First")
    note = NoteAddress(interview, "welcome")
    # The new device's tokens are kept; that it is this desk now is not.
    await one.api.fork()
    async with at_work(one) as ann:
        await ann.store.write([edit])
        await ann.type(note, "words")
        await ann.until_sent()
        await ann.text(note, "words")
    assert await one.store.quarantined() == []


async def _reads(desk: Working, note: NoteAddress, words: set[str]) -> None:
    async def holds() -> bool:
        stored = await desk.store.load(note)
        return set(text_of(stored.confirmed).split()) == words

    await desk.until(holds)
