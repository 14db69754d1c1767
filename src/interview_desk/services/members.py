"""Who is in the team: bringing people in, what their role is, and saying goodbye."""

import asyncio

from interview_desk.domain.errors import DeskError
from interview_desk.domain.members import check_member, check_team
from interview_desk.domain.records import Edit, Record
from interview_desk.domain.refusals import ChangeRefusedError, Rejection
from interview_desk.domain.roles import Role
from interview_desk.domain.values import Fields
from interview_desk.services.ports import Change, Me, NewId, Records

MEMBERS = "poblysh_team_members"
# A server that can be reached answers within a second or two.
_PATIENCE = 15.0


class MayNotManage(DeskError):  # noqa: N818  - reads as the sentence it shows
    """Only owners and admins decide who is in the team."""

    code = "may_not_manage"

    def __init__(self) -> None:
        super().__init__("Only an owner or admin can change who is in the team.")


class NotYetInTeam(DeskError):  # noqa: N818  - reads as the sentence it shows
    """The server has not answered yet; what was decided is kept and goes out by itself."""

    code = "not_yet_in_team"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The server cannot be reached, so there is no link yet. {name} is kept and joins the "
            "team as soon as it can; then press Invite again."
        )


class MemberService:
    """Decides who is in the team, through the outbox like every change."""

    def __init__(self, records: Records, *, me: Me, new_id: NewId) -> None:
        self._records = records
        self._me = me
        self._new_id = new_id

    @property
    def may_manage(self) -> bool:
        """Whether I decide who is in the team: there is one, and I run it."""
        return self._me.server is not None and self._me.role.runs_the_team

    async def bring_in(
        self, email: str, *, name: str, role: Role, patience: float = _PATIENCE
    ) -> None:
        """Take somebody into the team, and wait until the server knows them.

        Raises ChangeRefusedError with a sentence for what cannot be, NotYetInTeam where the server
        does not answer within `patience` seconds (the member is kept and sent later).
        """
        fields = {"name": name.strip(), "email": email.strip(), "role": role.value}
        check_member(fields, None)
        if not fields["email"]:
            raise ChangeRefusedError(Rejection.INVALID_VALUE, "Type the address of the person.")
        member_id = self._new_id()
        await self._write(Edit(MEMBERS, member_id, fields), before=None, after=fields)
        await self._answered(member_id, name=fields["name"], patience=patience)

    async def change_role(self, member_id: str, role: Role) -> None:
        """Let a member do more or less from now on."""
        before = await self._member(member_id)
        edit = Edit(MEMBERS, member_id, {"role": role.value})
        await self._write(edit, before=before, after={**before, **edit.fields})

    async def remove(self, member_id: str) -> None:
        """Take a member out of the team; their devices are signed out, what they wrote stays."""
        before = await self._member(member_id)
        await self._write(Edit(MEMBERS, member_id, {}, delete=True), before=before, after=None)

    async def _member(self, member_id: str) -> Fields:
        found = await self._records.get(MEMBERS, member_id)
        if found is None:
            raise ChangeRefusedError(Rejection.NOT_FOUND, "This member has left the team already.")
        return found.fields

    async def _write(self, edit: Edit, *, before: Fields | None, after: Fields | None) -> None:
        if not self.may_manage:
            raise MayNotManage
        team = await self._records.all_of(MEMBERS)
        check_team(before, after, others=[one.fields for one in team if one.id != edit.id])
        await self._records.write([edit])

    async def _answered(self, member_id: str, *, name: str, patience: float) -> None:
        news = asyncio.Event()

        def changed(changes: frozenset[Change]) -> None:
            if any(change.id == member_id for change in changes):
                news.set()

        stop = self._records.on_change(changed)
        try:
            async with asyncio.timeout(patience):
                while _is_waiting(await self._records.get(MEMBERS, member_id)):
                    await news.wait()
                    news.clear()
        except TimeoutError as error:
            raise NotYetInTeam(name) from error
        finally:
            stop()
        if await self._records.get(MEMBERS, member_id) is None:
            raise ChangeRefusedError(
                Rejection.FORBIDDEN,
                f"The server refused to take {name} in. Why stands under Needs attention.",
            )


def _is_waiting(member: Record | None) -> bool:
    return member is not None and bool(member.pending)
