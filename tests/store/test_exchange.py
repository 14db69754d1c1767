"""The database's side of the exchange with the server."""

from datetime import UTC, datetime, timedelta

import pytest

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.records import Edit
from interview_desk.domain.roles import Role
from interview_desk.domain.values import Json
from interview_desk.notes.document import NoteDocument
from interview_desk.notes.updates import text_of
from interview_desk.services.exchange import (
    NotePage,
    NoteReceipt,
    Page,
    Result,
    SequencedUpdate,
    ServerRow,
)
from interview_desk.services.ports import Me, NoteAddress
from interview_desk.store import LocalStore
from tests.helpers.copies import copy_of, take_whole
from tests.helpers.desk import StoppedClock

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
INTERVIEW = "0199c0de-0000-7000-8000-000000000001"
NOTE = NoteAddress(INTERVIEW, "first_thought")
DOC = note_document_id(*NOTE)


def startup(ver: int, *, record_id: str = "s1", deleted: bool = False, **fields: Json) -> ServerRow:
    return ServerRow(
        "startups", record_id, ver, fields, dict.fromkeys(fields, ver), deleted=deleted
    )


def page(*rows: ServerRow, cursor: str = "c", more: bool = False, epoch: str = "e") -> Page:
    return Page(rows=rows, cursor=cursor, more=more, last_n=0, epoch=epoch)


async def copied(store: LocalStore, *rows: ServerRow, epoch: str = "e") -> None:
    await take_whole(store, copy_of(rows, cursor="c", epoch=epoch), StoppedClock(NOW))


def note_row(seq: int) -> ServerRow:
    fields: dict[str, Json] = {"interview_id": INTERVIEW, "stage": NOTE.stage, "seq": seq}
    return ServerRow("note_documents", DOC, seq, fields, dict.fromkeys(fields, seq))


async def batch(store: LocalStore, limit: int = 500, size: int = 4_000_000):
    return await store.next_batch(limit=limit, size=size)


async def shown(store: LocalStore, record_id: str = "s1") -> dict[str, object] | None:
    record = await store.get("startups", record_id)
    return None if record is None else dict(record.fields)


async def rename(store: LocalStore, name: str, record_id: str = "s1") -> None:
    await store.write([Edit("startups", record_id, {"name": name})])


async def typed(store: LocalStore, *texts: str, into: NoteDocument | None = None) -> None:
    updates: list[bytes] = []
    document = NoteDocument(updates.append)
    document.apply((await store.load(NOTE)).confirmed)
    document.apply((await store.load(NOTE)).pending)
    for text in texts:
        document.insert(document.length, text)
    for update in updates:
        await store.append(NOTE, update)


async def test_rows_of_a_page_are_read_and_the_cursor_moves(store: LocalStore) -> None:
    await store.apply_page(page(startup(3, name="Acme"), cursor="c3"), NOW)
    record = await store.get("startups", "s1")
    assert record is not None
    assert (record.fields, record.ver, record.pending) == ({"name": "Acme"}, 3, frozenset())
    position = await store.position()
    assert (position.cursor, position.epoch) == ("c3", "e")


async def test_an_older_state_of_a_row_that_comes_again_changes_nothing(store: LocalStore) -> None:
    await store.apply_page(page(startup(5, name="New")), NOW)
    await store.apply_page(page(startup(3, name="Old")), NOW)
    assert await shown(store) == {"name": "New"}


async def test_a_deleted_row_is_not_read(store: LocalStore) -> None:
    await store.apply_page(page(startup(3, name="Acme")), NOW)
    await store.apply_page(page(startup(4, deleted=True)), NOW)
    assert await shown(store) is None


async def test_a_field_of_a_newer_server_is_kept_for_the_version_that_knows_it(
    store: LocalStore,
) -> None:
    await store.apply_page(page(startup(3, name="Acme", moon="full")), NOW)
    await rename(store, "Acme Ltd")
    assert await shown(store) == {"name": "Acme Ltd", "moon": "full"}


async def test_a_kind_of_record_of_a_newer_server_is_kept(store: LocalStore) -> None:
    await store.apply_page(page(ServerRow("planets", "p1", 2, {"name": "Mars"})), NOW)
    assert [record.fields for record in await store.all_of("planets")] == [{"name": "Mars"}]


async def test_edits_are_numbered_in_the_order_they_were_made_and_keep_their_numbers(
    store: LocalStore,
) -> None:
    for name in ("one", "two", "three"):
        await rename(store, name)
    first = await batch(store, limit=2)
    again = await batch(store)
    assert [(m.n, m.fields["name"]) for m in first] == [(1, "one"), (2, "two")]
    assert [(m.n, m.fields["name"]) for m in again] == [(1, "one"), (2, "two"), (3, "three")]


async def test_a_batch_ends_before_it_is_too_large_but_always_moves(store: LocalStore) -> None:
    for _ in range(3):
        await rename(store, "x" * 1000)
    assert len(await batch(store, size=2600)) == 2
    assert len(await batch(store, size=10)) == 1


async def test_an_accepted_edit_no_longer_waits_but_is_shown_until_its_row_comes(
    store: LocalStore,
) -> None:
    await store.apply_page(page(startup(3, name="Acme")), NOW)
    await rename(store, "Acme Ltd")
    (mutation,) = await batch(store)
    assert mutation.base == {"name": 3}
    await store.settle([Result(1, "ok", 7)], NOW)
    assert await store.pending_count() == 0
    record = await store.get("startups", "s1")
    assert record is not None
    assert (record.fields["name"], record.pending) == ("Acme Ltd", frozenset())
    await store.apply_page(page(startup(7, name="Acme Ltd"), more=True), NOW)
    await store.apply_page(page(startup(8, name="Acme Inc"), more=True), NOW)
    assert await shown(store) == {"name": "Acme Inc"}


async def test_after_a_conflict_the_servers_value_is_shown_once_everything_is_pulled(
    store: LocalStore,
) -> None:
    await store.apply_page(page(startup(3, name="Acme")), NOW)
    await rename(store, "Mine")
    await batch(store)
    await store.settle([Result(1, "conflict")], NOW)
    await store.apply_page(page(startup(4, name="Theirs"), more=True), NOW)
    assert await shown(store) == {"name": "Mine"}
    await store.apply_page(page(), NOW)
    assert await shown(store) == {"name": "Theirs"}


async def test_a_new_edit_inherits_the_base_of_the_waiting_one(store: LocalStore) -> None:
    await store.apply_page(page(startup(3, name="Acme")), NOW)
    await rename(store, "Mine")
    await store.apply_page(page(startup(9, name="Theirs")), NOW)
    await rename(store, "Mine too")
    assert [mutation.base for mutation in await batch(store)] == [{"name": 3}, {"name": 3}]


async def test_an_edit_after_an_accepted_one_has_seen_it(store: LocalStore) -> None:
    await rename(store, "one")
    assert [mutation.base for mutation in await batch(store)] == [{}]
    await store.settle([Result(1, "ok", 7)], NOW)
    await rename(store, "two")
    assert [(m.n, m.base) for m in await batch(store)] == [(2, {"name": 7})]


async def test_a_delete_lists_every_field_its_author_saw(store: LocalStore) -> None:
    await store.apply_page(page(startup(3, name="Acme", website="https://a.example")), NOW)
    await store.write([Edit("startups", "s1", {}, delete=True)])
    (mutation,) = await batch(store)
    assert (mutation.op, mutation.base) == ("delete", {"name": 3, "website": 3})


async def test_a_rejected_edit_moves_to_quarantine_and_its_row_reads_as_the_server_has_it(
    store: LocalStore,
) -> None:
    await store.apply_page(page(startup(3, name="Acme")), NOW)
    await rename(store, "Mine")
    await batch(store)
    await store.settle([Result(1, "rejected", code="forbidden", detail="Not yours.")], NOW)
    assert await shown(store) == {"name": "Acme"}
    (item,) = await store.quarantined()
    assert (item.kind, item.entity, item.record_id, item.code) == (
        "edit",
        "startups",
        "s1",
        "forbidden",
    )
    assert (item.text, item.at) == ("name: Mine", NOW)
    assert (await store.pending()).attention == 1
    await store.discard(item.id)
    assert await store.quarantined() == []


async def test_a_rejected_delete_of_a_row_with_tags_stays_readable(store: LocalStore) -> None:
    await store.write([Edit("startups", "s1", {"tags": {"add": ["b2b"], "remove": []}})])
    await store.write([Edit("startups", "s1", {}, delete=True)])
    await batch(store)
    await store.settle([Result(n, "rejected") for n in (1, 2)], NOW)
    texts = [item.text for item in await store.quarantined()]
    assert texts == ["deleted", 'tags: {"add":["b2b"],"remove":[]}']
    assert await shown(store) is None


async def test_a_result_that_comes_again_has_no_second_effect(store: LocalStore) -> None:
    await rename(store, "one")
    await batch(store)
    await store.settle([Result(1, "ok", 7)], NOW)
    await store.settle([Result(1, "rejected", code="late")], NOW)
    assert await store.quarantined() == []
    await rename(store, "two")
    assert [m.n for m in await batch(store)] == [2]


async def test_a_gone_row_is_forgotten_and_unsent_edits_of_it_are_set_aside(
    store: LocalStore,
) -> None:
    await store.apply_page(page(startup(3, name="Acme")), NOW)
    await rename(store, "sent, answer still out")
    await batch(store)
    await rename(store, "never sent")
    await rename(store, "other", record_id="s2")
    await store.apply_page(page(ServerRow("startups", "s1", 9, gone=True)), NOW)
    assert [item.text for item in await store.quarantined()] == ["name: never sent"]
    assert [(m.n, m.id) for m in await batch(store)] == [(1, "s1"), (2, "s2")]
    await store.settle([Result(1, "rejected", code="not_found")], NOW)
    assert await shown(store) is None


async def test_starting_over_forgets_only_the_place_and_keeps_everything_until_a_copy_is_here(
    store: LocalStore,
) -> None:
    await store.apply_page(page(startup(3, name="Acme"), startup(4, record_id="s2", name="B")), NOW)
    await rename(store, "mine", record_id="s3")
    await store.start_over()
    assert (await store.position()).cursor is None
    assert await shown(store, "s2") == {"name": "B"}
    await copied(store, startup(3, name="Acme"))
    assert await shown(store, "s2") is None
    assert await shown(store) == {"name": "Acme"}
    assert await shown(store, "s3") == {"name": "mine"}


async def test_a_restored_server_gets_again_what_it_acknowledged_lately(store: LocalStore) -> None:
    await store.apply_page(page(startup(3, name="Acme")), NOW)
    await rename(store, "long ago", record_id="s9")
    await batch(store)
    await store.settle([Result(1, "ok", 4)], NOW - timedelta(days=15))
    await rename(store, "Acme Ltd")
    await rename(store, "B", record_id="s2")
    await batch(store)
    await store.settle([Result(2, "ok", 5), Result(3, "ok", 6)], NOW)
    await store.apply_page(page(startup(5, name="Acme Ltd"), startup(6, record_id="s2")), NOW)
    await rename(store, "unsent", record_id="s2")
    await store.leave_epoch()
    assert (await store.position()).restoring
    await copied(store, startup(2, name="Acme"), epoch="e2")
    await store.enter_epoch(last_n=1, now=NOW)
    sent = [(m.n, m.id, m.fields["name"], m.base) for m in await batch(store)]
    assert sent == [
        (2, "s1", "Acme Ltd", {"name": 2}),
        (3, "s2", "B", {}),
        (4, "s2", "unsent", {}),
    ]
    assert await shown(store, "s2") == {"name": "unsent"}
    position = await store.position()
    assert (position.restoring, position.epoch) == (False, "e2")


async def test_a_forked_device_counts_from_one(store: LocalStore) -> None:
    await store.become(me(server="https://desk.example", device_id="d1"), epoch="e")
    await rename(store, "one")
    await batch(store)
    await store.settle([Result(1, "ok", 7)], NOW)
    await rename(store, "two")
    await typed(store, "hello")
    await batch(store)
    await store.fork("d2")
    assert [m.n for m in await batch(store)] == [1]
    (notes,) = await store.note_batches(limit=5, size=1000)
    assert [update.n for update in notes.updates] == [1]
    assert (await store.position()).device_id == "d2"
    mine = await store.me()
    assert mine is not None
    assert mine.device_id == "d2"


def me(*, server: str | None = None, device_id: str | None = None, member: str = "m1") -> Me:
    return Me(member, "Ann", None, Role.OWNER, "Team", server, device_id)


async def test_nobody_uses_a_new_desk(store: LocalStore) -> None:
    assert await store.me() is None
    await store.fork("d1")
    assert await store.me() is None


async def test_joining_a_team_hands_local_work_to_the_teams_member(store: LocalStore) -> None:
    await store.become(me(member="local"), epoch=None)
    await store.write(
        [
            Edit("poblysh_team_members", "local", {"name": "Ann"}),
            Edit("interview_assignments", "a1", {"member_id": "local", "role": "lead"}),
            Edit("evaluation_rules", "r1", {"criteria": {"local": ["local", 1]}}),
        ]
    )
    joined = me(server="https://desk.example", device_id="d1", member="team")
    await store.become(joined, epoch="e")
    assert await store.me() == joined
    assert await store.all_of("poblysh_team_members") == []
    sent = [(m.n, m.id, m.fields) for m in await batch(store)]
    assert sent == [
        (1, "a1", {"member_id": "team", "role": "lead"}),
        (2, "r1", {"criteria": {"team": ["team", 1]}}),
    ]
    (assignment,) = await store.all_of("interview_assignments")
    assert assignment.fields["member_id"] == "team"


async def test_own_note_updates_are_numbered_sent_and_replaced_by_the_servers(
    store: LocalStore,
) -> None:
    await typed(store, "one ", "two")
    (sent,) = await store.note_batches(limit=5, size=100_000)
    assert (sent.doc, sent.note, [u.n for u in sent.updates]) == (DOC, NOTE, [1, 2])
    await store.settle_notes(DOC, NoteReceipt(last_n=2, seq=2))
    assert await store.pending_count() == 0
    assert len((await store.load(NOTE)).pending) == 2
    updates = tuple(SequencedUpdate(u.n, u.update) for u in sent.updates)
    heard: list[object] = []
    stop = store.on_remote_updates(NOTE, heard.append)
    assert store.watched_notes() == [DOC]
    assert await store.notes_behind(10) == {DOC: 0}
    assert await store.apply_notes(NotePage(DOC, 0, 2, updates))
    stop()
    assert store.watched_notes() == []
    note = await store.load(NOTE)
    assert (text_of(note.confirmed), note.pending, note.seq) == ("one two", (), 2)
    assert heard == []
    assert await store.notes_behind(10) == {}


async def test_a_batch_of_notes_ends_before_it_is_too_large_but_always_moves(
    store: LocalStore,
) -> None:
    await typed(store, "x" * 50, "y" * 50)
    (sent,) = await store.note_batches(limit=5, size=10)
    assert len(sent.updates) == 1
    (again,) = await store.note_batches(limit=5, size=100_000)
    assert [u.n for u in again.updates] == [1, 2]


async def test_others_updates_reach_who_listens_and_a_gap_is_refused(store: LocalStore) -> None:
    updates: list[bytes] = []
    theirs = NoteDocument(updates.append)
    theirs.insert(0, "hello")
    theirs.insert(5, " there")
    await store.apply_page(page(note_row(1)), NOW)
    heard: list[bytes] = []
    store.on_remote_updates(NOTE, heard.extend)
    late = NotePage(DOC, 1, 2, (SequencedUpdate(2, updates[1]),))
    assert not await store.apply_notes(late)
    assert heard == []
    first = NotePage(DOC, 0, 1, (SequencedUpdate(1, updates[0]),))
    assert await store.apply_notes(first)
    assert await store.apply_notes(first)
    assert await store.apply_notes(late)
    assert heard == updates
    assert text_of((await store.load(NOTE)).confirmed) == "hello there"


async def test_notes_of_an_unknown_document_are_not_taken(store: LocalStore) -> None:
    assert not await store.apply_notes(NotePage(DOC, 0, 1, (SequencedUpdate(1, b"x"),)))


async def test_a_snapshot_stands_for_everything_before_it(store: LocalStore) -> None:
    updates: list[bytes] = []
    theirs = NoteDocument(updates.append)
    theirs.insert(0, "hello")
    await store.apply_page(page(note_row(9)), NOW)
    await store.apply_notes(NotePage(DOC, 0, 1, (SequencedUpdate(1, updates[0]),)))
    theirs.insert(5, "!")
    whole = NotePage(DOC, 1, 9, (), snapshot=theirs.updates_since(), snapshot_seq=9)
    assert await store.apply_notes(whole)
    note = await store.load(NOTE)
    assert (len(note.confirmed), note.seq, text_of(note.confirmed)) == (1, 9, "hello!")


async def test_a_gone_note_leaves_the_own_unsent_words_in_quarantine(store: LocalStore) -> None:
    updates: list[bytes] = []
    theirs = NoteDocument(updates.append)
    theirs.insert(0, "their words ")
    await store.apply_page(page(note_row(1)), NOW)
    await store.apply_notes(NotePage(DOC, 0, 1, (SequencedUpdate(1, updates[0]),)))
    await typed(store, "my own words")
    await store.apply_page(page(ServerRow("note_documents", DOC, 5, gone=True)), NOW)
    (item,) = await store.quarantined()
    assert (item.kind, item.record_id, item.text) == ("note", DOC, "my own words")
    note = await store.load(NOTE)
    assert (note.confirmed, note.pending, note.seq) == ((), (), 0)


async def test_a_gone_note_without_own_words_leaves_nothing(store: LocalStore) -> None:
    await store.apply_page(page(note_row(1)), NOW)
    await store.apply_page(page(ServerRow("note_documents", DOC, 5, gone=True)), NOW)
    assert await store.quarantined() == []


async def test_notes_the_server_refuses_are_set_aside_readable(store: LocalStore) -> None:
    await typed(store, "precious")
    await store.set_note_aside(DOC, code="not_found", detail="No such interview.", now=NOW)
    (item,) = await store.quarantined()
    assert (item.text, item.code, item.detail) == ("precious", "not_found", "No such interview.")
    assert await store.pending_count() == 0


async def test_a_restored_server_gets_every_notes_whole_text_as_one_update(
    store: LocalStore,
) -> None:
    await typed(store, "one ", "two ")
    (sent,) = await store.note_batches(limit=5, size=100_000)
    await store.settle_notes(DOC, NoteReceipt(2, 2))
    await store.apply_notes(
        NotePage(DOC, 0, 2, tuple(SequencedUpdate(u.n, u.update) for u in sent.updates))
    )
    await typed(store, "three")
    await store.leave_epoch()
    await copied(store, epoch="e2")
    await store.enter_epoch(last_n=0, now=NOW)
    (again,) = await store.note_batches(limit=5, size=100_000)
    assert [u.n for u in again.updates] == [1]
    assert text_of(u.update for u in again.updates) == "one two three"
    assert text_of((await store.load(NOTE)).pending) == "one two three"


async def test_renumbered_notes_go_on_from_the_servers_count(store: LocalStore) -> None:
    await typed(store, "a", "b")
    await store.note_batches(limit=5, size=100_000)
    await store.renumber_notes(DOC, 4)
    (again,) = await store.note_batches(limit=5, size=100_000)
    assert [u.n for u in again.updates] == [5, 6]


async def test_renumbered_edits_go_on_from_the_servers_count(store: LocalStore) -> None:
    await rename(store, "one")
    await batch(store)
    await store.renumber(6)
    assert [m.n for m in await batch(store)] == [7]


@pytest.mark.parametrize("count", [3])
async def test_what_waits_is_counted_by_kind(store: LocalStore, count: int) -> None:
    for number in range(count):
        await rename(store, str(number))
    await typed(store, "x")
    pending = await store.pending()
    assert (pending.edits, pending.notes, pending.attention, pending.unsent) == (3, 1, 0, 4)
