"""The first page is read before there is an event loop; then the database gets its threads."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from interview_desk.domain.records import Edit
from interview_desk.services.at_once import at_once
from interview_desk.services.ports import Change
from interview_desk.store import LocalStore
from interview_desk.store.errors import WrongKeyError

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def filled(path: Path, key: bytes) -> None:
    store = await LocalStore.open(path, key)
    fields = {"title": "First", "start": "2026-11-22T12:00:00Z", "end": "2026-11-22T13:00:00Z"}
    await store.write([Edit("interviews", "i1", fields)])
    await store.close()


def titles(store: LocalStore) -> list[object]:
    found = at_once(store.interviews_between(NOON, NOON + timedelta(hours=1)))
    return [record.fields["title"] for record in found]


def test_what_is_there_is_read_without_a_loop(path: Path, key: bytes) -> None:
    asyncio.run(filled(path, key))
    store = LocalStore.open_at_once(path, key)
    assert titles(store) == ["First"]
    assert at_once(store.me()) is None
    at_once(store.close())


def test_the_same_store_goes_on_with_a_loop_and_tells_of_changes(path: Path, key: bytes) -> None:
    asyncio.run(filled(path, key))
    store = LocalStore.open_at_once(path, key)
    heard: list[Change] = []
    store.on_change(heard.extend)
    assert titles(store) == ["First"]

    async def go_on() -> str | None:
        store.use_threads()
        await store.write([Edit("interviews", "i1", {"title": "Second"})])
        found = await store.get("interviews", "i1")
        await store.close()
        return str(found.fields["title"]) if found else None

    assert asyncio.run(go_on()) == "Second"
    assert heard == [Change("interviews", "i1")]


def test_a_change_before_the_loop_is_told_at_once(path: Path, key: bytes) -> None:
    store = LocalStore.open_at_once(path, key)
    heard: list[Change] = []
    store.on_change(heard.extend)
    at_once(store.write([Edit("startups", "s1", {"name": "Brightloom"})]))
    assert heard == [Change("startups", "s1")]
    at_once(store.close())


def test_a_file_that_is_damaged_is_rescued_before_the_first_page(path: Path, key: bytes) -> None:
    asyncio.run(filled(path, key))
    with path.open("r+b") as file:
        file.write(b"\xaa" * 64)
    store = LocalStore.open_at_once(path, key)
    assert store.rescued is not None
    assert titles(store) == ["First"]
    at_once(store.close())


def test_damage_met_while_reading_the_first_page_is_mended_on_the_spot(
    path: Path, key: bytes
) -> None:
    asyncio.run(filled(path, key))
    store = LocalStore.open_at_once(path, key)
    told: list[object] = []
    store.on_rescue(told.append)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xaa" * (size - 4096))
    assert titles(store) == ["First"]
    assert told == [store.rescued]
    at_once(store.close())


def test_a_wrong_key_is_refused_before_the_loop_too(path: Path, key: bytes) -> None:
    asyncio.run(filled(path, key))
    with pytest.raises(WrongKeyError):
        LocalStore.open_at_once(path, bytes(32))
