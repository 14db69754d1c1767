"""Whether this desk's copy is the server's: compared by fingerprint when all is quiet.

Nothing that works as it should makes the two differ; if they do, a whole copy is fetched, and
everything unsent stays.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol

from interview_desk.services.server_errors import RefusedError

_AGAIN_AFTER: Final = timedelta(days=1)


class Fingerprint(NamedTuple):
    """How many rows of one kind there are at `cursor`, and what their versions add up to."""

    cursor: str
    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Compared:
    """When the copies were compared last, and whether they differed; None: not since a new copy."""

    at: datetime | None
    differed: bool


class ComparisonStore(Protocol):
    """The local side of a comparison."""

    async def compared(self) -> Compared:
        """The last comparison."""
        ...

    async def note_comparison(self, compared: Compared) -> None:
        """Remember this one."""
        ...

    async def kinds(self) -> Sequence[str]:
        """Every kind of record to compare."""
        ...

    async def fingerprint(self, entity: str) -> Fingerprint | None:
        """What this desk has of one kind; None while anything of its own is under way."""
        ...


class ComparisonApi(Protocol):
    """The server's side of a comparison."""

    async def digest(self, entity: str) -> Fingerprint:
        """What the server has of one kind for this user."""
        ...


class Comparison:
    """Compares once a day, and after each whole copy."""

    def __init__(self, store: ComparisonStore, api: ComparisonApi) -> None:
        self._store = store
        self._api = api

    async def says_start_over(self, now: datetime, *, quiet: Callable[[], bool]) -> bool:
        """Whether the copies differ and a new one would help; False where it is not time yet.

        It gives up for now as soon as it is not `quiet` any more.
        """
        last = await self._store.compared()
        if last.at is not None and last.at <= now < last.at + _AGAIN_AFTER:
            return False
        differ = await self._differ(quiet)
        if differ is None:
            return False
        # A copy that differs right after it was fetched would differ the next time, too.
        helps = differ and not last.differed
        await self._store.note_comparison(Compared(now, helps))
        return helps

    async def _differ(self, quiet: Callable[[], bool]) -> bool | None:
        """None where anything moved meanwhile: then it says nothing."""
        for entity in await self._store.kinds():
            if not quiet():
                return None
            try:
                theirs = await self._api.digest(entity)
            except RefusedError:
                # An older server does not know this kind of record.
                continue
            ours = await self._store.fingerprint(entity)
            if ours is None or ours.cursor != theirs.cursor:
                return None
            if ours != theirs:
                return True
        return False
