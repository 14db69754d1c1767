"""Ctrl+C: at most one line, and the code that shells know, whatever was going on."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

from sync_server.infra.files import remove_unfinished

_STDERR = 2
_CODE = 128 + signal.SIGINT
_SAID = (
    "interview-desk-server: Interrupted. "
    "A server that runs here goes on with what it was asked to do.\n"
)


@contextmanager
def ending_when_interrupted(*, quietly: bool = False) -> Iterator[None]:
    """Have Ctrl+C end the process at once, as a kill would, but with a word or `quietly`.

    The usual way would wait until the database has done what was asked, and keep it. This way the
    database takes back what was not finished, as it does after every sudden end.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        # Who started us in the background wants no Ctrl+C to reach us.
        yield
        return
    signal.signal(signal.SIGINT, _end_quietly if quietly else _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def end_interrupted() -> NoReturn:
    """End the process now, without waiting for its threads."""
    remove_unfinished()
    os._exit(_CODE)


def _end_quietly(_number: int, _frame: FrameType | None) -> None:
    end_interrupted()


def _end(_number: int, _frame: FrameType | None) -> None:
    # Not by way of `sys.stderr`, which may be in the middle of a line.
    with suppress(OSError):
        os.write(_STDERR, _SAID.encode())
    end_interrupted()
