"""The fold of who comes: seats of a group, absences, and what is known of a person."""

from dataclasses import replace

import pytest

from interview_desk.domain.bookings import BookingChange, fold
from interview_desk.domain.status import Status
from tests.helpers.folding import ADA, BOB, HANA, OLGA, K, absent, one, said


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


def test_a_person_is_known_by_what_each_event_adds():
    first = said(K.CREATED, people=(replace(ADA, phone="+49 1"), replace(ADA, phone=None)))
    guest = one(first).guests[0]
    assert (guest.name, guest.phone, guest.language) == ("Ada", "+49 1", None)


def test_an_attendee_list_of_a_mention_counts_where_no_other_is():
    interview = one(BookingChange(kind=K.CREATED, uid="u1"), said(K.ENDED))
    assert [guest.name for guest in interview.guests] == ["Ada"]
