"""What guests allow, and what becomes of their words."""

from typing import TYPE_CHECKING

import pytest

from interview_desk.domain.consent import ConsentKind, QuoteRefused
from interview_desk.domain.ids import note_document_id
from interview_desk.domain.interviews import Consent
from tests.helpers.capturing import (
    GUEST,
    INTERVIEW,
    Room,
)

if TYPE_CHECKING:
    from interview_desk.domain.values import Json

# Consent and capture


async def test_consent_says_who_heard_it_and_when():
    room = Room()
    session = await room.session()
    await session.set_consent(GUEST, ConsentKind.RECORDING, Consent.YES)
    assert session.guests[0].consent_recording is Consent.YES
    assert room.records.rows["interview_guests", GUEST].fields["consent_recording"] == {
        "value": "yes",
        "at": "2026-11-18T10:48:00Z",
        "by": "member-me",
    }


async def test_a_guest_of_an_interview_made_by_hand_can_be_named():
    room = Room()
    session = await room.session()
    await session.add_guest("Kai Moreau")
    assert [guest.name for guest in session.guests] == ["Ines Okafor", "Kai Moreau"]


async def test_a_quote_is_held_until_the_guest_says_yes_and_again_after_a_no():
    room = Room()
    session = await room.session()
    quote = await session.capture("quote", " It was\n a mess ", stage="first_thought")
    push = await session.capture("push", "Export broke every Friday", stage="first_thought")
    assert (quote.held, push.held) == (True, False)
    assert "has not said" in quote.reason
    assert room.insight(quote.insight_id)["state"] == "held"

    await session.set_consent(GUEST, ConsentKind.QUOTES, Consent.YES)
    assert room.insight(quote.insight_id)["state"] == "draft"
    await session.set_consent(GUEST, ConsentKind.QUOTES, Consent.NO)
    assert room.insight(quote.insight_id)["state"] == "held"
    assert room.insight(push.insight_id)["state"] == "draft"


async def test_a_reviewed_quote_is_not_touched_by_a_late_yes():
    room = Room()
    evidence: Json = [{"quote": "x", "verbatim": True}]
    room.records.put(
        "interview_insights", "i", interview_id=INTERVIEW, state="accepted", evidence=evidence
    )
    session = await room.session()
    await session.set_consent(GUEST, ConsentKind.QUOTES, Consent.YES)
    assert room.insight("i")["state"] == "accepted"


async def test_a_no_refuses_quotes_but_not_observations():
    room = Room()
    session = await room.session()
    await session.set_consent(GUEST, ConsentKind.QUOTES, Consent.NO)
    with pytest.raises(QuoteRefused, match="Ines Okafor does not want to be quoted"):
        await session.capture("push", 'He said "never again"', stage="first_thought")
    seen = await session.capture("push", "Export broke every Friday", stage="first_thought")
    assert not seen.held


async def test_captured_words_carry_their_stage_time_and_place():
    room = Room()
    session = await room.session()
    await session.start()
    room.clock.advance(minutes=12)
    captured = await session.capture("quote", "It was a mess", stage="first_thought")
    assert room.insight(captured.insight_id) == {
        "interview_id": INTERVIEW,
        "kind": "quote",
        "stage": "first_thought",
        "statement": "It was a mess",
        "strength": 1,
        "evidence": [
            {
                "quote": "It was a mess",
                "verbatim": True,
                "speaker": "Ines Okafor",
                "source": "note",
                "note_id": note_document_id(INTERVIEW, "first_thought"),
                "at": "2026-11-18T11:00:00Z",
                "t_ms": 720_000,
            }
        ],
        "state": "held",
    }
    assert [row.id for row in session.insights] == [captured.insight_id]


async def test_with_several_guests_nobody_is_named_as_the_speaker():
    room = Room()
    session = await room.session()
    await session.add_guest("Kai Moreau")
    captured = await session.capture("surprise", "They pay by invoice", stage="deciding")
    evidence = room.insight(captured.insight_id)["evidence"]
    assert isinstance(evidence, list)
    (only,) = evidence
    assert isinstance(only, dict)
    assert (only["speaker"], only["t_ms"], only["verbatim"]) == (None, None, False)
