"""Which guide an interview is held with: its own, else the one that comes with the desk."""

from interview_desk.domain.guides import Guide, guide_of, variant_for, variants_of
from interview_desk.domain.interviews import Interview
from interview_desk.services.ports import Records
from interview_desk.wire.shipped import shipped_guide_fields

_USUAL_MINUTES = 60


async def guide_for(interview: Interview, records: Records) -> Guide:
    """The guide and the length that fit the interview; the default where it names none."""
    record = await records.get("guides", interview.guide_id) if interview.guide_id else None
    if record is not None:
        return guide_of(record.fields)
    return default_guide(_minutes(interview))


def default_guide(minutes: float = _USUAL_MINUTES) -> Guide:
    """The guide that comes with the desk, in the longest version that fits."""
    data = shipped_guide_fields()
    return guide_of(data, variant_for(minutes, variants_of(data)))


def _minutes(interview: Interview) -> float:
    if interview.start is None or interview.end is None:
        return _USUAL_MINUTES
    return (interview.end - interview.start).total_seconds() / 60
