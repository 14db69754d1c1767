"""What a person does with an interview."""

from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

import pytest

from interview_desk.domain.agenda import Appointment
from interview_desk.domain.errors import DeskError
from interview_desk.domain.instants import format_instant
from interview_desk.domain.interviews import guest_of, interview_of
from interview_desk.domain.roles import AssignmentRole, AssignmentState
from interview_desk.domain.status import Status
from interview_desk.domain.values import Json
from interview_desk.services.interviews import (
    BookedMeanwhile,
    InterviewGone,
    InterviewService,
    MoveNotAllowed,
    NewInterview,
    NothingToSave,
    NotUnderstood,
    typed_of,
)
from tests.helpers.desk import ME, NOW, MemoryRecords, StoppedClock, counted_ids

INTERVIEW = "0199c0de-0000-7000-8000-000000000001"


class Link(NamedTuple):
    service: str | None
    url: str | None


def find(text: str) -> Link | None:
    """Stands for the catalogue: knows one address, and a phone."""
    if "zoom.us/j/123" in text:
        return Link("zoom", "https://zoom.us/j/123")
    return Link(None, None) if text.startswith("+") else None


@pytest.fixture
def records() -> MemoryRecords:
    return MemoryRecords()


@pytest.fixture
def service(records: MemoryRecords) -> InterviewService:
    return InterviewService(records, me=ME, new_id=counted_ids(StoppedClock()), find_link=find)


async def one_row(records: MemoryRecords, entity: str) -> dict[str, object]:
    (row,) = await records.all_of(entity)
    return dict(row.fields)


async def test_a_new_interview_is_kept_whole(
    records: MemoryRecords, service: InterviewService
) -> None:
    new = NewInterview(
        " Why they switched ",
        startup="Brightloom",
        guest="Mina Sato",
        guest_email="mina@guest.test",
        guest_zone="Asia/Tokyo",
        start=NOW,
        minutes=45,
        zone="Europe/Berlin",
        where="Join: https://zoom.us/j/123 see you",
    )
    interview_id = await service.create(new)
    startup = (await records.all_of("startups"))[0]
    assert startup.fields == {"name": "Brightloom"}
    assert await one_row(records, "interviews") == {
        "title": "Why they switched",
        "status": "scheduled",
        "zone": "Europe/Berlin",
        "startup_id": startup.id,
        "start": "2026-11-18T10:48:00Z",
        "end": "2026-11-18T11:33:00Z",
        "location": "https://zoom.us/j/123",
        "join_service": "zoom",
        "join_url": "https://zoom.us/j/123",
    }
    assert await one_row(records, "interview_guests") == {
        "interview_id": interview_id,
        "name": "Mina Sato",
        "email": "mina@guest.test",
        "zone": "Asia/Tokyo",
    }
    assert await one_row(records, "interview_assignments") == {
        "interview_id": interview_id,
        "member_id": ME.member_id,
        "role": "lead",
        "state": "accepted",
    }


async def test_a_title_alone_makes_a_draft(
    records: MemoryRecords, service: InterviewService
) -> None:
    await service.create(NewInterview("Idea", where="+49 30 1234"))
    assert await one_row(records, "interviews") == {
        "title": "Idea",
        "status": "draft",
        "location": "+49 30 1234",
    }
    assert await records.all_of("interview_guests") == []


async def test_a_guest_may_be_an_address_only(
    records: MemoryRecords, service: InterviewService
) -> None:
    await service.create(NewInterview("Idea", guest_email="mina@guest.test"))
    assert (await one_row(records, "interview_guests"))["name"] == "mina@guest.test"


async def test_a_known_startup_is_used_again(
    records: MemoryRecords, service: InterviewService
) -> None:
    records.put("startups", "s1", name="Other")
    records.put("startups", "s2", name="Brightloom")
    await service.create(NewInterview("Idea", startup="brightloom"))
    assert (await one_row(records, "interviews"))["startup_id"] == "s2"
    assert "startups" not in {edit.entity for edit in records.written}


async def test_without_a_title_nothing_is_kept(
    records: MemoryRecords, service: InterviewService
) -> None:
    with pytest.raises(NothingToSave, match="title"):
        await service.create(NewInterview("  "))
    assert records.written == []


def test_a_pasted_link_is_recognised_while_typing(service: InterviewService) -> None:
    found = service.recognise("https://zoom.us/j/123")
    assert found is not None
    assert found.service == "zoom"
    assert service.recognise("+49 30 1234") is None
    assert service.recognise("Room 2") is None


async def test_asking_somebody_is_a_proposal_and_asking_me_is_a_yes(
    records: MemoryRecords, service: InterviewService
) -> None:
    await service.assign(INTERVIEW, member_id="ben", role=AssignmentRole.NOTE_TAKER)
    await service.assign(INTERVIEW, member_id=ME.member_id, role=AssignmentRole.LEAD)
    states = {row.fields["member_id"]: row.fields["state"] for row in records.rows.values()}
    assert states == {"ben": AssignmentState.PROPOSED, ME.member_id: AssignmentState.ACCEPTED}


async def test_a_second_part_replaces_the_first(
    records: MemoryRecords, service: InterviewService
) -> None:
    records.part("i1", "ann")
    part = records.part("i1", "ben", AssignmentRole.OBSERVER)
    await service.assign("i1", member_id="ben", role=AssignmentRole.LEAD)
    row = await records.get("interview_assignments", part)
    assert row is not None
    assert (row.fields["role"], row.fields["state"]) == ("lead", "proposed")
    assert len(await records.all_of("interview_assignments")) == 2


async def test_two_desks_that_ask_the_same_member_write_the_same_record(
    records: MemoryRecords, service: InterviewService
) -> None:
    elsewhere = MemoryRecords()
    other = InterviewService(elsewhere, me=ME, new_id=lambda: "unused", find_link=find)
    await service.assign(INTERVIEW, member_id="ben", role=AssignmentRole.LEAD)
    await other.assign(INTERVIEW, member_id="ben", role=AssignmentRole.OBSERVER)
    (here,) = await records.all_of("interview_assignments")
    (there,) = await elsewhere.all_of("interview_assignments")
    assert here.id == there.id


async def test_i_answer_what_i_was_asked(records: MemoryRecords, service: InterviewService) -> None:
    part = records.part("i1", ME.member_id, state=AssignmentState.PROPOSED)
    await service.accept(part)
    assert (await one_row(records, "interview_assignments"))["state"] == "accepted"
    await service.decline(part)
    assert (await one_row(records, "interview_assignments"))["state"] == "declined"
    await service.unassign(part)
    assert await records.all_of("interview_assignments") == []


async def test_a_status_moves_only_as_the_table_allows(
    records: MemoryRecords, service: InterviewService
) -> None:
    one = records.interview("A", NOW)
    await service.move(one, Status.NO_SHOW)
    assert (await one_row(records, "interviews"))["status"] == "no_show"
    with pytest.raises(MoveNotAllowed, match="no show cannot become evaluated"):
        await service.move(one, Status.EVALUATED)


async def test_a_title_can_be_changed_but_not_emptied(
    records: MemoryRecords, service: InterviewService
) -> None:
    one = records.interview("A", NOW + timedelta(days=1))
    await service.rename(one, " B ")
    assert (await one_row(records, "interviews"))["title"] == "B"
    with pytest.raises(NothingToSave):
        await service.rename(one, " ")


async def test_what_is_gone_is_said_in_one_sentence(service: InterviewService) -> None:
    with pytest.raises(InterviewGone, match="no longer here"):
        await service.rename("missing", "B")


WHOLE = NewInterview(
    "Why they switched",
    startup="Brightloom",
    guest="Mina Sato",
    guest_email="mina@guest.test",
    guest_zone="Asia/Tokyo",
    start=NOW,
    minutes=45,
    where="Room 2",
)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (replace(WHOLE, title=" "), "Give the interview a title"),
        (
            replace(WHOLE, guest_email="mina at guest"),
            "\u201cmina at guest\u201d is not an e-mail address",
        ),
        (replace(WHOLE, guest_zone="Asia/Tok"), "There is no time zone \u201cAsia/Tok\u201d"),
        (replace(WHOLE, guest_zone="../etc"), "There is no time zone"),
    ],
)
async def test_what_cannot_be_kept_is_said_and_nothing_is_written(
    records: MemoryRecords, service: InterviewService, typed: NewInterview, sentence: str
) -> None:
    with pytest.raises(DeskError, match=sentence):
        await service.create(typed)
    one = await service.create(WHOLE)
    before = list(records.written)
    with pytest.raises(DeskError, match=sentence):
        await service.rewrite(one, was=WHOLE, new=typed)
    assert records.written == before


async def test_only_what_was_typed_anew_is_written(
    records: MemoryRecords, service: InterviewService
) -> None:
    one = await service.create(WHOLE)
    records.written.clear()
    await service.rewrite(one, was=WHOLE, new=WHOLE)
    assert records.written == []
    later = NOW + timedelta(hours=2)
    new = replace(WHOLE, where="https://zoom.us/j/123", start=later, guest_zone=None)
    await service.rewrite(one, was=WHOLE, new=new)
    written = {edit.entity: edit.fields for edit in records.written}
    assert written == {
        "interviews": {
            "location": "https://zoom.us/j/123",
            "join_service": "zoom",
            "join_url": "https://zoom.us/j/123",
            "start": "2026-11-18T12:48:00Z",
            "end": "2026-11-18T13:33:00Z",
        },
        "interview_guests": {"zone": None},
    }


def meanwhile(records: MemoryRecords, interview_id: str, **fields: Json) -> None:
    """Somebody else's change arrives while the dialog is open."""
    held = records.rows["interviews", interview_id].fields
    records.put("interviews", interview_id, **{**held, **fields})
    records.written.clear()


async def test_what_somebody_else_moved_meanwhile_stays_where_they_moved_it(
    records: MemoryRecords, service: InterviewService
) -> None:
    one = await service.create(WHOLE)
    moved = NOW + timedelta(days=2)
    end = moved + timedelta(minutes=45)
    meanwhile(records, one, start=format_instant(moved), end=format_instant(end))
    await service.rewrite(one, was=WHOLE, new=replace(WHOLE, minutes=30))
    (edit,) = records.written
    assert edit.fields == {"end": format_instant(moved + timedelta(minutes=30))}


async def test_how_long_somebody_else_made_it_meanwhile_it_stays(
    records: MemoryRecords, service: InterviewService
) -> None:
    one = await service.create(WHOLE)
    later = NOW + timedelta(days=1)
    meanwhile(records, one, end=format_instant(NOW + timedelta(minutes=90)))
    await service.rewrite(one, was=WHOLE, new=replace(WHOLE, start=later))
    (edit,) = records.written
    ends = format_instant(later + timedelta(minutes=90))
    assert edit.fields == {"start": format_instant(later), "end": ends}


async def test_what_cal_com_has_booked_meanwhile_is_left_to_it(
    records: MemoryRecords, service: InterviewService
) -> None:
    one = await service.create(WHOLE)
    meanwhile(records, one, booking_uids=["u1"])
    later = NOW + timedelta(hours=2)
    typed = (
        replace(WHOLE, start=later),
        replace(WHOLE, minutes=30),
        replace(WHOLE, where="Room 3"),
        replace(WHOLE, guest="Ada"),
    )
    for new in typed:
        with pytest.raises(BookedMeanwhile, match="Nothing is changed"):
            await service.rewrite(one, was=WHOLE, new=replace(new, title="Ours"))
    assert records.written == []
    await service.rewrite(one, was=WHOLE, new=replace(WHOLE, title="Ours"))
    assert (await one_row(records, "interviews"))["title"] == "Ours"


async def test_a_guest_whom_somebody_else_added_meanwhile_is_another_guest(
    records: MemoryRecords, service: InterviewService
) -> None:
    bare = NewInterview("Idea", start=NOW)
    one = await service.create(bare)
    records.put("interview_guests", "theirs", interview_id=one, name="Iris Holm")
    await service.rewrite(one, was=bare, new=replace(bare, guest="Mina Sato"))
    names = {row.fields["name"] for row in await records.all_of("interview_guests")}
    assert names == {"Iris Holm", "Mina Sato"}


async def test_another_guest_comes_with_nothing_allowed_in_the_place_of_the_one_before(
    records: MemoryRecords, service: InterviewService
) -> None:
    one = await service.create(WHOLE)
    (before,) = await records.all_of("interview_guests")
    records.written.clear()
    await service.rewrite(one, was=WHOLE, new=WHOLE, is_other_guest=True)
    assert records.written == []
    new = replace(WHOLE, guest="Iris Holm", guest_email="iris@fern.test")
    await service.rewrite(one, was=WHOLE, new=new, is_other_guest=True)
    (guest,) = await records.all_of("interview_guests")
    assert guest.id != before.id
    assert guest.fields["name"] == "Iris Holm"
    assert guest.fields["email"] == "iris@fern.test"


async def test_a_link_becomes_a_place_and_a_startup_another_or_none(
    records: MemoryRecords, service: InterviewService
) -> None:
    linked = replace(WHOLE, where="https://zoom.us/j/123")
    one = await service.create(linked)
    other = replace(linked, where="Room 3", startup="Fern", title=" Why they stayed ")
    await service.rewrite(one, was=linked, new=other)
    row = await one_row(records, "interviews")
    assert (row["location"], row["join_service"], row["join_url"]) == ("Room 3", None, None)
    assert row["title"] == "Why they stayed"
    fern = next(one for one in await records.all_of("startups") if one.fields["name"] == "Fern")
    assert row["startup_id"] == fern.id
    await service.rewrite(one, was=other, new=replace(other, startup=""))
    assert (await one_row(records, "interviews"))["startup_id"] is None


async def test_a_guest_is_added_later_and_never_left_without_a_name(
    records: MemoryRecords, service: InterviewService
) -> None:
    bare = NewInterview("Idea", start=NOW)
    one = await service.create(bare)
    known = replace(bare, guest="Mina Sato")
    await service.rewrite(one, was=bare, new=known)
    assert (await one_row(records, "interview_guests"))["name"] == "Mina Sato"
    with pytest.raises(NotUnderstood, match="Type the guest's name"):
        await service.rewrite(one, was=known, new=bare)
    assert (await one_row(records, "interview_guests"))["name"] == "Mina Sato"


async def test_what_stood_there_before_is_not_refused(
    records: MemoryRecords, service: InterviewService
) -> None:
    one = records.interview("A", NOW)
    records.put("interview_guests", "g1", interview_id=one, name="Mina", zone="Mars/Base")
    was = replace(WHOLE, guest="Mina", guest_email="mina", guest_zone="Mars/Base")
    await service.rewrite(one, was=was, new=replace(was, guest="Mina Sato"))
    assert (await one_row(records, "interview_guests"))["name"] == "Mina Sato"


async def test_an_interview_reads_as_it_was_typed(
    records: MemoryRecords, service: InterviewService
) -> None:
    one = await service.create(WHOLE)
    row = await records.get("interviews", one)
    guests = tuple(map(guest_of, await records.all_of("interview_guests")))
    assert row is not None
    shown = Appointment(interview_of(row), guests=guests, startup="Brightloom")
    assert typed_of(shown) == WHOLE
    bare = typed_of(Appointment(interview_of(records.put("interviews", "bare", title="B"))))
    assert bare == NewInterview("B")
