"""The running server's local socket, over which the command line has it do things.

One line of JSON in, one line of JSON out. The socket lies in the data directory and opens for its
owner only.
"""

import asyncio
import json
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

from sync_server.accounts.errors import MemberRefused
from sync_server.infra.crypto import KeysUnusable
from sync_server.infra.parts import Parts
from sync_server.infra.problems import Problem
from sync_server.operations.commands import CommandFailed, Json, run_command, sentence_of
from sync_server.operations.migrating import NoSuchRevision

_log = logging.getLogger(__name__)

_LONGEST_REQUEST = 1024 * 1024
# The kernel's limit for a socket's path is 108 bytes on Linux and 104 elsewhere.
_LONGEST_PATH = 100
# Failures with a sentence for the operator.
EXPECTED = (CommandFailed, MemberRefused, KeysUnusable, NoSuchRevision, Problem, OSError)


class NobodyThere(Exception):  # noqa: N818  - a signal to the command line
    """No server listens on this data directory."""


def socket_path(data_dir: Path) -> Path:
    """Where the running server listens for commands."""
    return data_dir / "control.sock"


@contextmanager
def _reachable(path: Path) -> Iterator[str]:
    """A spelling of `path` that is short enough for a socket."""
    if len(os.fsencode(path)) <= _LONGEST_PATH or sys.platform != "linux":
        yield str(path)
        return
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{directory}/{path.name}"
    finally:
        os.close(directory)


@asynccontextmanager
async def listening_for_commands(parts: Parts) -> AsyncIterator[None]:
    """Carry out commands from the local socket for as long as the block lasts."""
    path = socket_path(parts.settings.data_dir)
    if await _somebody_listens(path):
        # On PostgreSQL several servers may share a data directory; the first one answers.
        yield
        return

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _answer(parts, reader, writer)

    server = await asyncio.start_unix_server(answer, sock=_bound(path), limit=_LONGEST_REQUEST)
    try:
        yield
    finally:
        server.close()
        path.unlink(missing_ok=True)


async def _somebody_listens(path: Path) -> bool:
    try:
        with _reachable(path) as short:
            _, writer = await asyncio.open_unix_connection(short)
    except OSError:
        return False
    writer.close()
    return True


def _bound(path: Path) -> socket.socket:
    # Left behind by a server that was killed.
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        with _reachable(path) as short:
            listener.bind(short)
    finally:
        os.umask(before)
    return listener


async def _answer(parts: Parts, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    # Whoever asked may have gone before the answer.
    with suppress(ConnectionError):
        try:
            line = await reader.readline()
            if line:
                writer.write(json.dumps(await _done(parts, line)).encode() + b"\n")
                await writer.drain()
        finally:
            writer.close()


async def _done(parts: Parts, line: bytes) -> dict[str, Any]:
    try:
        request = json.loads(line)
        # Whoever comes through here is not alone with the database.
        name, args = str(request["command"]), {**request["args"], "alone": False}
    except (ValueError, KeyError, TypeError):
        return {"failed": "The command was not understood."}
    (came,) = await asyncio.gather(run_command(parts, name, args), return_exceptions=True)
    if isinstance(came, EXPECTED):
        return {"failed": sentence_of(came)}
    if isinstance(came, Exception):
        _log.error("the command %s has failed: %s", name, type(came).__name__, exc_info=came)
        return {"failed": "Something went wrong on the server; its log says what."}
    if isinstance(came, BaseException):
        raise came
    return {"result": came}


async def ask_running_server(data_dir: Path, name: str, args: dict[str, Any]) -> Json:
    """Have the server that runs on `data_dir` carry out a command; NobodyThere if none runs."""
    try:
        with _reachable(socket_path(data_dir)) as short:
            reader, writer = await asyncio.open_unix_connection(short)
    except OSError as error:
        raise NobodyThere from error
    try:
        writer.write(json.dumps({"command": name, "args": args}).encode() + b"\n")
        await writer.drain()
        answer = await reader.read()
    finally:
        writer.close()
    if not answer:
        raise CommandFailed("The server ended before it answered.")
    document = json.loads(answer)
    if "failed" in document:
        raise CommandFailed(document["failed"])
    return document["result"]
