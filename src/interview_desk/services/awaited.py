"""What judging and mail wait for from one person: ratings to give, and mails to decide about."""

from collections.abc import Iterable

from interview_desk.domain.agenda import Appointment, Waiting, WaitingKind
from interview_desk.domain.flags import Flag, is_on
from interview_desk.domain.interviews import guest_of
from interview_desk.domain.records import Record
from interview_desk.domain.roles import AssignmentRole
from interview_desk.domain.status import Status
from interview_desk.services.ports import Me, Records

_REASONS = {
    "needs_approval": "A mail waits for your approval",
    "uncertain": "A mail may have left, or not",
    "failed": "A mail could not be sent",
}
_SOMEBODY = "A guest"


async def ratings_to_give(
    near: Iterable[Appointment], records: Records, *, me: Me
) -> list[Waiting]:
    """The interviews I was in that took place and that I have not rated yet."""
    flags = [one.fields for one in await records.all_of("flags")]
    if not is_on(Flag.EVALUATION, flags):
        return []
    return [
        Waiting(WaitingKind.RATING, one.interview.title, one.id)
        for one in near
        if _was_mine(one) and not await _has_rated(one.id, records, me)
    ]


async def mails_to_decide(mails: Iterable[Record], records: Records, *, me: Me) -> list[Waiting]:
    """The mails that cannot go on without me: of my interviews, and of those nobody is in."""
    if not me.role.runs_interviews:
        return []
    return [await _mail(one, records) for one in mails if await _concerns(one, records, me)]


def _was_mine(one: Appointment) -> bool:
    mine = one.my_part
    if mine is None or mine.role is AssignmentRole.SHADOW:
        return False
    return one.interview.status is Status.HELD


async def _has_rated(interview_id: str, records: Records, me: Me) -> bool:
    sheets = await records.of_interview("rating_sheets", interview_id)
    return any(
        one.fields.get("member_id") == me.member_id and one.fields.get("state") == "submitted"
        for one in sheets
    )


async def _concerns(mail: Record, records: Records, me: Me) -> bool:
    interview_id = mail.fields.get("interview_id")
    if not isinstance(interview_id, str):
        return mail.fields.get("member_id") == me.member_id
    parts = [
        one.fields for one in await records.of_interview("interview_assignments", interview_id)
    ]
    crew = {one.get("member_id") for one in parts if one.get("state") != "declined"}
    return not crew or me.member_id in crew


async def _mail(mail: Record, records: Records) -> Waiting:
    guest_id, interview_id = mail.fields.get("guest_id"), mail.fields.get("interview_id")
    guest = await records.get("interview_guests", str(guest_id)) if guest_id else None
    question = mail.fields.get("question")
    return Waiting(
        WaitingKind.MAIL,
        guest_of(guest).name if guest else _SOMEBODY,
        interview_id if isinstance(interview_id, str) else None,
        reason=question if isinstance(question, str) and question else _reason(mail),
        record_id=mail.id,
    )


def _reason(mail: Record) -> str:
    return _REASONS.get(str(mail.fields.get("state")), _REASONS["needs_approval"])
