"""What the places behind the first page show and act with; made when one of them is opened."""

from typing import NamedTuple

from interview_desk.services.crossed_edits import CrossedEdits
from interview_desk.services.erasing import ErasingService
from interview_desk.services.ports import Me, Records
from interview_desk.services.search import SearchService
from interview_desk.services.set_aside import SetAsideService
from interview_desk.services.timeline import TimelineService


class LateParts(NamedTuple):
    """The use cases of search, decisions, the past and its end, and who they are for."""

    me: Me
    records: Records
    search: SearchService
    crossed: CrossedEdits
    set_aside: SetAsideService
    timeline: TimelineService
    erasing: ErasingService
