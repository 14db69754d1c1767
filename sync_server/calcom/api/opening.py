"""The client of a running server, made when it is first needed."""

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sync_server.calcom.api.client import CalcomApi
from sync_server.calcom.api.exchange import Exchange
from sync_server.calcom.api.ledger import Ledger
from sync_server.calcom.api.queue import CallQueue
from sync_server.infra.parts import Parts

if TYPE_CHECKING:
    from sync_server.infra.database import Database

# The queue of each key, by what its budget is called.
_OPEN: "WeakKeyDictionary[Database, dict[str, CallQueue]]" = WeakKeyDictionary()


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
    base_url = parts.settings.calcom_base_url
    name = parts.vault.digest("index", f"calcom|{base_url}|{key.get_secret_value()}").hex()
    queues = _OPEN.setdefault(database, {})
    if name not in queues:
        exchange = Exchange(base_url, key)
        queues[name] = CallQueue(
            exchange, database=database, ledger=Ledger(name), tally=parts.tally
        )
    return queues[name]


async def close_calcom(parts: Parts) -> None:
    """End what is under way at Cal.com."""
    for queue in _OPEN.pop(parts.database.itself, {}).values():
        await queue.close()
