"""What can be erased from an interview on, and the wish for it."""

import pytest

from interview_desk.domain.agenda import WaitingKind
from interview_desk.domain.roles import Role
from interview_desk.services.agenda import AgendaService
from interview_desk.services.erasing import (
    Erasable,
    ErasingService,
    FailedErasure,
    TracesLeftError,
)
from interview_desk.services.interviews import InterviewGone
from interview_desk.services.ports import Me
from tests.helpers.backups import MemoryBackups
from tests.helpers.desk import ME, MemoryRecords, StoppedClock
from tests.helpers.erasing import ErasedHere, erasing

IN_A_TEAM = ME._replace(server="https://desk.example", role=Role.OWNER)


ALONE = ME._replace(server=None)


def service(records: MemoryRecords, me: Me = IN_A_TEAM) -> ErasingService:
    return erasing(records, me=me)


@pytest.mark.parametrize(
    ("me", "may"),
    [
        (IN_A_TEAM, True),
        (IN_A_TEAM._replace(role=Role.ADMIN), True),
        (IN_A_TEAM._replace(role=Role.INTERVIEWER), False),
        (ALONE, True),
    ],
)
def test_who_runs_a_team_or_has_none_may_erase(me: Me, *, may: bool) -> None:
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


async def test_used_alone_the_desk_erases_it_at_once_and_backs_up_what_is_left() -> None:
    records, here, backups = MemoryRecords(), ErasedHere(), MemoryBackups()
    alone = erasing(records, me=ALONE, here=here, backups=backups)
    assert alone.is_alone
    await alone.erase(Erasable("guest", "g1", "Gundula"))
    assert here.erased == [("guest", "g1")]
    assert records.rows == {}
    assert len(backups.kept) == 1


async def test_used_alone_a_full_disk_stops_the_backup_but_not_the_erasure() -> None:
    here, backups = ErasedHere(), MemoryBackups()
    backups.full = True
    alone = erasing(MemoryRecords(), me=ALONE, here=here, backups=backups)
    await alone.erase(Erasable("interview", "i1", "One"))
    assert here.erased == [("interview", "i1")]


async def test_used_alone_no_backup_is_made_of_traces_that_are_left() -> None:
    here, backups = ErasedHere(), MemoryBackups()
    here.full = True
    alone = erasing(MemoryRecords(), me=ALONE, here=here, backups=backups)
    with pytest.raises(TracesLeftError, match="at its next start"):
        await alone.erase(Erasable("interview", "i1", "One"))
    assert backups.kept == []


def wish(records: MemoryRecords, kind: str, subject: str, state: str = "failed") -> str:
    wish_id = f"wish-{len(records.rows)}"
    said = {"error": "Nothing is stored about it."} if state == "failed" else {}
    records.put("erasures", wish_id, kind=kind, subject_id=subject, state=state, **said)
    return wish_id


async def test_what_could_not_be_erased_is_told_by_its_name() -> None:
    records = MemoryRecords()
    interview = records.interview("One", None)
    records.guest(interview, "Greta", email="g@x.test")
    (guest,) = await records.of_interview("interview_guests", interview)
    for kind, subject in (
        ("interview", interview),
        ("guest", guest.id),
        ("interview", "unknown"),
        ("guest", "unknown"),
    ):
        wish(records, kind, subject)
    wish(records, "guest", guest.id, state="done")
    found = await service(records).failed()
    assert {one.name for one in found} == {"One", "Greta", "An interview", "A guest"}
    assert {one.said for one in found} == {"Nothing is stored about it."}
    assert await service(records, IN_A_TEAM._replace(role=Role.INTERVIEWER)).failed() == []


async def test_it_waits_for_who_runs_the_team() -> None:
    records = MemoryRecords()
    wish_id = wish(records, "guest", "unknown")
    agenda = AgendaService(records, me=IN_A_TEAM, clock=StoppedClock())
    (found,) = await agenda.waiting()
    assert (found.kind, found.record_id) == (WaitingKind.ERASURE, wish_id)


async def test_it_is_asked_for_again_or_left() -> None:
    records = MemoryRecords()
    first, second = wish(records, "guest", "g"), wish(records, "interview", "i")
    erasing = service(records)
    await erasing.ask_again(FailedErasure(first, "guest", "g", "Greta", ""))
    await erasing.leave(FailedErasure(second, "interview", "i", "One", ""))
    (left,) = await records.all_of("erasures")
    assert left.fields == {"kind": "guest", "subject_id": "g", "state": "waiting"}
