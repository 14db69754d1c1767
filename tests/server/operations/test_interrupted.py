"""Ctrl+C in a command: the real program, stopped in the middle of what it does."""

import gzip
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as driver

from sync_server.cli import main
from tests.helpers.server import ServerProcess

OLGA = ("--email", "olga@example.org", "--name", "Olga", "--role", "owner")
XENIA = ("--email", "xenia@example.org", "--name", "Xenia", "--role", "observer")
SAID = (
    "interview-desk-server: Interrupted. "
    "A server that runs here goes on with what it was asked to do.\n"
)
# More than pipes and readers keep: once it is written, what stands before it has been read.
MUCH = b" " * 1_000_000
IN_BACKGROUND = ("sh", "-c", 'trap "" INT; exec "$@"', "sh")


@pytest.fixture(autouse=True)
def _heard() -> Iterator[None]:
    """Have commands hear Ctrl+C, also where these tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def stopped(tmp_path: Path) -> ServerProcess:
    """A data directory without a server."""
    return ServerProcess(tmp_path / "server")


@contextmanager
def begun(
    server: ServerProcess, *arguments: str, by: tuple[str, ...] = ()
) -> Iterator[subprocess.Popen[str]]:
    """A command that is at work; it is ended with the block at the latest."""
    with subprocess.Popen(
        [*by, sys.executable, "-m", "sync_server", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=server.environment,
    ) as command:
        try:
            yield command
        finally:
            command.kill()


def interrupted(command: subprocess.Popen[str]) -> tuple[int, str, str]:
    """What comes of Ctrl+C: the code, and what was said."""
    command.send_signal(signal.SIGINT)
    said, complained = command.communicate(timeout=30)
    return command.returncode, said, complained


def test_a_restore_that_is_interrupted_half_way_has_changed_nothing(
    stopped: ServerProcess,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("INTERVIEW_DESK_DATA_DIR", str(stopped.data_dir))
    file, slow = tmp_path / "backup.gz", tmp_path / "slow.gz"
    for command in (("member", "add", *OLGA), ("backup", str(file)), ("member", "add", *XENIA)):
        assert main(command) == 0
    head, rows = gzip.decompress(file.read_bytes()).split(b"\n", 1)
    os.mkfifo(slow)
    with begun(stopped, "restore", str(slow)) as restore, slow.open("wb", buffering=0) as pipe:
        # Everything is deleted behind the head, and what comes for it never ends.
        pipe.write(gzip.compress(head + b"\n" + MUCH + rows, 0)[:-100])
        assert interrupted(restore) == (130, "", SAID)
    capsys.readouterr()
    assert main(["member", "list", "--json"]) == 0
    assert [one["name"] for one in json.loads(capsys.readouterr().out)] == ["Olga", "Xenia"]


@contextmanager
def asked(server: ServerProcess, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The place where a running server listens for commands, with a server that takes its time."""
    server.data_dir.mkdir()
    # A socket's path has to be short.
    monkeypatch.chdir(server.data_dir)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("control.sock")
        listener.listen()
        yield listener


def test_who_no_longer_waits_for_the_server_is_told_that_it_goes_on(
    stopped: ServerProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("inbox", "replay", "--failed")
    with asked(stopped, monkeypatch) as listener, begun(stopped, *arguments) as command:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as request:
            assert json.loads(request.readline())["command"] == "inbox.replay"
            assert interrupted(command) == (130, "", SAID)


def test_a_command_in_the_background_is_not_interrupted(
    stopped: ServerProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("member", "list", "--json")
    with (
        asked(stopped, monkeypatch) as listener,
        begun(stopped, *arguments, by=IN_BACKGROUND) as command,
    ):
        connection, _ = listener.accept()
        with connection, connection.makefile("rwb") as line:
            line.readline()
            command.send_signal(signal.SIGINT)
            line.write(b'{"result": []}\n')
        said, complained = command.communicate(timeout=30)
        assert (command.returncode, said, complained) == (0, "[]\n", "")


def rows_without_end(server: ServerProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a stopped server so many rows that a backup is at work for as long as a test takes."""
    monkeypatch.setenv("INTERVIEW_DESK_DATA_DIR", str(server.data_dir))
    assert main(("member", "add", *OLGA)) == 0
    with closing(driver.connect(str(next(server.data_dir.glob("*.db"))))) as database:
        database.execute(
            "WITH RECURSIVE some(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM some WHERE n < 100000)"
            " INSERT INTO erased_ids (workspace_id, id, at)"
            " SELECT workspace.id, n, '2026-01-01' FROM workspace, some"
        )
        database.commit()


def test_a_backup_that_is_interrupted_leaves_nothing_behind(
    stopped: ServerProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows_without_end(stopped, monkeypatch)
    folder = tmp_path / "backups"
    folder.mkdir()
    unfinished = folder / "backup.gz.part"
    with begun(stopped, "backup", str(folder / "backup.gz")) as backup:
        while not unfinished.exists():
            assert backup.poll() is None
        assert interrupted(backup) == (130, "", SAID)
    assert [*folder.iterdir()] == []


def test_what_a_killed_backup_left_stops_no_other(
    stopped: ServerProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERVIEW_DESK_DATA_DIR", str(stopped.data_dir))
    left = tmp_path / "backup.gz.part"
    left.write_bytes(b"half")
    left.chmod(0o400)
    assert main(["backup", str(tmp_path / "backup.gz")]) == 0
    assert not left.exists()
    assert gzip.decompress((tmp_path / "backup.gz").read_bytes()).startswith(b'{"format"')


def test_a_server_that_only_starts_ends_without_a_word(
    stopped: ServerProcess, tmp_path: Path
) -> None:
    """It waits for its certificate, which comes from a pipe that nobody writes to."""
    os.mkfifo(tmp_path / "certificate")
    (tmp_path / "key").touch()
    tls = ("--tls-cert", str(tmp_path / "certificate"), "--tls-key", str(tmp_path / "key"))
    with (
        begun(stopped, "serve", "--port", "0", *tls) as server,
        (tmp_path / "certificate").open("wb"),
    ):
        assert interrupted(server) == (130, "", "")
