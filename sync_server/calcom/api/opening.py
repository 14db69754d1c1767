"""The client of a running server, made when it is first needed."""

from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from sync_server.calcom.api.client import CalcomApi
from sync_server.calcom.api.exchange import Exchange
from sync_server.calcom.api.ledger import Ledger
from sync_server.calcom.api.queue import CallQueue
from sync_server.infra.parts import Parts
from sync_server.settings import Settings

if TYPE_CHECKING:
    from sync_server.infra.database import Database


class _Open(NamedTuple):
    settings: Settings
    queue: CallQueue


_OPEN: "WeakKeyDictionary[Database, _Open]" = WeakKeyDictionary()


def calcom_of(parts: Parts) -> CalcomApi | None:
    """Cal.com with the server's key, or None where no key is set.

    All who ask share one queue. `close_calcom` ends it with the server.
    """
    queue = queue_of(parts)
    return None if queue is None else CalcomApi(queue)


def queue_of(parts: Parts) -> CallQueue | None:
    """The queue of the server's key, or None where no key is set."""
    key = parts.settings.calcom_api_key
    if key is None:
        return None
    database = parts.database.itself
    found = _OPEN.get(database)
    if found is None or found.settings is not parts.settings:
        base_url = parts.settings.calcom_base_url
        name = parts.vault.digest("index", f"calcom|{base_url}|{key.get_secret_value()}").hex()
        queue = CallQueue(
            Exchange(base_url, key), database=database, ledger=Ledger(name), tally=parts.tally
        )
        found = _OPEN[database] = _Open(parts.settings, queue)
    return found.queue


async def close_calcom(parts: Parts) -> None:
    """End what is under way at Cal.com."""
    found = _OPEN.pop(parts.database.itself, None)
    if found is not None:
        await found.queue.close()
