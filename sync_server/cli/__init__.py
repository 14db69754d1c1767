"""`interview-desk-server`: serve the team, and look after the server."""

import sys
from collections.abc import Sequence

_PARTS = frozenset(
    {
        "alembic",
        "cryptography",
        "fastapi",
        "pydantic_settings",
        "sqlalchemy",
        "starlette",
        "uvicorn",
    }
)
_MISSING = (
    "interview-desk-server: the server's parts are not installed. "
    "Add them with: pip install 'interview-desk[server]'\n"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks; the exit code is 0, 1 (failed) or 2 (wrong usage)."""
    try:
        from sync_server.cli.program import run
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in _PARTS:
            raise
        sys.stderr.write(_MISSING)
        return 1
    return run(arguments)
