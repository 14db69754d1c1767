"""Use cases are coroutines; what never has to wait can be had without an event loop."""

from collections.abc import Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")


class HasToWaitError(RuntimeError):
    """The work needs a loop: nobody is there to answer it yet."""


def at_once(work: Coroutine[Any, Any, _T]) -> _T:
    """The result of `work`, which has to be answered without waiting, else HasToWaitError.

    The first page is read like this from the local database, before a loop is even loaded.
    """
    try:
        work.send(None)
    except StopIteration as done:
        result: _T = done.value
        return result
    work.close()
    raise HasToWaitError
