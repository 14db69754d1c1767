"""Somebody new comes into the team from an owner's desk, and leaves it again."""

import asyncio

import pytest

from interview_desk.domain.roles import Role
from interview_desk.remote import HttpInvitations
from interview_desk.services.members import MemberService
from interview_desk.services.server_errors import NotPairedError
from interview_desk.services.team import TeamService
from tests.helpers.at_work import at_work
from tests.helpers.desk import StoppedClock, counted_ids
from tests.helpers.remote import Desks, RemoteDesk, Team

MEMBERS = "poblysh_team_members"
MINA = "mina@example.org"


def managing(desk: RemoteDesk) -> MemberService:
    return MemberService(desk.store, me=desk.me, new_id=counted_ids(StoppedClock()))


async def test_somebody_new_is_brought_in_invited_given_a_role_and_taken_out(
    team: Team, desks: Desks
) -> None:
    owner = await desks.pair(team.url, await asyncio.to_thread(team.code), name="one")
    invitations = HttpInvitations(owner.session)
    inviting = TeamService(owner.store, me=owner.me, invitations=invitations)
    async with at_work(owner) as ann:
        await managing(owner).bring_in(MINA, name="Mina Sol", role=Role.OBSERVER)
        code = (await inviting.invite(MINA)).code
        new = await desks.pair(team.url, code, name="two")
        assert (new.me.name, new.me.role) == ("Mina Sol", Role.OBSERVER)
        await managing(owner).change_role(new.me.member_id, Role.INTERVIEWER)
        async with at_work(new) as mina:

            async def is_interviewer() -> bool:
                me = await new.store.get(MEMBERS, new.me.member_id)
                return me is not None and me.fields.get("role") == "interviewer"

            await mina.until(is_interviewer)
        me = await new.store.me()
        assert me is not None
        assert me.role is Role.INTERVIEWER
        await managing(owner).remove(new.me.member_id)
        await ann.until_sent()
    with pytest.raises(NotPairedError, match="join your team again"):
        await new.api.pull(None, limit=10)
