"""Segments: what is kept compressed is at every moment what reading it anew would give."""

import json
import random
import sqlite3
import uuid
import zlib
from collections.abc import Sequence

import pytest

from sync_server.infra.database import Database, Tx
from sync_server.models.workspace import workspace
from sync_server.sync.authors import Author
from sync_server.sync.feed import segments
from sync_server.sync.feed.segments import Copy, Segment, Shelf, cut, packed, patched
from sync_server.sync.write import write_record
from tests.helpers.server import WORKSPACE_ID

KIND = "startups"


def line(key: str, value: object = 1) -> bytes:
    return f'{{"entity":"{KIND}","id":"{key}","ver":{value}}}\n'.encode()


def rows_of(held: Sequence[Segment]) -> dict[str, bytes]:
    return {key: text for segment in held for key, text in segment.rows()}


def test_segments_join_to_one_stream() -> None:
    pieces = [packed(b"one\n"), packed(b""), packed(b"two\n" * 1000)]
    end = zlib.compressobj(wbits=-15)
    stream = b"".join(pieces) + end.compress(b"three") + end.flush()
    assert zlib.decompress(stream, -15) == b"one\n" + b"two\n" * 1000 + b"three"


def test_any_run_of_changes_leaves_what_a_new_copy_would_have() -> None:
    chance = random.Random(7)  # noqa: S311  - a run that can be repeated, not a secret
    expected: dict[str, bytes] = {}
    held: list[Segment] = []
    for step in range(60):
        changes: dict[str, bytes | None] = {}
        for _ in range(chance.choice([1, 3, 700])):
            key = f"{chance.randrange(4000):05}"
            changes[key] = None if chance.random() < 0.4 else line(key, step)
        held = [*patched(KIND, held, sorted(changes.items()))]
        for key, text in changes.items():
            expected.pop(key, None)
            if text is not None:
                expected[key] = text
        assert rows_of(held) == expected
        assert [*rows_of(held)] == sorted(expected)
        assert sum(segment.count for segment in held) == len(expected)
        assert all(segment.count for segment in held)


def test_what_did_not_change_is_not_made_again() -> None:
    held = [*cut(KIND, ((f"{n:05}", line(f"{n:05}")) for n in range(2000)))]
    after = [*patched(KIND, held, [("00600", line("00600", 2))])]
    assert [a is b for a, b in zip(held, after, strict=True)] == [True, False, True, True]
    grown = [*patched(KIND, after, [("99999", line("99999"))])]
    assert len(grown) == 4
    assert grown[-1].last == "99999"


def put(tx: Tx, record_id: str, *, delete: bool = False, **fields: str) -> None:
    write_record(
        tx,
        workspace_id=WORKSPACE_ID,
        entity=KIND,
        id=record_id,
        fields={**fields},
        delete=delete,
        author=Author("server"),
    )


def told(copy: Copy) -> dict[str, str]:
    rows = (json.loads(text) for text in rows_of(copy.kinds.get(KIND, ())).values())
    return {row["id"]: row["fields"]["name"] for row in rows}


async def test_a_shelf_follows_what_is_written(database: Database) -> None:
    shelf, one, two = Shelf(), str(uuid.uuid4()), str(uuid.uuid4())

    def look(tx: Tx) -> dict[str, str]:
        return told(shelf.copy(tx, WORKSPACE_ID))

    assert await database.read(look) == {}
    await database.write(lambda tx: put(tx, one, name="Example"))
    assert await database.read(look) == {one: "Example"}
    await database.write(lambda tx: put(tx, one, name="Sample"))
    await database.write(lambda tx: put(tx, two, name="Other"))
    assert await database.read(look) == {one: "Sample", two: "Other"}
    await database.write(lambda tx: put(tx, one, delete=True))
    assert await database.read(look) == {two: "Other"}


async def test_a_shelf_begins_anew_when_tombstones_it_has_not_seen_are_gone(
    database: Database,
) -> None:
    shelf, one, two = Shelf(), str(uuid.uuid4()), str(uuid.uuid4())
    await database.write(lambda tx: put(tx, one, name="Example"))
    await database.read(lambda tx: shelf.copy(tx, WORKSPACE_ID))

    def vanish(tx: Tx) -> None:
        put(tx, one, delete=True)
        put(tx, two, name="Other")
        tx.connection.exec_driver_sql("DELETE FROM records WHERE deleted_at IS NOT NULL")
        tx.connection.execute(workspace.update().values(horizon=workspace.c.seq))

    await database.write(vanish)
    copy = await database.read(lambda tx: shelf.copy(tx, WORKSPACE_ID))
    assert told(copy) == {two: "Other"}


async def test_a_shelf_begins_anew_in_another_epoch(database: Database) -> None:
    shelf, one = Shelf(), str(uuid.uuid4())
    await database.write(lambda tx: put(tx, one, name="Example"))
    await database.read(lambda tx: shelf.copy(tx, WORKSPACE_ID))
    await database.write(
        lambda tx: tx.connection.execute(workspace.update().values(epoch="another"))
    )
    copy = await database.read(lambda tx: shelf.copy(tx, WORKSPACE_ID))
    assert (copy.position.epoch, told(copy)) == ("another", {one: "Example"})


async def test_more_than_may_be_kept_is_still_told(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "_KEPT_BYTES", 0)
    shelf, one = Shelf(), str(uuid.uuid4())
    await database.write(lambda tx: put(tx, one, name="Example"))
    for _ in range(2):
        copy = await database.read(lambda tx: shelf.copy(tx, WORKSPACE_ID))
        assert told(copy) == {one: "Example"}


async def test_a_failure_on_the_way_leaves_no_half_segments(database: Database) -> None:
    shelf, one, two = Shelf(), str(uuid.uuid4()), str(uuid.uuid4())
    await database.write(lambda tx: put(tx, one, name="Example"))
    await database.read(lambda tx: shelf.copy(tx, WORKSPACE_ID))

    def damage(tx: Tx) -> None:
        put(tx, one, name="Sample")
        put(tx, two, name="Other")

    await database.write(damage)

    def cut_off(tx: Tx) -> None:
        class Cut:
            def open(self, *_: object, **__: object) -> str:
                raise sqlite3.OperationalError

        tx.vault = Cut()  # type: ignore[assignment]  # a vault that fails half way
        shelf.copy(tx, WORKSPACE_ID)

    with pytest.raises(sqlite3.OperationalError):
        await database.read(cut_off)
    copy = await database.read(lambda tx: shelf.copy(tx, WORKSPACE_ID))
    assert told(copy) == {one: "Sample", two: "Other"}
