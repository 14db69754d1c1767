"""The parts of an input that may name a meeting."""

from dataclasses import dataclass
from enum import Enum


class Place(Enum):
    """How far a field is meant to hold the meeting's address."""

    TEXT = "text"
    """Anybody's words: only join links of services that we know."""
    CONFERENCE = "conference"
    """Written by a calendar for joining: a link elsewhere counts too."""
    LOCATION = "location"
    """Where the meeting is: a link elsewhere counts, and so does somebody's messenger."""


@dataclass(slots=True)
class Field:
    """One field; fields are read in the order of their weight."""

    text: str
    place: Place = Place.TEXT
    booker_host: str = ""
    """The host of the team's own Cal.com, where the same booking names it."""
