"""`interview-desk-server`: serve the team, and look after the server."""

import atexit
import gc
import sys
from collections.abc import Callable, Sequence

from sync_server.cli.interrupting import ending_when_interrupted

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
    """Do what the command line asks; the exit code is 0, 1 (failed) or 2 (wrong usage).

    Ctrl+C ends the process with 130, but for a server that serves, which stops in good order. One
    that only starts goes without a word: there is nothing that would go on.
    """
    given = sys.argv[1:] if arguments is None else arguments
    with ending_when_interrupted(quietly="serve" in given):
        try:
            run = _loaded()
        except ModuleNotFoundError as missing:
            if (missing.name or "").partition(".")[0] not in _PARTS:
                raise
            sys.stderr.write(_MISSING)
            return 1
        return run(arguments)


def _loaded() -> Callable[[Sequence[str] | None], int]:
    """The program, whose many objects the collector never looks through.

    They are no garbage and live as long as the process. Looking would cost a third of the start,
    a tenth of a second now and then, and a whole one at the end.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        from sync_server.cli.program import run
    finally:
        gc.freeze()
        if collecting:
            gc.enable()
    atexit.register(gc.freeze)
    return run
