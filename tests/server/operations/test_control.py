"""The local socket, health and the keeping of workers."""

import asyncio
import logging
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from sync_server.app import app_on, create_app
from sync_server.infra.database import Database
from sync_server.infra.parts import Parts
from sync_server.operations import catalogue
from sync_server.operations.commands import CommandFailed, command
from sync_server.operations.control import (
    NobodyThere,
    ask_running_server,
    listening_for_commands,
    socket_path,
)
from sync_server.operations.migrating import newest_revision
from sync_server.operations.workers import working
from tests.helpers.server import test_settings


@command("test.echo")
async def _echo(parts: Parts, args: dict[str, Any]) -> object:
    del parts
    return {name: value for name, value in args.items() if name != "alone"}


@command("test.fail")
async def _fail(parts: Parts, args: dict[str, Any]) -> object:
    del parts, args
    raise CommandFailed("It cannot be done.")


@command("test.break")
async def _break(parts: Parts, args: dict[str, Any]) -> object:
    del parts, args
    raise TypeError("a bug")


@pytest.fixture
async def data_dir(parts: Parts) -> AsyncIterator[Path]:
    """The data directory of a server that takes commands."""
    async with listening_for_commands(parts):
        yield parts.settings.data_dir


async def test_a_command_is_answered_over_the_socket(data_dir: Path) -> None:
    large = {"text": "é" * 100_000}
    assert await ask_running_server(data_dir, "test.echo", large) == large


async def test_a_failure_comes_back_as_its_sentence(data_dir: Path) -> None:
    with pytest.raises(CommandFailed, match=r"It cannot be done\."):
        await ask_running_server(data_dir, "test.fail", {})
    with pytest.raises(CommandFailed, match="no command nonsense"):
        await ask_running_server(data_dir, "nonsense", {})


async def test_a_bug_is_told_as_one_and_logged(
    data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(CommandFailed, match="Something went wrong on the server; its log"):
        await ask_running_server(data_dir, "test.break", {})
    assert "the command test.break has failed: TypeError" in caplog.text


async def test_only_the_owner_may_give_commands(data_dir: Path) -> None:
    assert stat.S_IMODE(socket_path(data_dir).stat().st_mode) == 0o600


@pytest.mark.parametrize("line", [b"nonsense\n", b"{}\n", b'{"command": "pair", "args": 1}\n'])
async def test_what_is_no_command_is_refused(data_dir: Path, line: bytes) -> None:
    reader, writer = await asyncio.open_unix_connection(socket_path(data_dir))
    writer.write(line)
    assert b"not understood" in await reader.read()
    writer.close()


async def test_who_says_nothing_gets_no_answer(data_dir: Path) -> None:
    reader, writer = await asyncio.open_unix_connection(socket_path(data_dir))
    writer.write_eof()
    assert await reader.read() == b""
    writer.close()


async def test_where_nobody_listens_the_caller_knows(tmp_path: Path) -> None:
    with pytest.raises(NobodyThere):
        await ask_running_server(tmp_path, "test.echo", {})


async def test_a_socket_left_by_a_killed_server_is_replaced(parts: Parts) -> None:
    path = socket_path(parts.settings.data_dir)
    path.write_text("left behind")
    async with listening_for_commands(parts):
        assert await ask_running_server(parts.settings.data_dir, "test.echo", {}) == {}
    assert not path.exists()


async def test_the_first_of_two_servers_keeps_the_socket(parts: Parts) -> None:
    async with listening_for_commands(parts):
        async with listening_for_commands(parts):
            pass
        assert await ask_running_server(parts.settings.data_dir, "test.echo", {}) == {}


async def test_a_server_that_dies_in_mid_answer_is_said_so(tmp_path: Path) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.close()

    server = await asyncio.start_unix_server(hang_up, socket_path(tmp_path))
    with pytest.raises(CommandFailed, match="before it answered"):
        await ask_running_server(tmp_path, "test.echo", {})
    server.close()


async def test_a_process_that_answers_is_healthy(client: httpx.AsyncClient) -> None:
    answer = await client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_tables_without_a_revision_are_not_ready(
    client: httpx.AsyncClient, database: Database
) -> None:
    forget = sa.text("DELETE FROM alembic_version")
    await database.write(lambda tx: tx.connection.execute(forget))
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    checks = answer.json()["checks"]
    assert checks["database"] == "ok"
    assert checks["migrations"] == f"at None, not at {newest_revision()}"


# Importing it makes every command known.
assert catalogue.__all__


async def test_the_whole_application_opens_and_closes_by_itself(tmp_path: Path) -> None:
    app = create_app(test_settings(tmp_path / "data"), server_url="http://127.0.0.1:1")
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            ready = await client.get("/readyz")
            described = await client.get("/openapi.json")
        asked = await ask_running_server(tmp_path / "data", "member.list", {})
    assert ready.json() == {
        "status": "ready",
        "checks": {"database": "ok", "migrations": "ok", "disk": "ok"},
    }
    paths = described.json()["paths"]
    assert "/v1/devices/pair" in paths
    for path in ("/webhooks/calcom", "/webhooks/calcom/{endpoint}"):
        assert {"200", "401", "422", "503"} <= set(paths[path]["post"]["responses"])
    assert asked == []


async def test_a_worker_that_stops_is_started_again(
    parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    runs: list[int] = []
    third = asyncio.Event()

    async def stumbling(parts: Parts) -> None:
        runs.append(len(runs))
        if len(runs) == 1:
            raise LookupError("a bug")
        if len(runs) == 3:
            third.set()
            await asyncio.Event().wait()

    with caplog.at_level(logging.ERROR):
        async with working(parts, {"stumbling": stumbling}, pause=0):
            await third.wait()
    assert len(runs) == 3
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
    assert "a bug" in caplog.text


async def test_a_worker_ends_with_the_server(parts: Parts) -> None:
    ended = asyncio.Event()
    begun = asyncio.Event()

    async def steady(parts: Parts) -> None:
        try:
            begun.set()
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with working(parts, {"steady": steady}):
        await begun.wait()
    assert ended.is_set()


async def test_an_application_on_given_parts_leaves_them_open(parts: Parts) -> None:
    app = app_on(parts)
    assert app.state.parts is parts
