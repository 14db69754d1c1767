"""The fold: what any set of Cal.com events comes to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_desk.domain.bookings import (
    BookingChange,
    ChangeKind,
    FoldedInterview,
    Host,
    Person,
    Progress,
    fold,
    held_at,
)
from interview_desk.domain.status import Status

K = ChangeKind
T0 = datetime(2026, 11, 20, 9, tzinfo=UTC)
START = datetime(2026, 12, 1, 10, tzinfo=UTC)
ADA = Person(name="Ada", email="ada@example.org", zone="Europe/Berlin")
BOB = Person(name="Bob", email="bob@example.org", zone="Europe/Paris")
HANA = Host("Hana", "hana@example.org")
OLGA = Host("Olga", "olga@example.org")


def said(kind: ChangeKind, uid: str = "u1", minute: int = 0, **fields) -> BookingChange:
    """One event, `minute` minutes after the first, with the usual details where they fit."""
    described = {
        "title": "Talk",
        "start": START,
        "end": START + timedelta(minutes=30),
        "zone": "Europe/Berlin",
        "event_type_id": 7,
        "hosts": (HANA,),
        "people": (ADA,),
    }
    if kind is K.NO_SHOW_UPDATED:
        described = {}
    values = {**described, "occurred_at": T0 + timedelta(minutes=minute), **fields}
    return BookingChange(kind=kind, uid=uid, **values)


def one(*changes: BookingChange) -> FoldedInterview:
    folded = fold(changes)
    assert len(folded) == 1
    return folded[0]


def absent(person: Person, minute: int, *, marked: bool = True, uid: str = "u1") -> BookingChange:
    mark = Person(email=(person.email or "").upper(), absent=marked)
    return said(K.NO_SHOW_UPDATED, uid, minute, people=(mark,))


def test_a_new_booking_is_scheduled():
    interview = one(said(K.CREATED))
    assert interview.status is Status.SCHEDULED
    assert interview.title == "Talk"
    assert interview.start == START
    assert interview.booking_uids == ("u1",)
    assert [guest.email for guest in interview.guests] == ["ada@example.org"]
    assert not interview.guests[0].no_show
    assert interview.hosts == (HANA,)


def test_a_booking_that_waits_for_a_yes_is_requested_until_it_is_created():
    assert one(said(K.REQUESTED)).status is Status.REQUESTED
    assert one(said(K.REQUESTED), said(K.CREATED, minute=9)).status is Status.SCHEDULED


def test_a_declined_request_is_declined():
    assert one(said(K.REQUESTED), said(K.REJECTED, minute=5)).status is Status.DECLINED


def test_an_unpaid_booking_is_only_requested_although_calcom_says_accepted():
    unpaid = said(K.PAYMENT_INITIATED, status="ACCEPTED")
    assert one(unpaid).status is Status.REQUESTED
    assert one(unpaid, said(K.PAID, minute=3, status="ACCEPTED")).status is Status.SCHEDULED
    assert one(unpaid, said(K.PAID, minute=3, status="PENDING")).status is Status.REQUESTED


def test_a_cancelled_booking_is_cancelled_even_when_its_birth_arrives_later():
    gone = said(K.CANCELLED, minute=5)
    assert one(gone).status is Status.CANCELLED
    assert one(gone, said(K.CREATED)).status is Status.CANCELLED


def test_the_newest_booking_of_a_long_chain_decides():
    later = START + timedelta(days=2)
    interview = one(
        said(K.RESCHEDULED, "u3", 8, previous_uid="u2", start=later, title="Third"),
        said(K.CANCELLED, "u1", 9),
        said(K.RESCHEDULED, "u2", 4, previous_uid="u1"),
        said(K.CREATED, "u1", 0, title="First"),
    )
    assert interview.booking_uids == ("u1", "u2", "u3")
    assert interview.status is Status.SCHEDULED
    assert interview.start == later
    assert interview.title == "Third"


def test_the_old_uid_is_in_the_chain_before_any_event_of_it_arrives():
    interview = one(said(K.RESCHEDULED, "u2", previous_uid="u1"))
    assert interview.booking_uids == ("u1", "u2")


def test_a_reschedule_that_waits_for_a_yes_continues_the_chain():
    interview = one(said(K.CREATED), said(K.REQUESTED, "u2", 5, previous_uid="u1"))
    assert interview.booking_uids == ("u1", "u2")
    assert interview.status is Status.REQUESTED


def test_what_a_shortened_reschedule_leaves_out_is_taken_from_the_booking_before():
    bare = BookingChange(
        kind=K.RESCHEDULED, uid="u2", previous_uid="u1", occurred_at=T0 + timedelta(hours=1)
    )
    interview = one(said(K.CREATED), bare)
    assert (interview.title, interview.zone, interview.event_type_id) == (
        "Talk",
        "Europe/Berlin",
        7,
    )
    assert interview.start is None
    assert interview.hosts == (HANA,)
    assert [guest.name for guest in interview.guests] == ["Ada"]


def test_a_host_who_asks_for_another_time_waits_until_a_booking_continues():
    asked = said(K.CANCELLED, minute=4, request_reschedule=True)
    assert one(said(K.CREATED), asked).status is Status.RESCHEDULE_REQUESTED
    again = said(K.RESCHEDULED, "u2", 9, previous_uid="u1")
    assert one(said(K.CREATED), asked, again).status is Status.SCHEDULED


def test_the_later_of_two_successors_wins_and_the_other_stands_alone():
    first = said(K.RESCHEDULED, "u2", 5, previous_uid="u1")
    second = said(K.RESCHEDULED, "u3", 6, previous_uid="u1")
    folded = fold([said(K.CREATED), first, second])
    assert [one.booking_uids for one in folded] == [("u1", "u3"), ("u2",)]
    assert folded[0].lost_fork_of is None
    assert folded[1].lost_fork_of == "u1"


def test_successors_of_the_same_instant_are_told_apart_by_their_number():
    first = said(K.RESCHEDULED, "zz", 5, previous_uid="u1", number=11)
    second = said(K.RESCHEDULED, "aa", 5, previous_uid="u1", number=12)
    folded = fold([said(K.CREATED), first, second])
    assert [one.booking_uids for one in folded] == [("u1", "aa"), ("zz",)]


def test_only_the_birth_of_a_successor_counts_in_a_fork():
    early = said(K.RESCHEDULED, "u2", 5, previous_uid="u1")
    noise = said(K.LOCATION_UPDATED, "u2", 50)
    late = said(K.REQUESTED, "u3", 6, previous_uid="u1")
    folded = fold([early, noise, late])
    assert folded[0].booking_uids == ("u1", "u3")


def test_bookings_that_claim_to_continue_each_other_end_at_the_newest():
    there = said(K.RESCHEDULED, "u2", 5, previous_uid="u1")
    back = said(K.RESCHEDULED, "u1", 1, previous_uid="u2")
    assert one(there, back).booking_uids == ("u1", "u2")


def test_a_booking_that_names_itself_as_the_one_before_is_only_moved():
    later = START + timedelta(days=1)
    moved = said(K.RESCHEDULED, "u1", 5, previous_uid="u1", start=later)
    interview = one(said(K.CREATED), moved)
    assert interview.booking_uids == ("u1",)
    assert interview.start == later


def test_a_cancelled_seat_leaves_the_interview_on():
    interview = one(
        said(K.CREATED, minute=0, people=(replace(ADA, seat="s1"),), seated=True),
        said(K.CREATED, minute=1, people=(replace(BOB, seat="s2"),), seated=True),
        said(K.CANCELLED, minute=2, people=(replace(ADA, email="ADA@example.org"),)),
    )
    assert interview.status is Status.SCHEDULED
    assert [guest.name for guest in interview.guests] == ["Bob"]


def test_the_last_cancelled_seat_cancels_the_interview():
    interview = one(
        said(K.CREATED, people=(ADA,), seated=True), said(K.CANCELLED, minute=2, people=(ADA,))
    )
    assert interview.status is Status.CANCELLED
    assert interview.guests == ()


def test_a_guest_who_takes_a_seat_again_is_back():
    interview = one(
        said(K.CREATED, people=(ADA,), seated=True),
        said(K.CANCELLED, minute=2, people=(ADA,)),
        said(K.CREATED, minute=3, people=(ADA,), seated=True),
    )
    assert interview.status is Status.SCHEDULED
    assert [guest.name for guest in interview.guests] == ["Ada"]


def test_a_seat_that_moves_to_another_booking_leaves_the_others_where_they_are():
    folded = fold(
        [
            said(K.CREATED, people=(ADA,), seated=True),
            said(K.CREATED, minute=1, people=(BOB,), seated=True),
            said(K.RESCHEDULED, "u2", 2, previous_uid="u1", people=(ADA,), seated=True),
        ]
    )
    assert [one.booking_uids for one in folded] == [("u1",), ("u2",)]
    assert [[guest.name for guest in one.guests] for one in folded] == [["Bob"], ["Ada"]]
    assert folded[1].lost_fork_of is None


def test_when_all_seats_have_moved_the_chain_goes_on():
    interview = one(
        said(K.CREATED, people=(ADA,), seated=True),
        said(K.RESCHEDULED, "u2", 2, previous_uid="u1", people=(ADA,), seated=True),
    )
    assert interview.booking_uids == ("u1", "u2")


def test_a_host_who_asks_a_seated_group_for_another_time_empties_nothing():
    interview = one(
        said(K.CREATED, people=(ADA,), seated=True),
        said(K.CANCELLED, minute=2, people=(ADA,), request_reschedule=True),
    )
    assert interview.status is Status.RESCHEDULE_REQUESTED
    assert len(interview.guests) == 1


def test_a_seat_known_only_from_a_snapshot_keeps_the_interview_on():
    interview = one(
        said(K.STARTED, minute=5, people=(ADA, BOB), seated=True),
        said(K.CANCELLED, minute=2, people=(ADA,)),
        absent(BOB, 9, marked=False),
    )
    assert interview.status is Status.IN_PROGRESS
    assert [guest.name for guest in interview.guests] == ["Bob"]


def test_the_interview_is_a_no_show_only_when_every_guest_is_absent():
    booked = said(K.CREATED, people=(ADA, BOB))
    assert one(booked, absent(ADA, 60)).status is Status.SCHEDULED
    both = one(booked, absent(ADA, 60), absent(BOB, 61))
    assert both.status is Status.NO_SHOW
    assert both.unmarked is Status.SCHEDULED
    assert [guest.no_show for guest in both.guests] == [True, True]


def test_an_unmarked_guest_brings_back_what_was():
    ended = said(K.ENDED, minute=0)
    marked = [said(K.CREATED), ended, absent(ADA, 60)]
    assert one(*marked).status is Status.NO_SHOW
    assert one(*marked, absent(ADA, 70, marked=False)).status is Status.HELD


@pytest.mark.parametrize("email", ["HANA@example.org", "", "somebody@example.org"])
def test_an_absent_host_makes_it_a_no_show(email):
    missed = said(K.HOST_ABSENT, minute=60, absent_host=email)
    assert one(said(K.CREATED), missed).status is Status.NO_SHOW


def test_one_absent_host_of_two_is_no_no_show_unless_it_is_the_organizer():
    booked = said(K.CREATED, hosts=(HANA, OLGA))
    second = said(K.HOST_ABSENT, minute=60, absent_host="olga@example.org", hosts=())
    assert one(booked, second).status is Status.SCHEDULED
    first = said(K.HOST_ABSENT, minute=60, absent_host="hana@example.org", hosts=())
    assert one(booked, first).status is Status.NO_SHOW


def test_when_no_guest_joined_the_call_all_are_absent():
    missed = said(K.GUESTS_ABSENT, minute=60, people=(replace(ADA, absent=False), BOB))
    interview = one(said(K.CREATED, people=(ADA, BOB)), missed)
    assert interview.status is Status.NO_SHOW


def test_when_the_event_names_who_missed_the_call_only_they_are_absent():
    missed = said(K.GUESTS_ABSENT, minute=60, people=(replace(ADA, absent=True), BOB))
    interview = one(said(K.CREATED, people=(ADA, BOB)), missed)
    assert [guest.no_show for guest in interview.guests] == [True, False]
    assert interview.status is Status.SCHEDULED


def test_a_mark_alone_waits_for_its_booking():
    assert fold([absent(ADA, 1)]) == ()
    bare = BookingChange(kind=K.CREATED, uid="u1")
    interview = one(absent(ADA, 1), bare)
    assert interview.status is Status.NO_SHOW
    assert interview.title is None


def test_a_cancellation_outweighs_an_absence():
    gone = said(K.CANCELLED, minute=80)
    assert one(said(K.CREATED), absent(ADA, 60), gone).status is Status.CANCELLED


def test_a_meeting_that_began_and_ended_is_held():
    assert one(said(K.CREATED), said(K.STARTED)).status is Status.IN_PROGRESS
    assert one(said(K.CREATED), said(K.STARTED), said(K.ENDED)).status is Status.HELD


@pytest.mark.parametrize(
    ("last", "status"),
    [
        (said(K.CANCELLED, minute=5), Status.CANCELLED),
        (said(K.REJECTED, minute=5), Status.DECLINED),
        (said(K.CANCELLED, minute=5, request_reschedule=True), Status.RESCHEDULE_REQUESTED),
        (absent(ADA, 5), Status.NO_SHOW),
    ],
)
def test_the_end_of_the_meeting_does_not_undo_how_the_booking_ended(last, status):
    assert one(said(K.CREATED), last, said(K.STARTED), said(K.ENDED)).status is status


def test_a_requested_interview_is_not_in_progress_before_somebody_said_yes():
    assert one(said(K.REQUESTED), said(K.STARTED)).status is Status.REQUESTED


def test_progress_of_the_old_booking_does_not_carry_over():
    interview = one(said(K.CREATED), said(K.ENDED), said(K.RESCHEDULED, "u2", 9, previous_uid="u1"))
    assert interview.progress is Progress.NONE
    assert interview.status is Status.SCHEDULED


def place(*changes: BookingChange) -> tuple[str | None, str | None]:
    interview = one(*changes)
    return interview.location, interview.join_url


ZOOM: dict[str, Any] = {
    "location": "integrations:zoom",
    "join_service": "zoom",
    "join_url": "https://zoom.us/j/1",
}


def test_a_later_event_that_only_names_the_app_keeps_the_link():
    booked = said(K.CREATED, **ZOOM)
    assert place(booked, said(K.PAID, minute=1, location="integrations:zoom")) == (
        "integrations:zoom",
        "https://zoom.us/j/1",
    )
    reassigned = said(K.REASSIGNED, minute=2, location="integrations:zoom")
    assert place(booked, reassigned)[1] == "https://zoom.us/j/1"


def test_a_move_to_an_address_ends_the_link():
    moved = said(K.LOCATION_UPDATED, minute=3, location="Main Street 1")
    assert place(said(K.CREATED, **ZOOM), moved) == ("Main Street 1", None)


def test_a_move_to_an_app_without_a_link_does_not_keep_the_old_link():
    moved = said(K.LOCATION_UPDATED, minute=3, location="integrations:google:meet")
    snapshot = said(K.STARTED, **ZOOM)
    assert place(said(K.CREATED, **ZOOM), moved, snapshot) == ("integrations:google:meet", None)


def test_a_link_that_was_not_there_at_first_is_taken_from_the_meeting_event():
    booked = said(K.CREATED, location="integrations:zoom")
    assert place(booked) == ("integrations:zoom", None)
    assert place(booked, said(K.STARTED, **ZOOM))[1] == "https://zoom.us/j/1"


def test_without_a_placing_event_what_others_mention_counts():
    assert place(said(K.CANCELLED, location="Main Street 1")) == ("Main Street 1", None)
    assert place(said(K.PAID, location="x"), said(K.STARTED, **ZOOM))[1] == "https://zoom.us/j/1"
    assert place(said(K.CANCELLED)) == (None, None)


def test_a_reassigned_interview_has_the_new_host():
    assert one(said(K.CREATED), said(K.REASSIGNED, minute=3, hosts=(OLGA,))).hosts == (OLGA,)


def test_recordings_and_transcripts_are_counted_once_over_the_whole_chain():
    interview = one(
        said(K.CREATED),
        said(K.RECORDING_READY, minute=1, artifact="r1"),
        said(K.RECORDING_READY, minute=2, artifact="r1"),
        said(K.RESCHEDULED, "u2", 3, previous_uid="u1"),
        said(K.RECORDING_READY, "u2", 4, artifact="r2"),
        said(K.TRANSCRIPT_READY, "u2", 4, artifact="t1"),
    )
    assert interview.recordings == ("r1", "r2")
    assert interview.transcripts == ("t1",)


def test_a_person_is_known_by_what_each_event_adds():
    first = said(K.CREATED, people=(replace(ADA, phone="+49 1"), replace(ADA, phone=None)))
    guest = one(first).guests[0]
    assert (guest.name, guest.phone, guest.language) == ("Ada", "+49 1", None)


def test_an_attendee_list_of_a_mention_counts_where_no_other_is():
    interview = one(BookingChange(kind=K.CREATED, uid="u1"), said(K.ENDED))
    assert [guest.name for guest in interview.guests] == ["Ada"]


def test_events_without_a_time_count_as_the_oldest():
    bare = replace(said(K.CREATED, title="Old"), occurred_at=None)
    assert one(bare, said(K.REASSIGNED, title="New")).title == "New"


def test_the_clock_holds_only_what_is_planned_or_running():
    end = START + timedelta(minutes=30)
    assert held_at(Status.SCHEDULED, end) == end + timedelta(minutes=15)
    assert held_at(Status.IN_PROGRESS, end) == end + timedelta(minutes=15)
    assert held_at(Status.CANCELLED, end) is None
    assert held_at(Status.SCHEDULED, None) is None


_PEOPLE = st.lists(
    st.builds(
        Person,
        name=st.sampled_from(["Ada", None]),
        email=st.sampled_from(["ada@example.org", "BOB@example.org", None]),
        absent=st.sampled_from([None, True, False]),
        seat=st.sampled_from([None, "s1"]),
    ),
    max_size=2,
).map(tuple)
_UIDS = st.sampled_from(["u1", "u2", "u3", "u4"])
_TIMES = st.integers(0, 5).map(lambda minute: T0 + timedelta(minutes=minute))
_CHANGES = st.builds(
    BookingChange,
    kind=st.sampled_from(ChangeKind),
    uid=_UIDS,
    previous_uid=st.none() | _UIDS,
    occurred_at=st.none() | _TIMES,
    number=st.none() | st.integers(1, 4),
    status=st.sampled_from([None, "PENDING", "ACCEPTED"]),
    title=st.sampled_from([None, "A", "B"]),
    start=st.none() | _TIMES,
    end=st.none() | _TIMES,
    location=st.sampled_from([None, "integrations:zoom", "Main Street 1", "https://zoom.us/j/1"]),
    join_url=st.sampled_from([None, "https://zoom.us/j/1"]),
    hosts=st.sampled_from([(), (HANA,), (HANA, OLGA)]),
    people=_PEOPLE,
    seated=st.booleans(),
    request_reschedule=st.booleans(),
    absent_host=st.sampled_from([None, "", "hana@example.org"]),
    artifact=st.sampled_from([None, "r1", "r2"]),
)
_HISTORIES = st.lists(_CHANGES, max_size=9)


@settings(max_examples=200)
@given(history=_HISTORIES, data=st.data())
def test_any_order_with_any_repetition_comes_to_the_same(history, data):
    again = history[: len(history) // 2]
    shuffled = data.draw(st.permutations(history + again))
    assert fold(shuffled) == fold(history)


@settings(max_examples=80)
@given(history=_HISTORIES)
def test_every_beginning_of_a_history_folds_and_no_booking_is_in_two_interviews(history):
    for length in range(len(history) + 1):
        uids = [uid for one in fold(history[:length]) for uid in one.booking_uids]
        assert len(uids) == len(set(uids))
