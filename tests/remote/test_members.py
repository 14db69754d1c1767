"""Somebody new comes into the team from an owner's desk, and leaves it again."""

import asyncio
import uuid

import pytest

from interview_desk.domain.records import Edit
from interview_desk.domain.roles import Role
from interview_desk.remote import HttpInvitations
from interview_desk.services.members import MemberService
from interview_desk.services.server_errors import NotPairedError
from interview_desk.services.team import TeamService
from tests.helpers.at_work import at_work, draft
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


async def test_who_becomes_external_keeps_what_they_see_and_what_they_had_not_sent(
    team: Team, desks: Desks
) -> None:
    owner = await desks.pair(team.url, await asyncio.to_thread(team.code), name="one")
    code = await asyncio.to_thread(team.code, "nora@example.org", Role.INTERVIEWER)
    new = await desks.pair(team.url, code, name="two")
    (seen, first), (hidden, second) = draft("With Nora"), draft("Without Nora")
    part = {"interview_id": seen, "member_id": new.me.member_id, "role": "observer"}
    assigned = Edit("interview_assignments", str(uuid.uuid4()), part)
    async with at_work(owner) as ann:
        await owner.store.write([first, second, assigned])
        await ann.until_sent()
        async with at_work(new) as nora:
            await nora.record("interviews", hidden, title="Without Nora")
            copies = await new.store.position()
        await new.store.write([Edit("interviews", hidden, {"title": "What I never sent"})])
        await managing(owner).change_role(new.me.member_id, Role.EXTERNAL)
        await ann.until_sent()
        async with at_work(new) as nora:

            async def is_forgotten() -> bool:
                return await new.store.get("interviews", hidden) is None

            await nora.until(is_forgotten)
            assert (await nora.record("interviews", seen)).fields["title"] == "With Nora"
        (kept,) = await new.store.quarantined()
        assert "What I never sent" in kept.text
        # And back: everything is there again.
        await managing(owner).change_role(new.me.member_id, Role.ADMIN)
        await ann.until_sent()
        async with at_work(new) as nora:
            await nora.record("interviews", hidden, title="Without Nora")
    assert (await new.store.position()).epoch == copies.epoch
