"""The doors of Connect as rows: their secrets sealed, the one before still taken."""

from dataclasses import replace

from pydantic import SecretStr

from interview_desk.wire.calcom import Scope, ScopeKind
from sync_server.calcom.connection import doors
from sync_server.calcom.connection.doors import Place, StoredDoor
from sync_server.infra.database import Database, Tx

USER = Place("/v2/webhooks", Scope(kind=ScopeKind.USER, id=5, name="Hana"))
TEAM = Place("/v2/teams/7/x", Scope(kind=ScopeKind.TEAM, id=7, name="Research"))


def door(endpoint: str, place: Place = USER) -> StoredDoor:
    return StoredDoor(endpoint, place, f"https://d.example.org/{endpoint}", None, (), None)


async def opened(database: Database, endpoint: str, secret: str, place: Place = USER) -> StoredDoor:
    return await database.write(
        lambda tx: doors.open_door(tx, door(endpoint, place), secret=SecretStr(secret))
    )


async def secrets(database: Database, endpoint: str) -> list[str]:
    found = await database.read(lambda tx: doors.secrets_of(tx, endpoint))
    return sorted(secret.get_secret_value() for secret in found)


async def test_a_place_keeps_its_door_and_the_secret_before(database: Database) -> None:
    first = await opened(database, "one", "s1")
    assert first.endpoint == "one"
    again = await opened(database, "two", "s2")
    assert again.endpoint == "one"
    assert await secrets(database, "one") == ["s1", "s2"]
    await opened(database, "three", "s3")
    assert await secrets(database, "one") == ["s2", "s3"]
    assert await secrets(database, "two") == []


async def test_the_address_without_a_name_takes_the_secrets_of_all(database: Database) -> None:
    await opened(database, "one", "s1")
    await opened(database, "two", "s2", TEAM)
    assert await secrets(database, "") == ["s1", "s2"]


async def test_what_cal_com_answered_is_kept_until_the_door_is_closed(database: Database) -> None:
    await opened(database, "two", "s2", TEAM)
    made = await opened(database, "one", "s1")
    settled = replace(made, webhook_id="h1", triggers=("BOOKING_CREATED",))
    await database.write(lambda tx: doors.settle_door(tx, settled))
    team, user = await database.read(doors.all_doors)
    assert (team.webhook_id, team.connected_at, team.place) == (None, None, TEAM)
    assert (user.webhook_id, user.triggers) == ("h1", ("BOOKING_CREATED",))
    assert user.connected_at is not None
    await database.write(lambda tx: doors.close_door(tx, "one"))
    assert await database.read(doors.all_doors) == [team]
    assert await secrets(database, "one") == []


async def test_a_secret_lies_sealed_in_its_place(database: Database) -> None:
    await opened(database, "one", "plainly")
    await opened(database, "one", "and again")

    def rows(tx: Tx) -> str:
        return str(tx.connection.exec_driver_sql("SELECT * FROM calcom_doors").all())

    stored = await database.read(rows)
    assert "plainly" not in stored
    assert "and again" not in stored


async def test_nothing_has_arrived_at_a_new_door(database: Database) -> None:
    await opened(database, "one", "plainly")
    assert await database.read(lambda tx: doors.last_arrival(tx, doors.all_doors(tx))) is None
