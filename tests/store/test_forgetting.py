"""What the team has erased leaves the search index of a desk for good, behind everything else."""

import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from interview_desk.domain.ids import note_document_id
from interview_desk.services.exchange import NotePage, SequencedUpdate, ServerRow
from interview_desk.services.ports import NoteAddress
from interview_desk.store import LocalStore
from interview_desk.store.connection import connect
from interview_desk.store.errors import DiskFullError, StoreUnavailableError
from interview_desk.store.migrations import MIGRATIONS
from tests.helpers.cipher_pages import in_the_clear
from tests.helpers.exchanged import page, written

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
INTERVIEW = "0199c0de-0000-7000-8000-000000000001"
OTHER = "0199c0de-0000-7000-8000-000000000002"
NOTE = NoteAddress(INTERVIEW, "welcome")
DOC = note_document_id(*NOTE)
# The index leaves out what a word shares with the one before it, so nothing begins alike.
SECRET = "xqzschwarzwald"
PART = SECRET[2:].encode()
OTHERS = 300


def row(entity: str, record_id: str, **fields: object) -> ServerRow:
    return ServerRow(entity, record_id, 1, fields, dict.fromkeys(fields, 1))  # type: ignore[arg-type]  # plain values


def erased(entity: str, record_id: str) -> ServerRow:
    return ServerRow(entity, record_id, 9, deleted=True, erased=True)


async def told(store: LocalStore) -> None:
    """What the team knows, all of it read for searching, a part of the index at a time."""
    known = row("note_documents", DOC, interview_id=INTERVIEW, stage=NOTE.stage, seq=1)
    await store.apply_page(page(row("interviews", INTERVIEW, title=SECRET), known), NOW)
    update = SequencedUpdate(1, written(f"{SECRET} told"))
    await store.apply_notes(NotePage(DOC, after=0, seq=1, updates=(update,)))
    await read_all(store)
    for start in range(0, OTHERS, 100):
        startups = [
            row(
                "startups",
                f"s{n}",
                name=f"Startup {n}",
                notes=" ".join(f"w{n}x{m}" for m in range(40)),
            )
            for n in range(start, start + 100)
        ]
        await store.apply_page(page(*startups), NOW)
        await read_all(store)


async def erase(store: LocalStore) -> None:
    gone = (erased("note_documents", DOC), erased("interviews", INTERVIEW))
    await store.apply_page(page(*gone), NOW)


async def read_all(store: LocalStore) -> int:
    steps = 1
    while await store.search.settle():
        steps += 1
    return steps


def index_of(path: Path, key: bytes) -> bytes:
    """Everything the index has, page after page as it is stored."""
    with closing(connect(path, key, read_only=True)) as connection:
        stored = connection.execute("SELECT block FROM search_data").fetchall()
        between = connection.execute("SELECT term FROM search_idx").fetchall()
    return b"".join(
        block if isinstance(block, bytes) else block.encode() for (block,) in [*stored, *between]
    )


async def test_erased_words_are_in_no_page_nor_kept_in_memory_once_the_desk_had_a_moment(
    store: LocalStore, path: Path, key: bytes
) -> None:
    await told(store)
    await erase(store)
    assert PART in index_of(path, key)
    known, *_ = await store.all_of("startups")
    assert (await store.all_of("startups"))[0] is known
    steps = await read_all(store)
    assert steps > 3
    # The log was emptied; the one page in it says that nothing is left to do.
    assert path.with_name(f"{path.name}-wal").stat().st_size < 2 * 4096
    assert PART not in in_the_clear(path, key)
    assert (await store.all_of("startups"))[0] is not known
    found = await store.search.look_up('"startup"* "7"', limit=5)
    assert [one.id for one in found.found] == ["s7"]
    assert await read_all(store) == 1


async def test_what_is_erased_while_an_erasure_is_forgotten_is_forgotten_too(
    store: LocalStore, path: Path, key: bytes
) -> None:
    await told(store)
    await erase(store)
    for _ in range(3):
        await store.search.settle()
    await store.apply_page(page(erased("startups", "s7")), NOW)
    await read_all(store)
    assert b"w7x13" not in in_the_clear(path, key)
    assert PART not in in_the_clear(path, key)


async def test_typing_goes_on_between_the_steps(store: LocalStore, path: Path, key: bytes) -> None:
    await told(store)
    await erase(store)
    typed = steps = 0
    while await store.search.settle():
        steps += 1
        if steps % 2:  # fingers are slower than the steps
            await store.append(NoteAddress(OTHER, "welcome"), written(f"word{typed} "))
            typed += 1
        assert steps < 100
    assert PART not in in_the_clear(path, key)
    assert typed > 2
    assert (await store.search.look_up('"word1"', limit=5)).unread == 0


async def test_a_desk_that_was_killed_meanwhile_goes_on_at_its_next_start(
    store: LocalStore, path: Path, key: bytes, tmp_path: Path
) -> None:
    await told(store)
    await erase(store)
    await store.search.settle()
    await store.search.settle()
    # What a kill leaves: the file and its log, as they are between two steps.
    left = tmp_path / "killed" / path.name
    left.parent.mkdir()
    for ending in ("", "-wal"):
        shutil.copy(f"{path}{ending}", f"{left}{ending}")
    again = await LocalStore.open(left, key)
    assert await read_all(again) > 1
    await again.close()
    assert PART not in in_the_clear(left, key)


async def test_on_a_full_disk_it_is_tried_again_and_nothing_is_lost(
    store: LocalStore, path: Path, key: bytes
) -> None:
    await told(store)
    await erase(store)

    def limit(pages: int) -> None:
        writer = store._engine._writer
        assert writer is not None
        used = writer.execute("PRAGMA page_count").fetchone()[0]
        writer.execute(f"PRAGMA max_page_count = {used + pages}")

    limit(0)
    with pytest.raises(DiskFullError):
        await read_all(store)
    assert (await store.search.look_up('"startup"* "7"', limit=5)).found
    assert PART in index_of(path, key)
    limit(10_000)
    await read_all(store)
    assert PART not in in_the_clear(path, key)


async def test_who_reads_the_old_pages_is_waited_for_without_holding_anybody_up(
    store: LocalStore, path: Path, key: bytes
) -> None:
    await told(store)
    await erase(store)
    with closing(connect(path, key, read_only=True)) as stranger:
        stranger.execute("BEGIN")
        stranger.execute("SELECT count(*) FROM records").fetchone()
        with pytest.raises(StoreUnavailableError):
            await read_all(store)
        await store.append(NOTE._replace(interview_id=OTHER), written("typed meanwhile"))
    await read_all(store)
    assert PART not in in_the_clear(path, key)


async def test_what_an_older_program_has_left_is_forgotten_after_the_upgrade(
    store: LocalStore, path: Path, key: bytes
) -> None:
    await told(store)
    await erase(store)
    await store.close()
    with closing(connect(path, key)) as connection:
        connection.execute("DELETE FROM meta WHERE name = 'erased_words'")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) - 1}")
    again = await LocalStore.open(path, key)
    assert await read_all(again) > 1
    await again.close()
    assert PART not in in_the_clear(path, key)
