"""Who is in the team, and how the next one gets in."""

from datetime import timedelta

import pytest

from interview_desk.domain.roles import Role
from interview_desk.services.team import (
    Invitation,
    MayNotInvite,
    TeamService,
    WorksAlone,
)
from tests.helpers.desk import ALONE, ME, NOW, MemoryRecords


class Server:
    async def create(self, email: str) -> Invitation:
        return Invitation(f"interviewdesk://pair?for={email}", "ABCD-1234", NOW + timedelta(0, 600))


async def test_i_come_first_and_the_others_by_name() -> None:
    records = MemoryRecords()
    for name in ("cy", "Ben", "Ada Berg"):
        records.member(name, member_id=ME.member_id if name == "Ada Berg" else name)
    found = await TeamService(records, me=ME).colleagues()
    assert [(one.member.name, one.is_me) for one in found] == [
        ("Ada Berg", True),
        ("Ben", False),
        ("cy", False),
    ]


async def test_an_owner_invites_by_address() -> None:
    team = TeamService(MemoryRecords(), me=ME, invitations=Server())
    assert team.may_invite
    assert (await team.invite(" mina@desk.test ")).link.endswith("for=mina@desk.test")


async def test_an_interviewer_adds_only_a_device_of_their_own() -> None:
    me = ME._replace(role=Role.INTERVIEWER)
    team = TeamService(MemoryRecords(), me=me, invitations=Server())
    assert not team.may_invite
    assert team.may_add_device
    with pytest.raises(MayNotInvite):
        await team.invite("mina@desk.test")
    assert (await team.second_device()).link.endswith("for=ada@desk.test")


async def test_alone_there_is_nobody_to_invite() -> None:
    team = TeamService(MemoryRecords(), me=ALONE)
    assert not team.may_invite
    assert not team.may_add_device
    assert team.me is ALONE
    with pytest.raises(WorksAlone):
        await team.invite("mina@desk.test")
    paired = TeamService(MemoryRecords(), me=ME._replace(email=None), invitations=Server())
    with pytest.raises(WorksAlone):
        await paired.second_device()
