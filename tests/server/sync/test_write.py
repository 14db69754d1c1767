"""Writing a record: what is stored, what is kept beside it, who hears of it."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from interview_desk.domain.values import Fields
from sync_server.infra.database import Database, Tx
from sync_server.models.records import erased_ids, field_changes, records
from sync_server.sync import history
from sync_server.sync.authors import Author
from sync_server.sync.counter import Poke, Reaching, position
from sync_server.sync.history import Place
from sync_server.sync.read import find_by_email, read_record, records_of_interview
from sync_server.sync.write import Written, write_record
from tests.helpers.server import WORKSPACE_ID

CALCOM = Author("calcom")
ADA = Author("member", member_id="ada", device_id="ada-laptop")
BEN = Author("member", member_id="ben", device_id="ben-laptop")


def _id() -> str:
    return str(uuid.uuid4())


async def put(
    database: Database,
    entity: str,
    record_id: str,
    *,
    author: Author = CALCOM,
    base: dict[str, int] | None = None,
    delete: bool = False,
    **fields: object,
) -> Written:
    def work(tx: Tx) -> Written:
        return write_record(
            tx,
            workspace_id=WORKSPACE_ID,
            entity=entity,
            id=record_id,
            fields=fields,  # type: ignore[arg-type]  # the tests write JSON
            base=base,
            delete=delete,
            author=author,
        )

    return await database.write(work)


async def fields_of(database: Database, entity: str, record_id: str) -> Fields:
    found = await database.read(lambda tx: read_record(tx, WORKSPACE_ID, entity, record_id))
    assert found is not None
    return found.fields


async def test_each_write_gets_the_next_version(database: Database) -> None:
    first, second = _id(), _id()
    one = await put(database, "startups", first, name="Example GmbH")
    two = await put(database, "startups", second, name="Sample Ltd")
    assert one.ver is not None
    assert two.ver == one.ver + 1
    assert (await database.read(lambda tx: position(tx, WORKSPACE_ID))).seq == two.ver


async def test_a_write_that_changes_nothing_takes_no_version(database: Database) -> None:
    startup = _id()
    one = await put(database, "startups", startup, name="Example GmbH")
    assert await put(database, "startups", startup, name="Example GmbH") == one


async def test_what_a_record_says_is_sealed(database: Database) -> None:
    guest = _id()
    await put(database, "interview_guests", guest, name="Gundula Gast", email="g@example.org")

    def raw(tx: Tx) -> str:
        rows = tx.connection.execute(sa.select(records)).all()
        steps = tx.connection.execute(sa.select(field_changes)).all()
        return repr(rows) + repr(steps)

    text = await database.read(raw)
    assert "Gundula" not in text
    assert "g@example.org" not in text


async def test_a_record_is_found_by_its_address(database: Database) -> None:
    guest = _id()

    async def found(address: str) -> list[str]:
        kind = "interview_guests"
        rows = await database.read(lambda tx: find_by_email(tx, WORKSPACE_ID, address, entity=kind))
        return [row.id for row in rows]

    await put(database, "interview_guests", guest, email="Guest@Example.org")
    assert await found("guest@example.ORG") == [guest]
    await put(database, "interview_guests", guest, email=None)
    assert await found("guest@example.org") == []


async def test_a_search_by_address_can_be_for_one_kind(database: Database) -> None:
    await put(database, "contacts", _id(), email="a@example.org")
    found = await database.read(
        lambda tx: find_by_email(tx, WORKSPACE_ID, "a@example.org", entity="interview_guests")
    )
    assert found == []


async def test_the_rows_of_an_interview_are_read_oldest_first(database: Database) -> None:
    interview, first, second = _id(), _id(), _id()
    await put(database, "interview_guests", first, interview_id=interview, name="A")
    await put(database, "interview_guests", second, interview_id=interview, name="B")
    await put(database, "interview_guests", first, name="C")
    found = await database.read(lambda tx: records_of_interview(tx, WORKSPACE_ID, interview))
    assert [record.id for record in found] == [first, second]


async def test_the_server_overwrites_without_a_conflict(database: Database) -> None:
    interview = _id()
    await put(database, "interviews", interview, author=ADA, title="Ours")
    written = await put(database, "interviews", interview, title="Cal.com's")
    assert (written.status, written.conflict_ids) == ("ok", ())
    assert (await fields_of(database, "interviews", interview))["title"] == "Cal.com's"


async def test_a_member_who_has_not_seen_the_value_loses_and_it_is_kept(
    database: Database,
) -> None:
    startup = _id()
    await put(database, "startups", startup, author=ADA, name="Example GmbH")
    written = await put(database, "startups", startup, author=BEN, name="Example AG")
    assert written.status == "conflict"
    assert (await fields_of(database, "startups", startup))["name"] == "Example GmbH"
    conflict = await fields_of(database, "conflicts", written.conflict_ids[0])
    assert conflict == {
        "entity": "startups",
        "record_id": startup,
        "field": "name",
        "kept": "Example GmbH",
        "lost": "Example AG",
        "lost_by": "ben",
        "lost_at": "2026-11-23T12:00:00Z",
        "state": "open",
    }


async def test_a_refusal_of_consent_names_who_it_overruled(database: Database) -> None:
    guest = _id()
    await put(database, "interview_guests", guest, author=ADA, consent_recording={"value": "yes"})
    no = {"value": "no"}
    written = await put(database, "interview_guests", guest, author=BEN, consent_recording=no)
    assert written.status == "conflict"
    conflict = await fields_of(database, "conflicts", written.conflict_ids[0])
    assert (conflict["kept"], conflict["lost_by"]) == (no, "ada")


async def test_the_history_says_who_changed_what(database: Database) -> None:
    startup = _id()
    await put(database, "startups", startup, author=ADA, name="Example GmbH")
    await put(database, "startups", startup, name="Sample Ltd")
    place = Place(WORKSPACE_ID, "startups", startup)
    steps = await database.read(lambda tx: history.steps_of(tx, place, before=None, limit=10))
    assert [(s.before, s.after, s.member_id, s.author) for s in steps] == [
        ("Example GmbH", "Sample Ltd", None, "calcom"),
        (None, "Example GmbH", "ada", "member"),
    ]


async def test_a_deleted_record_keeps_what_it_said_and_may_return(database: Database) -> None:
    interview = _id()
    await put(database, "interviews", interview, title="Switching")
    await put(database, "interviews", interview, delete=True)
    found = await database.read(lambda tx: read_record(tx, WORKSPACE_ID, "interviews", interview))
    assert found is not None
    assert found.deleted
    await put(database, "interviews", interview, status="scheduled")
    assert await fields_of(database, "interviews", interview) == {
        "title": "Switching",
        "status": "scheduled",
    }


async def test_an_erased_id_is_refused_for_ever(database: Database) -> None:
    startup = _id()
    await database.write(
        lambda tx: tx.connection.execute(
            sa.insert(erased_ids).values(workspace_id=WORKSPACE_ID, id=startup, at=tx.now)
        )
    )
    written = await put(database, "startups", startup, name="Example GmbH")
    assert (written.status, written.code, written.ver) == ("rejected", "erased", None)


async def test_a_field_that_the_catalogue_does_not_have_is_a_bug(database: Database) -> None:
    with pytest.raises(ValueError, match="no field colour"):
        await put(database, "startups", _id(), colour="blue")


async def test_followers_are_poked_about_what_was_kept_and_about_nothing_else(
    database: Database,
) -> None:
    with database.bus.subscribe() as news:

        def fails(tx: Tx) -> None:
            write_record(
                tx,
                workspace_id=WORKSPACE_ID,
                entity="startups",
                id=_id(),
                fields={"name": "Example"},
                author=CALCOM,
            )
            raise LookupError

        with pytest.raises(LookupError):
            await database.write(fails)
        written = await put(database, "startups", _id(), name="Sample Ltd")
        assert written.ver is not None
        poke = Poke(WORKSPACE_ID, written.ver)
        if database.announces:
            assert await anext(news) == Reaching(poke)
        assert await anext(news) == poke


async def test_a_reopened_sheet_remembers_that_the_others_were_seen(database: Database) -> None:
    sheet = _id()
    fields: dict[str, Any] = {"interview_id": _id(), "member_id": _id()}
    await put(database, "rating_sheets", sheet, author=ADA, state="submitted", **fields)
    await put(database, "rating_sheets", sheet, author=ADA, state="draft")
    assert (await fields_of(database, "rating_sheets", sheet))["after_seeing_others"] is True
