"""Databases and servers for tests: real ones, made quickly."""

import functools
import os
import re
import shutil
import subprocess
import sys
import uuid
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import sqlalchemy as sa
from sqlcipher3 import dbapi2 as driver
from typing_extensions import override

from interview_desk.app.demo.server import held_port
from interview_desk.domain.roles import Role
from sync_server.accounts import members
from sync_server.infra.clock import Clock
from sync_server.infra.crypto import DataKey, Vault
from sync_server.infra.database import Database, Tx
from sync_server.infra.parts import Parts
from sync_server.infra.postgres import PostgresDatabase
from sync_server.infra.sqlite import SqliteDatabase
from sync_server.models import metadata, workspace
from sync_server.operations.migrating import newest_revision
from sync_server.settings import Settings
from tests.helpers.postgres import PostgresCluster

WORKSPACE_ID = "0190f5fe-7c00-7a00-8000-000000000001"
EPOCH = "0190f5fe-7c00-7a00-8000-0000000000ee"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class SetClock(Clock):
    """A clock that stands until it is moved."""

    at: datetime = NOON

    @override
    def now(self) -> datetime:
        return self.at

    def advance(self, **units: float) -> None:
        """Let time pass: `clock.advance(minutes=11)`."""
        self.at += timedelta(**units)


def test_vault() -> Vault:
    """A vault whose keys are known and worth nothing."""
    vault = Vault([DataKey(b"0" * 32)])
    vault.learn("index", b"1" * 32)
    vault.learn("token", b"2" * 32)
    return vault


test_vault.__test__ = False  # type: ignore[attr-defined]  # pytest would take it for a test


class Templates:
    """One database of each kind with all tables and the workspace, to be copied by each test."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._postgres: str | None = None

    def sqlite(self) -> Path:
        """The file to copy."""
        path = self._directory / "template.db"
        if not path.exists():
            engine = sa.create_engine(f"sqlite:///{path}", module=driver)
            with engine.connect() as connection:
                # As the server leaves it: a reader may be first to open the copy.
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            _fill(engine)
        return path

    def postgres(self, cluster: PostgresCluster) -> str:
        """The name of the database to copy."""
        if self._postgres is None:
            self._postgres = cluster.new_database()
            _fill(sa.create_engine(cluster.url(self._postgres)))
        return self._postgres


# Reads every migration, which a new database for each history would do anew.
_newest_revision = functools.cache(newest_revision)


def _fill(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        create_all(Tx(connection, test_vault(), NOON))
    engine.dispose()


def orphan(tx: Tx) -> None:
    """Write what the embedded database takes, and finds wrong at the commit."""
    tx.connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    tx.connection.exec_driver_sql(
        "INSERT INTO devices (id, workspace_id, member_id, name, nonce_digest, paired_at)"
        " VALUES ('d', 'no such workspace', 'm', 'n', 'x', '2026-01-01')"
    )


def create_all(tx: Tx) -> None:
    """Make every table and the one workspace, in one step: as all migrations leave them."""
    metadata.create_all(tx.connection)
    revisions = sa.Table(
        "alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32), primary_key=True)
    )
    revisions.create(tx.connection)
    tx.connection.execute(sa.insert(revisions).values(version_num=_newest_revision()))
    tx.connection.execute(
        sa.insert(workspace).values(
            id=WORKSPACE_ID, name="Team", seq=0, epoch=EPOCH, created_at=NOON
        )
    )


@dataclass
class Databases:
    """Makes fresh databases of one kind, and removes them again."""

    kind: str
    directory: Path
    cluster: PostgresCluster | None
    templates: Templates
    _made: list[Database] = field(default_factory=list)
    _names: list[str] = field(default_factory=list)
    _addresses: dict[Database, str] = field(default_factory=dict)

    async def fresh(self, *, clock: Clock | None = None, vault: Vault | None = None) -> Database:
        """A database with all tables, one workspace and nothing else."""
        return self._open(clock or SetClock(), vault or test_vault(), empty=False)

    def open_new(self, *, clock: Clock, vault: Vault) -> Database:
        """A database without any table."""
        return self._open(clock, vault, empty=True)

    def address(self, database: Database) -> str:
        """Where another process finds the database, for `opened_at`."""
        return self._addresses[database]

    def _open(self, clock: Clock, vault: Vault, *, empty: bool) -> Database:
        if self.cluster is None:
            path = self.directory / f"desk-{len(self._made)}.db"
            if not empty:
                shutil.copyfile(self.templates.sqlite(), path)
            address = str(path)
        else:
            template = "template0" if empty else self.templates.postgres(self.cluster)
            name = self.cluster.new_database(template)
            self._names.append(name)
            address = self.cluster.url(name)
        database = opened_at(address, vault=vault, clock=clock)
        self._addresses[database] = address
        self._made.append(database)
        return database

    async def close(self) -> None:
        """Close and drop everything made here."""
        for database in self._made:
            await database.close()
        for name in self._names:
            if self.cluster is not None:
                self.cluster.drop(name)


def opened_at(address: str, *, vault: Vault, clock: Clock) -> Database:
    """The database at the path of a file, or at a URL of PostgreSQL."""
    if "://" in address:
        return PostgresDatabase(address, vault=vault, clock=clock)
    return SqliteDatabase(Path(address), vault=vault, clock=clock)


def add_member(
    tx: Tx, *, name: str = "Anna", email: str = "anna@example.org", role: Role = Role.INTERVIEWER
) -> str:
    """A member of the test team; the id."""
    member = members.add_member(
        tx,
        workspace_id=WORKSPACE_ID,
        member_id=str(uuid.uuid4()),
        email=email,
        name=name,
        role=role,
    )
    return member.id


def test_settings(data_dir: Path, **settings: object) -> Settings:
    """Settings for a server inside this process; nothing comes from the environment."""
    return Settings.model_validate({"data_dir": data_dir, **settings})


test_settings.__test__ = False  # type: ignore[attr-defined]  # pytest would take it for a test


def parts_on(database: Database, clock: Clock, *, data_dir: Path, **settings: object) -> Parts:
    """The parts of a server around an open test database."""
    return Parts(
        settings=test_settings(data_dir, **settings),
        database=database,
        vault=test_vault(),
        bus=database.bus,
        clock=clock,
        server_url="http://127.0.0.1:8787",
    )


_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR")


class ServerProcess:
    """The real `interview-desk-server serve` in its own data directory."""

    def __init__(
        self,
        data_dir: Path,
        *arguments: str,
        settings: Mapping[str, str] | None = None,
        program: tuple[str, ...] = ("-m", "sync_server"),
    ) -> None:
        """A server that is the same address again after a restart, as a client expects it."""
        self.data_dir = data_dir
        self._program = program
        self._settings = dict(settings or {})
        self._arguments = arguments
        place, self._port = held_port()
        weakref.finalize(self, place.close)
        self.said: list[str] = []
        self.url = ""
        self._process: subprocess.Popen[str] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What the program is told; nothing of ours leaks in but coverage's wish to watch."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if name in _ENVIRONMENT or name.startswith(("COV", "COVERAGE"))
        }
        ours = {f"INTERVIEW_DESK_{name}": value for name, value in self._settings.items()}
        return {**kept, "INTERVIEW_DESK_DATA_DIR": str(self.data_dir), **ours}

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> Self:
        """Start it and wait until it says where it listens."""
        self._process = subprocess.Popen(
            [
                sys.executable,
                *self._program,
                "serve",
                "--port",
                str(self._port),
                *self._arguments,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=self.environment,
        )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.said.append(line)
            if found := re.search(r"listening on (\S+)", line):
                self.url = found[1]
                return self
        self._end(15)
        raise AssertionError("the server did not start:\n" + "".join(self.said))

    def run(
        self, *arguments: str, stdin: str | None = None, patience: float = 50
    ) -> subprocess.CompletedProcess[str]:
        """Run another command of the program on the same data directory."""
        return subprocess.run(
            [sys.executable, *self._program, *arguments],
            capture_output=True,
            text=True,
            env=self.environment,
            input=stdin,
            timeout=patience,
            check=False,
        )

    def stop(self) -> int:
        """Ask it to end, and wait; what it still said is kept in `said`."""
        return self._end(15)

    def kill(self) -> int:
        """End it without warning."""
        return self._end(9)

    def _end(self, number: int) -> int:
        assert self._process is not None
        assert self._process.stdout is not None
        if self._process.stdout.closed:
            return self._process.wait(timeout=30)
        if self._process.poll() is None:
            self._process.send_signal(number)
        # Not communicate(): it would miss what this reader has buffered already.
        with self._process.stdout as output:
            self.said.extend(output)
        self._process.wait(timeout=30)
        return self._process.returncode

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process is not None and self._process.poll() is None
