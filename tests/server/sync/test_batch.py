"""Many changes written together leave what they would leave one by one."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa

from interview_desk.domain.values import Fields
from sync_server.infra.database import Database, Tx
from sync_server.models.records import blind_index, field_changes, records, sights
from sync_server.sync.authors import Author
from sync_server.sync.batch import RecordBatch
from sync_server.sync.counter import Poke, position, tells_of_records
from sync_server.sync.history import Place, steps_of
from sync_server.sync.read import read_record, records_of_interview
from sync_server.sync.removal.erased import remember_erased
from sync_server.sync.write import write_record
from tests.helpers.server import WORKSPACE_ID, Databases

CALCOM = Author("calcom")
PERSON = Author("member", "0190f5fe-7c00-7a00-8000-00000000aaaa", "dev-1")


def an_id(tail: str) -> str:
    return f"0190f5fe-7c00-7a00-8000-{tail:0>12}"


INTERVIEW, OTHER = an_id("1"), an_id("2")
GUEST, LEAD, NOTES = an_id("11"), an_id("21"), an_id("22")
ANNA, BEN = an_id("a1"), an_id("a2")
STARTUP, SHEET = an_id("c1"), an_id("d1")


class Write(NamedTuple):
    """A change as the batch takes it; no fields delete."""

    entity: str
    id: str
    fields: Fields | None


def assignment(member: str, role: str = "lead", interview: str = INTERVIEW) -> Fields:
    return {"interview_id": interview, "member_id": member, "role": role, "state": "accepted"}


def guest(**fields: Any) -> Write:
    return Write("interview_guests", GUEST, {"interview_id": INTERVIEW, **fields})


BOOKED = [
    Write("interviews", INTERVIEW, {"title": "Discovery", "status": "scheduled"}),
    guest(name="Ada", email="ada@example.org"),
    Write("interview_assignments", LEAD, assignment(ANNA)),
]
HISTORIES = {
    "a booking": BOOKED,
    "the same twice": BOOKED * 2,
    "edits of one record": [*BOOKED, guest(name="Ada L."), guest(email=None), guest(name="Ada")],
    "another address": [*BOOKED, guest(email="ada@new.example.org")],
    "given, taken and given back": [
        *BOOKED,
        Write("interview_assignments", LEAD, None),
        Write("interview_assignments", NOTES, assignment(BEN, "note_taker")),
        Write("interview_assignments", LEAD, assignment(ANNA)),
    ],
    "gone at once": [
        *BOOKED,
        Write("interview_guests", GUEST, None),
        Write("interview_assignments", LEAD, None),
    ],
    "of another interview": [
        *BOOKED,
        Write("interviews", OTHER, {"title": "Follow-up"}),
        Write("interview_assignments", LEAD, {"interview_id": OTHER}),
    ],
    "deleted before it was there": [Write("interview_guests", GUEST, None), *BOOKED],
}
# What people had written before: an interview of a startup that somebody has rated already.
RATED = [
    Write("interviews", INTERVIEW, {"startup_id": STARTUP}),
    Write("interview_assignments", NOTES, assignment(BEN, "note_taker")),
    Write(
        "rating_sheets",
        SHEET,
        {"interview_id": INTERVIEW, "member_id": BEN, "state": "submitted"},
    ),
]


async def one_by_one(database: Database, writes: Sequence[Write], *, author: Author) -> None:
    def work(tx: Tx) -> None:
        for write in writes:
            write_record(
                tx,
                workspace_id=WORKSPACE_ID,
                entity=write.entity,
                id=write.id,
                fields=write.fields or {},
                base=dict.fromkeys(write.fields or {}, 0),
                delete=write.fields is None,
                author=author,
            )

    await database.write(work)


async def together(database: Database, writes: Sequence[Write]) -> None:
    def work(tx: Tx) -> None:
        with RecordBatch(tx, WORKSPACE_ID) as batch:
            for write in writes:
                batch.write(write.entity, write.id, fields=write.fields, author=CALCOM)

    await database.write(work)


def left(tx: Tx) -> dict[str, Any]:
    """Everything that the writes left, without what is random.

    Sight that was given and taken back between two commits was never seen by anybody.
    """
    ids = tx.connection.execute(sa.select(records.c.entity, records.c.id)).all()
    places = [Place(WORKSPACE_ID, entity, record_id) for entity, record_id in sorted(ids)]
    plain = [column for column in records.c if column.name != "fields"]
    given = sa.select(*[column for column in sights.c if column.name != "ver"])
    orders = (records.c.entity, records.c.id)
    return {
        "seq": position(tx, WORKSPACE_ID).seq,
        "records": [read_record(tx, WORKSPACE_ID, one.entity, one.record_id) for one in places],
        "columns": tx.connection.execute(sa.select(*plain).order_by(*orders)).all(),
        "history": [steps_of(tx, one, before=None, limit=99) for one in places],
        "steps": tx.connection.execute(sa.select(sa.func.count(field_changes.c.id))).scalar_one(),
        "sights": sorted(tx.connection.execute(given.where(sights.c.visible)).all()),
        "addresses": sorted(tx.connection.execute(sa.select(blind_index)).all()),
    }


@pytest.mark.parametrize("before", [[], RATED], ids=["anew", "rated"])
@pytest.mark.parametrize("history", HISTORIES)
async def test_together_leaves_what_one_by_one_leaves(
    databases: Databases, before: list[Write], history: str
) -> None:
    first, second = await databases.fresh(), await databases.fresh()
    for database in (first, second):
        await one_by_one(database, before, author=PERSON)
    writes = HISTORIES[history]
    await one_by_one(first, writes, author=CALCOM)
    await together(second, writes)
    assert await second.read(left) == await first.read(left)
    # And once more upon what is there.
    await one_by_one(first, writes[::-1], author=CALCOM)
    await together(second, writes[::-1])
    assert await second.read(left) == await first.read(left)


async def test_sight_that_changed_has_a_version_of_its_batch(database: Database) -> None:
    def versions(tx: Tx) -> dict[str, tuple[int, bool]]:
        rows = tx.connection.execute(sa.select(sights))
        return {row.member_id: (row.ver, row.visible) for row in rows}

    await together(database, BOOKED)
    assert await database.read(versions) == {ANNA: (3, True)}
    replaced = Write("interview_assignments", NOTES, assignment(BEN))
    await together(database, [Write("interview_assignments", LEAD, None), replaced])
    assert await database.read(versions) == {ANNA: (4, False), BEN: (5, True)}


@pytest.mark.parametrize(
    ("erased", "stored"),
    [(INTERVIEW, []), (GUEST, ["interview_assignments", "interviews"])],
    ids=["an interview with all that is its own", "a guest"],
)
async def test_what_was_erased_stays_erased(
    database: Database, erased: str, stored: list[str]
) -> None:
    await database.write(lambda tx: remember_erased(tx, WORKSPACE_ID, [erased]))
    await together(database, BOOKED)
    assert [record.entity for record in (await database.read(left))["records"]] == stored


async def test_followers_hear_of_the_last_version_only(database: Database) -> None:
    with database.bus.subscribe(tells_of_records) as news:
        await together(database, BOOKED)
        assert await anext(news) == Poke(WORKSPACE_ID, len(BOOKED))


async def test_a_batch_that_fails_leaves_nothing(database: Database) -> None:
    async def failing() -> None:
        unknown = Write("interviews", OTHER, {"no such field": 1})
        await together(database, [*BOOKED, unknown])

    with pytest.raises(ValueError, match="no field"):
        await failing()
    assert (await database.read(left))["seq"] == 0


async def test_a_batch_sees_what_others_wrote_after_it_was_told_to_forget(
    database: Database,
) -> None:
    def work(tx: Tx) -> list[str]:
        batch = RecordBatch(tx, WORKSPACE_ID)
        for write in BOOKED:
            batch.write(write.entity, write.id, fields=write.fields, author=CALCOM)
        batch.flush()
        write_record(
            tx,
            workspace_id=WORKSPACE_ID,
            entity="interview_guests",
            id=GUEST,
            fields={"name": "Ada Lovelace"},
            author=CALCOM,
        )
        batch.forget()
        batch.write("interviews", INTERVIEW, fields={"title": "Again"}, author=CALCOM)
        batch.flush()
        return [
            str(one.fields["name"]) for one in batch.of_interview(INTERVIEW, "interview_guests")
        ]

    assert await database.write(work) == ["Ada Lovelace"]

    def versions(tx: Tx) -> list[int]:
        here = records_of_interview(tx, WORKSPACE_ID, INTERVIEW)
        interview = read_record(tx, WORKSPACE_ID, "interviews", INTERVIEW)
        assert interview is not None
        return sorted([interview.ver, *(one.ver for one in here)])

    assert await database.read(versions) == [3, 4, 5]
