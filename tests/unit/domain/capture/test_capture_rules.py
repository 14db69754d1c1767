from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desk.domain.capture_kinds import (
    CAPTURE_KINDS,
    NothingSelected,
    is_quoting,
    is_verbatim,
    words_to_capture,
)
from interview_desk.domain.consent import (
    ConsentKind,
    QuoteRefused,
    consent_of,
    quote_rule,
    strictest,
)
from interview_desk.domain.interviews import Consent, Guest
from interview_desk.domain.order_keys import order_key
from interview_desk.domain.said_dates import said_date
from interview_desk.domain.values import Json


def guest(name: str, quotes: Consent) -> Guest:
    return Guest(id=name, interview_id="i", name=name, consent_quotes=quotes)


def test_quotes_are_held_while_nobody_knows_and_released_by_a_yes():
    unknown = quote_rule([guest("Ines", Consent.UNKNOWN)])
    assert unknown.state == "held"
    unknown.require()
    assert "Ines" in unknown.reason
    assert quote_rule([]).state == "held"
    assert quote_rule([guest("Ines", Consent.YES)]).state == "draft"


def test_a_no_of_one_guest_refuses_quotes_with_the_reason():
    rule = quote_rule([guest("Ines", Consent.YES), guest("Kai", Consent.NO)])
    assert rule.state == "held"
    with pytest.raises(QuoteRefused, match="Kai does not want to be quoted"):
        rule.require()


def test_each_consent_is_kept_in_its_own_field():
    asked = Guest(
        id="g",
        interview_id="i",
        name="Ines",
        consent_notes=Consent.YES,
        consent_recording=Consent.NO,
        consent_contact_again=Consent.YES,
    )
    assert [consent_of(asked, kind) for kind in ConsentKind] == ["yes", "no", "unknown", "yes"]
    assert [kind.field for kind in ConsentKind] == [
        "consent_notes",
        "consent_recording",
        "consent_quotes",
        "consent_contact_again",
    ]
    assert strictest([asked], ConsentKind.RECORDING) == (Consent.NO, asked)


def test_nine_keys_capture_nine_kinds():
    assert len({kind.key for kind in CAPTURE_KINDS}) == 9
    assert CAPTURE_KINDS[0].key == "quote"


def test_captured_words_are_one_line_and_never_none():
    assert words_to_capture("  we lost\n two days ") == "we lost two days"
    with pytest.raises(NothingSelected):
        words_to_capture(" \n ")


def test_quotes_and_words_in_quotation_marks_are_verbatim():
    assert is_verbatim("quote", "we lost two days")
    assert is_verbatim("push", 'she said "never again"')
    assert not is_verbatim("push", "export broke every Friday")


@pytest.mark.parametrize(
    ("evidence", "quoting"),
    [
        ([{"quote": "never", "verbatim": True}], True),
        ([{"quote": "never", "verbatim": False}, "odd"], False),
        (None, False),
        ("text", False),
    ],
)
def test_an_insight_quotes_when_its_evidence_is_verbatim(*, evidence: Json, quoting: bool):
    assert is_quoting({"evidence": evidence}) is quoting


def test_order_keys_grow_slowly_at_the_end():
    keys = [order_key()]
    while len(keys) < 100:
        keys.append(order_key(keys[-1]))
    assert keys == sorted(set(keys))
    assert len(keys[-1]) < 5


@given(st.lists(st.integers(0, 1000), max_size=40))
def test_an_order_key_fits_between_any_two(places: list[int]):
    keys: list[str] = []
    for place in places:
        at = place % (len(keys) + 1)
        after = keys[at - 1] if at else None
        before = keys[at] if at < len(keys) else None
        keys.insert(at, order_key(after, before))
    assert keys == sorted(set(keys))


@pytest.mark.parametrize(
    ("said", "first", "precision"),
    [
        ("2026-03-14", date(2026, 3, 14), "day"),
        ("14.3.2026", date(2026, 3, 14), "day"),
        ("14 March 2026", date(2026, 3, 14), "day"),
        ("Mar 14, 2026", date(2026, 3, 14), "day"),
        ("2026-03", date(2026, 3, 1), "month"),
        ("3/2026", date(2026, 3, 1), "month"),
        ("March  2026", date(2026, 3, 1), "month"),
        ("2026", date(2026, 1, 1), "year"),
        ("last spring", None, "as said"),
        ("Spring 2026", None, "as said"),
        ("31.2.2026", None, "as said"),
        ("0.2026", None, "as said"),
        ("", None, "as said"),
    ],
)
def test_a_date_is_understood_as_exactly_as_it_was_said(
    said: str, first: date | None, precision: str
):
    understood = said_date(said)
    assert (understood.first, understood.precision) == (first, precision)
    assert understood.said == " ".join(said.split())
