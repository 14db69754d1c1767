"""A team's follow-up mail: one sequence, guests in it, and mails in several states."""

from interview_desk.domain.instants import format_instant
from interview_desk.domain.values import Json
from tests.helpers.desk import MemoryRecords
from tests.helpers.desk_story import at
from tests.helpers.judging_story import INTERVIEW, judging_story

GUEST = "guest-lena"
STEPS: list[dict[str, Json]] = [
    {
        "key": "thanks",
        "title": "Thank you",
        "delay": {"amount": 2, "unit": "hours", "after": "interview"},
        "texts": {
            "usual": {
                "en": {
                    "subject": "Thank you, {{ guest_first_name }}",
                    "text": "Dear {{ guest_first_name }},\n\nthank you for your time.",
                }
            }
        },
        "approval": True,
    },
    {
        "key": "nudge",
        "title": "One nudge",
        "delay": {"amount": 10, "unit": "working_days", "after": "previous"},
        "texts": {"usual": {"en": {"subject": "Still open", "text": "Is there any news?"}}},
        "approval": False,
    },
]
SEQUENCE: dict[str, Json] = {
    "name": "After an interview",
    "version": 2,
    "purpose": "thank you",
    "state": "published",
    "steps": STEPS,
    "stop_on": ["reply", "booking"],
    "window": {"days": ["tue", "wed", "thu"], "from": "09:00", "to": "16:00", "holidays": "skip"},
}


def mail_story() -> MemoryRecords:
    """The judging story with one guest in a sequence and a first mail that waits."""
    records = judging_story()
    records.put("sequences", "seq-1", **SEQUENCE)
    records.put(
        "interview_guests",
        GUEST,
        interview_id=INTERVIEW,
        name="Lena Fischer",
        email="lena@guest.test",
    )
    records.put(
        "enrolments",
        "enrolment-1",
        sequence_id="seq-1",
        guest_id=GUEST,
        interview_id=INTERVIEW,
        state="active",
        because="They came and told their story.",
    )
    put_mail(records, "mail-1")
    return records


def put_mail(records: MemoryRecords, mail_id: str, **fields: Json) -> None:
    """A mail to Lena, waiting for approval unless told otherwise."""
    usual: dict[str, Json] = {
        "enrolment_id": "enrolment-1",
        "guest_id": GUEST,
        "interview_id": INTERVIEW,
        "step": "thanks",
        "subject": "Thank you, Lena",
        "text": "Dear Lena,\n\nthank you for your time.",
        "html": '<p>Dear Lena,</p><p>thank you.</p><img src="http://127.0.0.1:9/pixel.png">',
        "due": format_instant(at(18, 13)),
        "state": "needs_approval",
        "because": "Two hours after the interview.",
    }
    records.put("follow_up_messages", mail_id, **{**usual, **fields})
