"""What can be erased from an interview on, and the wish for it."""

import pytest

from interview_desk.domain.roles import Role
from interview_desk.services.erasing import Erasable, ErasingService
from interview_desk.services.interviews import InterviewGone
from interview_desk.services.ports import Me
from tests.helpers.desk import ME, MemoryRecords, StoppedClock, counted_bytes

IN_A_TEAM = ME._replace(server="https://desk.example", role=Role.OWNER)


def service(records: MemoryRecords, me: Me = IN_A_TEAM) -> ErasingService:
    return ErasingService(records, me=me, clock=StoppedClock(), randomness=counted_bytes())


@pytest.mark.parametrize(
    ("me", "may"),
    [
        (IN_A_TEAM, True),
        (IN_A_TEAM._replace(role=Role.ADMIN), True),
        (IN_A_TEAM._replace(role=Role.INTERVIEWER), False),
        (IN_A_TEAM._replace(server=None), False),
    ],
)
def test_who_runs_a_team_may_erase(me: Me, *, may: bool) -> None:
    assert service(MemoryRecords(), me).may_erase is may


async def test_the_interview_and_each_guest_can_be_chosen_with_what_goes_along() -> None:
    records = MemoryRecords()
    one, other = records.interview("One", None), records.interview("Both", None)
    records.rows["interviews", one] = records.rows["interviews", one]._replace(
        fields={"calcom_title": "Call"}
    )
    for interview, email in ((one, "g@x.test"), (other, "g@x.test"), (other, "h@x.test")):
        records.guest(interview, email.partition("@")[0], email=email)
    whole, guest = await service(records).choices(one)
    assert whole == Erasable("interview", one, "Call", ("Call",))
    assert (guest.kind, guest.name) == ("guest", "g")
    assert (guest.interviews, guest.kept) == (("Call",), ("Both",))


async def test_what_is_gone_cannot_be_erased() -> None:
    with pytest.raises(InterviewGone):
        await service(MemoryRecords()).choices("nothing")


async def test_a_wish_is_a_record_that_waits_for_the_server() -> None:
    records = MemoryRecords()
    await service(records).erase(Erasable("guest", "g1", "Gundula"))
    (wish,) = [row for (entity, _), row in records.rows.items() if entity == "erasures"]
    assert wish.fields == {"kind": "guest", "subject_id": "g1", "state": "waiting"}
