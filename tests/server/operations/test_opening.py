"""Opening a server's parts: what is made, what is kept, and who is refused."""

import base64
import os
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from interview_desk.domain.roles import Role
from sync_server.accounts import members, repository
from sync_server.infra.crypto import KeysUnusable
from sync_server.infra.database import DatabaseUnavailable, Tx
from sync_server.infra.lock import AlreadyInUse, DatabaseLock
from sync_server.infra.parts import Parts
from sync_server.models import metadata, workspace
from sync_server.operations import catalogue
from sync_server.operations.commands import CommandFailed, known_commands, run_command
from sync_server.operations.migrating import newest_revision
from sync_server.operations.opening import opened
from sync_server.operations.running import run_anywhere
from sync_server.operations.sealing import sealed_columns
from sync_server.settings import Settings
from tests.helpers.postgres import PostgresCluster
from tests.helpers.server import test_settings

OLGA = {"email": "olga@example.org", "name": "Olga Ott", "role": "owner"}
FIRST, SECOND = (base64.b64encode(letter * 32).decode() for letter in (b"a", b"b"))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a server on an empty database of each kind."""
    if request.param == "sqlite":
        return test_settings(tmp_path / "data")
    cluster: PostgresCluster = request.getfixturevalue("postgres_cluster")
    url = cluster.url(cluster.new_database())
    return test_settings(tmp_path / "data", database_url=url)


def _team(tx: Tx) -> repository.Team:
    return repository.team(tx)


async def test_the_same_workspace_is_there_the_next_time(settings: Settings) -> None:
    async with opened(settings) as parts:
        first = await parts.database.read(_team)
        index = parts.vault.blind_index("a@b.org")
    async with opened(settings) as parts:
        assert await parts.database.read(_team) == first
        assert parts.vault.blind_index("a@b.org") == index


async def test_commands_work_where_no_server_runs(settings: Settings) -> None:
    added = await run_anywhere(settings, "member.add", OLGA)
    assert added["role"] == "owner"
    listed = await run_anywhere(settings, "member.list", {})
    assert [member["name"] for member in listed] == ["Olga Ott"]
    code = await run_anywhere(settings, "pair", {"email": OLGA["email"]})
    assert code["server_url"] == "http://127.0.0.1:8787"
    assert await run_anywhere(settings, "migrate", {"to": "base"}) == {"revision": None}
    assert await run_anywhere(settings, "migrate", {"to": "head"}) == {
        "revision": newest_revision()
    }


async def test_an_unknown_command_or_role_is_refused(settings: Settings) -> None:
    async with opened(settings) as parts:
        with pytest.raises(CommandFailed, match="no command nonsense"):
            await run_command(parts, "nonsense", {})
        with pytest.raises(CommandFailed, match="no role king"):
            await run_command(parts, "member.add", {**OLGA, "role": "king"})


def test_every_command_of_the_command_line_is_known() -> None:
    expected = {"member.add", "member.list", "pair", "migrate", "keys.rotate"}
    assert expected <= set(known_commands())
    assert catalogue.__all__


async def _values(parts: Parts) -> dict[str, list[str]]:
    """Every sealed value of every column."""

    def work(tx: Tx) -> dict[str, list[str]]:
        return {
            f"{table.name}.{column.name}": list(
                tx.connection.execute(sa.select(column).where(column.is_not(None))).scalars()
            )
            for table, column in sealed_columns()
        }

    return await parts.database.read(work)


async def test_after_a_rotation_the_old_key_is_not_needed(settings: Settings) -> None:
    old, both, new = (
        settings.model_copy(update={"encryption_keys": tuple(map(SecretStr, keys))})
        for keys in ([FIRST], [SECOND, FIRST], [SECOND])
    )
    await run_anywhere(old, "member.add", OLGA)
    rotated = await run_anywhere(both, "keys.rotate", {})
    assert rotated["sealed"] >= 3
    listed = await run_anywhere(new, "member.list", {})
    assert [member["name"] for member in listed] == ["Olga Ott"]
    again = await run_anywhere(both, "keys.rotate", {})
    assert again["sealed"] == 0
    with pytest.raises(KeysUnusable):
        await run_anywhere(old, "member.list", {})


async def test_a_rotation_makes_a_new_key_and_keeps_the_old_one(settings: Settings) -> None:
    async with opened(settings) as parts:
        await run_command(parts, "member.add", OLGA)
        before = parts.vault.current_prefix
        await run_command(parts, "keys.rotate", {})
        assert parts.vault.current_prefix != before
        for name, values in (await _values(parts)).items():
            assert all(value.startswith(parts.vault.current_prefix) for value in values), name
        email = OLGA["email"]
        found = await parts.database.read(
            lambda tx: members.find_member(tx, workspace_id=repository.team(tx).id, email=email)
        )
        assert found is not None
        assert found.role is Role.OWNER
    async with opened(settings) as parts:
        assert len(await run_command(parts, "member.list", {})) == 1


@pytest.mark.postgres
async def test_servers_that_share_a_database_go_on_when_one_of_them_changes_the_key(
    postgres_cluster: PostgresCluster, tmp_path: Path
) -> None:
    url = postgres_cluster.url(postgres_cluster.new_database())
    settings = test_settings(tmp_path / "data", database_url=url)
    async with opened(settings) as one, opened(settings) as other:
        await run_command(one, "member.add", OLGA)
        assert len(await run_command(other, "member.list", {})) == 1
        await run_command(one, "keys.rotate", {})
        assert len(await run_command(other, "member.list", {})) == 1
        await run_command(other, "member.add", {**OLGA, "email": "ivan@example.org"})
        assert other.vault.current_prefix == one.vault.current_prefix
        assert len(await run_command(one, "member.list", {})) == 2


async def test_many_batches_are_sealed_anew(settings: Settings) -> None:
    async with opened(settings) as parts:

        def crowd(tx: Tx) -> None:
            team = repository.team(tx)
            for number in range(230):
                members.add_member(
                    tx,
                    workspace_id=team.id,
                    member_id=f"m{number}",
                    email=f"m{number}@example.org",
                    name="M",
                    role=Role.OBSERVER,
                )

        await parts.database.write(crowd)
        await run_command(parts, "keys.rotate", {})
        for values in (await _values(parts)).values():
            assert all(value.startswith(parts.vault.current_prefix) for value in values)


async def test_nothing_personal_lies_open_in_any_table(settings: Settings) -> None:
    async with opened(settings) as parts:
        await run_command(parts, "member.add", OLGA)

        def everything(tx: Tx) -> str:
            tables = metadata.sorted_tables
            return repr([tx.connection.execute(sa.select(table)).all() for table in tables])

        stored = await parts.database.read(everything)
    # With signs that what is sealed never has: four letters alone it spells now and then.
    assert "olga ott" not in stored.lower()
    assert "olga@" not in stored.lower()


async def test_a_second_server_is_refused_on_the_same_file(tmp_path: Path) -> None:
    settings = test_settings(tmp_path / "data")
    async with opened(settings):
        with pytest.raises(AlreadyInUse, match=f"process {os.getpid()}") as caught:
            async with opened(settings):
                pass
        assert caught.value.pid == os.getpid()
        # Nobody listens on the control socket here, so a command waits and then gives up.
        with pytest.raises(AlreadyInUse):
            await run_anywhere(settings, "member.list", {}, attempts=2)
    async with opened(settings):
        pass


def test_a_lock_whose_holder_wrote_nothing_still_refuses(tmp_path: Path) -> None:
    database = tmp_path / "desk.db"
    first = DatabaseLock(database)
    first.take()
    (tmp_path / "desk.db.lock").write_text("")
    with pytest.raises(AlreadyInUse, match="another process"):
        DatabaseLock(database).take()
    first.release()


@pytest.mark.postgres
async def test_two_servers_share_a_postgres(
    postgres_cluster: PostgresCluster, tmp_path: Path
) -> None:
    url = postgres_cluster.url(postgres_cluster.new_database())
    keys = {"database_url": url, "encryption_keys": FIRST}
    async with (
        opened(test_settings(tmp_path / "one", **keys)) as one,
        opened(test_settings(tmp_path / "two", **keys)) as two,
    ):
        await run_command(one, "member.add", OLGA)
        assert len(await run_command(two, "member.list", {})) == 1


async def test_who_cannot_begin_reads_one_sentence_and_no_more(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = "postgresql+psycopg://desk@127.0.0.1:1/none"
    settings = test_settings(tmp_path, database_url=nowhere, encryption_keys=FIRST)
    with pytest.raises(DatabaseUnavailable, match="PostgreSQL does not let us in"):
        async with opened(settings):
            pytest.fail("there is no database")
    assert caplog.messages == []


async def test_the_workspace_counter_begins_at_nought(settings: Settings) -> None:
    async with opened(settings) as parts:
        seq = await parts.database.read(
            lambda tx: tx.connection.execute(sa.select(workspace.c.seq)).scalar_one()
        )
    assert seq == 0
