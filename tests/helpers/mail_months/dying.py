"""Workers that die: at a point between two steps, or by SIGKILL as a process of their own."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from typing_extensions import override

from sync_server.followups.gateways.resend_api import ResendCarrier
from sync_server.followups.letters import Letter
from sync_server.followups.outcomes import Outcome
from sync_server.infra.database import Database, Tx
from sync_server.models.due import due_work
from tests.helpers.around import AroundDatabase
from tests.helpers.dying import steps_of

T = TypeVar("T")

# A worker that takes and carries one mail takes about so many steps.
_USUAL_STEPS = 150


class Killed(BaseException):
    """This worker is dead from here on; what it catches of its own failures, it catches no more."""


class Dying:
    """Whether the worker that asks dies at this very point."""

    def __init__(self) -> None:
        self._left = 0
        self.kills = 0

    @property
    def is_coming(self) -> bool:
        """Whether somebody is to die who has not come to the point yet."""
        return self._left > 0

    def after(self, points: int) -> None:
        """Have the one die who comes to the point with this number from now on."""
        self._left = points

    def here(self) -> None:
        """One of the points between two steps."""
        if not self._left:
            return
        self._left -= 1
        if not self._left:
            self.kills += 1
            raise Killed


class MortalDatabase(AroundDatabase):
    """A database whose user may die before the work, or after its commit and before its answer."""

    def __init__(self, real: Database, dying: Dying) -> None:
        super().__init__(real)
        self._dying = dying

    @override
    async def write(self, work: Callable[[Tx], T]) -> T:
        self._dying.here()
        done = await super().write(work)
        self._dying.here()
        return done


class MortalCarrier(ResendCarrier):
    """The real one, whose user may die before the call and after its answer."""

    def __init__(self, *arguments: Any, dying: Dying, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._dying = dying

    @override
    async def carry(self, letter: Letter) -> Outcome:
        self._dying.here()
        outcome = await super().carry(letter)
        self._dying.here()
        return outcome


class Processes:
    """Workers as processes of their own, each killed at a step somewhere in its work."""

    def __init__(self, database: Database, address: str, resend: str) -> None:
        self._database = database
        self._resend = resend
        self._address = address
        self._most_steps = _USUAL_STEPS
        self.kills = 0

    async def work_and_die(self, at: datetime, share: float) -> None:
        """Carry what is due at `at` and be killed after this share of the usual steps."""
        holder = f"process-{self.kills}-{at:%d%H}"
        last = 1 + int(share * self._most_steps)
        steps = await steps_of(
            *("tests.helpers.mail_months.worker", self._address, self._resend),
            *(at.isoformat(), holder, str(last)),
        )
        if steps:
            self._most_steps = steps
            return
        self.kills += 1
        await leases_end(self._database, [holder])


async def leases_end(database: Database, holders: Sequence[str]) -> None:
    """As if so much time had passed that these are taken for dead."""
    over = sa.update(due_work).where(due_work.c.holder.in_(holders))
    over = over.values(lease_until=datetime(2020, 1, 1, tzinfo=UTC))
    await database.write(lambda tx: tx.connection.execute(over))
