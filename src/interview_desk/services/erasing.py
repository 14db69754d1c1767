"""Erasing a guest or an interview for good: what would go, and the wish for it.

The team's server carries it out, as it does for its operator; every desk then lets go of it. A
desk that is used alone does it itself, at once.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, Protocol

from interview_desk.domain.agenda import Waiting, WaitingKind
from interview_desk.domain.erasure import KINDS_WITH_GUESTS, interviews_with, traces_of
from interview_desk.domain.errors import DeskError
from interview_desk.domain.records import Edit, Record
from interview_desk.services.backups import BackupFailedError, BackupService
from interview_desk.services.interviews import InterviewGone
from interview_desk.services.ports import Me, NewId, Records

_UNTITLED = "Untitled interview"

Subject = Literal["interview", "guest"]


class TracesLeftError(DeskError):
    """It is erased, and the files of this computer may still hold traces of it."""

    code = "traces_left"

    def __init__(self) -> None:
        super().__init__(
            "It is erased from your desk, but traces of it may be left in this computer's files "
            "and backups; the disk may be full. Make some room: the desk wipes them at its next "
            "start."
        )


@dataclass(frozen=True, slots=True)
class Erasable:
    """Something that can be erased, its name, and what else that means.

    `interviews` are the titles of those that go whole with it, `kept` of those that were with
    others too and stay.
    """

    kind: Subject
    subject_id: str
    name: str
    interviews: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FailedErasure:
    """What somebody asked to be erased and the server could not erase; `said` is its reason."""

    id: str
    kind: Subject
    subject_id: str
    name: str
    said: str


class ErasesHere(Protocol):
    """The files of this computer, and nothing else."""

    async def erase(self, kind: Subject, subject_id: str) -> None:
        """Erase it, with all traces and backups; TracesLeftError where those could not go yet."""
        ...


class ErasingService:
    """Says what can be erased from an interview on, and has it erased."""

    def __init__(
        self,
        records: Records,
        *,
        me: Me,
        new_id: NewId,
        here: ErasesHere,
        backups: BackupService,
    ) -> None:
        self._records = records
        self._me = me
        self._new_id = new_id
        self._here = here
        self._backups = backups

    @property
    def may_erase(self) -> bool:
        """Whether this person may have it erased: who runs a team, and who has none."""
        return self.is_alone or self._me.role.runs_the_team

    @property
    def is_alone(self) -> bool:
        """Whether it is erased on this computer, and not by a team's server."""
        return self._me.server is None

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
        """Ask for it; kept on this device until the server has it, and then it is done.

        Used alone, the desk does it at once; TracesLeftError where its files could not be wiped.
        """
        if self.is_alone:
            await self._here.erase(chosen.kind, chosen.subject_id)
            # The earlier ones went along. Where there is no room, tomorrow's is the first again.
            with suppress(BackupFailedError):
                await self._backups.back_up()
            return
        erasure = self._new_id()
        fields = {"kind": chosen.kind, "subject_id": chosen.subject_id, "state": "waiting"}
        await self._records.write([Edit("erasures", erasure, fields)])

    async def failed(self) -> list[FailedErasure]:
        """What could not be erased, oldest first; only for who may ask for it."""
        return await failed_erasures(self._records, me=self._me)

    async def ask_again(self, one: FailedErasure) -> None:
        """Ask for the same once more, in the place of the wish that failed."""
        await self.erase(Erasable(one.kind, one.subject_id, one.name))
        await self.leave(one)

    async def leave(self, one: FailedErasure) -> None:
        """Take note of it; the past of the wish stays with the server."""
        await self._records.write([Edit("erasures", one.id, {}, delete=True)])

    async def _guest(self, guest: Record, known: list[Record]) -> Erasable:
        whole, kept = interviews_with(known, traces_of(known, guest.id))
        name = guest.fields.get("name") or guest.fields.get("email") or "This guest"
        return Erasable(
            "guest", guest.id, str(name), await self._titles(whole), await self._titles(kept)
        )

    async def _titles(self, interview_ids: frozenset[str]) -> tuple[str, ...]:
        found = [await self._records.get("interviews", one) for one in interview_ids]
        return tuple(sorted(_title(one) for one in found if one is not None))


async def failed_erasures(records: Records, *, me: Me) -> list[FailedErasure]:
    """What could not be erased, oldest first; nothing for who may not ask for it."""
    if not me.role.runs_the_team:
        return []
    wishes = await records.all_of("erasures")
    return [await _failed(one, records) for one in wishes if one.fields.get("state") == "failed"]


async def waiting_erasures(records: Records, *, me: Me) -> list[Waiting]:
    """What could not be erased, as something that waits for a person."""
    return [
        Waiting(WaitingKind.ERASURE, one.name, record_id=one.id)
        for one in await failed_erasures(records, me=me)
    ]


async def _failed(wish: Record, records: Records) -> FailedErasure:
    kind: Subject = "interview" if wish.fields.get("kind") == "interview" else "guest"
    subject_id, said = str(wish.fields.get("subject_id")), str(wish.fields.get("error") or "")
    if kind == "interview":
        interview = await records.get("interviews", subject_id)
        name = _title(interview) if interview else "An interview"
    else:
        guest = await records.get("interview_guests", subject_id)
        name = str(guest.fields.get("name") or "A guest") if guest else "A guest"
    return FailedErasure(wish.id, kind, subject_id, name, said)


def _title(interview: Record) -> str:
    fields = interview.fields
    return str(fields.get("title") or fields.get("calcom_title") or _UNTITLED)
