"""The database's side of the exchange with the server."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from interview_desk.domain.records import Edit
from interview_desk.domain.roles import Role
from interview_desk.services.exchange import (
    Result,
    ServerRow,
)
from interview_desk.services.ports import Me
from interview_desk.store import LocalStore
from tests.helpers.exchanged import (
    NOW,
    batch,
    copied,
    page,
    rename,
    shown,
    startup,
    typed,
)


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


async def test_sight_taken_and_given_back_in_one_page_is_sight(store: LocalStore) -> None:
    gone = ServerRow("startups", "s1", 4, gone=True)
    await store.apply_page(page(startup(3, name="Acme")), NOW)
    await rename(store, "Mine")
    await store.apply_page(page(gone, startup(3, name="Acme")), NOW)
    assert await shown(store) == {"name": "Mine"}
    assert await store.quarantined() == []
    await store.apply_page(page(startup(3, name="Acme"), gone), NOW)
    assert await shown(store) is None
    assert [item.text for item in await store.quarantined()] == ["name: Mine"]


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


async def test_a_value_of_a_newer_server_reads_as_not_set_and_is_kept(store: LocalStore) -> None:
    newer = ServerRow("interviews", "i1", 3, {"title": "First call", "status": "postponed"})
    await store.apply_page(page(newer), NOW)
    record = await store.get("interviews", "i1")
    assert record is not None
    assert record.fields == {"title": "First call"}
    kept = await store._engine.read(
        lambda connection: connection.execute("SELECT fields->>'status' FROM records").fetchone()
    )
    assert kept == ("postponed",)


@pytest.mark.parametrize("start", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "soon"])
async def test_an_interview_at_no_time_that_a_calendar_has_is_at_none(
    store: LocalStore, start: str
) -> None:
    row = ServerRow(
        "interviews", "i1", 3, {"title": "First call", "start": start}, updated_at=start
    )
    await store.apply_page(page(row), NOW)
    (pulled,) = await store.all_of("interviews")
    assert (pulled.fields, pulled.updated_at) == ({"title": "First call"}, None)
    ages = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    assert await store.interviews_between(*ages) == []
    await store.start_over()
    await copied(store, replace(row, updated_at=None))
    assert [record.fields for record in await store.all_of("interviews")] == [pulled.fields]
    assert await store.interviews_between(*ages) == []


async def test_a_taken_edit_is_not_erased_by_a_word_beside_it(store: LocalStore) -> None:
    await rename(store, "Mine")
    (sent,) = await batch(store)
    await store.settle([Result(sent.n, "ok", 1, code="erased")], NOW)
    assert await shown(store) == {"name": "Mine"}
    assert await store.quarantined() == []


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


async def test_an_edit_over_something_unseen_has_seen_the_record_but_not_that(
    store: LocalStore,
) -> None:
    await store.apply_page(page(startup(9, name="Theirs", website="https://a.example")), NOW)
    fields = {"name": "Ours", "website": "https://b.example"}
    await store.write([Edit("startups", "s1", fields, unseen=frozenset({"name"}))])
    (mutation,) = await batch(store)
    assert mutation.base == {"name": 8, "website": 9}


async def test_an_edit_lists_what_it_rests_on_as_its_author_saw_it(store: LocalStore) -> None:
    await store.apply_page(page(startup(9, name="Theirs", website="https://a.example")), NOW)
    await store.write([Edit("startups", "s1", {"name": "Ours"}, rests_on=frozenset({"website"}))])
    (mutation,) = await batch(store)
    assert (mutation.fields, mutation.base) == ({"name": "Ours"}, {"name": 9, "website": 9})


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


async def test_what_was_unseen_stays_so_for_a_restored_server(store: LocalStore) -> None:
    await store.apply_page(page(startup(5, name="Theirs")), NOW)
    await store.write([Edit("startups", "s1", {"name": "Mine"}, unseen=frozenset({"name"}))])
    await store.leave_epoch()
    await copied(store, startup(2, name="Theirs"), epoch="e2")
    await store.enter_epoch(last_n=0, now=NOW)
    assert [(m.fields, m.base) for m in await batch(store)] == [({"name": "Mine"}, {})]


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


@pytest.mark.parametrize(
    ("server", "fields", "role"),
    [
        ("https://desk.test", {"name": "Mara", "role": "admin"}, Role.ADMIN),
        # An external member is told nobody's role, not even their own.
        ("https://desk.test", {"name": "Mara"}, Role.EXTERNAL),
        (None, {"name": "Mara", "role": "admin"}, Role.OBSERVER),
    ],
)
async def test_the_role_is_the_one_the_team_has_given_since(
    store: LocalStore, server: str | None, fields: dict[str, str], role: Role
) -> None:
    paired = Me("m1", "Mara", None, Role.OBSERVER, "Team", server, "d1")
    await store.become(paired)
    assert await store.me() == paired
    await store.apply_page(page(ServerRow("poblysh_team_members", "m1", 2, dict(fields))), NOW)
    assert await store.me() == paired._replace(role=role)
