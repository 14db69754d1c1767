"""Which records are one guest's, and which recordings have been kept long enough."""

from datetime import UTC, datetime

import pytest

from interview_desk.domain.erasure import (
    check_erasure,
    concerns,
    interviews_with,
    is_kept_long_enough,
    names_one,
    one_with,
    traces_of,
)
from interview_desk.domain.records import Record
from interview_desk.domain.values import Json

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def record(entity: str, record_id: str, **fields: Json) -> Record:
    return Record(entity, record_id, fields)


GUNDULA = [
    record("contacts", "contact", email="Gundula@Example.org "),
    record("interview_guests", "guest", email="gundula@example.org", contact_id="contact"),
    record("interview_guests", "at-home", email="home@example.org", contact_id="contact"),
    record("interview_guests", "again", email="HOME@example.org"),
    record("enrolments", "enrolment", guest_id="again"),
    record("follow_up_messages", "mail", enrolment_id="enrolment"),
    record("follow_up_messages", "other-mail", guest_id="guest"),
    record("booking_requests", "request", guest={"email": "gundula@example.org"}),
    record("recordings", "recording", consent_guest_id="guest"),
]
OTHERS = [
    record("contacts", "hans", email="hans@example.org"),
    record("contacts", "nameless", email=""),
    record("interview_guests", "hans-guest", contact_id="hans", email=None),
    record("booking_requests", "cancel", guest=None),
    record("recordings", "free"),
    record("startups", "contact", name="The same id"),
]


@pytest.mark.parametrize("who", [" gundula@EXAMPLE.org", "contact", "guest", "again"])
def test_one_trace_leads_to_all_that_is_theirs(who: str) -> None:
    traces = traces_of([*OTHERS, *reversed(GUNDULA)], who)
    found = {one.id for one in [*GUNDULA, *OTHERS] if concerns(one, traces)}
    assert found == {one.id for one in GUNDULA}


def test_a_stranger_leads_to_nothing() -> None:
    traces = traces_of([*GUNDULA, *OTHERS], "nobody@example.org")
    assert not any(concerns(one, traces) for one in [*GUNDULA, *OTHERS])


@pytest.mark.parametrize(
    ("until", "due"),
    [
        ("2026-11-23T12:00:00Z", True),
        ("2026-11-23T12:00:01Z", False),
        (None, False),
    ],
)
def test_a_recording_goes_when_its_day_has_come(until: str | None, *, due: bool) -> None:
    assert is_kept_long_enough({"keep_until": until}, NOW) is due


def test_interviews_with_nobody_else_are_told_from_those_with_others() -> None:
    def guest(record_id: str, interview: str, email: str) -> Record:
        return Record("interview_guests", record_id, {"interview_id": interview, "email": email})

    records = [
        guest("g1", "alone", "gast@example.org"),
        guest("g2", "shared", "GAST@example.org"),
        guest("g3", "shared", "hans@example.org"),
        guest("g4", "another", "hans@example.org"),
    ]
    traces = traces_of(records, "g1")
    assert interviews_with(records, traces) == (frozenset({"alone"}), frozenset({"shared"}))


def test_an_unchanged_wish_may_be_told_again() -> None:
    check_erasure({}, {"kind": "guest", "subject_id": "g1", "state": "done"})


@pytest.mark.parametrize("named", ["first", "second", "survivor"])
def test_an_interview_is_one_with_all_that_were_merged_with_it(named: str) -> None:
    merged = {"first": "second", "second": "survivor", "other": "elsewhere"}
    assert one_with(merged, named) == {"first", "second", "survivor"}


def test_a_circle_of_merged_interviews_has_an_end() -> None:
    assert one_with({"one": "two", "two": "one"}, "one") == {"one", "two"}


ONE_OF_TWO = frozenset({"ada@example.org", "other@example.org"})


@pytest.mark.parametrize(
    "text", ["Ask ADA@Example.org about it", r'{"to": ["ada\u0040example.org"]}']
)
def test_an_address_is_found_however_a_text_spells_it(text: str) -> None:
    assert names_one(text, ONE_OF_TWO)


@pytest.mark.parametrize("text", ["bob@example.org", "[" * 100_000, r'{"to": "bob\u0040', ""])
def test_a_text_without_the_address_is_let_be(text: str) -> None:
    assert not names_one(text, ONE_OF_TWO)
