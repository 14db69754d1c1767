"""A desk that was used alone has joined a team: what the team gets, and when.

Nothing is sent before the person has seen what it is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

_KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "interviews": ("interview", "interviews"),
    "startups": ("startup", "startups"),
    "contacts": ("contact", "contacts"),
    "interview_assignments": ("assignment", "assignments"),
    "interview_guests": ("guest", "guests"),
    "interview_answers": ("answer", "answers"),
    "interview_insights": ("insight", "insights"),
    "rating_sheets": ("rating sheet", "rating sheets"),
    "guides": ("guide", "guides"),
}
_OTHERS: Final = ("other record", "other records")
_NOTES: Final = ("page of notes", "pages of notes")


class Twin(NamedTuple):
    """A record made here that the team seems to have, too: its id here and there."""

    entity: str
    local: str
    theirs: str
    name: str
    their_name: str


@dataclass(frozen=True, slots=True)
class HandoverPlan:
    """What waits for the team: records by kind, notes, and what the team may have already."""

    counts: Mapping[str, int]
    notes: int
    twins: tuple[Twin, ...] = ()


class HandoverStore(Protocol):
    """The local side of handing work over."""

    async def plan(self) -> HandoverPlan:
        """What will be sent, and what the team seems to have already."""
        ...

    async def release(self, twins: Sequence[Twin]) -> None:
        """Send everything from now on; of each of `twins` the team keeps one record."""
        ...


class Handover:
    """Shows what the team will get, and lets it go."""

    def __init__(self, store: HandoverStore, *, released: Callable[[], None]) -> None:
        self._store = store
        self._released = released

    async def plan(self) -> HandoverPlan:
        """What waits for the team."""
        return await self._store.plan()

    async def send(self, same: Sequence[Twin]) -> None:
        """Let everything go; each of `same` becomes one with the team's record."""
        await self._store.release(same)
        self._released()


def plan_in_words(plan: HandoverPlan) -> list[str]:
    """What will be sent, one line for each kind."""
    others = sum(count for kind, count in plan.counts.items() if kind not in _KINDS)
    counted = [(plan.counts.get(kind, 0), words) for kind, words in _KINDS.items()]
    counted += [(plan.notes, _NOTES), (others, _OTHERS)]
    return [f"{count} {words[count != 1]}" for count, words in counted if count]
