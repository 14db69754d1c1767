"""What alerts say."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from interview_desk.domain.alert_words import Subject, alert_words
from interview_desk.domain.alerts import Alert, AlertKind
from interview_desk.domain.plain_text import plain

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
END = START + timedelta(minutes=45)
ADA = Subject("Why Lumen left spreadsheets", guest="Ada", guest_zone="America/New_York")


def say(alert: Alert, subject: Subject = ADA, now: datetime = NOW) -> tuple[str, str]:
    words = alert_words(alert, subject, now=now, zone=BERLIN)
    return words.title, words.body


def test_a_new_booking_says_when_it_is_for_both() -> None:
    title, body = say(Alert("a", AlertKind.NEW, "i", start=START, end=END))
    assert title == "New booking: Why Lumen left spreadsheets"
    assert body == (
        "Mon 23 Nov 14:00–14:45\nFor Ada: Mon 23 Nov 08:00–08:45 (New York)"  # noqa: RUF001  - as shown
    )


def test_a_move_says_old_and_new_in_both_zones() -> None:
    alert = Alert(
        "a",
        AlertKind.MOVED,
        "i",
        start=START + timedelta(days=1),
        was_start=START,
        was_end=END,
    )
    title, body = say(alert)
    assert title.startswith("Moved: ")
    assert body.splitlines() == [
        "Mon 23 Nov 14:00–14:45 → Tue 24 Nov 14:00",  # noqa: RUF001  - as shown
        "For Ada: Mon 23 Nov 08:00–08:45 → Tue 24 Nov 08:00 (New York)",  # noqa: RUF001  - as shown
    ]


@pytest.mark.parametrize(
    ("kind", "headline"),
    [
        (AlertKind.CHANGED, "New place: Ada"),
        (AlertKind.ASKED_TO_MOVE, "Asked to move: Ada"),
        (AlertKind.CANCELLED, "Cancelled: Ada"),
        (AlertKind.REMOVED, "No longer on your desk: Ada"),
        (AlertKind.SOON, "Interview: Ada"),
    ],
)
def test_every_kind_has_its_headline(kind: AlertKind, headline: str) -> None:
    assert say(Alert("a", kind, "i"), Subject("Ada"))[0] == headline


def test_an_unconfirmed_booking_is_called_a_request() -> None:
    alert = Alert("a", AlertKind.NEW, "i", start=START)
    assert say(alert, Subject("Ada", is_request=True))[0] == "New request: Ada"


@pytest.mark.parametrize(
    ("minutes", "headline"),
    [(10, "Starts in 10 min"), (0, "Starts now"), (-4, "Started 4 min ago")],
)
def test_a_reminder_says_how_long_there_is(minutes: int, headline: str) -> None:
    alert = Alert("a", AlertKind.SOON, "i", start=NOW + timedelta(minutes=minutes))
    assert say(alert)[0] == f"{headline}: Why Lumen left spreadsheets"


def test_many_changes_say_how_many() -> None:
    alert = Alert("a", AlertKind.MANY, "i", count=12)
    assert say(alert) == ("12 changes in your calendar", "Open Today to see them.")


@pytest.mark.parametrize("zone", ["Europe/Paris", "Nowhere/At_All", "../etc/passwd", "", None])
def test_a_guest_with_the_same_clock_or_an_unknown_zone_is_only_named(zone: str | None) -> None:
    alert = Alert("a", AlertKind.NEW, "i", start=START)
    body = say(alert, Subject("Ada", guest="Ada", guest_zone=zone, place="Room 4"))[1]
    assert body == "Mon 23 Nov 14:00\nWith Ada\nRoom 4"


def test_a_guest_without_a_name_still_has_a_time() -> None:
    alert = Alert("a", AlertKind.NEW, "i", start=START)
    body = say(alert, Subject("Ada", guest_zone="Asia/Tokyo"))[1]
    assert body.endswith("For the guest: Mon 23 Nov 22:00 (Tokyo)")


def test_text_from_outside_is_one_short_line_without_markup() -> None:
    shown = plain("<b>x</b>\n\x1b[1m &lt;img&#33; Smith & Co")
    assert shown == "\u2039b\u203ax\u2039/b\u203a [1m & lt;img& #33; Smith & Co"
    assert len(plain("x" * 500)) == 80
