"""What the command line does, once everything it needs is known to be installed."""

import asyncio
import os
import sys
from collections.abc import Sequence

from pydantic import ValidationError

from sync_server.cli.env_file import check_env_file
from sync_server.cli.interrupting import end_interrupted
from sync_server.cli.parser import arguments_of, parsed
from sync_server.cli.show import show
from sync_server.cli.unknown_settings import unknown_settings
from sync_server.infra.lock import AlreadyInUse
from sync_server.operations import catalogue
from sync_server.operations.commands import sentence_of
from sync_server.operations.control import EXPECTED
from sync_server.operations.running import run_anywhere
from sync_server.settings import Settings

__all__ = ["catalogue", "run"]

_DONE, _FAILED = 0, 1


def run(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks; the exit code is 0, 1 (failed) or 2 (wrong usage)."""
    asked = parsed(arguments)
    # Whatever is written in the data directory is its owner's only.
    os.umask(0o077)
    try:
        if asked.env_file is not None:
            check_env_file(asked.env_file)
        for sentence in unknown_settings(asked.env_file):
            _say(sentence)
        settings = Settings(_env_file=asked.env_file)
        if asked.command == "serve":
            from sync_server.cli.serve import serve

            serve(settings, asked)
            return _DONE
        result = asyncio.run(run_anywhere(settings, asked.command, arguments_of(asked)))
        show(asked, result)
        sys.stdout.flush()
    except ValidationError as error:
        return _fail(_wrong_settings(error))
    except BrokenPipeError:
        _leave_the_pipe()
    except (*EXPECTED, AlreadyInUse) as error:
        return _fail(sentence_of(error))
    except KeyboardInterrupt:
        # Once more, while a server that was asked to stop is finishing.
        end_interrupted()
    return _DONE


def _leave_the_pipe() -> None:
    """What Python still holds for whoever reads us goes nowhere: nobody can be given it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _say(sentence: str) -> None:
    sys.stderr.write(f"interview-desk-server: {sentence}\n")


def _fail(sentence: str) -> int:
    _say(sentence)
    try:
        sys.stdout.flush()
    except OSError:
        # Python would try once more at its end, complain, and end with a code of its own.
        _leave_the_pipe()
    return _FAILED


def _wrong_settings(error: ValidationError) -> str:
    """Which settings are wrong and why; their values may be secret and are not repeated."""
    said = [
        f"INTERVIEW_DESK_{str(found['loc'][0]).upper()}: "
        f"{found['msg'].removeprefix('Value error, ')}"
        for found in error.errors()
    ]
    return "These settings are not usable: " + "; ".join(said)
