"""Reading and writing records on this device."""

from datetime import UTC, datetime, timedelta

import pytest

from interview_desk.domain.ids import new_id
from interview_desk.domain.instants import format_instant
from interview_desk.domain.records import Edit
from interview_desk.services.ports import Change
from interview_desk.store import LocalStore
from interview_desk.store.errors import UnknownRecordKindError

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def interview(number: int, start: datetime, minutes: int = 30) -> Edit:
    return Edit(
        "interviews",
        new_id(NOON + timedelta(seconds=number), bytes(10)),
        {
            "title": f"Interview {number}",
            "start": format_instant(start),
            "end": format_instant(start + timedelta(minutes=minutes)),
        },
    )


async def test_what_was_written_is_read_at_once_and_waits_to_be_sent(store: LocalStore) -> None:
    edit = Edit("startups", "s1", {"name": "Acme", "website": "https://acme.example"})
    await store.write([edit])
    record = await store.get("startups", "s1")
    assert record is not None
    assert record.fields == edit.fields
    assert record.pending == {"name", "website"}
    assert record.ver == 0
    assert await store.pending_count() == 1


async def test_an_unknown_record_is_none(store: LocalStore) -> None:
    assert await store.get("startups", "nobody") is None


async def test_an_edit_of_an_unknown_kind_is_refused_whole(store: LocalStore) -> None:
    with pytest.raises(UnknownRecordKindError):
        await store.write([Edit("startups", "s1", {"name": "A"}), Edit("planets", "p", {})])
    with pytest.raises(UnknownRecordKindError, match=r"startups\.moon"):
        await store.write([Edit("startups", "s1", {"moon": "full"})])
    assert await store.pending_count() == 0


async def test_half_a_sign_is_kept_as_the_sign_for_what_cannot_be_shown(store: LocalStore) -> None:
    await store.write([Edit("startups", "s1", {"name": "a\ud800b", "notes": "\ud83d\ude00\0"})])
    record = await store.get("startups", "s1")
    assert record is not None
    assert record.fields == {"name": "a\ufffdb", "notes": "\U0001f600\0"}
    (waiting,) = await store.next_batch(limit=10, size=1000)
    assert waiting.fields == record.fields


async def test_a_deleted_record_is_no_longer_read(store: LocalStore) -> None:
    await store.write([Edit("startups", "s1", {"name": "Acme"})])
    await store.write([Edit("startups", "s1", {}, delete=True)])
    assert await store.get("startups", "s1") is None
    assert await store.all_of("startups") == []
    assert await store.pending_count() == 2


async def test_tags_are_added_and_removed_not_replaced(store: LocalStore) -> None:
    await store.write([Edit("startups", "s1", {"tags": {"add": ["b", "a"], "remove": []}})])
    await store.write([Edit("startups", "s1", {"tags": {"add": ["c"], "remove": ["b"]}})])
    record = await store.get("startups", "s1")
    assert record is not None
    assert record.fields["tags"] == ["a", "c"]


async def test_rows_of_an_interview_come_in_order_of_creation(store: LocalStore) -> None:
    first, second = (new_id(NOON + timedelta(seconds=s), bytes(10)) for s in (1, 2))
    for guest in (second, first):
        await store.write([Edit("interview_guests", guest, {"interview_id": "i1", "name": guest})])
    await store.write([Edit("interview_guests", "other", {"interview_id": "i2"})])
    guests = await store.of_interview("interview_guests", "i1")
    assert [guest.id for guest in guests] == [first, second]


async def test_a_window_shows_what_overlaps_it_earliest_first(store: LocalStore) -> None:
    hour = timedelta(hours=1)
    before = interview(1, NOON - hour, minutes=60)
    into = interview(2, NOON - 2 * hour, minutes=150)
    inside = interview(3, NOON + hour)
    after = interview(4, NOON + 2 * hour)
    moment = Edit("interviews", "moment", {"start": format_instant(NOON)})
    undated = Edit("interviews", "draft", {"title": "Some day"})
    unreadable = Edit("interviews", "odd", {"start": "soon", "end": "later"})
    await store.write([after, inside, into, before, moment, undated, unreadable])
    found = await store.interviews_between(NOON, NOON + 2 * hour)
    assert [record.id for record in found] == [into.id, "moment", inside.id]


async def test_listeners_hear_of_a_change_once_it_is_committed(store: LocalStore) -> None:
    heard: list[frozenset[Change]] = []
    stop = store.on_change(heard.append)
    await store.write([Edit("startups", "s1", {"name": "Acme"})])
    assert heard == [frozenset({Change("startups", "s1")})]
    stop()
    await store.write([Edit("startups", "s1", {"name": "Acme Ltd"})])
    assert len(heard) == 1


async def test_everything_is_there_after_closing_and_opening_again(
    store: LocalStore, path, key: bytes
) -> None:
    await store.write([Edit("startups", "s1", {"name": "Ümläut 😀"})])
    await store.close()
    again = await LocalStore.open(path, key)
    record = await again.get("startups", "s1")
    await again.close()
    assert record is not None
    assert record.fields["name"] == "Ümläut 😀"
