"""What judging and mail wait for: only from whom it concerns, and only while it is missing."""

import pytest

from interview_desk.domain.agenda import Waiting, WaitingKind
from interview_desk.domain.roles import AssignmentRole, Role
from interview_desk.services.agenda import AgendaService
from interview_desk.services.ports import Me
from tests.helpers.desk import ME, MemoryRecords, StoppedClock
from tests.helpers.judging_story import INTERVIEW, TITLE, hand_in
from tests.helpers.mail_story import mail_story, put_mail

BEN = ME._replace(member_id="member-ben", role=Role.INTERVIEWER)
CHIDI = ME._replace(member_id="member-chidi", role=Role.INTERVIEWER)
RATING = Waiting(WaitingKind.RATING, TITLE, INTERVIEW)


@pytest.fixture
def records() -> MemoryRecords:
    return mail_story()


async def waiting(records: MemoryRecords, me: Me, kind: WaitingKind) -> list[Waiting]:
    service = AgendaService(records, me=me, clock=StoppedClock())
    return [one for one in await service.waiting() if one.kind is kind]


async def test_my_ratings_are_missing_until_i_hand_them_in(records: MemoryRecords) -> None:
    assert RATING in await waiting(records, ME, WaitingKind.RATING)
    assert RATING in await waiting(records, BEN, WaitingKind.RATING)
    assert RATING not in await waiting(records, CHIDI, WaitingKind.RATING)
    hand_in(records, ME.member_id, struggle=3, money=3)
    assert RATING not in await waiting(records, ME, WaitingKind.RATING)
    assert RATING in await waiting(records, BEN, WaitingKind.RATING)


async def test_a_shadow_is_not_asked_and_nobody_is_while_evaluation_is_off(
    records: MemoryRecords,
) -> None:
    records.part(INTERVIEW, "member-chidi", AssignmentRole.SHADOW)
    assert RATING not in await waiting(records, CHIDI, WaitingKind.RATING)
    records.put("flags", "flag-1", key="evaluation", on=False)
    assert await waiting(records, ME, WaitingKind.RATING) == []


async def test_a_mail_waits_for_those_who_were_in_its_interview(records: MemoryRecords) -> None:
    [mail] = await waiting(records, ME, WaitingKind.MAIL)
    assert mail == Waiting(
        WaitingKind.MAIL,
        "Lena Fischer",
        INTERVIEW,
        reason="A mail waits for your approval",
        record_id="mail-1",
    )
    assert await waiting(records, CHIDI, WaitingKind.MAIL) == []
    assert await waiting(records, ME._replace(role=Role.OBSERVER), WaitingKind.MAIL) == []


async def test_what_is_asked_and_what_went_wrong_is_said(records: MemoryRecords) -> None:
    put_mail(records, "mail-1", question="Has Lena Fischer replied?")
    put_mail(records, "mail-2", state="uncertain", guest_id=None)
    put_mail(records, "mail-3", state="failed", interview_id=None, member_id=ME.member_id)
    put_mail(records, "mail-4", state="failed", interview_id=None, member_id="member-ben")
    put_mail(records, "mail-5", state="queued")
    said = [(one.title, one.reason) for one in await waiting(records, ME, WaitingKind.MAIL)]
    assert said == [
        ("Lena Fischer", "Has Lena Fischer replied?"),
        ("A guest", "A mail may have left, or not"),
        ("Lena Fischer", "A mail could not be sent"),
    ]
