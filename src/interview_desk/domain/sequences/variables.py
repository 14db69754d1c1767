"""What a mail may say about its guest and its interview: the catalogue of variables."""

from collections.abc import Mapping
from typing import NamedTuple


class Variable(NamedTuple):
    """One place in a text that is filled in; a list may be gone through with `for`."""

    name: str
    title: str
    example: str | tuple[str, ...]

    @property
    def is_list(self) -> bool:
        """Whether it holds several texts."""
        return not isinstance(self.example, str)


_ALL = (
    Variable("guest_name", "The guest's name", "Mara Lindt"),
    Variable("guest_first_name", "The guest's first name", "Mara"),
    Variable("startup_name", "The startup", "Nordlicht Robotics"),
    Variable("interview_title", "The interview's title", "How teams choose a CRM"),
    Variable("interview_date", "The day of the interview, in the guest's zone", "24 November 2026"),
    Variable("interview_time", "Its time of day, in the guest's zone", "14:30"),
    Variable("interviewer_name", "Who led the interview", "Jonas Weber"),
    Variable("interviewer_first_name", "Their first name", "Jonas"),
    Variable("team_name", "The team's name", "Research team"),
    Variable("promised", "What was promised to the guest (a list)", ("the summary",)),
    Variable("open_questions", "What stayed open (a list)", ("Who decides on the budget?",)),
)

VARIABLES: Mapping[str, Variable] = {variable.name: variable for variable in _ALL}
