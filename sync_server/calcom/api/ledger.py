"""The budget of a key as a row, so that several servers share it and a restart forgets nothing.

Only budgets are stored here, no calls: what must survive a crash is a record already
(`booking_requests`), with a state that says how far it came, and a stored copy of its request
would be a second, older opinion about it. Everything else is a read that is simply made again.
"""

from dataclasses import asdict, fields

import sqlalchemy as sa

from sync_server.calcom.api.budget import Budget
from sync_server.infra.database import Tx
from sync_server.infra.inserting import inserting
from sync_server.models.budgets import call_budgets

_BUDGET = sa.select(*(call_budgets.c[field.name] for field in fields(Budget)))


class Ledger:
    """The budget of one key; `key` is at most 80 characters."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._mine = call_budgets.c.key == key

    def hold(self, tx: Tx, unused: Budget) -> Budget:
        """The budget, which stays ours until the commit; `unused` where the key is new."""
        new = inserting(tx, call_budgets).values(key=self._key, **asdict(unused))
        tx.connection.execute(new.on_conflict_do_nothing())
        held = _BUDGET.where(self._mine).with_for_update()
        return Budget(*tx.connection.execute(held).one())

    def write(self, tx: Tx, budget: Budget) -> None:
        """Keep what the budget has become."""
        change = sa.update(call_budgets).where(self._mine).values(**asdict(budget))
        tx.connection.execute(change)

    def look(self, tx: Tx) -> Budget | None:
        """The budget, without holding it; None where the key was never used."""
        row = tx.connection.execute(_BUDGET.where(self._mine)).one_or_none()
        return None if row is None else Budget(*row)
