"""Long notes are folded into a snapshot, and nothing that was ever typed is lost by it."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.roles import Role
from interview_desk.notes import NoteDocument, text_of
from interview_desk.wire import routes
from interview_desk.wire.notes import decode_update
from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts
from sync_server.models.notes import note_archives, note_snapshots, note_updates
from sync_server.operations.purging import erase_interview
from sync_server.sync.notes import compaction, note_log
from sync_server.sync.notes.compaction import BYTES, UPDATES, Compaction
from sync_server.sync.notes.taking import move_notes
from tests.helpers.server import WORKSPACE_ID, SetClock
from tests.helpers.team import Laptop, Team, new_id
from tests.server.sync.test_notes import problem

TABLES = (note_updates, note_snapshots, note_archives)


class Typist:
    """Somebody with an open document, who sends each stroke as an update."""

    def __init__(self, laptop: Laptop, interview: str, stage: str = "welcome") -> None:
        self._laptop = laptop
        self._interview = interview
        self._stage = stage
        self.doc = note_document_id(interview, stage)
        self._typed: list[bytes] = []
        self.document = NoteDocument(self._typed.append)

    def type(self, count: int, text: str = "x") -> list[bytes]:
        """So many strokes, not sent yet."""
        for _ in range(count):
            self.document.insert(self.document.length, text)
        strokes = self._typed.copy()
        self._typed.clear()
        return strokes

    async def send(self, strokes: list[bytes]) -> None:
        for start in range(0, len(strokes), 500):
            part = strokes[start : start + 500]
            answer = await self._laptop.post_notes(self._interview, self._stage, part)
            assert answer.status_code == 200, answer.text
            self._laptop.note_n[self.doc] = answer.json()["last_n"]

    async def types(self, count: int, text: str = "x") -> None:
        await self.send(self.type(count, text))


@pytest.fixture
async def interview(team: Team) -> str:
    interview = new_id()
    await team.server_writes("interviews", interview, title="Switching", status="scheduled")
    return interview


@pytest.fixture
async def ada(team: Team) -> Laptop:
    return await team.member("Ada")


async def rows_of(parts: Parts, table: sa.Table) -> int:
    query = sa.select(sa.func.count()).select_from(table)
    return await parts.database.read(lambda tx: tx.connection.execute(query).scalar_one())


async def harm(parts: Parts, table: sa.Table, **values: Any) -> None:
    await parts.database.write(lambda tx: tx.connection.execute(sa.update(table).values(**values)))


async def updates(laptop: Laptop, doc: str, after: int = 0) -> dict[str, Any]:
    answer = await laptop.call("GET", routes.note_updates(doc), params={"after": after})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_long_log_becomes_a_snapshot(team: Team, ada: Laptop, interview: str) -> None:
    typist = Typist(ada, interview)
    await typist.types(UPDATES)
    assert await Compaction(team.parts).fold_all() == 0
    await typist.types(1)
    assert await Compaction(team.parts).fold_all() == 1
    await typist.types(2, "y")
    found = await updates(ada, typist.doc)
    assert (found["snapshot_seq"], found["seq"]) == (UPDATES + 1, UPDATES + 3)
    assert [one["seq"] for one in found["updates"]] == [UPDATES + 2, UPDATES + 3]
    parts = [found["snapshot"], *(one["update"] for one in found["updates"])]
    assert text_of(decode_update(part) for part in parts) == typist.document.text
    # Whoever has read further needs no snapshot, whoever stands inside it needs all of it.
    assert "snapshot" not in await updates(ada, typist.doc, after=UPDATES + 1)
    assert (await updates(ada, typist.doc, after=UPDATES))["snapshot_seq"] == UPDATES + 1
    assert await ada.notes(interview, "welcome") == typist.document.text
    pulled = await ada.call("POST", routes.NOTES_PULL, json={"docs": {typist.doc: 3}})
    assert pulled.json()["docs"][typist.doc] == found


async def test_many_bytes_are_folded_as_many_updates_are(
    team: Team, ada: Laptop, interview: str
) -> None:
    typist = Typist(ada, interview)
    await typist.types(1, "x" * BYTES)
    assert await Compaction(team.parts).fold_all([new_id()]) == 0
    assert await Compaction(team.parts).fold_all([typist.doc]) == 1
    assert await rows_of(team.parts, note_updates) == 0


async def test_a_very_long_log_is_folded_in_steps_into_one_snapshot(
    team: Team, ada: Laptop, interview: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "UPDATES", 20)
    monkeypatch.setattr(compaction, "_STEP", 30)
    typist = Typist(ada, interview)
    await typist.types(100, "word ")
    assert await Compaction(team.parts).fold_all() == 3
    assert await rows_of(team.parts, note_snapshots) == 1
    assert await rows_of(team.parts, note_archives) == 3
    assert await rows_of(team.parts, note_updates) == 10
    assert await ada.notes(interview, "welcome") == "word " * 100


async def test_numbers_count_after_the_updates_are_gone(
    team: Team, ada: Laptop, interview: str
) -> None:
    typist = Typist(ada, interview)
    strokes = typist.type(UPDATES + 1)
    await typist.send(strokes)
    await Compaction(team.parts).fold_all()
    ada.note_n[typist.doc] = 10
    again = await ada.post_notes(interview, "welcome", strokes[10:20])
    assert again.json() == {"last_n": UPDATES + 1, "seq": UPDATES + 1}
    other = await ada.post_notes(interview, "welcome", strokes[11:21])
    assert problem(other) == (409, "device_reused")
    assert await ada.notes(interview, "welcome") == typist.document.text


async def test_a_gap_is_never_folded(
    team: Team, ada: Laptop, interview: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "UPDATES", 20)
    monkeypatch.setattr(compaction, "_PATIENCE", 2)
    typist = Typist(ada, interview)
    first, *others = typist.type(30)
    await typist.send(others)
    worker = Compaction(team.parts)
    assert await worker.fold_all() == 0
    assert await rows_of(team.parts, note_snapshots) == 0
    # What was missing comes from another device; the document is tried again after a while.
    await Typist(await team.laptop(ada.member_id), interview).send([first])
    assert await worker.fold_all() == 0
    await typist.types(1)
    assert await worker.fold_all() == 1
    assert await ada.notes(interview, "welcome") == "x" * 31


@pytest.mark.parametrize("unit", [1, 2])
async def test_what_the_engine_cannot_write_down_is_never_folded(
    team: Team, ada: Laptop, interview: str, monkeypatch: pytest.MonkeyPatch, unit: int
) -> None:
    monkeypatch.setattr(compaction, "UPDATES", 2)
    typed: list[bytes] = []
    document = NoteDocument(typed.append, client_id=5)
    document.insert(0, "a\N{GRINNING FACE}b")
    document.insert(document.length, "c")
    # Somebody's own program deletes half of a character: author 5, one range, one unit.
    half = bytes([0, 1, 5, 1, unit, 1])
    answer = await ada.post_notes(interview, "welcome", [*typed, half])
    assert answer.status_code == 200
    text = await ada.notes(interview, "welcome")
    assert await Compaction(team.parts).fold_all() == 0
    assert await ada.notes(interview, "welcome") == text


async def test_what_was_typed_meanwhile_is_kept_and_two_folds_do_not_meet(
    team: Team, ada: Laptop, interview: str
) -> None:
    typist = Typist(ada, interview)
    await typist.types(UPDATES + 1)
    parts = team.parts
    (long,) = await parts.database.read(lambda tx: compaction.long_logs(tx, None))
    worker = Compaction(parts)
    late = await worker._prepared(long)
    await typist.types(3, "y")
    soon = await worker._prepared(long)
    assert late is not None
    assert soon is not None
    keep = note_log.keep_fold
    assert await parts.database.write(lambda tx: keep(tx, WORKSPACE_ID, soon))
    assert not await parts.database.write(lambda tx: keep(tx, WORKSPACE_ID, late))
    assert await ada.notes(interview, "welcome") == typist.document.text
    assert await rows_of(parts, note_archives) == 1


async def test_a_damaged_snapshot_is_told_and_never_served(
    team: Team, ada: Laptop, interview: str
) -> None:
    typist, whole = Typist(ada, interview), Typist(ada, interview, "debrief")
    await typist.types(UPDATES + 1)
    await whole.types(1, "whole")
    await Compaction(team.parts).fold_all()
    await harm(team.parts, note_snapshots, sha256="0" * 64)
    for path in (routes.note_updates(typist.doc), routes.note_text(typist.doc)):
        assert problem(await ada.call("GET", path)) == (500, "note_damaged")
    asked = {"docs": {typist.doc: 0, whole.doc: 0}}
    pulled = (await ada.call("POST", routes.NOTES_PULL, json=asked)).json()
    assert (set(pulled["docs"]), pulled["damaged"]) == ({whole.doc}, [typist.doc])
    # Typing goes on, and is there once a backup has been restored.
    await typist.types(UPDATES + 1, "y")
    assert await Compaction(team.parts).fold_all() == 0


@pytest.mark.parametrize("content", ["nonsense", "v1|x|y|z"])
async def test_an_update_that_cannot_be_opened_is_told(
    team: Team, ada: Laptop, interview: str, content: str
) -> None:
    typist = Typist(ada, interview)
    await typist.types(2)
    await harm(team.parts, note_updates, content=content)
    answer = await ada.call("GET", routes.note_text(typist.doc))
    assert problem(answer) == (500, "note_damaged")


async def test_a_hole_in_the_log_is_told(team: Team, ada: Laptop, interview: str) -> None:
    typist = Typist(ada, interview)
    await typist.types(3)

    def lose(tx: Tx) -> None:
        tx.connection.execute(sa.delete(note_updates).where(note_updates.c.seq == 2))

    await team.parts.database.write(lose)
    answer = await ada.call("GET", routes.note_updates(typist.doc))
    assert problem(answer) == (500, "note_damaged")
    # Whoever has what is missing lacks nothing.
    assert len((await updates(ada, typist.doc, after=2))["updates"]) == 1


async def test_every_version_can_be_read_before_and_after_compaction(
    team: Team, ada: Laptop, interview: str, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "UPDATES", 5)
    typist = Typist(ada, interview)
    texts = {}
    for seq in range(1, 13):
        await typist.types(1, f"{seq} ")
        texts[seq] = typist.document.text
        clock.advance(seconds=45 if seq % 4 == 0 else 10)

    async def all_told() -> list[Any]:
        told: list[Any] = []
        for seq, text in texts.items():
            answer = (await ada.call("GET", routes.note_version(typist.doc, seq))).json()
            assert (answer["text"], answer["seq"]) == (text, seq)
            assert answer["by"] == ada.member_id
            told.append(answer["at"])
        listed = (await ada.call("GET", routes.note_versions(typist.doc))).json()
        return [told, listed]

    before = await all_told()
    assert await Compaction(team.parts).fold_all() == 1
    await typist.types(1, "13 ")
    texts[13] = typist.document.text
    told, listed = await all_told()
    assert told[:12] == before[0]
    assert [version["seq"] for version in listed["versions"]] == [13, 12, 8, 4]
    assert listed["versions"][1:] == before[1]["versions"]
    assert (listed["seq"], listed["more"]) == (13, False)
    assert listed["versions"][3] == {
        "seq": 4,
        "began": "2026-11-23T12:00:00Z",
        "at": "2026-11-23T12:00:30Z",
        "by": [ada.member_id],
    }


async def test_versions_are_listed_by_pages(
    team: Team, ada: Laptop, interview: str, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync_server.sync.notes.reading.VERSIONS_LIMIT", 2)
    typist = Typist(ada, interview)
    for _ in range(3):
        await typist.types(1)
        clock.advance(minutes=5)
    path = routes.note_versions(typist.doc)
    first = (await ada.call("GET", path)).json()
    assert ([one["seq"] for one in first["versions"]], first["more"]) == ([3, 2], True)
    rest = (await ada.call("GET", path, params={"before": 2})).json()
    assert ([one["seq"] for one in rest["versions"]], rest["more"]) == ([1], False)


async def test_what_the_server_wrote_is_a_version_of_nobody(
    team: Team, ada: Laptop, interview: str
) -> None:
    old = new_id()
    await team.server_writes("interviews", old, title="Old")
    await ada.write_notes(old, "welcome", "moved")
    await team.parts.database.write(
        lambda tx: move_notes(tx, WORKSPACE_ID, interview_id=old, into=interview)
    )
    doc = note_document_id(interview, "welcome")
    listed = (await ada.call("GET", routes.note_versions(doc))).json()
    assert [one["by"] for one in listed["versions"]] == [[]]
    told = (await ada.call("GET", routes.note_version(doc, 1))).json()
    assert (told["text"], told["by"]) == ("moved", None)


@pytest.mark.parametrize(("seq", "status"), [(0, 422), (3, 404), ("x", 422)])
async def test_there_is_no_version_beyond_the_document(
    team: Team, ada: Laptop, interview: str, seq: int, status: int
) -> None:
    typist = Typist(ada, interview)
    await typist.types(2)
    answer = await ada.call("GET", routes.note_version(typist.doc, seq))
    assert answer.status_code == status


async def test_versions_are_for_those_who_see_the_interview(
    team: Team, ada: Laptop, interview: str
) -> None:
    typist, eve = Typist(ada, interview), await team.member("Eve", Role.EXTERNAL)
    await typist.types(2)
    for path in (routes.note_versions(typist.doc), routes.note_version(typist.doc, 1)):
        assert problem(await eve.call("GET", path)) == (404, "not_found")
        other = await ada.call("GET", path, params={"epoch": "before"})
        assert problem(other) == (410, "epoch_changed")


@pytest.mark.parametrize("values", [{"sha256": "0" * 64}, {"first_seq": 2}])
async def test_a_damaged_archive_is_told_where_it_is_needed(
    team: Team, ada: Laptop, interview: str, values: dict[str, Any]
) -> None:
    typist = Typist(ada, interview)
    await typist.types(UPDATES + 1)
    await Compaction(team.parts).fold_all()
    await harm(team.parts, note_archives, **values)
    answer = await ada.call("GET", routes.note_version(typist.doc, 2))
    assert problem(answer) == (500, "note_damaged")
    assert await ada.notes(interview, "welcome") == typist.document.text


async def test_an_erased_interview_leaves_no_note_anywhere(
    team: Team, ada: Laptop, interview: str
) -> None:
    other = new_id()
    await team.server_writes("interviews", other, title="Other")
    for here in (interview, other):
        await Typist(ada, here).types(UPDATES + 1)
        await Typist(ada, here, "debrief").types(1)
    await Compaction(team.parts).fold_all()
    counts = [await rows_of(team.parts, table) for table in TABLES]
    assert counts == [2, 2, 2]
    long = compaction.Long(WORKSPACE_ID, note_document_id(interview, "welcome"), UPDATES + 1)
    worker = Compaction(team.parts)
    await team.parts.database.write(lambda tx: erase_interview(tx, interview))
    assert [await rows_of(team.parts, table) for table in TABLES] == [1, 1, 1]
    assert not await worker._fold(long)
    answer = await ada.post_notes(interview, "welcome", [])
    assert problem(answer) == (404, "not_found")
    assert [await rows_of(team.parts, table) for table in TABLES] == [1, 1, 1]
    assert await ada.notes(other, "welcome") == "x" * (UPDATES + 1)


async def test_the_worker_folds_what_is_there_and_what_is_typed_while_it_runs(
    team: Team, ada: Laptop, interview: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "_PAUSE_SECONDS", 0.01)
    before, later = Typist(ada, interview), Typist(ada, interview, "debrief")
    await before.types(UPDATES + 1)

    async def folded(typist: Typist) -> None:
        while "snapshot" not in await updates(ada, typist.doc):  # noqa: ASYNC110  - it tells nobody
            await asyncio.sleep(0.01)

    running = asyncio.create_task(compaction.run(team.parts))
    await folded(before)
    await later.types(UPDATES + 1)
    await folded(later)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
