"""What happened to each field, also where several changed at once."""

import uuid

import pytest
import sqlalchemy as sa

from interview_desk.domain.values import Json
from sync_server.infra.database import Database, Tx
from sync_server.models.records import field_changes
from sync_server.sync.authors import Author
from sync_server.sync.history import (
    PastStep,
    Place,
    Step,
    Taken,
    every_step,
    forget_steps,
    member_before,
    remember_all,
    steps_of,
    value_as_of,
)
from tests.helpers.server import WORKSPACE_ID

ADA = Author("member", member_id="ada", device_id="ada-laptop")
CALCOM = Author("calcom")


@pytest.fixture
def place() -> Place:
    return Place(WORKSPACE_ID, "startups", str(uuid.uuid4()))


async def told(database: Database, *taken: Taken) -> None:
    await database.write(lambda tx: remember_all(tx, taken))


def taken(place: Place, ver: int, author: Author = ADA, **steps: tuple[Json, Json]) -> Taken:
    return Taken(place, ver, [Step(name, *step) for name, step in steps.items()], author)


async def steps(
    database: Database, place: Place, *, before: tuple[int, str] | None = None, limit: int = 99
) -> list[PastStep]:
    return await database.read(lambda tx: steps_of(tx, place, before=before, limit=limit))


async def said(database: Database, place: Place) -> list[tuple[int, str, Json, Json]]:
    found = await steps(database, place)
    return [(one.ver, one.field, one.before, one.after) for one in found]


async def rows(database: Database) -> int:
    count = sa.select(sa.func.count(field_changes.c.id))
    return await database.read(lambda tx: int(tx.connection.execute(count).scalar_one()))


async def test_several_fields_that_change_together_are_one_row_and_a_step_each(
    database: Database, place: Place
) -> None:
    await told(
        database, taken(place, 7, name=(None, "Sample Ltd"), site=("a", "b"), notes=(1, None))
    )
    assert await rows(database) == 1
    assert await said(database, place) == [
        (7, "site", "a", "b"),
        (7, "notes", 1, None),
        (7, "name", None, "Sample Ltd"),
    ]
    newest, *_ = await steps(database, place)
    assert (newest.member_id, newest.device_id, newest.author) == ("ada", "ada-laptop", "member")


async def test_what_took_no_step_leaves_no_row(database: Database, place: Place) -> None:
    await told(database, Taken(place, 7, [], ADA))
    assert await rows(database) == 0


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
async def test_pages_go_on_where_the_one_before_ended_within_a_version(
    database: Database, place: Place, limit: int
) -> None:
    await told(
        database,
        taken(place, 3, a=(None, 1), b=(None, 1), c=(None, 1)),
        # As a server wrote before: a row for each field of a version.
        *(Taken(place, 5, [Step(name, 1, 2)], ADA) for name in "bca"),
        taken(place, 8, b=(2, 3)),
        taken(place, 9, c=(2, 3), a=(2, 3)),
    )
    whole = await steps(database, place)
    assert [(one.ver, one.field) for one in whole] == [
        *((9, "c"), (9, "a"), (8, "b")),
        *((5, "c"), (5, "b"), (5, "a"), (3, "c"), (3, "b"), (3, "a")),
    ]
    paged: list[PastStep] = []
    before = None
    while page := await steps(database, place, before=before, limit=limit):
        assert len(page) == limit or paged + page == whole
        paged += page
        before = (page[-1].ver, page[-1].field)
    assert paged == whole


async def test_a_field_is_known_as_of_any_version_however_it_changed(
    database: Database, place: Place
) -> None:
    await told(
        database,
        taken(place, 3, CALCOM, name=(None, "one"), site=(None, "x")),
        taken(place, 5, name=("one", "two")),
        taken(place, 8, site=("x", "y"), notes=(None, "z")),
    )

    def values(tx: Tx, field: str) -> list[Json]:
        return [value_as_of(tx, place, field=field, ver=ver) for ver in (2, 3, 5, 8, 9)]

    assert await database.read(lambda tx: values(tx, "name")) == [None, "one", "two", "two", "two"]
    assert await database.read(lambda tx: values(tx, "site")) == [None, "x", "x", "y", "y"]
    assert await database.read(lambda tx: values(tx, "notes")) == [None, None, None, "z", "z"]


async def test_who_changed_a_field_before_is_known_although_others_changed_since(
    database: Database, place: Place
) -> None:
    ben = Author("member", member_id="ben", device_id="ben-laptop")
    await told(
        database,
        taken(place, 3, ADA, name=(None, "one"), site=(None, "x")),
        taken(place, 5, ben, site=("x", "y"), notes=(None, "z")),
    )

    def who(tx: Tx) -> list[str | None]:
        return [member_before(tx, place, field=field, ver=9) for field in ("name", "site", "other")]

    assert await database.read(who) == ["ada", "ben", None]
    assert await database.read(lambda tx: member_before(tx, place, field="site", ver=5)) == "ada"


async def test_a_field_is_forgotten_and_what_changed_beside_it_stays(
    database: Database, place: Place
) -> None:
    other = Place(WORKSPACE_ID, "startups", str(uuid.uuid4()))
    await told(
        database,
        taken(place, 3, name=(None, "one"), site=(None, "x")),
        taken(place, 5, site=("x", "y")),
        taken(place, 6, name=("one", "two")),
        taken(other, 7, site=(None, "theirs")),
    )
    await database.write(lambda tx: forget_steps(tx, place, field="site"))
    assert await said(database, place) == [(6, "name", "one", "two"), (3, "name", None, "one")]
    assert await said(database, other) == [(7, "site", None, "theirs")]
    assert await rows(database) == 3


async def test_all_that_happened_is_told_oldest_first_with_whom_it_happened_to(
    database: Database, place: Place
) -> None:
    other = Place(WORKSPACE_ID, "contacts", str(uuid.uuid4()))
    await told(database, taken(other, 4, name=(None, "Bea")))
    await told(database, taken(place, 3, site=(None, "x"), name=(None, "one")))
    found = await database.read(lambda tx: list(every_step(tx)))
    assert [(one, step.ver, step.field) for one, step in found] == [
        (place, 3, "name"),
        (place, 3, "site"),
        (other, 4, "name"),
    ]
