"""Answers of the API among events: neither undoes what is newer than itself."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_desk.domain.bookings import BookingChange, Person, fold
from interview_desk.domain.status import Status
from tests.helpers.folding import ADA, BOB, HANA, OLGA, START, T0, K, said

ZOOM = "https://zoom.us/j/98765432100"
MEET = "https://meet.google.com/abc-defg-hij"


def answer(uid: str = "u1", minute: float = 0, *, seen: float | None = None, **fields):
    """The booking as last changed at `minute`, with the people as they were at `seen`."""
    values = {
        "status": "ACCEPTED",
        "founded_at": T0,
        "read_at": T0,
        "people_at": T0 + timedelta(minutes=minute if seen is None else seen),
        "people": (replace(ADA, absent=False),),
    }
    return said(K.SNAPSHOT, uid, minute, **{**values, **fields})


def one(*changes: BookingChange):
    folded = fold(changes)
    assert len(folded) == 1
    return folded[0]


def missed(*people: Person) -> tuple[Person, ...]:
    return tuple(replace(person, absent=True) for person in people)


def test_an_answer_alone_is_the_interview():
    interview = one(answer())
    assert interview.status is Status.SCHEDULED
    assert (interview.title, interview.start) == ("Talk", START)
    assert [guest.email for guest in interview.guests] == ["ada@example.org"]
    assert one(answer(status="PENDING")).status is Status.REQUESTED


def test_an_older_answer_does_not_undo_a_newer_event():
    gone = said(K.CANCELLED, minute=5)
    assert one(said(K.CREATED), gone, answer(minute=1)).status is Status.CANCELLED
    moved = said(K.LOCATION_UPDATED, minute=5, location=MEET, join_url=MEET)
    assert one(said(K.CREATED), moved, answer(minute=1, join_url=ZOOM)).join_url == MEET


def test_an_older_event_does_not_undo_a_newer_answer():
    later = START + timedelta(hours=1)
    interview = one(answer(minute=9, title="New", start=later), said(K.CREATED, minute=2))
    assert (interview.title, interview.start) == ("New", later)
    assert one(answer(minute=9), said(K.CANCELLED, minute=5)).status is Status.SCHEDULED


def test_a_lost_cancellation_and_a_lost_no_are_healed():
    assert one(said(K.CREATED), answer(minute=9, status="CANCELLED")).status is Status.CANCELLED
    assert one(said(K.REQUESTED), answer(minute=9, status="REJECTED")).status is Status.DECLINED
    assert one(said(K.REQUESTED), answer(minute=9)).status is Status.SCHEDULED


def test_a_later_answer_that_only_says_cancelled_leaves_the_events_finer_word():
    asked = said(K.CANCELLED, minute=5, request_reschedule=True)
    over = answer(minute=6, status="CANCELLED")
    assert one(said(K.CREATED), asked, over).status is Status.RESCHEDULE_REQUESTED
    no = answer(minute=6, status="REJECTED")
    assert one(said(K.CREATED), asked, no).status is Status.DECLINED


def test_an_unpaid_booking_stays_requested_until_an_answer_from_after_the_payment():
    unpaid = said(K.PAYMENT_INITIATED, minute=1, status="ACCEPTED")
    assert one(unpaid, answer(minute=0)).status is Status.REQUESTED
    assert one(unpaid, answer(minute=4)).status is Status.SCHEDULED


def test_guests_and_absences_count_from_when_they_were_seen_although_nothing_else_changed():
    born = said(K.CREATED, minute=1)
    both = answer(minute=0, seen=30, people=(ADA, BOB))
    assert [guest.name for guest in one(born, both).guests] == ["Ada", "Bob"]
    marked = answer(minute=0, seen=30, people=missed(ADA))
    assert one(born, marked).status is Status.NO_SHOW
    mark = said(K.NO_SHOW_UPDATED, minute=20, people=missed(ADA))
    assert one(born, mark, answer(minute=0, seen=30)).status is Status.SCHEDULED
    assert one(born, mark, answer(minute=0, seen=10)).status is Status.NO_SHOW


def test_who_missed_the_call_by_an_event_is_not_brought_back_by_a_list():
    call = said(K.GUESTS_ABSENT, minute=20)
    assert one(said(K.CREATED), call, answer(seen=30)).status is Status.NO_SHOW
    taken_back = said(K.NO_SHOW_UPDATED, minute=40, people=(replace(ADA, absent=False),))
    assert one(said(K.CREATED), call, taken_back).status is Status.SCHEDULED


def test_a_host_who_was_there_after_all_is_no_longer_absent():
    born, absent = said(K.CREATED), said(K.HOST_ABSENT, minute=20, absent_host="")
    assert one(born, absent).status is Status.NO_SHOW
    came = said(K.NO_SHOW_UPDATED, minute=30, host_came=True)
    assert one(born, absent, came).status is Status.SCHEDULED
    assert one(born, answer(absent_host="")).status is Status.NO_SHOW


def test_a_count_of_the_seats_replaces_what_was_known_before_it():
    ada, bob = (
        said(K.CREATED, minute=m, people=(p,), seated=True) for m, p in ((0, ADA), (1, BOB))
    )
    counted = answer(minute=0, seen=9, people=(BOB,), seated=True)
    assert [guest.name for guest in one(ada, bob, counted).guests] == ["Bob"]
    cyd = Person(name="Cyd", email="cyd@example.org")
    late = said(K.CREATED, minute=12, people=(cyd,), seated=True)
    assert [guest.name for guest in one(ada, bob, counted, late).guests] == ["Bob", "Cyd"]
    # Where guests are hidden the answer names nobody, which says nothing.
    hidden = answer(minute=0, seen=9, people=(), seated=True)
    assert [guest.name for guest in one(ada, bob, hidden).guests] == ["Ada", "Bob"]


def test_an_answer_tells_that_the_last_seat_was_given_up():
    over = answer(minute=9, people=(), seated=True, status="CANCELLED")
    interview = one(said(K.CREATED, seated=True), over)
    assert (interview.status, interview.guests) == (Status.CANCELLED, ())


def test_an_answer_shows_that_a_cancelled_seat_did_not_end_the_booking():
    seat = said(K.CANCELLED, minute=5, people=(BOB,))
    still = answer(minute=0, seen=6, seated=True)
    assert one(said(K.CREATED), seat, still).status is Status.SCHEDULED


def test_the_organizer_alone_does_not_replace_the_hosts_an_event_named():
    born = said(K.CREATED, hosts=(HANA, OLGA))
    assert one(born, answer(minute=9)).hosts == (HANA, OLGA)
    assert one(born, answer(minute=9, hosts=(OLGA,))).hosts == (OLGA,)


def test_the_birth_of_a_booking_is_an_events_word_before_it_is_an_answers():
    first = said(K.RESCHEDULED, "u2", 5, previous_uid="u1")
    second = answer("u3", 9, previous_uid="u1", founded_at=T0 + timedelta(minutes=6))
    winner = next(i for i in fold([said(K.CREATED), first, second]) if "u1" in i.booking_uids)
    assert winner.booking_uids == ("u1", "u3")


def test_what_we_asked_for_is_named():
    first = (answer(request_id="r1"), said(K.CREATED, request_id="r1"))
    assert one(*first).made == (("r1", "u1"),)
    moved = said(K.RESCHEDULED, "u2", 5, previous_uid="u1", request_id="r1")
    anew = said(K.CREATED, "u3", 9, previous_uid="u2", request_id="r2")
    assert one(*first, moved, anew).made == (("r1", "u1"), ("r2", "u3"))


PLACES = [
    # what the event says, what the answer says (minute 9), what comes of it
    (("integrations:zoom", ZOOM), (ZOOM, ZOOM), ("integrations:zoom", ZOOM)),
    (("integrations:google:meet", None), (MEET, MEET), ("integrations:google:meet", MEET)),
    (("integrations:zoom", ZOOM), (MEET, MEET), (MEET, MEET)),
    (("integrations:zoom", ZOOM), ("integrations:zoom", None), ("integrations:zoom", ZOOM)),
    ((None, ZOOM), ("integrations:zoom", None), (None, ZOOM)),
    (("integrations:zoom", ZOOM), ("integrations:daily", None), ("integrations:daily", None)),
    (("integrations:zoom", ZOOM), ("Main Street 1", None), ("Main Street 1", None)),
    (("Main Street 1", None), ("Main Street 1", None), ("Main Street 1", None)),
    (("Main Street 1", None), (ZOOM, ZOOM), (ZOOM, ZOOM)),
    ((None, None), (ZOOM, ZOOM), (ZOOM, ZOOM)),
]


@pytest.mark.parametrize(("event", "answered", "expected"), PLACES)
def test_the_place_is_the_newer_one_told_as_fully_as_it_was_ever_told(event, answered, expected):
    born = said(K.CREATED, location=event[0], join_url=event[1])
    interview = one(born, answer(minute=9, location=answered[0], join_url=answered[1]))
    assert (interview.location, interview.join_url) == expected


def test_an_older_answer_only_adds_the_link_that_the_event_could_not_have():
    born = said(K.CREATED, minute=1, location="integrations:google:meet")
    late = answer(minute=0, location=MEET, join_url=MEET)
    assert one(born, late).join_url == MEET
    moved = said(K.LOCATION_UPDATED, minute=2, location="integrations:zoom")
    assert one(born, moved, late).join_url is None
    assert one(born, answer(minute=0, location="integrations:zoom")).join_url is None


def _story() -> list[BookingChange]:
    """A booking that is moved, its guests changed, missed and brought back."""
    second = START + timedelta(days=1)
    return [
        said(K.CREATED, "u1", 0, location="integrations:zoom", join_url=ZOOM),
        answer("u1", 0, status="CANCELLED"),
        said(K.RESCHEDULED, "u2", 5, previous_uid="u1", start=second),
        answer("u2", 5, seen=8, previous_uid="u1", start=second, people=(ADA, BOB)),
        said(K.NO_SHOW_UPDATED, "u2", 50, people=missed(ADA, BOB)),
        said(K.STARTED, "u2", 40),
    ]


@settings(max_examples=100)
@given(st.permutations(_story()), st.lists(st.sampled_from(_story()), max_size=6))
def test_any_order_with_repeats_of_events_and_answers_is_the_same_interview(order, repeats):
    assert fold([*order, *repeats]) == fold(_story())
    assert fold(order)[0].status is Status.NO_SHOW
