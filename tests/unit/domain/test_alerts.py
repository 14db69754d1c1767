"""What a person is told, and that they are told once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from interview_desk.domain.alert_memory import state_from_text, state_to_text
from interview_desk.domain.alerts import (
    AlertBook,
    AlertKind,
    AlertSettings,
    AlertState,
    OpenAlert,
    Watched,
    change_between,
    watched,
)
from interview_desk.domain.interviews import Interview
from interview_desk.domain.status import Status

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
START = NOW + timedelta(hours=2)
ADA = "ada"


def item(name: str = ADA, **differences: Any) -> Watched:
    usual = Watched(
        name, Status.SCHEDULED, START, START + timedelta(hours=1), "https://zoom.us/j/1", mine=True
    )
    return replace(usual, **differences)


def book(
    *items: Watched, announcing: bool = True, settings: AlertSettings | None = None
) -> AlertBook:
    state = AlertState(announcing=announcing, known={each.id: each for each in items})
    return AlertBook(state, settings or AlertSettings())


def kinds(desk: AlertBook, now: datetime = NOW) -> list[AlertKind]:
    return [alert.kind for alert in desk.due(now).show]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (None, item(), AlertKind.NEW),
        (item(status=Status.CANCELLED), item(), AlertKind.NEW),
        (item(mine=False), item(), AlertKind.NEW),
        (item(start=None, end=None), item(), AlertKind.NEW),
        (item(), item(start=START + timedelta(days=1)), AlertKind.MOVED),
        (item(), item(end=START + timedelta(hours=2)), AlertKind.MOVED),
        (item(), item(start=NOW - timedelta(hours=1)), AlertKind.MOVED),
        (item(start=NOW - timedelta(hours=1)), item(), AlertKind.MOVED),
        (item(), item(place="https://meet.google.com/abc-defg-hij"), AlertKind.CHANGED),
        (item(), item(place=None), AlertKind.CHANGED),
        (item(), item(status=Status.CANCELLED), AlertKind.CANCELLED),
        (item(), item(status=Status.DECLINED), AlertKind.CANCELLED),
        (item(), item(status=Status.RESCHEDULE_REQUESTED), AlertKind.ASKED_TO_MOVE),
        (item(), None, AlertKind.REMOVED),
    ],
)
def test_a_change_that_matters_is_told(
    before: Watched | None, after: Watched | None, kind: AlertKind
) -> None:
    alert = change_between(before, after, NOW)
    assert alert is not None
    assert alert.kind is kind


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, None),
        (None, item(mine=False)),
        (None, item(start=NOW - timedelta(minutes=1))),
        (None, item(status=Status.HELD)),
        (None, item(status=Status.CANCELLED)),
        (None, item(start=None, end=None)),
        (item(), item()),
        (item(), item(mine=False)),
        (item(place=None), item()),
        (item(), item(status=Status.HELD)),
        (item(status=Status.REQUESTED), item()),
        (item(status=Status.RESCHEDULE_REQUESTED), item(status=Status.RESCHEDULE_REQUESTED)),
        (item(start=NOW - timedelta(hours=3)), item(start=NOW - timedelta(hours=2))),
        (item(start=NOW - timedelta(hours=3)), None),
        (item(mine=False), None),
        (item(status=Status.HELD), None),
    ],
)
def test_what_is_over_or_not_mine_or_the_same_is_not_told(
    before: Watched | None, after: Watched | None
) -> None:
    assert change_between(before, after, NOW) is None


def test_a_move_carries_the_old_and_the_new_time() -> None:
    later = START + timedelta(days=1)
    alert = change_between(item(), item(start=later, end=later + timedelta(hours=1)), NOW)
    assert alert is not None
    assert (alert.was_start, alert.start) == (START, later)
    assert alert.was_end == START + timedelta(hours=1)


def test_an_interview_is_watched_at_its_link_or_else_its_place() -> None:
    there = Interview(ADA, "Ada", Status.SCHEDULED, location="Room 4")
    assert watched(there, mine=True).place == "Room 4"
    online = there._replace(join_url="https://zoom.us/j/1")
    assert watched(online, mine=False).place == "https://zoom.us/j/1"


def test_the_history_of_a_first_copy_is_not_news() -> None:
    desk = book(announcing=False)
    desk.observe(ADA, item(), now=NOW)
    assert kinds(desk) == []
    desk.announce()
    desk.observe(ADA, item(), now=NOW)
    assert kinds(desk) == []
    desk.observe("bob", item("bob"), now=NOW)
    assert kinds(desk) == [AlertKind.NEW]


def test_the_same_news_is_shown_once() -> None:
    desk = book()
    desk.observe(ADA, item(), now=NOW)
    assert kinds(desk) == [AlertKind.NEW]
    desk.observe(ADA, item(), now=NOW)
    assert kinds(desk) == []


def test_what_a_person_did_themselves_is_not_told() -> None:
    desk = book(item())
    later = item(start=START + timedelta(hours=1))
    desk.observe_own(ADA, later)
    desk.observe(ADA, later, now=NOW)
    assert kinds(desk) == []


def test_news_of_a_kind_that_is_switched_off_is_not_told() -> None:
    desk = book(settings=AlertSettings(kinds=frozenset({AlertKind.MOVED})))
    desk.observe(ADA, item(start=NOW + timedelta(minutes=5)), now=NOW)
    assert kinds(desk) == []


def test_two_moves_that_nobody_looked_at_are_one_from_the_first_time() -> None:
    desk = book(item())
    desk.observe(ADA, item(start=START + timedelta(hours=1)), now=NOW)
    [first] = desk.due(NOW).show
    desk.observe(ADA, item(start=START + timedelta(hours=2)), now=NOW)
    due = desk.due(NOW)
    assert due.withdraw == (first.id,)
    assert [(alert.was_start, alert.start) for alert in due.show] == [
        (START, START + timedelta(hours=2))
    ]


def test_a_move_that_was_taken_back_is_no_news() -> None:
    desk = book(item())
    desk.observe(ADA, item(start=START + timedelta(hours=1)), now=NOW)
    [first] = desk.due(NOW).show
    desk.observe(ADA, item(), now=NOW)
    due = desk.due(NOW)
    assert due.withdraw == (first.id,)
    assert due.show == ()


def test_a_move_replaces_the_news_of_the_booking() -> None:
    desk = book()
    desk.observe(ADA, item(), now=NOW)
    desk.observe(ADA, item(start=START + timedelta(hours=1)), now=NOW)
    assert kinds(desk) == [AlertKind.MOVED]


def test_a_link_that_follows_a_booking_is_not_told_on_top() -> None:
    desk = book()
    desk.observe(ADA, item(place="integrations:zoom"), now=NOW)
    desk.observe(ADA, item(), now=NOW)
    assert kinds(desk) == [AlertKind.NEW]


def test_a_reminder_comes_at_each_configured_time_and_replaces_the_one_before() -> None:
    desk = book(item())
    assert desk.next_moment(NOW) == START - timedelta(minutes=10)
    assert kinds(desk, START - timedelta(minutes=11)) == []
    [ten] = desk.due(START - timedelta(minutes=10)).show
    assert ten.kind is AlertKind.SOON
    assert kinds(desk, START - timedelta(minutes=9)) == []
    assert desk.next_moment(START - timedelta(minutes=9)) == START - timedelta(minutes=1)
    due = desk.due(START - timedelta(minutes=1))
    assert due.withdraw == (ten.id,)
    assert [alert.id for alert in due.show] != [ten.id]


def test_a_program_started_late_reminds_once_and_not_for_ever() -> None:
    desk = book(item())
    assert kinds(desk, START + timedelta(minutes=2)) == [AlertKind.SOON]
    assert kinds(desk, START + timedelta(minutes=3)) == []
    assert kinds(book(item()), START + timedelta(minutes=15)) == []


@pytest.mark.parametrize(
    "other",
    [
        item(mine=False),
        item(status=Status.REQUESTED),
        item(status=Status.CANCELLED),
        item(start=None, end=None),
    ],
)
def test_nothing_reminds_of_what_is_not_fixed_or_not_mine(other: Watched) -> None:
    desk = book(other)
    assert kinds(desk, START - timedelta(minutes=5)) == []
    assert desk.next_moment(START - timedelta(minutes=20)) is None


def test_reminders_can_be_switched_off() -> None:
    desk = book(item(), settings=AlertSettings(kinds=frozenset({AlertKind.NEW})))
    assert kinds(desk, START - timedelta(minutes=5)) == []


def test_a_moved_interview_reminds_anew_and_takes_the_old_reminder_away() -> None:
    desk = book(item())
    [old] = desk.due(START - timedelta(minutes=10)).show
    later = START + timedelta(minutes=20)
    desk.observe(ADA, item(start=later, end=None), now=START - timedelta(minutes=9))
    due = desk.due(START - timedelta(minutes=9))
    assert old.id in due.withdraw
    assert [alert.kind for alert in due.show] == [AlertKind.MOVED]
    assert kinds(desk, later - timedelta(minutes=10)) == [AlertKind.SOON]


def test_a_cancelled_interview_takes_its_reminder_away() -> None:
    desk = book(item())
    [soon] = desk.due(START - timedelta(minutes=10)).show
    desk.observe(ADA, item(status=Status.CANCELLED), now=START - timedelta(minutes=9))
    due = desk.due(START - timedelta(minutes=9))
    assert due.withdraw == (soon.id,)
    assert [alert.kind for alert in due.show] == [AlertKind.CANCELLED]


def test_a_removed_interview_takes_its_reminder_away() -> None:
    desk = book(item())
    [soon] = desk.due(START - timedelta(minutes=10)).show
    desk.observe(ADA, None, now=START + timedelta(minutes=1))
    assert desk.due(START + timedelta(minutes=1)).withdraw == (soon.id,)


def test_snooze_brings_the_alert_again_later() -> None:
    desk = book(item(), settings=AlertSettings(minutes_before=(10,)))
    now = START - timedelta(minutes=10)
    [soon] = desk.due(now).show
    desk.snooze(soon.id, now)
    assert kinds(desk, now) == []
    again = now + timedelta(minutes=5)
    assert desk.next_moment(now) == again
    assert desk.due(again).show == (soon,)


def test_a_snooze_never_sleeps_over_the_start() -> None:
    desk = book(item())
    now = START - timedelta(minutes=1)
    [soon] = desk.due(now).show
    desk.snooze(soon.id, now)
    assert desk.next_moment(now) == START


def test_an_alert_may_be_snoozed_after_the_start_and_a_change_at_any_time() -> None:
    desk = book(item())
    now = START + timedelta(minutes=1)
    [soon] = desk.due(now).show
    desk.snooze(soon.id, now)
    assert desk.next_moment(now) == now + timedelta(minutes=5)
    other = book()
    other.observe(ADA, item(start=NOW + timedelta(minutes=30)), now=NOW)
    [new] = other.due(NOW).show
    other.snooze(new.id, NOW)
    assert other.next_moment(NOW) == NOW + timedelta(minutes=5)


def test_an_answered_alert_is_gone() -> None:
    desk = book(item())
    [soon] = desk.due(START - timedelta(minutes=10)).show
    assert desk.alert(soon.id) == soon
    desk.dismiss(soon.id)
    desk.dismiss(soon.id)
    desk.snooze(soon.id, NOW)
    assert desk.alert(soon.id) is None


def test_nothing_reminds_of_an_interview_that_was_joined() -> None:
    desk = book(item())
    [soon] = desk.due(START - timedelta(minutes=10)).show
    desk.joined(ADA)
    assert desk.due(START - timedelta(minutes=1)).withdraw == (soon.id,)
    assert kinds(desk, START) == []
    desk.joined("somebody else")


def test_an_unanswered_alert_stays_until_an_hour_after_the_start() -> None:
    desk = book()
    desk.observe(ADA, item(), now=NOW)
    [new] = desk.due(NOW).show
    desk.state.reminded.clear()
    assert desk.due(START + timedelta(minutes=59)).withdraw == ()
    assert new.id in desk.due(START + timedelta(hours=1)).withdraw


def test_a_pause_holds_everything_back_and_loses_nothing() -> None:
    desk = book()
    desk.pause(NOW + timedelta(hours=1))
    desk.observe(ADA, item(), now=NOW)
    assert kinds(desk) == []
    assert desk.next_moment(NOW) == NOW + timedelta(hours=1)
    assert desk.is_paused(NOW)
    assert kinds(desk, NOW + timedelta(hours=1)) == [AlertKind.NEW]
    desk.pause(None)
    assert not desk.is_paused(NOW)


def test_many_changes_at_once_are_one_sentence() -> None:
    desk = book(item("soon", start=NOW + timedelta(minutes=5)))
    for number in range(4):
        desk.observe(f"i{number}", item(f"i{number}"), now=NOW)
    soon, many = desk.due(NOW).show
    assert soon.kind is AlertKind.SOON
    assert (many.kind, many.count) == (AlertKind.MANY, 4)
    assert kinds(desk) == []
    assert desk.due(NOW + timedelta(days=3)).withdraw != (many.id,)


def test_after_a_restart_unanswered_alerts_come_back_and_answered_ones_do_not() -> None:
    desk = book()
    desk.observe(ADA, item(), now=NOW)
    desk.observe("bob", item("bob", start=START + timedelta(hours=3)), now=NOW)
    desk.pause(NOW - timedelta(hours=1))
    ada, bob = desk.due(NOW).show
    desk.dismiss(ada.id)
    desk.snooze(bob.id, NOW - timedelta(minutes=10))
    [soon] = desk.due(START - timedelta(minutes=5)).show[1:]
    state = state_from_text(state_to_text(desk.state))
    assert state == desk.state
    again = AlertBook(state, AlertSettings())
    again.present_again()
    assert [alert.id for alert in again.due(START - timedelta(minutes=5)).show] == [bob.id, soon.id]


@pytest.mark.parametrize("text", [None, "", "no json", "[]", '{"form":9}', '{"form":1}'])
def test_an_unreadable_memory_is_a_fresh_one(text: str | None) -> None:
    assert state_from_text(text) == AlertState()


def test_what_is_long_over_is_forgotten() -> None:
    desk = book(item(), item("undated", start=None, end=None))
    desk.due(START)
    assert set(desk.state.known) == {ADA}
    desk.due(START + timedelta(hours=25))
    assert desk.state == AlertState(announcing=True)


def test_a_reminder_without_a_known_interview_is_stale() -> None:
    desk = book(item())
    [soon] = desk.due(START).show
    desk.state.known.clear()
    desk.state.open[soon.id] = OpenAlert(soon)
    assert desk.due(START).show == ()
