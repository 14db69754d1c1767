"""The team: who is in it, and how the next person or device gets in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from interview_desk.domain.errors import DeskError
from interview_desk.domain.interviews import Member, member_of
from interview_desk.services.ports import Me, Records


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-time way in: the link says everything, the code can be read out."""

    link: str
    code: str
    expires_at: datetime


class Invitations(Protocol):
    """The server, as far as it lets people in."""

    async def create(self, email: str) -> Invitation:
        """A fresh one-time link for this address; DeskError with a sentence where refused."""
        ...


class WorksAlone(DeskError):  # noqa: N818  - reads as the sentence it shows
    """A desk without a server has nobody to invite."""

    code = "works_alone"

    def __init__(self) -> None:
        super().__init__("This desk works alone. Join a team to let somebody in.")


class MayNotInvite(DeskError):  # noqa: N818  - reads as the sentence it shows
    """Only owners and admins bring people in."""

    code = "may_not_invite"

    def __init__(self) -> None:
        super().__init__("Only an owner or admin can invite somebody.")


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member as the Team page shows them."""

    member: Member
    is_me: bool


class TeamService:
    """Lists the members and lets people and devices in."""

    def __init__(self, records: Records, *, me: Me, invitations: Invitations | None = None) -> None:
        self._records = records
        self._me = me
        self._invitations = invitations

    @property
    def me(self) -> Me:
        """Who uses this desk."""
        return self._me

    @property
    def may_invite(self) -> bool:
        """Whether I can bring others in."""
        return self._invitations is not None and self._me.role.runs_the_team

    @property
    def may_add_device(self) -> bool:
        """Whether I can let in another computer of mine."""
        return self._invitations is not None and self._me.email is not None

    async def colleagues(self) -> list[Colleague]:
        """Everybody, me first, then by name."""
        members = map(member_of, await self._records.all_of("poblysh_team_members"))
        found = [Colleague(one, is_me=one.id == self._me.member_id) for one in members]
        return sorted(found, key=lambda one: (not one.is_me, one.member.name.casefold()))

    @staticmethod
    def knows(email: str, colleagues: Iterable[Colleague]) -> bool:
        """Whether one of them has this address, however it is capitalised."""
        wanted = email.strip().casefold()
        return any((one.member.email or "").casefold() == wanted for one in colleagues)

    async def invite(self, email: str) -> Invitation:
        """A way in for a member with this address."""
        if not self._me.role.runs_the_team:
            raise MayNotInvite
        return await self._invitation(email.strip())

    async def second_device(self) -> Invitation:
        """A way in for another computer of mine."""
        return await self._invitation(self._me.email or "")

    async def _invitation(self, email: str) -> Invitation:
        if self._invitations is None or not email:
            raise WorksAlone
        return await self._invitations.create(email)
