"""Bringing people in, changing their role, and taking them out."""

import asyncio
from collections.abc import Sequence

import pytest
from typing_extensions import override

from interview_desk.domain.errors import DeskError
from interview_desk.domain.records import Edit
from interview_desk.domain.refusals import ChangeRefusedError
from interview_desk.domain.roles import Role
from interview_desk.services.members import MemberService, NotYetInTeam
from interview_desk.services.ports import Me
from tests.helpers.desk import ALONE, ME, MemoryRecords, StoppedClock, counted_ids

MEMBERS = "poblysh_team_members"
BEN = "ben"


@pytest.fixture
def records() -> MemoryRecords:
    made = MemoryRecords()
    made.member("Ada Berg", member_id=ME.member_id, role=Role.OWNER)
    made.member("Ben Okoro", member_id=BEN)
    return made


def service(records: MemoryRecords, me: Me = ME) -> MemberService:
    return MemberService(records, me=me, new_id=counted_ids(StoppedClock()))


class Answering(MemoryRecords):
    """Records whose server has an answer to each new member at once, while the desk goes on."""

    def __init__(self, *, takes: bool) -> None:
        super().__init__()
        self._takes = takes

    @override
    async def write(self, edits: Sequence[Edit]) -> None:
        await super().write(edits)
        asyncio.get_running_loop().call_soon(self._answer, edits[0].id)

    def _answer(self, member_id: str) -> None:
        self._announce([(MEMBERS, "somebody else")])
        if self._takes:
            self.put(MEMBERS, member_id, **self.rows[MEMBERS, member_id].fields)
        else:
            del self.rows[MEMBERS, member_id]
            self._announce([(MEMBERS, member_id)])


async def test_somebody_new_is_in_the_team_when_the_server_has_said_so() -> None:
    records = Answering(takes=True)
    records.member("Ada Berg", member_id=ME.member_id, role=Role.OWNER)
    await service(records).bring_in(" mina@desk.test ", name=" Mina Sol ", role=Role.OBSERVER)
    [_, mina] = await records.all_of(MEMBERS)
    assert mina.fields == {"name": "Mina Sol", "email": "mina@desk.test", "role": "observer"}
    assert not mina.pending


async def test_what_the_server_refuses_is_told_with_where_the_reason_is() -> None:
    records = Answering(takes=False)
    with pytest.raises(ChangeRefusedError, match="under Needs attention"):
        await service(records).bring_in("mina@desk.test", name="Mina", role=Role.OBSERVER)


async def test_without_an_answer_the_member_is_kept_and_the_wait_ends(
    records: MemoryRecords,
) -> None:
    with pytest.raises(NotYetInTeam, match="Mina is kept"):
        await service(records).bring_in(
            "mina@desk.test", name="Mina", role=Role.OBSERVER, patience=0
        )
    [*_, mina] = await records.all_of(MEMBERS)
    assert mina.pending == {"name", "email", "role"}


@pytest.mark.parametrize(
    ("email", "name", "sentence"),
    [
        ("mina", "Mina", "not an e-mail address"),
        ("", "Mina", "Type the address"),
        ("mina@desk.test", " ", "needs a name"),
        ("BEN@desk.test", "Ben again", "has this address already"),
    ],
)
async def test_what_cannot_be_is_said_before_anything_is_written(
    records: MemoryRecords, email: str, name: str, sentence: str
) -> None:
    with pytest.raises(ChangeRefusedError, match=sentence):
        await service(records).bring_in(email, name=name, role=Role.OBSERVER)
    assert records.written == []


async def test_a_role_is_changed_and_a_member_taken_out(records: MemoryRecords) -> None:
    managing = service(records)
    await managing.change_role(BEN, Role.ADMIN)
    await managing.remove(BEN)
    assert records.written == [
        Edit(MEMBERS, BEN, {"role": "admin"}),
        Edit(MEMBERS, BEN, {}, delete=True),
    ]
    with pytest.raises(ChangeRefusedError, match="has left the team already"):
        await managing.remove(BEN)


async def test_the_last_owner_cannot_leave_or_become_less(records: MemoryRecords) -> None:
    managing = service(records)
    with pytest.raises(ChangeRefusedError, match="needs an owner"):
        await managing.remove(ME.member_id)
    with pytest.raises(ChangeRefusedError, match="needs an owner"):
        await managing.change_role(ME.member_id, Role.ADMIN)
    await managing.change_role(BEN, Role.OWNER)
    await managing.remove(ME.member_id)


@pytest.mark.parametrize("me", [ALONE, ME._replace(role=Role.INTERVIEWER)])
async def test_others_decide_nothing(records: MemoryRecords, me: Me) -> None:
    managing = service(records, me)
    assert not managing.may_manage
    with pytest.raises(DeskError, match="Only an owner or admin"):
        await managing.change_role(BEN, Role.ADMIN)
    assert records.written == []
