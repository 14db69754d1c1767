"""A sequence tried out: by the guest's clock, holidays and what is known, or for nobody real."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from interview_desk.domain.instants import format_instant
from interview_desk.domain.sequences.plan import Sequence, Variant
from interview_desk.domain.values import Json
from interview_desk.services.trying_out import Planned, TryingOut
from interview_desk.wire.sequences import read_sequence
from tests.helpers.desk import MemoryRecords, StoppedClock
from tests.helpers.mail_story import SEQUENCE, STEPS

BERLIN = ZoneInfo("Europe/Berlin")
# Friday, 13:00 in Berlin.
FRIDAY = datetime(2026, 11, 20, 12, tzinfo=UTC)
BEFORE_CHRISTMAS = datetime(2026, 12, 23, 13, tzinfo=UTC)


@pytest.fixture
def records() -> MemoryRecords:
    return MemoryRecords()


def held(records: MemoryRecords, *, end: datetime = FRIDAY, **guest: Json) -> str:
    """A guest whose interview ended then."""
    start, until = format_instant(end.replace(hour=end.hour - 1)), format_instant(end)
    fields: dict[str, Json] = {"status": "held", "start": start, "end": until}
    records.put("interviews", "i1", title="With Mina", zone="Europe/London", **fields)
    records.put("interview_guests", "g1", interview_id="i1", name="Mina Sato", **guest)
    return "g1"


def sequence_of(**changed: Json) -> Sequence:
    found = read_sequence("seq", {**SEQUENCE, **changed}).sequence
    assert found is not None
    return found


async def plan(
    records: MemoryRecords,
    guest: str | None,
    sequence: Sequence | None = None,
    *,
    now: datetime = FRIDAY,
    variant: Variant = Variant.USUAL,
    language: str = "en",
) -> list[Planned]:
    trying = TryingOut(records, clock=StoppedClock(now))
    return await trying.plan(
        sequence or sequence_of(), guest, zone=BERLIN, variant=variant, language=language
    )


async def test_an_invented_guest_gets_each_mail_in_my_own_zone(records: MemoryRecords) -> None:
    first, second = await plan(records, None, variant=Variant.NO_SHOW, language="de")
    # The window opens on Tuesday at 9; ten working days later it is Tuesday again.
    assert first.due == datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert second.due == datetime(2026, 12, 8, 8, tzinfo=UTC)
    assert first.mail.subject == "Thank you, Mara"
    assert first.mail.text.startswith("Dear Mara,")
    # The text is the English one, and so is how to get no more of it.
    assert "You get this mail because of an interview with us." in first.mail.text


async def test_a_guest_gets_each_mail_by_their_own_clock_and_not_on_their_holidays(
    records: MemoryRecords,
) -> None:
    window: Json = {**_window(), "days": ["wed", "thu", "fri"]}
    sequence = sequence_of(window=window, steps=[_step(hours=20)])
    # Friday the 25th is a holiday, Thursday the 24th is one in neither of the two.
    berlin = held(records, end=BEFORE_CHRISTMAS, zone="Europe/Berlin")
    (one,) = await plan(records, berlin, sequence, now=BEFORE_CHRISTMAS)
    assert one.due == datetime(2026, 12, 24, 9, tzinfo=UTC)
    later = sequence_of(window=window, steps=[_step(hours=44)])
    (one,) = await plan(records, berlin, later, now=BEFORE_CHRISTMAS)
    assert one.due == datetime(2026, 12, 30, 8, tzinfo=UTC)  # and the 26th is Saturday
    tokyo = held(records, end=BEFORE_CHRISTMAS, zone="Asia/Tokyo")
    (one,) = await plan(records, tokyo, sequence, now=BEFORE_CHRISTMAS)
    assert one.due == datetime(2026, 12, 25, 0, tzinfo=UTC)  # Friday, nine in the morning
    assert one.zone.key == "Asia/Tokyo"
    assert one.mail.subject == "For Mina"


async def test_what_a_mail_depends_on_is_asked_as_it_is_when_it_leaves(
    records: MemoryRecords,
) -> None:
    several: Json = {"fact": "guests.count", "op": "more_than", "value": 1}
    steps: Json = [_step(hours=2, when=several), _step(hours=4, key="any")]
    sequence = sequence_of(steps=steps)
    guest = held(records)
    assert [one.needed for one in await plan(records, guest, sequence)] == [False, True]
    records.put("interview_guests", "g2", interview_id="i1", name="Ken Sato")
    assert [one.needed for one in await plan(records, guest, sequence)] == [True, True]
    assert [one.needed for one in await plan(records, None, sequence)] == [None, True]


async def test_a_guest_whose_zone_nobody_knows_is_taken_to_be_where_the_interview_was(
    records: MemoryRecords,
) -> None:
    (one, *_) = await plan(records, held(records))
    assert one.zone.key == "Europe/London"
    # Who is gone meanwhile is as good as invented.
    (one, *_) = await plan(records, "nobody")
    assert (one.zone, one.mail.subject) == (BERLIN, "Thank you, Mara")


async def test_what_has_no_text_is_left_out_and_what_never_leaves_says_so(
    records: MemoryRecords,
) -> None:
    only: Json = {"no_show": {"en": {"subject": "We missed you", "text": "Hello"}}}
    missed: Json = {**_step(hours=0), "key": "missed", "title": "Missed", "texts": only}
    sequence = sequence_of(steps=[missed, *STEPS])
    assert [one.step.title for one in await plan(records, None, sequence)] == [
        "Thank you",
        "One nudge",
    ]
    closed = replace(sequence.window, days=frozenset())
    never = replace(sequence, steps=sequence.steps[:1], window=closed)
    (one,) = await plan(records, None, never, variant=Variant.NO_SHOW)
    assert (one.due, one.trouble) == (
        None,
        "There is no day on which this mail may leave. Choose more days or hours.",
    )


async def test_the_guests_of_what_is_over_can_be_chosen_the_latest_first(
    records: MemoryRecords,
) -> None:
    held(records)
    for number, day in (("2", 19), ("3", 18), ("4", 27)):
        start = datetime(2026, 11, day, 10, tzinfo=UTC)
        fields: dict[str, Json] = {"start": format_instant(start)}
        end: Json = format_instant(start.replace(hour=11))
        records.put("interviews", f"i{number}", title="T", **fields, end=end)
        records.put("interview_guests", f"g{number}", interview_id=f"i{number}", name=number)
    records.put("interviews", "i5", title="Without a time")
    records.put("interview_guests", "g5", interview_id="i5", name="5")
    found = await TryingOut(records, clock=StoppedClock(FRIDAY)).guests()
    assert [one.guest.id for one in found] == ["g1", "g2", "g3"]
    assert found[0].interview.title == "With Mina"


def _window() -> dict[str, Json]:
    return {"from": "09:00", "to": "16:00", "holidays": "skip"}


def _step(*, hours: int, key: str = "one", when: Json = None) -> dict[str, Json]:
    step: dict[str, Json] = {
        "key": key,
        "title": "One",
        "delay": {"amount": hours, "unit": "hours"},
        "texts": {"usual": {"en": {"subject": "For {{ guest_first_name }}", "text": "Hello"}}},
    }
    return {**step, "when": when} if when is not None else step
