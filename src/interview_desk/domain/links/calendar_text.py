"""The fields of an iCalendar text that may name the meeting, the most telling first."""

import re
from collections.abc import Iterator
from operator import itemgetter
from typing import Final

from interview_desk.domain.links.fields import Field, Place

_PARAMETERS = re.compile(r'((?:;[^:;="]+=(?:"[^"]*"|[^":;])*+)*+):')
_PARAMETER = re.compile(r';([^:;="]+)=((?:"[^"]*"|[^":;])*)')
_ESCAPED = re.compile(r"\\([nN,;:\\\"])")
_ESCAPES = {r"\n": "\n", r"\N": "\n", r"\,": ",", r"\;": ";", r"\:": ":", r"\"": '"'}

# An alarm has a description of its own, a calendar an address: neither is the meeting's.
_SKIPPED = frozenset({"VCALENDAR", "VALARM", "VTIMEZONE", "STANDARD", "DAYLIGHT"})

_PLACES: Final = {
    "CONFERENCE": (0, Place.CONFERENCE),
    "X-GOOGLE-CONFERENCE": (1, Place.CONFERENCE),
    "X-MICROSOFT-SKYPETEAMSMEETINGURL": (2, Place.CONFERENCE),
    # 3 is a CONFERENCE that does not say what it is for.
    "URL": (4, Place.TEXT),
    "LOCATION": (5, Place.LOCATION),
    "DESCRIPTION": (6, Place.TEXT),
    "X-ALT-DESC": (7, Place.TEXT),
}


def calendar_fields(text: str) -> list[Field]:
    """Read the events of a calendar text in order, each by the rank of its properties."""
    found: list[tuple[int, int, Field]] = []
    component: list[str] = []
    event = 0
    for name, rest in _lines(text):
        if name == "BEGIN":
            component.append(rest[1:].strip().upper())
            event += 1 if component[-1] == "VEVENT" else 0
        elif name == "END":
            del component[-1:]
        elif name in _PLACES and (not component or component[-1] not in _SKIPPED):
            found.extend((event, rank, field) for rank, field in _field(name, rest))
    found.sort(key=itemgetter(0, 1))
    return [field for _, _, field in found]


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in _unfolded(text).split("\n"):
        name = line.partition(":")[0].partition(";")[0]
        yield name.upper(), line[len(name) :]


def _unfolded(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\n ", "").replace("\n\t", "")


def _field(name: str, rest: str) -> list[tuple[int, Field]]:
    if "/" not in rest and "&" not in rest:
        return []
    parameters = _PARAMETERS.match(rest)
    if parameters is None:
        return []
    value = rest[parameters.end() :]
    rank, place = _PLACES[name]
    if name == "CONFERENCE":
        features = _features(parameters[1])
        if features and "VIDEO" not in features:
            return []
        rank, place = (rank, place) if features else (3, Place.TEXT)
    return [(rank, Field(_unescaped(value), place))]


def _features(parameters: str) -> set[str]:
    named = [v for name, v in _PARAMETER.findall(parameters) if name.upper() == "FEATURE"]
    return {f.strip().upper() for value in named for f in value.replace('"', "").split(",")}


def _unescaped(value: str) -> str:
    if "\\\\" in value:
        return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)
    for written, meant in _ESCAPES.items() if "\\" in value else ():
        value = value.replace(written, meant)
    return value
