"""A PostgreSQL cluster of our own, as fast as a test may have it."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from itertools import count
from pathlib import Path

import psycopg
import pytest

_STARTED = "ready to accept connections"
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "lc_messages": "C",
}


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    on_path = shutil.which("postgres")
    if not found and on_path is None:
        pytest.skip("PostgreSQL is not installed")
    return found[-1].parent if found else Path(str(on_path)).parent


class PostgresCluster:
    """One cluster in a scratch directory, reached over a socket that only we can open."""

    def __init__(self, **settings: str) -> None:
        """A cluster with these settings besides ours."""
        self._settings = {**_SETTINGS, **settings}
        self._binaries = _binaries()
        # A short path: a socket's may not be longer than about a hundred bytes.
        self.directory = Path(tempfile.mkdtemp(prefix="desk-pg-"))
        self._numbers = count(1)
        self._templates: set[str] = set()
        # PostgreSQL refuses to run as root.
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user is not None:
            account = pwd.getpwnam(self._user)
            os.chown(self.directory, account.pw_uid, account.pw_gid)
        self._run("initdb", "-D", self._data, "-U", "desk", "-A", "trust", "-E", "UTF8", "-N")
        self._process = self._start()

    @property
    def _data(self) -> str:
        return str(self.directory / "data")

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._binaries / program, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            user=self._user,
            cwd=self.directory,
            env={"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]},
        )

    def _start(self) -> subprocess.Popen[str]:
        settings = {**self._settings, "unix_socket_directories": str(self.directory)}
        process = subprocess.Popen(
            [
                self._binaries / "postgres",
                "-D",
                self._data,
                *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
            ],
            stderr=subprocess.PIPE,
            text=True,
            user=self._user,
            group=self._user,
            extra_groups=[] if self._user else None,
            cwd=self.directory,
            env={"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]},
        )
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if _STARTED in line:
                break
        else:
            raise AssertionError("PostgreSQL did not start: " + "".join(said))
        # Somebody must read on, or the server stops at a full pipe.
        threading.Thread(target=process.stderr.read, daemon=True).start()
        return process

    def _execute(self, statement: str) -> None:
        with psycopg.connect(
            f"host={self.directory} user=desk dbname=postgres", autocommit=True
        ) as connection:
            connection.execute(statement.encode())

    def url(self, name: str) -> str:
        """The address of the database `name`."""
        return f"postgresql+psycopg://desk@/{name}?host={self.directory}"

    def new_database(self, template: str = "template0") -> str:
        """The name of a fresh database, a copy of `template`."""
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        """Forget a database, whoever is still connected."""
        assert re.fullmatch(r"test_\d+", name)
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """Stop at once and leave nothing behind."""
        self.halt()
        shutil.rmtree(self.directory)

    def crash(self) -> None:
        """End the server as a crash would: nothing is finished, the next start has to recover."""
        self.halt(signal.SIGQUIT)

    def halt(self, number: int = signal.SIGINT) -> None:
        """Stop the server, whoever is connected; its data stays."""
        if self._process.poll() is None:
            self._process.send_signal(number)
            self._process.wait(timeout=30)
        if self._process.stderr is not None:
            self._process.stderr.close()

    def resume(self) -> None:
        """Start again after `halt`."""
        self._process = self._start()
