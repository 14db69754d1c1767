"""Doing one piece of a worker's work so that its failure holds up no other piece."""

import asyncio
import logging
from collections.abc import Awaitable
from typing import TypeVar

from sync_server.infra.database import DatabaseUnavailable

T = TypeVar("T")

_log = logging.getLogger(__name__)


async def tried(work: Awaitable[T]) -> T | Exception:
    """What came of `work`, or why nothing did; a database that is away holds up everything."""
    (came,) = await asyncio.gather(work, return_exceptions=True)
    if isinstance(came, Exception):
        if isinstance(came, DatabaseUnavailable):
            raise came
        return came
    if isinstance(came, BaseException):
        raise came
    return came


def tell(words: str, record_id: str, failure: Exception) -> None:
    """Log that the record failed, and how; only the kind of failure is named, no data."""
    _log.error(words, record_id, type(failure).__name__)
