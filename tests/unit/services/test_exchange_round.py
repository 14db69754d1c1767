"""Rounds of exchange between desks with real databases and a server in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from typing_extensions import override

from interview_desk.domain.ids import note_document_id
from interview_desk.notes.document import NoteDocument
from interview_desk.notes.updates import text_of
from interview_desk.services.exchange import (
    NotePage,
    Page,
    PushAnswer,
    Result,
    SequencedUpdate,
    SyncStore,
)
from interview_desk.services.exchange_round import ExchangeRound
from interview_desk.services.ports import NoteAddress
from interview_desk.services.server_errors import (
    BatchTooLargeError,
    RefusedError,
    SequenceGapError,
    ServerUnreachableError,
)
from interview_desk.store import LocalStore
from tests.helpers.exchanging import (
    DOC,
    NOTE,
    Desk,
    Desks,
)
from tests.helpers.fakes import MemoryApi


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


class StrictServer(MemoryApi):
    """Cannot read a batch in which something is called unreadable."""

    code = "invalid_request"

    @override
    async def push(self, mutations, *, device_id, epoch) -> PushAnswer:
        if any("unreadable" in str(mutation.fields) for mutation in mutations):
            raise RefusedError(self.code, "The request is not of the agreed shape.")
        return await super().push(mutations, device_id=device_id, epoch=epoch)


async def test_an_edit_the_server_cannot_read_is_set_aside_and_holds_up_no_other(
    desks: Desks,
) -> None:
    desk = await desks.open()
    names = ["one", "two", "unreadable", "four", "five"]
    for number, name in enumerate(names):
        await desk.rename(name, record_id=f"s{number}")
    await ExchangeRound(desk.store, StrictServer(desks.server, "d1"), desk.clock).run()
    (item,) = await desk.store.quarantined()
    assert (item.code, item.record_id) == ("invalid_request", "s2")
    assert {row.fields["name"] for row in desks.server.rows.values()} == {*names} - {"unreadable"}
    assert (await desk.store.pending()).unsent == 0


async def test_an_edit_that_is_refused_for_another_reason_waits(desks: Desks) -> None:
    desk = await desks.open()
    api = StrictServer(desks.server, "d1")
    api.code = "method_not_allowed"
    await desk.rename("unreadable")
    with pytest.raises(RefusedError):
        await ExchangeRound(desk.store, api, desk.clock).run()
    assert (await desk.store.pending()).edits == 1


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


async def test_a_page_that_leads_nowhere_is_not_asked_for_again_at_once(desks: Desks) -> None:
    desk = await desks.open()
    await desk.round.run()

    class Endless(MemoryApi):
        @override
        async def pull(self, cursor: str | None, *, limit: int) -> Page:
            return replace(await super().pull(cursor, limit=limit), more=True)

    api = Endless(desks.server, "d1")
    with pytest.raises(ServerUnreachableError):
        await ExchangeRound(desk.store, api, desk.clock).run()
    assert api.calls == ["pull"]


async def test_what_the_server_has_counted_is_never_sent_under_another_number(desks: Desks) -> None:
    class Forgetful(MemoryApi):
        """Takes an edit, loses its answer, and then calls the same number a gap."""

        @override
        async def push(self, mutations, *, device_id, epoch) -> PushAnswer:
            if self.server.devices[device_id].last_n:
                raise SequenceGapError(self.server.devices[device_id].last_n)
            await super().push(mutations, device_id=device_id, epoch=epoch)
            raise ServerUnreachableError

    desk = await desks.open()
    await desk.rename("once")
    forgetful = ExchangeRound(desk.store, Forgetful(desks.server, "d1"), desk.clock)
    for _ in range(2):
        with pytest.raises(ServerUnreachableError):
            await forgetful.run()
    await desk.round.run()
    assert [each.n for each, _ in desks.server.devices["d1"].counted] == [1]
    assert (await desk.store.pending()).unsent == 0


async def test_results_for_what_was_not_sent_do_not_move_the_count(desks: Desks) -> None:
    class Talkative(MemoryApi):
        @override
        async def push(self, mutations, *, device_id, epoch) -> PushAnswer:
            answer = await super().push(mutations, device_id=device_id, epoch=epoch)
            return replace(answer, results=(*answer.results, Result(2**52, "ok", 1)))

    desk = await desks.open()
    api = Talkative(desks.server, "d1")
    for name in ("one", "two"):
        await desk.rename(name)
        await ExchangeRound(desk.store, api, desk.clock).run()
    assert desks.server.devices["d1"].last_n == 2
    assert api.calls.count("push") == 2


@pytest.mark.parametrize("year", [1001, 8999])
async def test_a_server_in_another_age_says_nothing_of_this_clock(
    desks: Desks, desk: Desk, year: int
) -> None:
    desks.server.time = desks.server.time.replace(year=year)
    await desk.rename("Acme")
    await desk.round.run()
    assert desk.round.skew == timedelta()
    assert (await desk.store.pending()).unsent == 0


async def test_the_same_news_of_a_note_again_and_again_ends_the_asking(desks: Desks) -> None:
    class Stuck(MemoryApi):
        @override
        async def pull_notes(self, docs, *, epoch) -> Sequence[NotePage]:
            pages = await super().pull_notes(docs, epoch=epoch)
            return [replace(page, updates=(SequencedUpdate(0, b"x"),)) for page in pages]

    desk = await desks.open()
    desks.server.add_note(NOTE, DOC, b"x")
    api = Stuck(desks.server, "d1")
    await ExchangeRound(desk.store, api, desk.clock).run()
    assert api.calls.count("pull_notes") == 1


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
