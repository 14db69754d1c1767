"""Rounds of exchange after something went wrong: answers lost, counts that differ, restores."""

from dataclasses import replace

import pytest
from typing_extensions import override

from interview_desk.notes.updates import text_of
from interview_desk.services.exchange import NoteReceipt, Page, PushAnswer
from interview_desk.services.exchange_round import ExchangeRound
from interview_desk.services.server_errors import (
    DeviceReusedError,
    EpochChangedError,
    SequenceGapError,
    ServerUnreachableError,
)
from tests.helpers.exchanging import (
    DOC,
    Desk,
    Desks,
)
from tests.helpers.fakes import MemoryApi


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


async def test_a_copy_of_a_restored_server_is_not_fetched_twice(desks: Desks, desk: Desk) -> None:
    await desk.rename("Acme")
    await desk.round.run()
    desks.server.restore("epoch-2", {})

    def cut_off_behind_the_copy(_: str) -> None:
        if desk.api.calls[-2:] == ["snapshot", "pull"]:
            desk.api.before = [ServerUnreachableError()]

    desk.api.on_call = cut_off_behind_the_copy
    with pytest.raises(ServerUnreachableError):
        await desk.round.run()
    desk.api.on_call = None
    desk.api.calls.clear()
    await desk.round.run()
    assert "snapshot" not in desk.api.calls
    assert desks.server.rows["startups", "s1"].fields["name"] == "Acme"


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
