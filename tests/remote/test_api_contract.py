"""What every implementation of `SyncApi` does: the one in memory, and the real server's."""

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.records import Edit
from interview_desk.notes.document import NoteDocument
from interview_desk.notes.updates import text_of
from interview_desk.services.exchange import (
    Mutation,
    NoteBatch,
    NumberedUpdate,
    SyncApi,
)
from interview_desk.services.exchange_round import ExchangeRound
from interview_desk.services.ports import NoteAddress
from interview_desk.services.server_errors import (
    DeviceReusedError,
    EpochChangedError,
    RefusedError,
    ResyncRequiredError,
    SequenceGapError,
)
from tests.helpers.desk import StoppedClock
from tests.helpers.fakes import MemoryServer
from tests.helpers.remote import Desks, Team


@dataclass
class Caller:
    """A device that has just been paired."""

    api: SyncApi
    device_id: str
    epoch: str

    async def push(self, *mutations: Mutation, epoch: str | None = None):
        answer = await self.api.push(mutations, device_id=self.device_id, epoch=epoch or self.epoch)
        return answer.results

    async def push_note(self, batch: NoteBatch, epoch: str | None = None):
        return await self.api.push_notes(batch, device_id=self.device_id, epoch=epoch or self.epoch)

    async def rows(self) -> dict[str, object]:
        """The fields of every row this device can see, page by page."""
        found: dict[str, object] = {}
        cursor = None
        while True:
            page = await self.api.pull(cursor, limit=2)
            found |= {row.id: row.fields for row in page.rows}
            cursor = page.cursor
            if not page.more:
                return found


@pytest.fixture(params=["memory", "http"])
async def caller(request: pytest.FixtureRequest, desks: Desks) -> AsyncIterator[Caller]:
    if request.param == "memory":
        server = MemoryServer()
        yield Caller(server.api("d1"), "d1", server.epoch)
        return
    team = request.getfixturevalue("team")
    desk = await desks.pair(team.url, team.code())
    position = await desk.store.position()
    yield Caller(desk.api, position.device_id or "", position.epoch or "")


def edit(n: int, record_id: str, name: str, ver: int | None = None) -> Mutation:
    base = {} if ver is None else {"name": ver}
    return Mutation(n, "put", "startups", record_id, {"name": name}, base)


@pytest.fixture
def record_id() -> str:
    return str(uuid.uuid4())


async def test_a_pushed_edit_is_pulled_with_its_version(caller: Caller, record_id: str) -> None:
    (result,) = await caller.push(edit(1, record_id, "Acme"))
    assert (result.n, result.status) == (1, "ok")
    pages = [await caller.api.pull(None, limit=500)]
    row = next(row for page in pages for row in page.rows if row.id == record_id)
    assert (row.entity, row.fields["name"], row.deleted, row.gone) == (
        "startups",
        "Acme",
        False,
        False,
    )
    assert row.ver == row.field_versions["name"] == result.ver
    assert pages[-1].last_n == 1
    assert pages[-1].epoch == caller.epoch
    assert pages[-1].server_time is not None


async def test_pages_together_bring_everything(caller: Caller) -> None:
    ids = [str(uuid.uuid4()) for _ in range(5)]
    await caller.push(*(edit(n, id_, f"S{n}") for n, id_ in enumerate(ids, start=1)))
    assert set(ids) <= set(await caller.rows())


async def test_the_same_number_again_has_no_second_effect(caller: Caller, record_id: str) -> None:
    mutation = edit(1, record_id, "Acme")
    (first,) = await caller.push(mutation)
    before = await caller.api.pull(None, limit=500)
    (again,) = await caller.push(mutation)
    assert (again.n, again.status) == (first.n, first.status)
    assert (await caller.api.pull(before.cursor, limit=500)).rows == ()


async def test_the_same_number_with_other_content_is_a_copied_profile(
    caller: Caller, record_id: str
) -> None:
    await caller.push(edit(1, record_id, "Acme"))
    with pytest.raises(DeviceReusedError):
        await caller.push(edit(1, record_id, "Other"))
    fork = await caller.api.fork()
    assert fork != caller.device_id
    forked = replace(caller, device_id=fork)
    (result,) = await forked.push(edit(1, str(uuid.uuid4()), "From the copy"))
    assert result.status == "ok"


async def test_a_gap_tells_how_far_was_counted(caller: Caller, record_id: str) -> None:
    await caller.push(edit(1, record_id, "Acme"))
    with pytest.raises(SequenceGapError) as gap:
        await caller.push(edit(4, record_id, "Later"))
    assert gap.value.last_n == 1


async def test_another_epoch_is_refused(caller: Caller, record_id: str) -> None:
    with pytest.raises(EpochChangedError):
        await caller.push(edit(1, record_id, "Acme"), epoch="another")


async def test_a_cursor_of_nobodys_making_means_starting_over(caller: Caller) -> None:
    with pytest.raises(ResyncRequiredError):
        await caller.api.pull("nonsense:1", limit=10)


async def test_an_edit_of_an_unseen_value_is_a_conflict(caller: Caller, record_id: str) -> None:
    (created,) = await caller.push(edit(1, record_id, "Acme"))
    fork = replace(caller, device_id=await caller.api.fork())
    (result,) = await fork.push(edit(1, record_id, "Mine"))
    assert result.status == "conflict"
    assert (await fork.rows())[record_id] == {"name": "Acme"}
    (seen,) = await fork.push(edit(2, record_id, "Mine", created.ver))
    assert seen.status == "ok"


def words(*texts: str) -> list[bytes]:
    updates: list[bytes] = []
    document = NoteDocument(updates.append)
    for text in texts:
        document.insert(document.length, text)
    return updates


async def interview_note(caller: Caller) -> NoteAddress:
    interview = str(uuid.uuid4())
    created = Mutation(1, "put", "interviews", interview, {"title": "T", "status": "draft"}, {})
    (result,) = await caller.push(created)
    assert result.status == "ok", result
    return NoteAddress(interview, "welcome")


def batch_of(note: NoteAddress, updates: list[bytes], first: int = 1) -> NoteBatch:
    numbered = tuple(NumberedUpdate(n, u) for n, u in enumerate(updates, start=first))
    return NoteBatch(note_document_id(*note), note, numbered)


async def test_pushed_notes_are_pulled_in_order_once(caller: Caller) -> None:
    note = await interview_note(caller)
    batch = batch_of(note, words("one ", "two"))
    receipt = await caller.push_note(batch)
    assert receipt == (2, 2)
    assert await caller.push_note(batch) == receipt
    (page,) = await caller.api.pull_notes({batch.doc: 0}, epoch=caller.epoch)
    assert (page.doc, page.after, page.seq, page.more) == (batch.doc, 0, 2, False)
    assert [update.seq for update in page.updates] == [1, 2]
    assert text_of(update.update for update in page.updates) == "one two"
    (rest,) = await caller.api.pull_notes({batch.doc: 1}, epoch=caller.epoch)
    assert [update.seq for update in rest.updates] == [2]


async def test_a_document_is_also_a_row(caller: Caller) -> None:
    note = await interview_note(caller)
    batch = batch_of(note, words("x"))
    await caller.push_note(batch)
    row = (await caller.rows())[batch.doc]
    assert row == {"interview_id": note.interview_id, "stage": note.stage, "seq": 1}


async def test_a_gap_in_notes_tells_how_far_was_counted(caller: Caller) -> None:
    note = await interview_note(caller)
    with pytest.raises(SequenceGapError) as gap:
        await caller.push_note(batch_of(note, words("x"), first=3))
    assert gap.value.last_n == 0


async def test_notes_of_another_epoch_are_refused(caller: Caller) -> None:
    note = await interview_note(caller)
    with pytest.raises(EpochChangedError):
        await caller.push_note(batch_of(note, words("x")), epoch="another")


async def test_a_document_that_does_not_exist_is_not_in_the_answer(caller: Caller) -> None:
    unknown = str(uuid.uuid4())
    assert await caller.api.pull_notes({unknown: 0}, epoch=caller.epoch) == []


@pytest.mark.parametrize("caller", ["http"], indirect=True)
async def test_notes_of_an_interview_the_server_does_not_have_are_refused(
    caller: Caller,
) -> None:
    with pytest.raises(RefusedError) as refused:
        await caller.push_note(batch_of(NoteAddress(str(uuid.uuid4()), "welcome"), words("x")))
    assert refused.value.code == "not_found"


@pytest.mark.parametrize("caller", ["http"], indirect=True)
async def test_a_corrupt_update_is_refused(caller: Caller) -> None:
    note = await interview_note(caller)
    with pytest.raises(RefusedError) as refused:
        await caller.push_note(batch_of(note, [b"\xff\xff\xff"]))
    assert refused.value.code == "note_update_invalid"


async def test_a_number_that_is_none_is_refused_and_holds_up_no_other(
    team: Team, desks: Desks, record_id: str
) -> None:
    desk = await desks.pair(team.url, team.code())
    await desk.store.write([Edit("interviews", record_id, {"priority": float("nan")})])
    await desk.store.write([Edit("startups", record_id, {"name": "Acme"})])
    await ExchangeRound(desk.store, desk.api, StoppedClock()).run()
    (item,) = await desk.store.quarantined()
    assert (item.code, item.entity) == ("invalid_value", "interviews")
    assert (await desk.store.pending()).unsent == 0
