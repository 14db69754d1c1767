"""What mail leads to: counted by what people did, for the last mail before it."""

from interview_desk.domain.records import Record
from interview_desk.domain.sequences.effectiveness import Effect, effects_of
from interview_desk.domain.values import Json


def mail(enrolment: str, step: str, state: str, *, at: int = 1, **fields: Json) -> Record:
    said = {"enrolment_id": enrolment, "step": step, "state": state, "sent_at": f"2026-11-{at:02}"}
    return Record("follow_up_messages", f"{enrolment}-{step}", {**said, **fields})


def enrolment(own: str, reason: str | None = None) -> Record:
    return Record("enrolments", own, {"sequence_id": "seq", "reason": reason})


def test_only_what_has_left_counts_and_its_case_stands_apart() -> None:
    mails = [
        mail("a", "thanks", "delivered"),
        mail("b", "thanks", "sent"),
        mail("c", "thanks", "bounced"),
        mail("d", "thanks", "complained", variant="no_show"),
        mail("a", "nudge", "queued"),
        mail("b", "nudge", "cancelled"),
        mail("c", "nudge", "uncertain"),
        mail("gone", "thanks", "delivered"),
    ]
    assert effects_of(mails, [enrolment(own) for own in "abcd"]) == [
        Effect("seq", "thanks", "no_show", sent=1, delivered=1, complained=1),
        Effect("seq", "thanks", "usual", sent=3, delivered=1, bounced=1),
    ]


def test_an_answer_counts_for_the_last_mail_before_it() -> None:
    mails = [
        mail("a", "nudge", "delivered", at=12),
        mail("a", "thanks", "delivered", at=2),
        mail("b", "thanks", "delivered", at=3),
        mail("c", "thanks", "delivered", at=3),
    ]
    ended = [
        enrolment("a", "replied"),
        enrolment("b", "booked"),
        enrolment("c", "unsubscribed"),
        enrolment("d", "replied"),
        enrolment("e", "by_hand"),
    ]
    assert effects_of(mails, ended) == [
        Effect("seq", "nudge", "usual", sent=1, delivered=1, replied=1),
        Effect("seq", "thanks", "usual", sent=3, delivered=3, booked=1, unsubscribed=1),
    ]
