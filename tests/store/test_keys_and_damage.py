"""Wrong keys, damaged files, full disks: nothing is lost and nothing is made anew silently."""

# ruff: noqa: ASYNC240  - a test may wait for the disk

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from interview_desk.domain.ids import new_id, note_document_id
from interview_desk.domain.records import Edit
from interview_desk.services.exchange import (
    NotePage,
    Page,
    Pending,
    Result,
    SequencedUpdate,
    ServerRow,
)
from interview_desk.services.ports import NoteAddress
from interview_desk.store import LocalStore
from interview_desk.store.connection import connect
from interview_desk.store.errors import (
    DiskFullError,
    NewerStoreError,
    StoreUnavailableError,
    WrongKeyError,
)

if TYPE_CHECKING:
    from interview_desk.store.rescue import Rescue

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOTE = NoteAddress("0199c0de-0000-7000-8000-000000000001", "welcome")
DOC = note_document_id(*NOTE)
PAGE = 4096


async def filled(path: Path, key: bytes, *, rows: int = 300) -> None:
    """A database with many pulled rows, two unsent edits and one unsent note."""
    store = await LocalStore.open(path, key)
    pulled = tuple(
        ServerRow("startups", new_id(NOW, n.to_bytes(10, "big")), n + 1, {"notes": "x" * 800})
        for n in range(rows)
    )
    note = ServerRow(
        "note_documents",
        DOC,
        rows + 1,
        {"interview_id": NOTE.interview_id, "stage": NOTE.stage, "seq": 1},
    )
    page = Page((*pulled, note), cursor="c", more=False, last_n=0, epoch="e")
    await store.apply_page(page, NOW)
    await store.apply_notes(NotePage(DOC, 0, 1, (SequencedUpdate(1, b"confirmed"),)))
    await store.write([Edit("startups", "mine", {"name": "Mine"})])
    await store.write([Edit("startups", "mine", {"name": "Mine 2"})])
    await store.append(NOTE, b"my update")
    await store.close()


def spoil(path: Path, start: int, length: int) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(b"\xaa" * length)


def all_bytes(directory: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(directory.iterdir()) if file.is_file())


async def test_a_wrong_key_is_refused_and_nothing_is_touched(path: Path, key: bytes) -> None:
    await filled(path, key, rows=3)
    before = all_bytes(path.parent)
    with pytest.raises(WrongKeyError):
        await LocalStore.open(path, bytes(32))
    assert all_bytes(path.parent) == before


async def test_a_wrong_key_is_refused_also_without_the_keys_check(path: Path, key: bytes) -> None:
    await filled(path, key, rows=3)
    path.with_name("desk.db.check").unlink()
    with pytest.raises(WrongKeyError):
        await LocalStore.open(path, bytes(32))
    store = await LocalStore.open(path, key)
    assert await store.pending_count() == 3
    await store.close()


async def test_a_key_of_the_wrong_length_is_refused(path: Path) -> None:
    with pytest.raises(WrongKeyError):
        await LocalStore.open(path, b"short")
    assert not path.exists()


async def test_no_word_ever_reaches_the_disk_in_the_clear(path: Path, key: bytes) -> None:
    store = await LocalStore.open(path, key)
    await store.write([Edit("startups", "s1", {"name": "PLANTED-record"})])
    await store.append(NOTE, b"PLANTED-note" * 50)
    await store.text("alerts").save("PLANTED-text")
    during = all_bytes(path.parent)
    await store.close()
    for written in (during, all_bytes(path.parent)):
        assert len(written) > PAGE
        assert b"PLANTED" not in written
        assert b"startups" not in written
        assert b"SQLite format 3" not in written


async def test_the_files_are_readable_by_their_owner_only(path: Path, key: bytes) -> None:
    await filled(path, key, rows=1)
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.stat().st_mode & 0o777 == 0o600


async def test_a_store_of_a_newer_program_is_left_alone(path: Path, key: bytes) -> None:
    await filled(path, key, rows=1)
    connection = connect(path, key)
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    with pytest.raises(NewerStoreError):
        await LocalStore.open(path, key)


@pytest.mark.parametrize("start", [0, PAGE // 2])
async def test_a_spoiled_first_page_is_kept_aside_and_a_fresh_database_made(
    path: Path, key: bytes, start: int
) -> None:
    await filled(path, key, rows=3)
    spoil(path, start, 64)
    spoiled = path.read_bytes()
    store = await LocalStore.open(path, key)
    assert store.rescued is not None
    assert store.rescued.kept_at.read_bytes() == spoiled
    assert "has been rebuilt: 3 unsent changes were rescued." in str(store.rescued)
    assert store.rescued.complete
    assert (await store.position()).cursor is None
    mine = await store.get("startups", "mine")
    assert mine is not None
    assert mine.fields == {"name": "Mine 2"}
    assert (await store.load(NOTE)).pending == (b"my update",)
    assert (await store.load(NOTE)).seq == 0
    await store.close()


async def test_where_both_files_are_spoiled_the_user_is_told_that_some_is_lost(
    path: Path, key: bytes
) -> None:
    await filled(path, key, rows=3)
    spoil(path, 0, 64)
    spoil(path.with_name("desk.db.unsent"), 0, 64)
    store = await LocalStore.open(path, key)
    assert store.rescued is not None
    assert not store.rescued.complete
    assert "some could not be read" in str(store.rescued)
    assert await store.pending_count() == 0
    await store.append(NOTE, b"goes on")
    await store.close()


@pytest.mark.parametrize("start", [0, 2 * PAGE])
async def test_a_spoiled_mirror_is_made_anew_and_costs_nothing(
    path: Path, key: bytes, start: int
) -> None:
    await filled(path, key, rows=3)
    mirror = path.with_name("desk.db.unsent")
    spoil(mirror, start, 64)
    store = await LocalStore.open(path, key)
    assert store.rescued is None
    await store.close()
    spoil(path, 0, 64)
    again = await LocalStore.open(path, key)
    assert await again.pending_count() == 3
    await again.close()


async def test_what_was_sent_does_not_come_back_with_a_rescue(path: Path, key: bytes) -> None:
    await filled(path, key, rows=3)
    store = await LocalStore.open(path, key)
    await store.next_batch(limit=5, size=1000)
    await store.settle([Result(1, "ok", 9), Result(2, "rejected")], NOW)
    await store.close()
    spoil(path, 0, 64)
    again = await LocalStore.open(path, key)
    assert (await again.pending()) == Pending(edits=0, notes=1, attention=1)
    await again.write([Edit("startups", "next", {"name": "Next"})])
    assert [m.n for m in await again.next_batch(limit=5, size=1000)] == [3]
    await again.close()


async def test_a_spoiled_page_of_the_cache_costs_no_unsent_change(path: Path, key: bytes) -> None:
    await filled(path, key)
    # Somewhere in the many pages of the pulled rows.
    spoil(path, 40 * PAGE + 100, 64)
    store = await LocalStore.open(path, key)
    assert (await store.position()).cursor == "c"
    told: list[Rescue] = []
    stop = store.on_rescue(told.append)
    await store.verify()
    stop()
    (rescue,) = told
    assert (rescue.edits, rescue.notes, rescue.complete) == (2, 1, True)
    assert "3 unsent changes were rescued." in str(rescue)
    mine = await store.get("startups", "mine")
    assert mine is not None
    assert mine.fields == {"name": "Mine 2"}
    assert (await store.load(NOTE)).pending == (b"my update",)
    assert len(await store.all_of("startups")) > 150
    assert (await store.position()).cursor is None
    assert [m.n for m in await store.next_batch(limit=5, size=1000)] == [1, 2]
    await store.close()
    again = await LocalStore.open(path, key)
    assert again.rescued is None
    assert await again.pending_count() == 3
    await again.close()


async def test_damage_found_while_reading_is_mended_under_the_reader(
    path: Path, key: bytes
) -> None:
    await filled(path, key)
    spoil(path, 40 * PAGE + 100, 64)
    store = await LocalStore.open(path, key)
    first, second = await asyncio.gather(store.all_of("startups"), store.all_of("startups"))
    assert len(first) == len(second) > 150
    assert store.rescued is not None
    await store.verify()
    await store.close()


async def test_a_sound_file_passes_the_check(path: Path, key: bytes) -> None:
    await filled(path, key)
    store = await LocalStore.open(path, key)
    await store.verify()
    assert store.rescued is None
    await store.close()


async def test_a_file_cut_to_nothing_is_rebuilt_and_its_user_told(path: Path, key: bytes) -> None:
    await filled(path, key, rows=3)
    path.write_bytes(b"")
    store = await LocalStore.open(path, key)
    assert store.rescued is not None
    assert await store.pending_count() == 3
    await store.close()


async def test_a_rebuild_that_was_cut_off_is_finished_at_the_next_start(
    path: Path, key: bytes
) -> None:
    await filled(path, key, rows=3)
    path.rename(path.with_name("desk.db.rebuilt"))
    path.write_bytes(b"damaged")
    path.with_name("desk.db-wal").write_bytes(b"of the damaged file")
    store = await LocalStore.open(path, key)
    assert store.rescued is None
    assert await store.pending_count() == 3
    await store.close()


async def test_a_full_disk_is_said_and_nothing_written_before_is_lost(
    path: Path, key: bytes
) -> None:
    store = await LocalStore.open(path, key)
    await store.append(NOTE, b"first")

    def shrink(connection, _) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    await store._engine.write(shrink)
    fill = [store.append(NOTE, b"x" * PAGE) for _ in range(50)]
    outcomes = await asyncio.gather(*fill, return_exceptions=True)
    assert isinstance(outcomes[-1], DiskFullError)
    assert outcomes[-1].code == "store_disk_full"
    kept = (await store.load(NOTE)).pending
    assert kept[0] == b"first"

    def grow(connection, _) -> None:
        connection.execute("PRAGMA max_page_count = 100000")

    await store._engine.write(grow)
    await store.append(NOTE, b"last")
    assert (await store.load(NOTE)).pending == (*kept, b"last")
    await store.close()


async def test_a_database_locked_by_another_program_is_said(path: Path, key: bytes) -> None:
    store = await LocalStore.open(path, key)
    await store._engine.write(lambda c, _: c.execute("PRAGMA busy_timeout = 1"))
    other = connect(path, key)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailableError):
        await store.append(NOTE, b"x")
    other.execute("ROLLBACK")
    other.close()
    await store.append(NOTE, b"x")
    await store.close()


async def test_a_mistake_in_our_own_sql_stays_a_bug(store: LocalStore) -> None:
    with pytest.raises(Exception, match="no such table"):
        await store._engine.read(lambda c: c.execute("SELECT * FROM nowhere"))


async def test_a_failing_unit_of_work_leaves_no_trace(store: LocalStore) -> None:
    def work(connection, news) -> None:
        connection.execute("INSERT INTO meta VALUES ('half', '1')")
        raise LookupError

    with pytest.raises(LookupError):
        await store._engine.write(work)
    assert await store._engine.read(
        lambda c: c.execute("SELECT count(*) FROM meta WHERE name = 'half'").fetchone()[0] == 0
    )


async def test_small_texts_and_allowed_hosts_are_remembered(store: LocalStore) -> None:
    assert await store.text("alerts").load() is None
    await store.text("alerts").save("state")
    assert await store.text("alerts").load() == "state"
    assert await store.allowed_hosts.all() == frozenset()
    await store.allowed_hosts.add("Meet.Example")
    await store.allowed_hosts.add("other.example")
    assert await store.allowed_hosts.all() == {"meet.example", "other.example"}
