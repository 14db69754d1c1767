"""What edits and pages ask costs the same however many interviews there are."""

from collections.abc import Callable
from functools import partial

import pytest
import sqlalchemy as sa

from interview_desk.domain.roles import Role
from interview_desk.domain.values import Json
from sync_server.auth.caller import Caller
from sync_server.evaluation.forms import read_by_externals
from sync_server.evaluation.judges import Bench
from sync_server.followups.repository import of_the_same_guests, with_follow_ups
from sync_server.infra.database import Database, Tx
from sync_server.sync.authors import Author
from sync_server.sync.feed.cursor import Cursor
from sync_server.sync.feed.pull import pull
from sync_server.sync.feed.turned import Turned
from sync_server.sync.history import Place, forget_steps, steps_of
from sync_server.sync.read import records_of_interview, records_of_interviews
from sync_server.sync.removal.erasing import all_of_interview
from sync_server.sync.write import write_record
from tests.helpers.server import WORKSPACE_ID
from tests.helpers.walking import walked

MINE = Place(WORKSPACE_ID, "interviews", "interview")
GIVEN = Caller(WORKSPACE_ID, "external", Role.EXTERNAL, "laptop")
BENCH = Bench((), (), {}, frozenset({"external"}))


def put(tx: Tx, kind: str, record_id: str, /, **fields: Json) -> None:
    write_record(
        tx,
        workspace_id=WORKSPACE_ID,
        entity=kind,
        id=record_id,
        fields=fields,
        author=Author("server"),
    )


def interview_with_guest(tx: Tx) -> None:
    put(tx, "startups", "startup", name="Example GmbH")
    put(tx, "interviews", "interview", title="Switching", startup_id="startup")
    put(tx, "interview_guests", "guest", interview_id="interview", email="g@example.org")
    put(tx, "interview_guests", "again", interview_id="other", email="g@example.org")
    give(tx)


def give(tx: Tx, member_id: str = "external") -> None:
    part = {"interview_id": "interview", "member_id": member_id, "role": "lead"}
    put(tx, "interview_assignments", member_id, **part)


ASKED: dict[str, Callable[[Tx], object]] = {
    "an edit": lambda tx: put(tx, "interviews", "interview", title="Leaving"),
    "another startup": lambda tx: put(tx, "interviews", "interview", startup_id="another"),
    "another address": lambda tx: put(tx, "interview_guests", "guest", email="h@example.org"),
    "a part given": partial(give, member_id="ben"),
    "a part taken": lambda tx: put(tx, "interview_assignments", "external", member_id="ben"),
    "a page of what another role means": lambda tx: list(
        Turned(tx, GIVEN).rows(Cursor(99, turning=("interviews", "interview")), wanted=100)
    ),
    "a page of what was given": lambda tx: pull(tx, GIVEN, cursor=None, limit=100),
    "all of an interview": lambda tx: records_of_interview(tx, WORKSPACE_ID, "interview"),
    "all of several": lambda tx: records_of_interviews(tx, WORKSPACE_ID, ["interview", "other"]),
    "all to erase": lambda tx: all_of_interview(tx, WORKSPACE_ID, "interview"),
    "its past": lambda tx: steps_of(tx, MINE, before=None, limit=9),
    "what is forgotten": lambda tx: forget_steps(tx, MINE, field="title"),
    "other interviews of a guest": lambda tx: of_the_same_guests(tx, WORKSPACE_ID, ["interview"]),
    "who is enrolled": lambda tx: with_follow_ups(tx, WORKSPACE_ID, ["interview", "other"]),
    "who is shown a form": lambda tx: read_by_externals(tx, ["interview", "other"], BENCH),
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
async def test_nothing_makes_the_server_go_through_a_whole_table(
    database: Database, asked: Callable[[Tx], object]
) -> None:
    await database.write(interview_with_guest)
    assert await walked(database, asked) == {}


async def test_conflicts_about_an_interview_do_not_belong_to_it(database: Database) -> None:
    def found(tx: Tx) -> list[set[str]]:
        interview_with_guest(tx)
        put(tx, "conflicts", "crossed", entity="interviews", record_id="interview", field="title")
        put(tx, "conflicts", "other", entity="interview_guests", record_id="guest", field="name")
        return [
            {record.id for record in records_of_interview(tx, WORKSPACE_ID, "interview")},
            {record.id for record in records_of_interviews(tx, WORKSPACE_ID, ["interview"])},
            {record.id for record in all_of_interview(tx, WORKSPACE_ID, "interview")},
        ]

    theirs = {"guest", "external", "other"}
    assert await database.write(found) == [theirs, theirs | {"interview"}, theirs | {"interview"}]


async def test_the_other_interviews_of_a_guest_are_found(database: Database) -> None:
    await database.write(interview_with_guest)
    asked = partial(of_the_same_guests, workspace_id=WORKSPACE_ID, interview_ids=["interview"])
    assert await database.read(asked) == ["interview", "other"]


@pytest.mark.timeout(20)
async def test_the_guests_of_a_new_team_are_compared_before_the_database_has_counted_them(
    database: Database,
) -> None:
    """Autovacuum comes a minute later; what was asked before goes on as it began."""
    interviews = [f"interview {number}" for number in range(600)]

    def book_all(tx: Tx) -> None:
        put(tx, "interview_guests", "again", interview_id="earlier", email="g7@example.org")
        for number, interview in enumerate(interviews):
            email = f"g{number}@example.org"
            put(tx, "interview_guests", f"guest {number}", interview_id=interview, email=email)

    def asked(tx: Tx) -> list[str]:
        if tx.connection.dialect.name == "postgresql":
            tx.connection.execute(sa.text("SET LOCAL statement_timeout = '3s'"))
        return of_the_same_guests(tx, WORKSPACE_ID, interviews)

    await database.write(book_all)
    assert await database.read(asked) == [*interviews, "earlier"]
