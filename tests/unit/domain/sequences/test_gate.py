"""Whether a mail may leave now, and what is said when it may not."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desk.domain.interviews import Consent
from interview_desk.domain.sequences.gate import (
    Ask,
    Moment,
    Send,
    Skip,
    Stop,
    Wait,
    decide,
)
from interview_desk.domain.sequences.messages import EnrolmentState, StopReason
from interview_desk.domain.sequences.plan import StopOn, Window
from interview_desk.domain.sequences.timing import is_open

NOW = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)  # a Wednesday, noon in Berlin
HOUR = timedelta(hours=1)
OPEN = Moment(
    now=NOW,
    guest_name="Mara",
    address="mara@example.org",
    consent=Consent.YES,
    enrolment=EnrolmentState.ACTIVE,
    paused_until=None,
    window=Window(frozenset({1, 2, 3}), time(9), time(16)),
    zone=ZoneInfo("Europe/Berlin"),
    holidays=frozenset(),
    stop_on=frozenset(StopOn),
    cap=50,
)


def test_a_mail_without_any_objection_leaves() -> None:
    assert decide(OPEN) == Send()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"suppressed": StopReason.UNSUBSCRIBED}, "unsubscribed"),
        ({"suppressed": StopReason.BOUNCED}, "bounced"),
        ({"consent": Consent.NO}, "no_consent"),
        ({"suppressed": StopReason.COMPLAINED}, "complained"),
        ({"booked_again": True}, "booked"),
        ({"address": None}, "cannot_be_mailed"),
    ],
)
def test_what_ends_a_sequence(change: dict[str, object], reason: str) -> None:
    decision = decide(replace(OPEN, **change))  # type: ignore[arg-type]  # one field each
    assert isinstance(decision, Stop)
    assert decision.reason == reason
    assert "Mara" in decision.why


def test_another_booking_ends_only_the_sequences_that_say_so() -> None:
    going_on = replace(OPEN, stop_on=frozenset({StopOn.REPLY}), booked_again=True)
    assert decide(going_on) == Send()


def test_a_pause_holds_until_its_date_and_not_longer() -> None:
    paused = replace(OPEN, enrolment=EnrolmentState.PAUSED)
    assert decide(replace(paused, paused_until=NOW + HOUR)) == Wait(
        NOW + HOUR, "The follow-up is paused."
    )
    assert decide(replace(paused, paused_until=NOW)) == Send()
    assert decide(paused) == Wait(None, "The follow-up is paused.")


def test_without_a_yes_the_mail_waits_and_says_so() -> None:
    decision = decide(replace(OPEN, consent=Consent.UNKNOWN))
    assert isinstance(decision, Wait)
    assert decision.why == "Mara has not said whether we may write again."


def test_a_condition_that_does_not_hold_skips_and_an_unknown_one_waits() -> None:
    assert isinstance(decide(replace(OPEN, condition=False)), Skip)
    assert isinstance(decide(replace(OPEN, condition=None)), Wait)


def test_a_person_is_asked_whether_there_was_a_reply() -> None:
    assert decide(replace(OPEN, must_ask_for_reply=True)) == Ask("Has Mara replied?")


def test_nobody_gets_two_mails_within_24_hours() -> None:
    mailed = NOW - timedelta(hours=3)
    decision = decide(replace(OPEN, person_mailed_at=mailed))
    assert isinstance(decision, Wait)
    assert decision.until == mailed + timedelta(hours=24)
    assert decide(replace(OPEN, person_mailed_at=NOW - timedelta(hours=24))) == Send()


def test_a_cap_lets_the_next_mail_go_when_there_is_room_again() -> None:
    times = [NOW - HOUR, NOW - 2 * HOUR, NOW - 20 * HOUR, NOW - 30 * HOUR]
    full = replace(OPEN, cap=2, mailed_at=times)
    decision = decide(full)
    assert isinstance(decision, Wait)
    assert decision.until == NOW + timedelta(hours=22)  # Thursday 10:00
    assert decide(replace(OPEN, cap=4, mailed_at=times)) == Send()
    nothing = decide(replace(OPEN, cap=0))
    assert isinstance(nothing, Wait)


def test_a_sequence_has_a_cap_of_its_own() -> None:
    small = replace(OPEN.window, per_day=1)
    decision = decide(replace(OPEN, window=small, sequence_mailed_at=[NOW - HOUR]))
    assert isinstance(decision, Wait)
    assert decide(replace(OPEN, window=small, mailed_at=[NOW - HOUR])) == Send()


def test_outside_the_window_it_waits_for_the_guests_hours() -> None:
    evening = replace(OPEN, now=NOW + timedelta(hours=6))
    decision = decide(evening)
    assert isinstance(decision, Wait)
    assert decision.until == datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


def test_a_guest_who_moved_is_written_to_in_their_new_hours() -> None:
    moved = replace(OPEN, zone=ZoneInfo("America/Los_Angeles"))
    decision = decide(moved)
    assert isinstance(decision, Wait)
    assert decision.until == datetime(2026, 11, 25, 17, 0, tzinfo=UTC)


def test_a_window_that_never_opens_sends_nothing_and_says_so() -> None:
    never = replace(OPEN.window, days=frozenset())
    decision = decide(replace(OPEN, window=never))
    assert isinstance(decision, Wait)
    assert "Choose more days" in decision.why


@given(
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    consent=st.sampled_from(Consent),
    ago=st.none() | st.integers(0, 60),
    others=st.lists(st.integers(0, 40), max_size=6),
    suppressed=st.none() | st.sampled_from(StopReason),
    booked=st.booleans(),
)
def test_whatever_leaves_was_allowed_to(
    now: datetime,
    consent: Consent,
    ago: int | None,
    others: list[int],
    suppressed: StopReason | None,
    *,
    booked: bool,
) -> None:
    mailed = [now - HOUR * hours for hours in sorted(others)]
    moment = replace(
        OPEN,
        now=now,
        consent=consent,
        cap=3,
        mailed_at=mailed,
        suppressed=suppressed,
        booked_again=booked,
        person_mailed_at=None if ago is None else now - HOUR * ago,
    )
    decision = decide(moment)
    if isinstance(decision, Wait):
        assert decision.until is None or decision.until > now
    if isinstance(decision, Send):
        assert consent is Consent.YES
        assert suppressed is None
        assert not booked
        assert ago is None or ago >= 24
        assert sum(hours < 24 for hours in others) < 3
        assert is_open(now, window=moment.window, zone=moment.zone, holidays=moment.holidays)
