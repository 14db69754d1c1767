"""What is on, what is next, and what waits for a person."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from interview_desk.domain.agenda import (
    Appointment,
    WaitingKind,
    countdown,
    day_bounds,
    is_joinable,
    is_renamed,
    named_by_guest,
    on_day,
    preparation,
    takes_place,
    up_next,
    waiting_on_me,
)
from interview_desk.domain.interviews import Consent, Guest, Interview
from interview_desk.domain.roles import AssignmentRole, AssignmentState
from interview_desk.domain.status import Status
from tests.helpers.desk import NOW, appointment, crew

BERLIN = ZoneInfo("Europe/Berlin")
LONG = "Discovery between Hana and Ada Guest"
MINUTE = timedelta(minutes=1)
PROPOSED = AssignmentState.PROPOSED
DECLINED = AssignmentState.DECLINED


def test_a_call_can_be_joined_until_half_an_hour_after_its_end() -> None:
    one = appointment(minutes=60).interview
    assert is_joinable(one, NOW)
    assert is_joinable(one, NOW + timedelta(minutes=119))
    assert not is_joinable(one, NOW + timedelta(minutes=120))


def test_a_call_without_an_end_stays_joinable() -> None:
    one = appointment().interview
    assert one.start is not None
    open_ended = type(one)(one.id, one.title, one.status, start=one.start, join_url=one.join_url)
    assert is_joinable(open_ended, NOW + timedelta(days=1))


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.HELD, Status.DRAFT])
def test_what_does_not_take_place_cannot_be_joined(status: Status) -> None:
    one = appointment(status=status).interview
    assert not is_joinable(one, NOW)
    assert not takes_place(one)


def test_a_phone_interview_has_nothing_to_join() -> None:
    assert not is_joinable(appointment(join_url=None).interview, NOW)


def test_next_is_the_earliest_that_is_not_over() -> None:
    over = appointment("over", start=NOW - timedelta(hours=2))
    running = appointment("running", start=NOW - 10 * MINUTE)
    later = appointment("later")
    assert up_next([later, over, running], NOW) is running
    assert up_next([over], NOW) is None


def test_next_is_mine_or_nobodys_before_a_colleagues() -> None:
    theirs = appointment("theirs", start=NOW + MINUTE, crew=(crew("Ben"),))
    mine = appointment("mine", start=NOW + 5 * MINUTE, crew=(crew(is_me=True),))
    refused = appointment("refused", start=NOW, crew=(crew(state=DECLINED, is_me=True), crew("B")))
    assert up_next([theirs, mine, refused], NOW) is mine
    assert up_next([theirs], NOW) is theirs
    nobodys = appointment("nobody", start=NOW + 2 * MINUTE, crew=(crew(state=DECLINED),))
    assert up_next([theirs, mine, nobodys], NOW) is nobodys


def test_next_is_neither_cancelled_nor_without_a_time() -> None:
    gone = appointment("gone", status=Status.CANCELLED)
    timeless = appointment("timeless", start=None)
    assert up_next([gone, timeless], NOW) is None


def test_a_day_of_the_list_is_the_readers_local_day() -> None:
    late = appointment("late", start=datetime(2026, 11, 18, 22, 30, tzinfo=UTC))
    next_day = appointment("next", start=datetime(2026, 11, 18, 23, 0, tzinfo=UTC))
    timeless = appointment("timeless", start=None)
    wednesday = on_day([next_day, late, timeless], date(2026, 11, 18), BERLIN)
    thursday = on_day([next_day, late], date(2026, 11, 19), BERLIN)
    assert [one.id for one in wednesday] == ["late"]
    assert [one.id for one in thursday] == ["late", "next"]


def test_an_interview_without_an_end_is_on_its_own_day_only() -> None:
    one = appointment(start=datetime(2026, 11, 17, 10, tzinfo=UTC))
    bare = type(one)(type(one.interview)("x", "x", Status.SCHEDULED, start=one.interview.start))
    assert on_day([bare], date(2026, 11, 18), BERLIN) == ()
    assert on_day([bare], date(2026, 11, 17), BERLIN) == (bare,)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 18), 24)],
)
def test_days_are_as_long_as_the_clocks_make_them(day: date, hours: int) -> None:
    start, end = day_bounds(day, BERLIN)
    assert end - start == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(seconds=59), "now"),
        (timedelta(seconds=-59), "now"),
        (timedelta(minutes=3, seconds=30), "in 4 min"),
        (timedelta(hours=2, minutes=12), "in 2 h 12 min"),
        (timedelta(hours=2), "in 2 h"),
        (timedelta(hours=36), "in 36 h"),
        (timedelta(hours=40), "in 2 days"),
        (timedelta(days=3, hours=1), "in 3 days"),
        (timedelta(minutes=-5, seconds=-40), "started 5 min ago"),
        (timedelta(hours=-1), "over"),
    ],
)
def test_a_countdown_is_words(away: timedelta, words: str) -> None:
    start = NOW + away
    assert countdown(start, start + timedelta(hours=1), NOW, BERLIN) == words


def test_days_are_counted_as_a_calendar_has_them() -> None:
    monday = datetime(2026, 11, 30, 21, 34, tzinfo=BERLIN)
    thursday = datetime(2026, 12, 3, 9, 0, tzinfo=BERLIN)
    assert countdown(thursday, None, monday, BERLIN) == "in 3 days"
    midnight = datetime(2026, 11, 30, 0, 1, tzinfo=BERLIN)
    assert countdown(midnight + timedelta(hours=47), None, midnight, BERLIN) == "in 47 h"


@pytest.mark.parametrize(
    ("title", "calcom", "shown"),
    [
        (LONG, LONG, "Ada Guest: Discovery"),
        # What a person has written is left as it is.
        (LONG, "Other", LONG),
        ("Discovery between Hana and another", None, "Discovery between Hana and another"),
        ("Discovery and Ada Guest", None, "Discovery and Ada Guest"),
    ],
)
def test_the_guest_comes_first_in_a_title_that_calcom_made(
    title: str, calcom: str | None, shown: str
) -> None:
    interview = Interview("i", title, Status.SCHEDULED, calcom_title=calcom or title)
    guests = [Guest("g", "i", "Ben"), Guest("h", "i", "Ada Guest")]
    assert named_by_guest(interview, guests).title == shown


@pytest.mark.parametrize(
    ("title", "calcom", "renamed"),
    [
        (LONG, LONG, False),
        ("Ada Guest: Discovery", LONG, False),
        ("Second talk", LONG, True),
        ("Made by hand", None, False),
    ],
)
def test_naming_the_guest_first_is_no_other_title(
    title: str, calcom: str | None, *, renamed: bool
) -> None:
    shown = Interview("i", title, Status.SCHEDULED, calcom_title=calcom)
    one = Appointment(shown, guests=(Guest("g", "i", "Ada Guest"),))
    assert is_renamed(one) is renamed


def test_without_an_end_it_is_never_over() -> None:
    assert countdown(NOW - timedelta(hours=3), None, NOW, BERLIN) == "started 3 h ago"
    assert countdown(NOW - timedelta(days=3), None, NOW, BERLIN) == "started 3 days ago"


def test_what_waits_is_ordered_by_how_pressing_it_is() -> None:
    asked = appointment("asked", crew=(crew(state=PROPOSED, is_me=True), crew("Ben")))
    leaderless = appointment("leaderless", crew=(crew("Ben", AssignmentRole.OBSERVER),))
    over = appointment("over", start=NOW - timedelta(hours=3), crew=(crew(is_me=True),))
    request = appointment("request", status=Status.REQUESTED)
    found = waiting_on_me([request, over, leaderless, asked], NOW, conflicts=2)
    assert [(item.kind, item.interview_id) for item in found] == [
        (WaitingKind.ANSWER, "asked"),
        (WaitingKind.NO_LEAD, "leaderless"),
        (WaitingKind.OUTCOME, "over"),
        (WaitingKind.REQUEST, "request"),
        (WaitingKind.CONFLICTS, None),
    ]
    assert found[-1].how_many == 2


def test_nothing_waits_where_all_is_said() -> None:
    settled = appointment("settled", crew=(crew(is_me=True),))
    held = appointment("held", start=NOW - timedelta(hours=3), status=Status.HELD)
    theirs = appointment("theirs", start=NOW - timedelta(hours=3), crew=(crew("Ben"),))
    timeless = appointment("timeless", start=None)
    assert waiting_on_me([settled, held, theirs, timeless], NOW) == ()


def test_an_outcome_nobody_gave_is_asked_of_everybody_where_nobody_had_it() -> None:
    orphan = appointment("orphan", start=NOW - timedelta(hours=3))
    assert [item.kind for item in waiting_on_me([orphan], NOW)] == [WaitingKind.OUTCOME]


def test_the_checklist_says_what_is_missing() -> None:
    bare = appointment(join_url=None)
    assert [step.done for step in preparation(bare)] == [False] * 5
    guest = Guest("g", "i", "Mina", consent_notes=Consent.YES)
    ready = appointment(guests=(guest,), crew=(crew(), crew("Ben", AssignmentRole.NOTE_TAKER)))
    assert all(step.done for step in preparation(ready))
    unasked = appointment(guests=(Guest("g", "i", "Mina"),))
    assert not preparation(unasked)[-1].done
