"""Rounds of exchange between desks with real databases and a server in memory."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from typing_extensions import override

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.records import Edit
from interview_desk.domain.roles import Role
from interview_desk.domain.values import Json
from interview_desk.notes.document import NoteDocument
from interview_desk.notes.updates import text_of
from interview_desk.services.exchange import NoteReceipt, Page, PushAnswer, SyncStore
from interview_desk.services.exchange_round import ExchangeRound
from interview_desk.services.ports import Me, NoteAddress
from interview_desk.services.server_errors import (
    BatchTooLargeError,
    DeviceReusedError,
    EpochChangedError,
    SequenceGapError,
    ServerUnreachableError,
)
from interview_desk.services.whole_copy import CopyPlace, CopyProgress
from interview_desk.store import LocalStore
from tests.helpers.copies import copy_text
from tests.helpers.desk import StoppedClock
from tests.helpers.fakes import NOON, MemoryApi, MemoryServer

NOTE = NoteAddress("0199c0de-0000-7000-8000-000000000001", "welcome")
DOC = note_document_id(*NOTE)
SENT_ROW: dict[str, Json] = {
    "entity": "startups",
    "id": "s1",
    "ver": 1,
    "fields": {"name": "Old"},
    "field_versions": {"name": 1},
}


@dataclass
class Desk:
    """A desk: its database, its way to the server, and the round under test."""

    store: LocalStore
    api: MemoryApi
    clock: StoppedClock
    round: ExchangeRound

    async def rename(self, name: str, record_id: str = "s1") -> None:
        await self.store.write([Edit("startups", record_id, {"name": name})])

    async def name(self, record_id: str = "s1") -> object:
        record = await self.store.get("startups", record_id)
        return None if record is None else record.fields.get("name")

    async def type(self, text: str) -> None:
        updates: list[bytes] = []
        document = NoteDocument(updates.append)
        note = await self.store.load(NOTE)
        document.apply([*note.confirmed, *note.pending])
        document.insert(document.length, text)
        for update in updates:
            await self.store.append(NOTE, update)

    async def text(self) -> str:
        note = await self.store.load(NOTE)
        return text_of([*note.confirmed, *note.pending])


class Desks:
    """Opens desks on one server."""

    def __init__(self, directory: Path) -> None:
        self.server = MemoryServer()
        self._directory = directory
        self.opened: list[Desk] = []

    async def open(self, device_id: str = "d1") -> Desk:
        store = await LocalStore.open(self._directory / device_id / "desk.db", bytes(32))
        me = Me("m1", "Ann", None, Role.OWNER, "Team", "https://desk.test", device_id)
        await store.become(me, epoch=self.server.epoch)
        api = self.server.api(device_id)
        clock = StoppedClock(NOON)
        desk = Desk(store, api, clock, ExchangeRound(store, api, clock))
        self.opened.append(desk)
        return desk


@pytest.fixture
async def desks(tmp_path: Path) -> AsyncIterator[Desks]:
    desks = Desks(tmp_path)
    yield desks
    for desk in desks.opened:
        await desk.store.close()


@pytest.fixture
async def desk(desks: Desks) -> Desk:
    return await desks.open()


async def test_edits_and_notes_of_one_desk_arrive_at_another(desks: Desks) -> None:
    one, two = await desks.open("d1"), await desks.open("d2")
    await one.rename("Acme")
    await one.type("hello 😀")
    await one.round.run()
    await two.round.run()
    assert await two.name() == "Acme"
    assert await two.text() == "hello 😀"
    assert (await one.store.pending()).unsent == 0
    assert await one.text() == "hello 😀"


async def test_notes_written_apart_merge_with_every_word_of_both(desks: Desks) -> None:
    one, two = await desks.open("d1"), await desks.open("d2")
    await one.type("first ")
    await one.round.run()
    await two.round.run()
    await one.type("from one ")
    await two.type("from two ")
    for desk in (one, two, one):
        await desk.round.run()
    assert await one.text() == await two.text()
    assert "from one " in await one.text()
    assert "from two " in await one.text()


async def test_a_lost_answer_is_asked_for_again_without_a_second_effect(
    desks: Desks, desk: Desk
) -> None:
    await desk.rename("Acme")
    desk.api.after = [ServerUnreachableError()]
    with pytest.raises(ServerUnreachableError):
        await desk.round.run()
    assert (await desk.store.pending()).edits == 1
    await desk.round.run()
    assert (await desk.store.pending()).edits == 0
    assert desks.server.seq == 1


async def test_a_lost_answer_to_notes_doubles_no_word(desks: Desks, desk: Desk) -> None:
    await desk.type("once")
    desk.api.after = [ServerUnreachableError()]
    with pytest.raises(ServerUnreachableError):
        await desk.round.run()
    await desk.round.run()
    assert await desk.text() == "once"
    assert len(desks.server.notes[DOC]) == 1


async def test_what_the_server_forbids_goes_to_quarantine_and_the_rest_goes_on(
    desks: Desks, desk: Desk
) -> None:
    desks.server.forbidden["startups", "s1"] = "forbidden"
    await desk.rename("No")
    await desk.rename("Yes", record_id="s2")
    await desk.round.run()
    (item,) = await desk.store.quarantined()
    assert (item.code, item.text) == ("forbidden", "name: No")
    assert await desk.name("s2") == "Yes"
    assert await desk.name("s1") is None


async def test_a_gap_in_the_count_is_closed_by_counting_again(desks: Desks, desk: Desk) -> None:
    await desk.store.renumber(7)
    await desk.rename("Acme")
    await desk.round.run()
    assert desks.server.devices["d1"].last_n == 1


async def test_a_copied_profile_goes_on_as_a_device_of_its_own(desks: Desks, desk: Desk) -> None:
    await desk.rename("Acme")
    await desk.round.run()
    await desk.store.renumber(0)
    await desk.rename("Acme Ltd")
    await desk.type("kept")
    await desk.round.run()
    assert (await desk.store.position()).device_id == "d1-fork"
    assert desks.server.rows["startups", "s1"].fields["name"] == "Acme Ltd"
    assert (await desk.store.pending()).unsent == 0


async def test_a_restored_server_gets_back_what_it_had_acknowledged(
    desks: Desks, desk: Desk
) -> None:
    desks.server.put("startups", "old", name="Old")
    backup = {key: replace(row) for key, row in desks.server.rows.items()}
    await desk.round.run()
    await desk.rename("Acme")
    await desk.type("words")
    await desk.round.run()
    desks.server.restore("epoch-2", backup)
    await desk.rename("after the restore", record_id="s2")
    await desk.round.run()
    names = {key[1]: row.fields.get("name") for key, row in desks.server.rows.items()}
    assert names == {"old": "Old", "s1": "Acme", "s2": "after the restore", DOC: None}
    assert text_of(desks.server.notes[DOC]) == "words"
    assert await desk.text() == "words"
    assert (await desk.store.position()).epoch == "epoch-2"
    assert (await desk.store.pending()).unsent == 0


async def test_a_restore_found_while_pulling_is_treated_alike(desks: Desks, desk: Desk) -> None:
    await desk.rename("Acme")
    await desk.round.run()
    desks.server.restore("epoch-2", {})
    await desk.round.run()
    assert desks.server.rows["startups", "s1"].fields["name"] == "Acme"
    assert await desk.name() == "Acme"


async def test_a_round_that_was_cut_off_in_a_restore_goes_on_where_it_was(
    desks: Desks, desk: Desk
) -> None:
    await desk.rename("Acme")
    await desk.round.run()
    desks.server.restore("epoch-2", {})
    for number in range(4):
        desks.server.put("startups", f"x{number}", name="x")
    desk.api.page_rows = 2
    desk.api.after = [ServerUnreachableError()]
    with pytest.raises(ServerUnreachableError):
        await desk.round.run()
    await desk.round.run()
    assert desks.server.rows["startups", "s1"].fields["name"] == "Acme"


async def test_a_desk_that_was_away_too_long_pulls_everything_again(
    desks: Desks, desk: Desk
) -> None:
    desks.server.put("startups", "s1", name="Acme")
    desks.server.put("startups", "s2", name="Gone since")
    await desk.round.run()
    del desks.server.rows["startups", "s2"]
    desks.server.seq, desks.server.horizon = 9, 9
    await desk.rename("Mine", record_id="s3")
    await desk.round.run()
    assert await desk.name() == "Acme"
    assert await desk.name("s2") is None
    assert await desk.name("s3") == "Mine"


async def test_what_is_typed_during_a_long_first_sync_does_not_wait_for_its_end(
    desks: Desks, desk: Desk
) -> None:
    for number in range(60):
        desks.server.put("startups", f"s{number}", name=str(number))
    desk.api.part_bytes = 50
    acknowledged: list[int] = []

    async def typing(place: CopyPlace | None) -> AsyncGenerator[bytes, None]:
        parts = 0
        async for part in MemoryApi.snapshot(desk.api, place):
            yield part
            if (parts := parts + 1) == 3:
                await desk.rename("Mine", record_id="mine")
                await desk.type("a sentence")
                desk.round.interrupt.set()
            acknowledged.append((await desk.store.pending()).unsent)

    desk.api.snapshot = typing  # type: ignore[method-assign]  # a server that sees us type
    await desk.round.run()
    # It waits while the part after the typing comes, and is sent before anything more is read.
    assert len(acknowledged) > 10
    assert max(acknowledged[5:]) == 0
    assert await desk.name("s5") == "5"
    assert await desk.name("mine") == "Mine"
    assert await desk.text() == "a sentence"


async def test_a_copy_that_is_cut_off_goes_on_where_it_was(desks: Desks, desk: Desk) -> None:
    for number in range(60):
        desks.server.put("startups", f"s{number:02}", name=str(number))
    desk.api.part_bytes = 50
    places: list[CopyPlace | None] = []
    told: list[CopyProgress] = []

    async def cut(place: CopyPlace | None) -> AsyncGenerator[bytes, None]:
        places.append(place)
        sent = 0
        async for part in MemoryApi.snapshot(desk.api, place):
            yield part
            sent += len(part)
            if place is None and sent >= 600:
                raise ServerUnreachableError

    desk.api.snapshot = cut  # type: ignore[method-assign]  # a server on a bad line
    round_ = ExchangeRound(desk.store, desk.api, desk.clock, told=told.append)
    with pytest.raises(ServerUnreachableError):
        await round_.run()
    assert await desk.name("s01") is None
    await round_.run()
    assert places[0] is None
    assert places[1] is not None
    assert await desk.name("s59") == "59"
    assert told[0].rows == 0
    assert told[-1].rows == 60


async def test_a_copy_whose_beginning_is_too_old_is_begun_anew(desks: Desks, desk: Desk) -> None:
    desks.server.put("startups", "s1", name="Acme")
    desks.server.put("startups", "s2", name="Bold")
    await desk.store.begin_copy()
    body = copy_text([SENT_ROW], cursor="another epoch:1", epoch="epoch-1")
    await desk.store.take_copy(body)
    await desk.store.pause_copy()
    await desk.round.run()
    assert await desk.name() == "Acme"
    assert desk.api.calls.count("snapshot") == 2


async def test_an_answer_of_no_bytes_changes_nothing(desks: Desks, desk: Desk) -> None:
    desks.server.put("startups", "s1", name="Acme")

    async def nothing(place: CopyPlace | None) -> AsyncGenerator[bytes, None]:
        for part in list[bytes]():
            yield part

    desk.api.snapshot = nothing  # type: ignore[method-assign]  # a server that only says OK
    with pytest.raises(ServerUnreachableError):
        await desk.round.run()
    assert await desk.name() is None
    assert (await desk.store.position()).cursor is None


async def test_what_changes_while_a_new_epoch_is_fetched_comes_in_pages(
    desks: Desks, desk: Desk
) -> None:
    await desk.rename("Acme")
    await desk.round.run()
    desks.server.restore("epoch-2", {})

    async def busy(place: CopyPlace | None) -> AsyncGenerator[bytes, None]:
        async for part in MemoryApi.snapshot(desk.api, place):
            yield part
        for number in range(5):
            desks.server.put("startups", f"x{number}", name=f"at {desks.server.seq}")

    desk.api.snapshot = busy  # type: ignore[method-assign]  # a team at work
    desk.api.page_rows = 2
    await desk.round.run()
    assert desks.server.rows["startups", "s1"].fields["name"] == "Acme"
    assert await desk.name("x4") == desks.server.rows["startups", "x4"].fields["name"]


class OfAnotherEpoch(MemoryApi):
    """Says in a page that it was restored, before it says so otherwise."""

    @override
    async def pull(self, cursor: str | None, *, limit: int) -> Page:
        page = await super().pull(cursor, limit=limit)
        return replace(page, epoch="epoch-2")


async def test_a_page_of_another_epoch_means_fetching_everything_again(desks: Desks) -> None:
    desk = await desks.open()
    api = OfAnotherEpoch(desks.server, "d1")
    await ExchangeRound(desk.store, api, desk.clock).run()
    assert api.calls[:3] == ["snapshot", "pull", "snapshot"]


async def test_an_end_while_a_copy_comes_leaves_nothing_behind(desks: Desks, desk: Desk) -> None:
    desks.server.put("startups", "s1", name="Acme")
    waiting = asyncio.Event()

    async def never(place: CopyPlace | None) -> AsyncGenerator[bytes, None]:
        waiting.set()
        await asyncio.Event().wait()
        yield b""

    desk.api.snapshot = never  # type: ignore[method-assign]  # a server that says nothing
    task = asyncio.ensure_future(desk.round.run())
    await waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await desk.name() is None


class PushingBetweenPages(MemoryApi):
    """Writes one more edit on the desk while a page is on its way."""

    desk: Desk

    @override
    async def pull(self, cursor: str | None, *, limit: int) -> Page:
        page = await super().pull(cursor, limit=limit)
        if page.more:
            await self.desk.rename("typed meanwhile", record_id="typed")
        return page


async def test_an_edit_made_between_two_pages_is_sent_between_them(desks: Desks) -> None:
    desk = await desks.open()
    await desk.round.run()
    for number in range(3):
        desks.server.put("startups", f"s{number}", name=str(number))
    api = PushingBetweenPages(desks.server, "d1")
    api.desk, api.page_rows = desk, 2
    await ExchangeRound(desk.store, api, desk.clock).run()
    assert api.calls[:3] == ["pull", "push", "pull"]
    assert await desk.name("typed") == "typed meanwhile"


class CountedStore:
    """Remembers what its database was asked before the first page came."""

    def __init__(self, real: LocalStore) -> None:
        self._real = real
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.asked.append(name)
        return getattr(self._real, name)


async def test_a_desk_with_nothing_to_say_pulls_after_one_look_at_its_database(
    desks: Desks,
) -> None:
    desk = await desks.open()
    await desk.round.run()
    desks.server.put("startups", "s1", name="Acme")
    store = CountedStore(desk.store)
    await ExchangeRound(cast("SyncStore", store), desk.api, desk.clock).run()
    assert store.asked[:2] == ["position", "apply_page"]
    assert await desk.name() == "Acme"


class SmallServer(MemoryApi):
    """Takes at most `largest` characters of edits at once."""

    largest = 400_000

    @override
    async def push(self, mutations, *, device_id, epoch) -> PushAnswer:
        if sum(len(str(mutation.fields)) for mutation in mutations) > self.largest:
            raise BatchTooLargeError("too large")
        return await super().push(mutations, device_id=device_id, epoch=epoch)


async def test_a_batch_that_is_too_large_is_sent_in_smaller_ones(desks: Desks) -> None:
    desk = await desks.open()
    api = SmallServer(desks.server, "d1")
    for number in range(3):
        await desk.rename("x" * 200_000, record_id=f"s{number}")
    await ExchangeRound(desk.store, api, desk.clock).run()
    assert desks.server.devices["d1"].last_n == 3
    assert await desk.store.quarantined() == []


async def test_a_single_edit_that_is_too_large_goes_to_quarantine(desks: Desks) -> None:
    desk = await desks.open()
    api = SmallServer(desks.server, "d1")
    await desk.rename("x" * 500_000)
    await desk.rename("small", record_id="s2")
    await ExchangeRound(desk.store, api, desk.clock).run()
    (item,) = await desk.store.quarantined()
    assert item.code == "batch_too_large"
    assert desks.server.rows["startups", "s2"].fields["name"] == "small"


class ForgetfulServer(MemoryApi):
    """Answers without results, or without counting notes."""

    @override
    async def push(self, mutations, *, device_id, epoch) -> PushAnswer:
        answer = await super().push(mutations, device_id=device_id, epoch=epoch)
        return PushAnswer(answer.last_n, answer.epoch, ())

    @override
    async def push_notes(self, batch, *, device_id, epoch) -> NoteReceipt:
        receipt = await super().push_notes(batch, device_id=device_id, epoch=epoch)
        return NoteReceipt(0, receipt.seq)


async def test_an_answer_without_results_drops_nothing(desks: Desks) -> None:
    desk = await desks.open()
    await desk.rename("Acme")
    with pytest.raises(ServerUnreachableError):
        await ExchangeRound(desk.store, ForgetfulServer(desks.server, "d1"), desk.clock).run()
    assert (await desk.store.pending()).edits == 1


async def test_a_receipt_that_misses_updates_drops_none(desks: Desks) -> None:
    desk = await desks.open()
    await desk.type("kept")
    with pytest.raises(ServerUnreachableError):
        await ExchangeRound(desk.store, ForgetfulServer(desks.server, "d1"), desk.clock).run()
    assert (await desk.store.pending()).notes == 1


async def test_notes_the_server_will_never_take_are_readable_in_quarantine(
    desks: Desks, desk: Desk
) -> None:
    desks.server.refused_notes[DOC] = "not_found"
    await desk.type("precious words")
    await desk.round.run()
    (item,) = await desk.store.quarantined()
    assert (item.kind, item.text, item.code) == ("note", "precious words", "not_found")
    assert await desk.text() == "precious words"
    await desk.type(" and more")
    await desk.round.run()
    (grown,) = await desk.store.quarantined()
    assert grown.text == "precious words and more"


async def test_refused_notes_go_up_whole_once_the_server_takes_them(
    desks: Desks, desk: Desk
) -> None:
    desks.server.refused_notes[DOC] = "not_found"
    await desk.type("precious words")
    await desk.round.run()
    desks.server.refused_notes.clear()
    await desk.type(" and more")
    await desk.round.run()
    assert text_of(desks.server.notes[DOC]) == "precious words and more"
    assert await desk.text() == "precious words and more"
    assert await desk.store.quarantined() == []


async def test_a_discarded_note_is_gone_for_good(desks: Desks, desk: Desk) -> None:
    desks.server.refused_notes[DOC] = "not_found"
    await desk.type("never mind")
    await desk.round.run()
    (item,) = await desk.store.quarantined()
    await desk.store.discard(item.id)
    assert await desk.store.quarantined() == []
    assert await desk.text() == ""


async def test_what_was_typed_into_an_interview_that_was_merged_goes_to_the_end_of_the_other(
    desks: Desks, desk: Desk
) -> None:
    survivor = NoteAddress("0199c0de-0000-7000-8000-000000000002", NOTE.stage)
    theirs: list[bytes] = []
    NoteDocument(theirs.append).insert(0, "the survivor's")
    desks.server.add_note(survivor, note_document_id(*survivor), theirs[0])
    await desk.round.run()
    heard: list[bytes] = []
    desk.store.on_remote_updates(survivor, heard.extend)
    desks.server.merged[DOC] = survivor.interview_id
    await desk.type("typed too late")
    await desk.round.run()
    moved = await desk.store.load(survivor)
    assert text_of(moved.confirmed) == "the survivor's\ntyped too late"
    assert len(heard) == 1
    assert await desk.store.pending_count() == 0
    await desk.type(" and then more")
    await desk.round.run()
    again = await desk.store.load(survivor)
    assert text_of(again.confirmed) == "the survivor's\ntyped too late\n and then more"


async def test_a_gap_in_the_count_of_a_note_is_closed_by_counting_again(
    desks: Desks, desk: Desk
) -> None:
    await desk.type("words")
    await desk.store.renumber_notes(DOC, 5)
    await desk.round.run()
    assert text_of(desks.server.notes[DOC]) == "words"


class NeverAgrees(MemoryApi):
    """Claims a gap where there is none."""

    @override
    async def push_notes(self, batch, *, device_id, epoch) -> NoteReceipt:
        raise SequenceGapError(batch.updates[0].n - 1)


async def test_a_server_that_claims_a_gap_where_there_is_none_is_asked_later(
    desks: Desks,
) -> None:
    desk = await desks.open()
    await desk.type("kept")
    with pytest.raises(ServerUnreachableError):
        await ExchangeRound(desk.store, NeverAgrees(desks.server, "d1"), desk.clock).run()
    assert (await desk.store.pending()).notes == 1


@pytest.mark.parametrize(
    "error", [DeviceReusedError("again"), EpochChangedError("again"), SequenceGapError(0)]
)
async def test_a_server_that_never_agrees_is_asked_again_later(desk: Desk, error) -> None:
    await desk.rename("Acme")

    def on_call(call: str) -> None:
        if call in {"push", "pull"}:
            desk.api.before = [error]

    desk.api.on_call = on_call
    with pytest.raises(ServerUnreachableError):
        await desk.round.run()
    assert (await desk.store.pending()).edits == 1


async def test_a_document_the_server_does_not_have_is_not_asked_for_for_ever(
    desks: Desks, desk: Desk
) -> None:
    desks.server.add_note(NOTE, DOC, b"x")
    desks.server.notes.clear()
    await desk.round.run()
    assert desk.api.calls.count("pull_notes") == 1


async def test_an_empty_answer_about_a_note_ends_the_asking(desks: Desks, desk: Desk) -> None:
    desks.server.add_note(NOTE, DOC, b"x")
    desks.server.notes[DOC] = []
    await desk.round.run()
    assert desk.api.calls.count("pull_notes") == 1


async def test_how_far_this_clock_is_off_is_measured_and_nothing_else_cares(
    desks: Desks, desk: Desk
) -> None:
    desk.clock.advance(days=2)
    await desk.rename("Acme")
    await desk.round.run()
    assert desk.round.skew == timedelta(days=2)
    assert (await desk.store.pending()).unsent == 0


async def test_a_server_that_tells_no_time_is_believed_to_agree(desks: Desks) -> None:
    desk = await desks.open()

    class Timeless(MemoryApi):
        @override
        async def pull(self, cursor: str | None, *, limit: int) -> Page:
            return replace(await super().pull(cursor, limit=limit), server_time=None)

    round_ = ExchangeRound(desk.store, Timeless(desks.server, "d1"), desk.clock)
    await round_.run()
    assert round_.skew == timedelta()
