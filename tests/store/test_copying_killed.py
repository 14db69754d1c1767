"""A desk that dies while a whole copy comes has the old cache or the new one, never a mixture."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from interview_desk.domain.records import Edit
from interview_desk.notes.document import NoteDocument
from interview_desk.services.exchange import Page, ServerRow
from interview_desk.services.ports import NoteAddress
from interview_desk.store import LocalStore
from tests.helpers.copies import copy_of
from tests.helpers.dying import steps_of

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOTE = NoteAddress("0199c0de-0000-7000-8000-000000000001", "welcome")
NEW = [ServerRow("startups", f"new{n}", n + 1, {"name": "x" * 300}, {}) for n in range(200)]
OLD = tuple(ServerRow("startups", f"old{n}", n + 1, {"name": "y"}, {}) for n in range(20))


async def prepare(path: Path, key: bytes) -> None:
    store = await LocalStore.open(path, key)
    await store.apply_page(Page(OLD, "old", more=False, last_n=0, epoch="e"), NOW)
    await store.write([Edit("startups", "mine", {"name": "unsent"})])
    document = NoteDocument()
    document.insert(0, "typed")
    await store.append(NOTE, document.updates_since())
    await store.close()


async def copy(path: Path, key: bytes, body: Path, *, last: int) -> int:
    """Take the copy in a process that dies at step `last`; how many steps it took, or 0."""
    arguments = (str(path), key.hex(), str(body), str(last))
    return await steps_of("tests.store.copying_process", *arguments)


async def found(path: Path, key: bytes) -> str:
    """Which cache is there; everything that was only on this device is."""
    store = await LocalStore.open(path, key)
    await store.verify()
    assert store.rescued is None
    ids = {record.id for record in await store.all_of("startups")} - {"mine"}
    cursor = (await store.position()).cursor
    (mutation,) = await store.next_batch(limit=9, size=10_000)
    assert mutation.fields == {"name": "unsent"}
    assert len((await store.load(NOTE)).pending) == 1
    await store.close()
    assert ids == {row.id for row in (OLD if cursor == "old" else NEW)}
    return str(cursor)


@pytest.mark.timeout(240)
async def test_at_whatever_step_a_desk_dies_the_cache_is_whole(
    path: Path, key: bytes, tmp_path: Path
) -> None:
    await prepare(path, key)
    body = tmp_path / "body"
    body.write_bytes(copy_of(NEW, cursor="new", epoch="e"))
    trial = tmp_path / "whole" / "desk.db"
    shutil.copytree(path.parent, trial.parent)
    steps = await copy(trial, key, body, last=0)
    assert await found(trial, key) == "new"
    assert steps > 100
    caches = []
    # The last steps put the new file in its place; those before them are all alike.
    for last in (*range(1, steps - 24, steps // 6), *range(steps - 24, steps, 3)):
        trial = tmp_path / str(last) / "desk.db"
        shutil.copytree(path.parent, trial.parent)
        assert await copy(trial, key, body, last=last) == 0
        caches.append(await found(trial, key))
    assert caches == sorted(caches, reverse=True)
    assert set(caches) == {"old", "new"}
