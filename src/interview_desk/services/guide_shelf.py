"""Which guide an interview is held with: its own, else the one that comes with the desk."""

import json
from functools import cache
from importlib.resources import files

from interview_desk.domain.guides import Guide, guide_of, variant_for, variants_of
from interview_desk.domain.interviews import Interview
from interview_desk.domain.values import Fields
from interview_desk.services.ports import Records

_DEFAULT = "switch-interview.json"
_USUAL_MINUTES = 60


async def guide_for(interview: Interview, records: Records) -> Guide:
    """The guide and the length that fit the interview; the default where it names none."""
    record = await records.get("guides", interview.guide_id) if interview.guide_id else None
    if record is not None:
        return guide_of(record.fields)
    return default_guide(_minutes(interview))


def default_guide(minutes: float = _USUAL_MINUTES) -> Guide:
    """The guide that comes with the desk, in the longest version that fits."""
    data = _default_data()
    return guide_of(data, variant_for(minutes, variants_of(data)))


@cache
def _default_data() -> Fields:
    source = files("interview_desk_resources").joinpath("guides", _DEFAULT)
    data: Fields = json.loads(source.read_text("utf-8"))
    return data


def _minutes(interview: Interview) -> float:
    if interview.start is None or interview.end is None:
        return _USUAL_MINUTES
    return (interview.end - interview.start).total_seconds() / 60
