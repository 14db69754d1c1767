"""The fold: what any set of Cal.com events comes to."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_desk.domain.bookings import (
    BookingChange,
    ChangeKind,
    Person,
    Progress,
    fold,
    held_at,
)
from interview_desk.domain.status import Status
from tests.helpers.folding import ADA, HANA, OLGA, START, T0, K, absent, one, said


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
