"""Bringing the tables of a database to a revision, inside one unit of work."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError

from sync_server.infra.database import Tx


class NoSuchRevision(Exception):  # noqa: N818  - the sentence is for the operator
    """There is no revision of that name."""


class WrittenByNewer(NoSuchRevision):
    """The database is at a revision that this program does not know."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("sync_server.migrations")))
    return config


def newest_revision() -> str | None:
    """The revision this program was written for."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def current_revision(tx: Tx) -> str | None:
    """The revision the database is at, None for an empty one."""
    return MigrationContext.configure(tx.connection).get_current_revision()


def migrate(tx: Tx, to: str = "head") -> str | None:
    """Bring the database to `to`, forwards or back, and say where it is now.

    Raises NoSuchRevision; WrittenByNewer where it is the database's own that is not known.
    """
    config = _config()
    config.attributes["connection"] = tx.connection
    script = ScriptDirectory.from_config(config)
    _check_known(current_revision(tx), script)
    try:
        if _is_behind(tx, to, script):
            command.downgrade(config, to)
        else:
            command.upgrade(config, to)
    except CommandError as error:
        raise NoSuchRevision(f"There is no revision {to}.") from error
    return current_revision(tx)


def _check_known(current: str | None, script: ScriptDirectory) -> None:
    if current is None or current in {known.revision for known in script.walk_revisions()}:
        return
    raise WrittenByNewer(
        f"The data is of a newer version of this server (its revision is {current}). "
        "Update the server, or restore a backup made with this version into an empty directory."
    )


def _is_behind(tx: Tx, to: str, script: ScriptDirectory) -> bool:
    """Whether `to` lies before the revision the database is at."""
    current = current_revision(tx)
    if current is None or to == "head":
        return False
    if to == "base":
        return True
    passed = {revision.revision for revision in script.iterate_revisions(current, "base")}
    return to in passed
