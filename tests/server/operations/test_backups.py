"""Backups: the same on both databases, and from one to the other."""

import asyncio
import gzip
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from sync_server.accounts import repository
from sync_server.infra.crypto import KeysUnusable
from sync_server.infra.database import Tx
from sync_server.infra.files import unfinished
from sync_server.infra.parts import Parts
from sync_server.models import metadata, workspace
from sync_server.models.base import Instant
from sync_server.models.pushes import push_results
from sync_server.models.records import erased_ids
from sync_server.operations import catalogue
from sync_server.operations.commands import CommandFailed, run_command
from sync_server.operations.migrating import current_revision, newest_revision
from sync_server.operations.opening import opened
from sync_server.settings import Settings
from tests.helpers.server import NOON, test_settings

OLGA = {"email": "olga@example.org", "name": "Olga Ott", "role": "owner"}
ALONE = {"alone": True}
assert catalogue.__all__


def _kinds(request: pytest.FixtureRequest, kind: str) -> dict[str, str]:
    if kind == "sqlite":
        return {}
    cluster = request.getfixturevalue("postgres_cluster")
    return {"database_url": cluster.url(cluster.new_database())}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    return test_settings(tmp_path / "data", **_kinds(request, request.param))


@pytest.fixture
async def backup(settings: Settings, tmp_path: Path) -> Path:
    """A backup of a server with one member and one code."""
    file = tmp_path / "backup.gz"
    async with opened(settings) as parts:
        await run_command(parts, "member.add", OLGA)
        await run_command(parts, "pair", {"email": OLGA["email"]})
        await run_command(parts, "backup", {"file": str(file)})
    return file


def _everything(tx: Tx) -> dict[str, list[str]]:
    return {
        table.name: sorted(map(str, tx.connection.execute(sa.select(table)).all()))
        for table in metadata.sorted_tables
        if table is not workspace
    }


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_a_backup_restores_on_either_database_in_a_new_epoch(
    request: pytest.FixtureRequest, settings: Settings, backup: Path, tmp_path: Path, kind: str
) -> None:
    elsewhere = test_settings(tmp_path / "elsewhere", **_kinds(request, kind))
    elsewhere.data_dir.mkdir()
    keys = (settings.data_dir / "keys.json").read_bytes()
    (elsewhere.data_dir / "keys.json").write_bytes(keys)
    async with opened(settings) as parts:
        before = await parts.database.read(_everything)
        team = await parts.database.read(repository.team)
    async with opened(elsewhere) as parts:
        await run_command(parts, "member.add", {**OLGA, "email": "gone@example.org"})
        await run_command(parts, "restore", {"file": str(backup), **ALONE})
        assert await parts.database.read(_everything) == before
        restored = await parts.database.read(repository.team)
        assert restored.id == team.id
        assert restored.epoch != team.epoch
        listed = await run_command(parts, "member.list", {})
        assert [member["email"] for member in listed] == [OLGA["email"]]
        assert (await run_command(parts, "pair", {"email": OLGA["email"]}))["code"]


def test_a_backup_tells_nothing_personal_and_is_its_owner_s(backup: Path) -> None:
    with gzip.open(backup, "rt") as file:
        # With signs that what is sealed never has: four letters alone it spells now and then.
        text = file.read().lower()
    assert "olga ott" not in text
    assert "olga@" not in text
    assert backup.stat().st_mode & 0o077 == 0


async def test_without_its_keys_a_backup_is_refused_and_nothing_changes(
    backup: Path, tmp_path: Path
) -> None:
    async with opened(test_settings(tmp_path / "other")) as parts:
        await run_command(parts, "member.add", {**OLGA, "email": "here@example.org"})
        with pytest.raises(KeysUnusable, match=r"keys\.json"):
            await run_command(parts, "restore", {"file": str(backup), **ALONE})
        await _assert_untouched(parts)


async def _assert_untouched(parts: Parts) -> None:
    listed = await run_command(parts, "member.list", {})
    assert [member["email"] for member in listed] == ["here@example.org"]


def _lines(backup: Path) -> list[str]:
    with gzip.open(backup, "rt") as file:
        return file.readlines()


def _zipped(*lines: str) -> bytes:
    return gzip.compress("".join(lines).encode())


def _damaged(backup: Path) -> dict[str, bytes]:
    """What may have become of a backup, by what has happened to it."""
    whole, lines = backup.read_bytes(), _lines(backup)
    head, rows, end = lines[0], lines[1:-1], lines[-1]
    lost = next(at for at, line in enumerate(rows) if '"pairing_codes"' in line)
    nothing = json.dumps({"table": "pairing_codes", "row": None}) + "\n"
    at = rows[lost].index('"digest": "') + len('"digest": "')
    other = rows[lost][:at] + ("1" if rows[lost][at] == "0" else "0") + rows[lost][at + 1 :]
    # What gzip says at the end of a file about the bytes in it.
    sums = _zipped(*lines)[-8:]
    strange = json.dumps({"table": "pairing_codes", "row": {"digest": {"a": 1}}}) + "\n"
    middle = len(whole) // 2
    return {
        "empty": _zipped(),
        "cut": whole[:middle],
        "no end": _zipped(head, *rows),
        "row lost": _zipped(head, *rows[:lost], *rows[lost + 1 :], end),
        "other": _zipped('{"format": "something else"}\n', *rows, end),
        "plain": b"a text",
        "flipped": whole[:middle] + bytes(byte ^ 255 for byte in whole[middle:]),
        "a list": _zipped(head, "[1]\n", *rows, end),
        "no row": _zipped(head, nothing, *rows, end),
        "strange value": _zipped(head, strange, *rows, end),
        "row twice": _zipped(head, *rows, rows[lost], end),
        "another letter": _zipped(head, *rows[:lost], other, *rows[lost + 1 :], end)[:-8] + sums,
        "cut in its sum": whole[:-6],
        "more behind it": _zipped(*lines, end),
    }


async def test_what_is_no_whole_backup_changes_nothing(settings: Settings, backup: Path) -> None:
    damaged = _damaged(backup)
    async with opened(settings) as parts:
        for damage, content in damaged.items():
            await asyncio.to_thread(backup.write_bytes, content)
            with pytest.raises(CommandFailed, match="not a whole backup"):
                await run_command(parts, "restore", {"file": str(backup), **ALONE})
            listed = await run_command(parts, "member.list", {})
            assert [member["email"] for member in listed] == [OLGA["email"]], damage


async def test_a_file_that_is_not_there_is_said_to_be_missing(
    settings: Settings, tmp_path: Path
) -> None:
    async with opened(settings) as parts:
        with pytest.raises(CommandFailed, match="There is no file"):
            await run_command(parts, "restore", {"file": str(tmp_path / "typo"), **ALONE})


async def test_under_a_running_server_nothing_is_restored(settings: Settings, backup: Path) -> None:
    async with opened(settings) as parts:
        with pytest.raises(CommandFailed, match="Stop the server"):
            await run_command(parts, "restore", {"file": str(backup)})


async def test_a_backup_that_cannot_be_written_leaves_nothing(
    settings: Settings, tmp_path: Path
) -> None:
    async with opened(settings) as parts:
        with pytest.raises(CommandFailed, match=r"written to .*such/dir: No such file"):
            await run_command(parts, "backup", {"file": str(tmp_path / "no" / "such" / "dir")})


async def test_two_backups_to_one_file_do_not_disturb_each_other(
    settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "backup.gz"
    async with opened(settings) as parts:
        await run_command(parts, "member.add", OLGA)
        with unfinished(path) as (place, _):
            with pytest.raises(CommandFailed, match="Another backup is being written"):
                await run_command(parts, "backup", {"file": str(path)})
            assert place.exists()
            assert not path.exists()
        await run_command(parts, "backup", {"file": str(path)})
        await run_command(parts, "restore", {"file": str(path), **ALONE})


async def test_a_row_of_every_table_comes_back(settings: Settings, tmp_path: Path) -> None:
    file = {"file": str(tmp_path / "backup.gz")}
    async with opened(settings) as parts:
        await parts.database.write(_fill_every_table)
        before = await parts.database.read(_everything)
        assert all(before.values())
        await run_command(parts, "backup", file)
        await parts.database.write(lambda tx: tx.connection.execute(sa.delete(erased_ids)))
        await run_command(parts, "restore", {**file, **ALONE})
        assert await parts.database.read(_everything) == before


def _fill_every_table(tx: Tx) -> None:
    team = repository.team(tx).id
    for table in metadata.sorted_tables:
        if tx.connection.execute(sa.select(table)).first() is None:
            row = {column.name: _anything(column, team) for column in table.columns}
            tx.connection.execute(sa.insert(table).values(row))


def _anything(column: sa.Column[Any], team: str) -> object:
    """Some value that the column takes."""
    if column.foreign_keys:
        (key,) = column.foreign_keys
        return team if key.column.table.name == "workspace" else _anything(key.column, team)
    if column.info:
        return "v1|sealed"
    kind = column.type
    if isinstance(kind, Instant):
        return NOON
    if isinstance(kind, sa.JSON):
        return {"list": [1, None, "ü"]}
    known = {date: NOON.date(), int: 7, float: 1.5, bool: True}
    return known.get(kind.python_type, "access" if column.name == "kind" else f"a {column.name}")


# The revision that has brought each column.
_COLUMNS = {
    "shipped_rules": "0011",
    "recordings_days": "0015",
    "recordings_since": "0015",
    "recordings_gone_before": "0016",
}


def _rewrite(backup: Path, *, revision: str | None, besides: Sequence[object] = ()) -> None:
    """Make it what the program of that revision wrote, before there were the later columns.

    `besides` are lines of tables that there are no more.
    """
    head, *rest, end = map(json.loads, _lines(backup))
    for line in rest:
        for column, since in _COLUMNS.items():
            if revision is not None and revision < since:
                line.get("row", {}).pop(column, None)
    end = {**end, "rows": end["rows"] + len(besides)}
    lines = [{**head, "revision": revision}, *rest, *besides, end]
    backup.write_bytes(gzip.compress("".join(json.dumps(one) + "\n" for one in lines).encode()))


async def test_a_backup_of_an_earlier_version_is_brought_up_to_date(
    settings: Settings, backup: Path
) -> None:
    _rewrite(backup, revision="0010")
    async with opened(settings) as parts:
        await run_command(parts, "member.add", {**OLGA, "email": "later@example.org"})
        await run_command(parts, "restore", {"file": str(backup), **ALONE})
        assert await parts.database.read(current_revision) == newest_revision()
        listed = await run_command(parts, "member.list", {})
        assert [member["email"] for member in listed] == [OLGA["email"]]
        assert (await run_command(parts, "pair", {"email": OLGA["email"]}))["code"]


async def test_how_far_devices_were_counted_comes_along_from_an_earlier_version(
    settings: Settings, backup: Path
) -> None:
    count = {"device_id": "d", "workspace_id": "w", "last_n": 41}
    _rewrite(backup, revision="0011", besides=[{"table": "push_state", "row": count}])
    async with opened(settings) as parts:
        await run_command(parts, "restore", {"file": str(backup), **ALONE})
        counted = sa.select(push_results.c.n).where(push_results.c.device_id == "d")
        found = await parts.database.read(lambda tx: list(tx.connection.scalars(counted)))
        assert found == [41]


async def test_a_backup_of_no_version_at_all_is_none(settings: Settings, backup: Path) -> None:
    _rewrite(backup, revision=None)
    async with opened(settings) as parts:
        with pytest.raises(CommandFailed, match="not a whole backup"):
            await run_command(parts, "restore", {"file": str(backup), **ALONE})


async def test_a_backup_of_a_newer_version_says_so(settings: Settings, backup: Path) -> None:
    _rewrite(backup, revision="9999")
    async with opened(settings) as parts:
        with pytest.raises(CommandFailed, match="Update the server first"):
            await run_command(parts, "restore", {"file": str(backup), **ALONE})
        assert len(await run_command(parts, "member.list", {})) == 1
