"""Work that was made alone and goes to a team; ids that turn out to be others."""

from collections.abc import Mapping
from datetime import UTC, datetime

from interview_desk.domain.ids import answer_id, assignment_id, note_document_id, sheet_id
from interview_desk.domain.records import Edit
from interview_desk.domain.roles import Role
from interview_desk.domain.values import Json
from interview_desk.notes.document import NoteDocument
from interview_desk.services.exchange import Mutation, Page, Result, ServerRow
from interview_desk.services.handover import Twin, plan_in_words
from interview_desk.services.ports import Me, NoteAddress
from interview_desk.store import LocalStore
from tests.helpers.copies import copy_of, take_whole
from tests.helpers.desk import StoppedClock

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
INTERVIEW = "0199c0de-0000-7000-8000-000000000001"
SURVIVOR = "0199c0de-0000-7000-8000-000000000002"
ALONE = Me("local", "Ann", None, Role.OWNER, "Ann", None, None)
JOINED = Me("team", "Ann", "ann@desk.test", Role.OBSERVER, "Team", "https://desk.test", "d1")


def row(entity: str, record_id: str, ver: int = 5, **fields: Json) -> ServerRow:
    return ServerRow(entity, record_id, ver, fields, dict.fromkeys(fields, ver))


async def join(store: LocalStore, *theirs: ServerRow) -> None:
    """Join a team that has these records."""
    await store.become(JOINED, epoch="e")
    await take_whole(store, copy_of(theirs, cursor="c", epoch="e"), StoppedClock(NOW))


async def sent(store: LocalStore) -> list[Mutation]:
    return list(await store.next_batch(limit=500, size=1_000_000))


async def put(store: LocalStore, entity: str, record_id: str, **fields: Json) -> None:
    await store.write([Edit(entity, record_id, fields)])


async def typed(store: LocalStore, note: NoteAddress, text: str) -> None:
    document = NoteDocument()
    document.insert(0, text)
    await store.append(note, document.updates_since())


async def test_work_made_alone_waits_until_its_author_has_seen_what_the_team_gets(
    store: LocalStore,
) -> None:
    await store.become(ALONE)
    await put(store, "poblysh_team_members", "local", name="Ann")
    await put(store, "interviews", INTERVIEW, title="Mine", status="draft")
    await put(store, "startups", "s1", name="Acme")
    await put(store, "flags", "f1", key="x")
    await typed(store, NoteAddress(INTERVIEW, "welcome"), "words")
    await join(store)
    assert (await store.position()).held
    pending = await store.pending()
    assert (pending.held, pending.edits, pending.notes) == (True, 3, 1)
    plan = await store.handover.plan()
    assert plan_in_words(plan) == ["1 interview", "1 startup", "1 page of notes", "1 other record"]
    await store.handover.release([])
    assert not (await store.position()).held
    assert not (await store.pending()).held


async def test_a_desk_that_brings_nothing_has_nothing_to_decide(store: LocalStore) -> None:
    await store.become(ALONE)
    await put(store, "poblysh_team_members", "local", name="Ann")
    await join(store)
    assert not (await store.position()).held


async def test_the_own_sheet_gets_the_id_that_the_teams_member_would_have_given_it(
    store: LocalStore,
) -> None:
    old, new = sheet_id(INTERVIEW, "local"), sheet_id(INTERVIEW, "team")
    await store.become(ALONE)
    sheet: dict[str, Json] = {"interview_id": INTERVIEW, "member_id": "local", "state": "draft"}
    await put(store, "rating_sheets", old, **sheet)
    await put(store, "rating_sheets", old, ratings={"pain": {"value": 3}})
    await join(store)
    batch = await sent(store)
    assert [(m.n, m.id, m.base) for m in batch] == [(1, new, {}), (2, new, {})]
    assert batch[0].fields["member_id"] == "team"
    assert await store.get("rating_sheets", old) is None
    record = await store.get("rating_sheets", new)
    assert record is not None
    assert record.fields["ratings"] == {"pain": {"value": 3}}


async def test_the_own_part_gets_the_id_that_every_desk_of_the_team_would_give_it(
    store: LocalStore,
) -> None:
    old, new = assignment_id(INTERVIEW, "local"), assignment_id(INTERVIEW, "team")
    await store.become(ALONE)
    part: dict[str, Json] = {"interview_id": INTERVIEW, "member_id": "local", "role": "lead"}
    await put(store, "interview_assignments", old, **part)
    await put(store, "interview_assignments", old, state="accepted")
    await join(store)
    assert [(m.n, m.id, m.base) for m in await sent(store)] == [(1, new, {}), (2, new, {})]
    (record,) = await store.all_of("interview_assignments")
    assert (record.id, record.fields["member_id"]) == (new, "team")


async def test_same_named_startups_and_contacts_are_offered_and_become_one(
    store: LocalStore,
) -> None:
    await store.become(ALONE)
    await put(
        store, "startups", "mine", name="  ACME  gmbh", website="https://a.test", tags=["b2b"]
    )
    await put(store, "startups", "other", name="Bold")
    await put(store, "contacts", "c1", name="Eve", email="EVE@a.test", startup_id="mine")
    await put(store, "contacts", "c2", name="Nameless")
    await put(store, "interviews", INTERVIEW, title="T", startup_id="mine")
    await join(
        store,
        row("contacts", "their-eve", name="Eve Adams", email="eve@a.test"),
        row("startups", "theirs", name="Acme GmbH", tags=["fintech"]),
    )
    plan = await store.handover.plan()
    assert plan.twins == (
        Twin("startups", "mine", "theirs", "  ACME  gmbh", "Acme GmbH"),
        Twin("contacts", "c1", "their-eve", "Eve", "Eve Adams"),
    )
    await store.handover.release(plan.twins)
    said = {(m.entity, m.id): (m.fields, m.base) for m in await sent(store)}
    tags: Json = {"add": ["b2b"], "remove": []}
    assert said["startups", "theirs"] == ({"website": "https://a.test", "tags": tags}, {})
    assert said["contacts", "their-eve"] == ({"email": "EVE@a.test", "startup_id": "theirs"}, {})
    assert said["interviews", INTERVIEW][0]["startup_id"] == "theirs"
    startup = await store.get("startups", "theirs")
    assert startup is not None
    assert (startup.fields["name"], startup.fields["tags"]) == ("Acme GmbH", ["b2b", "fintech"])
    assert {s.id for s in await store.all_of("startups")} == {"theirs", "other"}
    assert (await store.handover.plan()).twins == ()


async def test_twins_that_are_not_merged_stay_two(store: LocalStore) -> None:
    await store.become(ALONE)
    await put(store, "startups", "mine", name="Acme")
    await join(store, row("startups", "theirs", name="Acme"))
    await store.handover.release([])
    assert {s.id for s in await store.all_of("startups")} == {"theirs", "mine"}


async def test_pairing_again_with_a_server_that_was_restored_sends_what_it_may_have_lost(
    store: LocalStore,
) -> None:
    await store.become(JOINED, epoch="e")
    await put(store, "startups", "s1", name="Acme")
    await sent(store)
    await store.settle([Result(1, "ok", 4)], NOW)
    await store.become(JOINED._replace(device_id="d2"), epoch="e2")
    assert (await store.position()).restoring
    await take_whole(store, copy_of([], cursor="c", epoch="e2"), StoppedClock(NOW))
    await store.enter_epoch(last_n=0, now=NOW)
    assert [(m.n, m.id, m.base) for m in await sent(store)] == [(1, "s1", {})]


async def test_acknowledged_edits_are_kept_for_fourteen_days(store: LocalStore) -> None:
    await store.become(JOINED, epoch="e")
    for number, day in ((1, 1), (2, 9)):
        await put(store, "startups", f"s{number}", name="x")
        await sent(store)
        await store.settle([Result(number, "ok", number)], NOW.replace(day=day))
    await store.apply_page(Page((), "c", more=False, last_n=2, epoch="e"), NOW)
    await store.leave_epoch()
    await take_whole(store, copy_of([], cursor="c", epoch="e2"), StoppedClock(NOW))
    await store.enter_epoch(last_n=0, now=NOW.replace(day=10))
    assert [m.id for m in await sent(store)] == ["s2"]


def merged(ver: int = 9) -> ServerRow:
    return row("interviews", INTERVIEW, ver, title="T", merged_into=SURVIVOR, status="archived")


async def work_on_the_merged(store: LocalStore) -> Mapping[str, str]:
    """Edits of every kind on an interview that is about to go up in another one."""
    single = answer_id(INTERVIEW, "deciding.when")
    sheet, part = sheet_id(INTERVIEW, "team"), assignment_id(INTERVIEW, "ben")
    await put(store, "interviews", INTERVIEW, title="Mine")
    answer: dict[str, Json] = {"interview_id": INTERVIEW, "field": "deciding.when", "value": "now"}
    await put(store, "interview_answers", single, **answer)
    await put(store, "interview_answers", "item", interview_id=INTERVIEW, field="deciding.who")
    await put(store, "rating_sheets", sheet, interview_id=INTERVIEW, member_id="team")
    await put(store, "interview_assignments", part, interview_id=INTERVIEW, member_id="ben")
    await put(store, "interview_insights", "known", statement="better")
    await put(store, "startups", "s1", name="Elsewhere")
    return {
        single: answer_id(SURVIVOR, "deciding.when"),
        sheet: sheet_id(SURVIVOR, "team"),
        part: assignment_id(SURVIVOR, "ben"),
    }


async def check_moved(store: LocalStore, names: Mapping[str, str]) -> None:
    batch = {m.id: m for m in await sent(store)}
    assert set(batch) == {SURVIVOR, *names.values(), "item", "known", "s1"}
    assert (batch[SURVIVOR].fields, batch[SURVIVOR].base) == ({"title": "Mine"}, {})
    for moved in (*names.values(), "item"):
        assert batch[moved].fields["interview_id"] == SURVIVOR
    assert batch["known"].base == {"statement": 3}


async def test_what_waits_on_a_merged_interview_goes_to_the_survivor(store: LocalStore) -> None:
    await store.become(JOINED, epoch="e")
    insight = row("interview_insights", "known", 3, interview_id=INTERVIEW, statement="good")
    first = (row("interviews", INTERVIEW, 2, title="T"), insight)
    await store.apply_page(Page(first, "c", more=False, last_n=0, epoch="e"), NOW)
    names = await work_on_the_merged(store)
    await store.apply_page(Page((merged(),), "c", more=False, last_n=0, epoch="e"), NOW)
    await check_moved(store, names)


async def test_a_whole_copy_tells_of_merges_too(store: LocalStore) -> None:
    await store.become(JOINED, epoch="e")
    insight = row("interview_insights", "known", 3, interview_id=INTERVIEW, statement="good")
    await store.apply_page(Page((insight,), "c", more=False, last_n=0, epoch="e"), NOW)
    names = await work_on_the_merged(store)
    await take_whole(store, copy_of([insight, merged()], cursor="c", epoch="e"), StoppedClock(NOW))
    await check_moved(store, names)


async def test_an_edit_whose_answer_is_still_out_stays_as_it_was_sent(store: LocalStore) -> None:
    await store.become(JOINED, epoch="e")
    await put(store, "interviews", INTERVIEW, title="Mine")
    before = await sent(store)
    await store.apply_page(Page((merged(),), "c", more=False, last_n=0, epoch="e"), NOW)
    assert await sent(store) == before


async def test_a_merge_that_concerns_nothing_unsent_changes_nothing(store: LocalStore) -> None:
    await store.become(JOINED, epoch="e")
    await put(store, "startups", "s1", name="Elsewhere")
    await store.apply_page(Page((merged(),), "c", more=False, last_n=0, epoch="e"), NOW)
    assert [m.id for m in await sent(store)] == ["s1"]
    assert note_document_id(INTERVIEW, "welcome") not in await store.notes_behind(9)


async def test_a_namesake_with_another_address_is_somebody_else(store: LocalStore) -> None:
    await store.become(ALONE)
    await put(store, "contacts", "c1", name="Ann Lee", email="ann.one@a.test")
    await put(store, "contacts", "c2", name="Bo Berg")
    await put(store, "contacts", "c3", name="Cy Chan", email="cy@a.test")
    await join(
        store,
        row("contacts", "their-ann", name="Ann Lee", email="ann.two@b.test"),
        row("contacts", "their-bo", name="Bo Berg", email="bo@b.test"),
        row("contacts", "their-cy", name="Cy Chan"),
    )
    assert [(twin.local, twin.theirs) for twin in (await store.handover.plan()).twins] == [
        ("c2", "their-bo"),
        ("c3", "their-cy"),
    ]
