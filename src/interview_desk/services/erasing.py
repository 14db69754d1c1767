"""Erasing a guest or an interview for good: what would go, and the wish for it.

The team's server carries it out, as it does for its operator; every desk then lets go of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from interview_desk.domain.erasure import KINDS_WITH_GUESTS, interviews_with, traces_of
from interview_desk.domain.ids import RANDOM_BYTES, new_id
from interview_desk.domain.records import Edit, Record
from interview_desk.services.interviews import InterviewGone
from interview_desk.services.ports import Clock, Me, Records

_UNTITLED = "Untitled interview"


@dataclass(frozen=True, slots=True)
class Erasable:
    """Something that can be erased, its name, and what else that means.

    `interviews` are the titles of those that go whole with it, `kept` of those that were with
    others too and stay.
    """

    kind: Literal["interview", "guest"]
    subject_id: str
    name: str
    interviews: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


class ErasingService:
    """Says what can be erased from an interview on, and asks the team's server for it."""

    def __init__(
        self, records: Records, *, me: Me, clock: Clock, randomness: Callable[[int], bytes]
    ) -> None:
        self._records = records
        self._me = me
        self._clock = clock
        self._randomness = randomness

    @property
    def may_erase(self) -> bool:
        """Whether this person may ask for it: who runs a team, and has one."""
        return self._me.server is not None and self._me.role.runs_the_team

    async def choices(self, interview_id: str) -> list[Erasable]:
        """The interview itself, and each of its guests; InterviewGone where it is not here."""
        interview = await self._records.get("interviews", interview_id)
        if interview is None:
            raise InterviewGone
        guests = await self._records.of_interview("interview_guests", interview_id)
        known = [one for kind in KINDS_WITH_GUESTS for one in await self._records.all_of(kind)]
        title = _title(interview)
        whole = Erasable("interview", interview_id, title, (title,))
        return [whole, *[await self._guest(guest, known) for guest in guests]]

    async def erase(self, chosen: Erasable) -> None:
        """Ask for it; kept on this device until the server has it, and then it is done."""
        erasure = new_id(self._clock.now(), self._randomness(RANDOM_BYTES))
        fields = {"kind": chosen.kind, "subject_id": chosen.subject_id, "state": "waiting"}
        await self._records.write([Edit("erasures", erasure, fields)])

    async def _guest(self, guest: Record, known: list[Record]) -> Erasable:
        whole, kept = interviews_with(known, traces_of(known, guest.id))
        name = guest.fields.get("name") or guest.fields.get("email") or "This guest"
        return Erasable(
            "guest", guest.id, str(name), await self._titles(whole), await self._titles(kept)
        )

    async def _titles(self, interview_ids: frozenset[str]) -> tuple[str, ...]:
        found = [await self._records.get("interviews", one) for one in interview_ids]
        return tuple(sorted(_title(one) for one in found if one is not None))


def _title(interview: Record) -> str:
    fields = interview.fields
    return str(fields.get("title") or fields.get("calcom_title") or _UNTITLED)
