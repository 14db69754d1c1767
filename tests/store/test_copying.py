"""A whole copy is built beside the cache and takes its place only when it is whole."""

import asyncio
import gzip
import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.records import Edit
from interview_desk.domain.values import Json
from interview_desk.notes.document import NoteDocument
from interview_desk.services.exchange import Page, Result, ServerRow
from interview_desk.services.ports import Change, NoteAddress
from interview_desk.services.server_errors import (
    CopyDamagedError,
    EpochChangedError,
    ServerUnreachableError,
)
from interview_desk.services.whole_copy import CopyPlace
from interview_desk.store import LocalStore
from interview_desk.store.connection import connect
from interview_desk.store.swapping import CARRIED
from tests.helpers.copies import copy_line, copy_text, take_whole
from tests.helpers.desk import StoppedClock

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CLOCK = StoppedClock(NOW)
NOTE = NoteAddress("0199c0de-0000-7000-8000-000000000001", "welcome")
DOC = note_document_id(*NOTE)


def row(entity: str, record_id: str, ver: int, **fields: Json) -> dict[str, Json]:
    return {
        "entity": entity,
        "id": record_id,
        "ver": ver,
        "deleted": False,
        "fields": fields,
        "field_versions": dict.fromkeys(fields, ver),
        "updated_by": "m1",
        "updated_at": "2026-11-22T12:00:00Z",
    }


def typed(text: str) -> bytes:
    document = NoteDocument()
    document.insert(0, text)
    return document.updates_since()


def startup(number: int, ver: int | None = None, name: str = "") -> dict[str, Json]:
    return row("startups", f"s{number:04}", ver or number, name=name or f"Startup {number} é😀")


def text_of(rows: list[dict[str, Json]], **head: Json) -> bytes:
    said: dict[str, Json] = {"cursor": "c9", "epoch": "e", **head}
    return copy_text(rows, **said)  # type: ignore[arg-type]  # our own words


def packed(*rows: dict[str, Json], **head: Json) -> bytes:
    return gzip.compress(text_of(list(rows), **head), mtime=0)


def saying(field: bytes) -> bytes:
    """A copy of one row whose field is spelled like this."""
    whole = text_of([row("startups", "s0001", 1, name="here")])
    body = whole[: whole.index(b'{"sha256"')].replace(b'"name":"here"', field, 1)
    return gzip.compress(body + copy_line({"sha256": hashlib.sha256(body).hexdigest()}))


async def fetch(store: LocalStore, body: bytes, *, size: int = 1000) -> None:
    await take_whole(store, body, CLOCK, size=size)


async def names(store: LocalStore) -> dict[str, Json]:
    return {record.id: record.fields.get("name") for record in await store.all_of("startups")}


def beside(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.iterdir() if "arriving" in file.name)


@pytest.mark.parametrize("size", [11, 100, 100_000])
async def test_a_copy_that_is_whole_becomes_the_cache(
    store: LocalStore, path: Path, size: int
) -> None:
    rows = [startup(number) for number in range(1, 40)]
    await fetch(store, packed(*rows), size=size)
    assert await names(store) == {f"s{n:04}": f"Startup {n} é😀" for n in range(1, 40)}
    position = await store.position()
    assert (position.cursor, position.epoch) == ("c9", "e")
    record = await store.get("startups", "s0007")
    assert record is not None
    assert (record.ver, record.field_versions, record.updated_by) == (7, {"name": 7}, "m1")
    assert beside(path) == []
    await store.write([Edit("startups", "s0007", {"name": "Mine"})])
    assert [m.base for m in await store.next_batch(limit=5, size=10_000)] == [{"name": 7}]


async def test_an_exchange_that_ends_and_a_desk_that_closes_let_go_at_once(
    store: LocalStore,
) -> None:
    await store.begin_copy()
    await asyncio.gather(store.pause_copy(), store.pause_copy())
    assert await store.begin_copy() is None


async def test_how_much_has_come_is_told(store: LocalStore) -> None:
    await store.begin_copy()
    progress = await store.take_copy(packed(*[startup(n) for n in range(1, 11)]))
    assert progress == (10, 10)
    assert await names(store) == {}


async def test_rows_read_the_same_as_those_of_a_page(store: LocalStore) -> None:
    interview: dict[str, Json] = {
        "title": 'He said "so",\n\\o/ \u2028',
        "start": "2026-11-22T12:00:00.250Z",
        "end": "2026-11-22T13:00:00+01:00",
        "priority": 2**60,
        "tags": [],
        "later": {"deep": [1.50, None, True]},
    }
    guest: dict[str, Json] = {
        "interview_id": "i1",
        "consent_notes": {"value": "yes", "at": None, "by": "m"},
    }
    rows = [row("interviews", "i1", 3, **interview), row("interview_guests", "g1", 4, **guest)]
    await fetch(store, packed(*rows))
    copied = await _everything(store)
    page = Page(tuple(_server_row(item) for item in rows), "c9", more=False, last_n=0, epoch="e")
    await store.start_over()
    await store.apply_page(page, NOW)
    assert await _everything(store) == copied
    (found,) = await store.interviews_between(NOW.replace(hour=12), NOW.replace(hour=13))
    assert found.id == "i1"


def _server_row(item: dict[str, Json]) -> ServerRow:
    names = ("entity", "id", "ver", "fields", "field_versions", "updated_by", "updated_at")
    return ServerRow(**{name: item[name] for name in names})  # type: ignore[arg-type]  # our own rows


async def _everything(store: LocalStore) -> list[tuple[object, ...]]:
    return await store._engine.read(
        lambda c: c.execute(
            "SELECT entity, id, interview_id, starts, ends, live, fields, versions, ver, deleted, "
            "updated_by, updated_at FROM records ORDER BY entity, id"
        ).fetchall()
    )


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-22T12:00:00Z", "2026-11-22T11:00:00Z"),
        ("2026-11-22T12:00:00Z", None),
        (None, "2026-11-22T12:00:00Z"),
        ("2026-11-22T12:00:00.1234Z", "2026-11-22 13:00:00.5Z"),
        ("2026-11-22T14:30:00+05:30", "20261122T150000Z"),
        ("now", "12:00"),
        ("2460000.5", "2026-11-22T12:00:00"),
        ("2026-13-22T12:00:00Z", "1969-12-31T23:59:59Z"),
    ],
)
async def test_times_are_looked_up_as_if_they_had_come_on_a_page(
    store: LocalStore, start: Json, end: Json
) -> None:
    item = row("interviews", "i1", 1, start=start, end=end)
    await fetch(store, packed(item))
    copied = await _everything(store)
    await store.apply_page(Page((_server_row(item),), "c", more=True, last_n=0, epoch="e"), NOW)
    assert await _everything(store) == copied


async def test_unsent_work_moves_to_the_new_cache(store: LocalStore) -> None:
    await store.apply_page(Page((), "c1", more=False, last_n=0, epoch="e"), NOW)
    await store.write([Edit("startups", "s0001", {"name": "sent"})])
    await store.next_batch(limit=5, size=10_000)
    await store.settle([Result(1, "ok", 5)], NOW)
    await store.write([Edit("startups", "s0002", {"name": "mine"})])
    await store.write([Edit("startups", "new", {"name": "new"})])
    await store.append(NOTE, typed("one"))
    await store.set_note_aside(DOC, code="x", detail=None, now=NOW)
    await store.append(NOTE, typed("two"))
    await fetch(store, packed(startup(1, 5, "sent"), startup(2, 6, "theirs"), startup(3)))
    found = await names(store)
    assert found == {"s0001": "sent", "s0002": "mine", "s0003": "Startup 3 é😀", "new": "new"}
    assert (await store.pending()).edits == 2
    assert len((await store.load(NOTE)).pending) == 2
    assert len(await store.quarantined()) == 1
    batch = await store.next_batch(limit=5, size=10_000)
    assert [(m.n, m.id) for m in batch] == [(2, "s0002"), (3, "new")]


async def test_the_servers_notes_are_known_and_own_copies_of_them_stay(store: LocalStore) -> None:
    await store.append(NOTE, typed("one"))
    note = row("note_documents", DOC, 3, interview_id=NOTE.interview_id, stage=NOTE.stage, seq=4)
    await fetch(store, packed(note))
    assert await store.notes_behind(10) == {DOC: 0}
    assert len((await store.load(NOTE)).pending) == 1


async def test_what_the_copy_does_not_bring_is_forgotten_and_edits_on_it_are_set_aside(
    store: LocalStore,
) -> None:
    rows = tuple(_server_row(startup(number)) for number in (1, 2))
    await store.apply_page(Page(rows, "c1", more=False, last_n=0, epoch="e"), NOW)
    await store.write([Edit("startups", "s0002", {"name": "mine"})])
    heard: list[frozenset[Change]] = []
    store.on_change(heard.append)
    await fetch(store, packed(startup(1)))
    assert list(await names(store)) == ["s0001"]
    (item,) = await store.quarantined()
    assert (item.record_id, item.text) == ("s0002", "name: mine")
    assert Change("startups", "s0002") in frozenset().union(*heard)
    assert Change("startups", "s0001") not in frozenset().union(*heard)


async def test_the_numbers_of_acknowledged_edits_are_not_used_again(store: LocalStore) -> None:
    await store.write([Edit("startups", "s0001", {"name": "one"})])
    await store.next_batch(limit=5, size=10_000)
    await store.settle([Result(1, "ok", 1)], NOW)
    await store.apply_page(Page((), "c1", more=False, last_n=1, epoch="e"), NOW)
    await fetch(store, packed(startup(1)))
    await store.write([Edit("startups", "s0001", {"name": "two"})])
    await store.next_batch(limit=5, size=10_000)
    await store.settle([Result(2, "ok", 2)], NOW)
    await store.leave_epoch()
    await fetch(store, packed(epoch="e2"))
    await store.enter_epoch(last_n=0, now=NOW)
    sent = [m.fields["name"] for m in await store.next_batch(limit=5, size=10_000)]
    assert sent == ["one", "two"]


BODY = text_of([startup(number) for number in range(1, 60)])


@pytest.mark.parametrize("kept", [0, 1, 17, 2000])
async def test_a_copy_that_was_cut_off_leaves_the_cache_as_it_was(
    store: LocalStore, kept: int
) -> None:
    await store.apply_page(
        Page((_server_row(startup(1, 1, "old")),), "c1", more=False, last_n=0, epoch="e"), NOW
    )
    with pytest.raises(ServerUnreachableError):
        await fetch(store, gzip.compress(BODY, mtime=0)[:-400][:kept])
    assert await names(store) == {"s0001": "old"}
    assert (await store.position()).cursor == "c1"


def _flip(body: bytes, place: int) -> bytes:
    return body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]


DAMAGED = {
    "a flipped bit in the gzip": _flip(gzip.compress(BODY, mtime=0), 200),
    "another sum": gzip.compress(BODY.replace(b"Startup 7 ", b"Startup 8 ")),
    "a row too few": gzip.compress(text_of([startup(1)], counts={"startups": 2})),
    "a row that came twice": gzip.compress(text_of([startup(1), startup(1)])),
    "a row without an id": gzip.compress(text_of([{"entity": "startups", "ver": 1}])),
    "fields that are none": gzip.compress(text_of([{**startup(1), "fields": []}])),
    "a line that is no JSON": gzip.compress(BODY.replace(b'"ver":7,', b'"ver":7')),
    "bytes that are no text": gzip.compress(BODY.replace("é".encode(), b"\xff")),
    "a head that is none": gzip.compress(b"[]\n" + BODY),
    "a head without an epoch": gzip.compress(b'{"cursor":"c"}\n' + BODY),
    "a head that is no JSON": gzip.compress(b"<html>\n" + BODY),
    "a row that was changed at no time": packed(startup(1) | {"updated_at": 5}),
    "a row that was changed on no day": packed(startup(1) | {"updated_at": "2026-02-30T12:00:00Z"}),
    "a row from before all years": packed(startup(1) | {"updated_at": "0001-01-01T00:00:00+14:00"}),
    "half of a sign": saying(b'"name":"\\uD83D"'),
    "a number beyond all reading": saying(b'"name":' + b"9" * 5000),
    "only an end": gzip.compress(copy_line({"sha256": hashlib.sha256(b"").hexdigest()})),
    "something behind the end": gzip.compress(BODY) + b"more",
}


@pytest.mark.parametrize("what", DAMAGED)
async def test_a_damaged_copy_leaves_the_cache_as_it_was(
    store: LocalStore, path: Path, what: str
) -> None:
    await fetch(store, packed(startup(1, 1, "old")))
    with pytest.raises(CopyDamagedError):
        await fetch(store, DAMAGED[what])
    assert await names(store) == {"s0001": "old"}
    assert beside(path) == []
    await fetch(store, packed(startup(2, 2, "new")))
    assert await names(store) == {"s0002": "new"}


async def test_any_way_to_write_a_time_and_any_sign_is_taken(store: LocalStore) -> None:
    times = ("2026-11-22T12:00:00Z", "2026-11-22T12:00:00.250Z", "2026-11-22t13:00:00.123456+01:00")
    rows = [startup(n) | {"updated_at": at} for n, at in enumerate((*times, None))]
    await fetch(store, packed(*rows))
    assert len(await names(store)) == 4
    await fetch(store, saying(b'"name":"\\ud83d\\ude00 \\\\ud83d"'))
    assert await names(store) == {"s0001": "\N{GRINNING FACE} \\ud83d"}


async def test_a_copy_goes_on_where_it_was_cut_off_also_after_a_restart(
    store: LocalStore, path: Path, key: bytes
) -> None:
    body = text_of([startup(number) for number in range(1, 60)])
    with pytest.raises(ServerUnreachableError):
        await fetch(store, body[: body.index(b"s0031")], size=100)
    await store.close()
    again = await LocalStore.open(path, key)
    assert await again.begin_copy() == CopyPlace("startups/s0029", "c9")
    rest = text_of([startup(number) for number in range(30, 61)], counts=None)
    progress = await again.take_copy(gzip.compress(rest))
    assert progress == (60, None)
    await again.finish_copy(CLOCK)
    assert len(await names(again)) == 60
    assert (await again.position()).cursor == "c9"
    await again.close()


async def test_a_rest_of_another_epoch_is_not_put_to_the_beginning(store: LocalStore) -> None:
    with pytest.raises(ServerUnreachableError):
        await fetch(store, BODY[:3000])
    with pytest.raises(CopyDamagedError):
        await fetch(store, packed(startup(99), epoch="e2"))
    assert await store.begin_copy() is None


async def test_a_copy_of_another_epoch_is_not_taken_for_the_known_one(store: LocalStore) -> None:
    await fetch(store, packed(startup(1, 1, "old")))
    with pytest.raises(EpochChangedError):
        await fetch(store, packed(startup(2), epoch="e2"))
    assert await names(store) == {"s0001": "old"}
    await store.append(NOTE, typed("still writable"))
    assert await store.begin_copy() is None


async def test_what_was_begun_before_starting_over_is_not_gone_on_with(store: LocalStore) -> None:
    with pytest.raises(ServerUnreachableError):
        await fetch(store, BODY[:3000])
    await store.start_over()
    assert await store.begin_copy() is None


async def test_a_beginning_that_cannot_be_read_is_begun_anew(store: LocalStore, path: Path) -> None:
    with pytest.raises(ServerUnreachableError):
        await fetch(store, BODY[:3000])
    (path.parent / "desk.db.arriving").write_bytes(b"no database" * 1000)
    await fetch(store, packed(startup(1, 1, "whole")))
    assert await names(store) == {"s0001": "whole"}


async def test_nothing_of_a_copy_is_readable_on_disk(store: LocalStore, path: Path) -> None:
    await store.begin_copy()
    await store.take_copy(packed(startup(1, 1, "Velvet Anchor")))
    found = [file for file in path.parent.iterdir() if b"Velvet" in file.read_bytes()]
    assert beside(path) != []
    assert found == []


async def test_every_table_is_brought_carried_over_or_made_anew(
    store: LocalStore, path: Path, key: bytes
) -> None:
    """Whoever adds a table says here what becomes of it when a copy takes the cache's place."""
    reader = connect(path, key, read_only=True)
    tables = {
        name
        for (name,) in reader.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
    }
    reader.close()
    made_anew = {name for name in tables if name.startswith("search")}
    assert tables == {"records", *CARRIED} | made_anew


async def test_what_follows_changes_is_there_again(
    store: LocalStore, path: Path, key: bytes
) -> None:
    def shape() -> set[tuple[object, ...]]:
        reader = connect(path, key, read_only=True)
        found = set(reader.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"))
        reader.close()
        return found

    before = shape()
    await fetch(store, packed(startup(1)))
    assert shape() == before
