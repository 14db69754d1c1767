"""Old copies come back: of the server, and of a desk. Nothing that was acknowledged is lost."""

import asyncio
import shutil
from pathlib import Path

from interview_desk.domain.records import Edit
from interview_desk.notes.updates import text_of
from interview_desk.services.ports import NoteAddress
from tests.helpers.at_work import Working, at_work, draft
from tests.helpers.remote import Desks, Team


def restore(team: Team, backup: Path) -> None:
    """What an operator does after a disaster."""
    team.process.stop()
    done = team.process.run("restore", str(backup))
    assert done.returncode == 0, done.stderr
    team.process.start()


async def _in_another_epoch(desk: Working, before: str | None) -> None:
    async def holds() -> bool:
        position = await desk.store.position()
        return position.epoch not in {None, before} and not position.restoring

    await desk.until(holds)


async def test_a_server_restored_from_an_old_backup_gets_back_what_it_had_acknowledged(
    own_team: Team, desks: Desks, tmp_path: Path
) -> None:
    backup = tmp_path / "server.backup"
    one = await desks.pair(own_team.url, await asyncio.to_thread(own_team.code), name="one")
    two = await desks.pair(own_team.url, await asyncio.to_thread(own_team.code), name="two")
    old, first = draft("Before the backup")
    new, second = draft("After the backup")
    old_note, new_note = NoteAddress(old, "welcome"), NoteAddress(new, "welcome")
    async with at_work(one) as ann, at_work(two) as ben:
        await ann.store.write([first])
        await ann.type(old_note, "old ")
        await ann.until_sent()
        await ben.record("interviews", old, title="Before the backup")
        done = await asyncio.to_thread(own_team.process.run, "backup", str(backup))
        assert done.returncode == 0, done.stderr
        await ann.store.write([second, Edit("interviews", old, {"title": "Renamed"})])
        await ann.type(old_note, "and new ")
        await ann.type(new_note, "words")
        await ann.until_sent()
        epoch = (await ann.store.position()).epoch
        await asyncio.to_thread(restore, own_team, backup)
        ann.service.poke()
        ben.service.poke()
        # Before it was restored the server may have told all of it already.
        await _in_another_epoch(ann, epoch)
        await _in_another_epoch(ben, epoch)
        await ben.record("interviews", new, title="After the backup")
        await ben.record("interviews", old, title="Renamed")
        await ben.text(new_note, "words")
        await ben.text(old_note, "old and new ")
        await ann.until_sent()
        await ann.text(old_note, "old and new ")
        assert await ann.store.quarantined() == []
        assert await ann.store.all_of("conflicts") == []
    three = await desks.pair(own_team.url, await asyncio.to_thread(own_team.code), name="three")
    async with at_work(three) as eve:
        await eve.text(old_note, "old and new ")
        await eve.record("interviews", old, title="Renamed")


async def test_a_desk_restored_from_an_old_copy_becomes_a_device_of_its_own(
    team: Team, desks: Desks, tmp_path: Path
) -> None:
    one = await desks.pair(team.url, await asyncio.to_thread(team.code), name="one")
    interview, edit = draft("First")
    note = NoteAddress(interview, "welcome")
    async with at_work(one) as ann:
        await ann.store.write([edit])
        await ann.type(note, "first ")
        await ann.until_sent()
    home, copy = tmp_path / "desks" / "one", tmp_path / "copy"
    await one.store.close()
    shutil.copytree(home, copy)
    one = await desks.open_again(one, home)
    async with at_work(one) as ann:
        await ann.store.write([Edit("interviews", interview, {"title": "Second"})])
        await ann.type(note, "second ")
        await ann.until_sent()
    device = (await one.store.position()).device_id
    await one.store.close()
    shutil.rmtree(home)
    shutil.copytree(copy, home)
    one = await desks.open_again(one, home)
    async with at_work(one) as ann:
        await ann.store.write([Edit("interviews", interview, {"priority": 2})])
        await ann.type(note, "third ")
        await ann.until_sent()
        found = await ann.record("interviews", interview, priority=2, title="Second")
        assert found.pending == frozenset()
        await ann.until(lambda: _reads(ann, note, {"first", "second", "third"}))
    assert (await one.store.position()).device_id != device
    assert await one.store.quarantined() == []


async def _reads(working: Working, note: NoteAddress, words: set[str]) -> bool:
    stored = await working.store.load(note)
    return set(text_of(stored.confirmed).split()) == words
