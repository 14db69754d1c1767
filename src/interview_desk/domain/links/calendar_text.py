"""The fields of an iCalendar text that may name the meeting, the most telling first."""

import re
from collections.abc import Iterator
from operator import itemgetter
from typing import Final

from interview_desk.domain.links.fields import Field, Place

_PARAMETERS = re.compile(r'((?>(?:;[^:;="]+=(?>(?:"[^"]*"|[^":;]++)*))*)):')
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
_LINE = re.compile(rf"\n(BEGIN|END|{'|'.join(_PLACES)})(?![^:;\n])(.*)", re.ASCII | re.IGNORECASE)


def calendar_fields(text: str) -> Iterator[Field]:
    """Read the events of a calendar text in order, each by the rank of its properties."""
    found: list[tuple[int, int, str, Place]] = []
    component: list[str] = []
    event = 0
    for written, rest in _LINE.findall("\n" + _unfolded(text)):
        name = written.upper()
        if name == "BEGIN":
            component.append(rest[1:].strip().upper())
            event += 1 if component[-1] == "VEVENT" else 0
        elif name == "END":
            del component[-1:]
        elif component and component[-1] in _SKIPPED:
            continue
        elif value := _value(name, rest):
            found.append((event, *value))
    found.sort(key=itemgetter(0, 1))
    return (Field(_unescaped(value), place) for _, _, value, place in found)


def _unfolded(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\n ", "").replace("\n\t", "")


def _value(name: str, rest: str) -> tuple[int, str, Place] | None:
    if "/" not in rest and "&" not in rest:
        return None
    parameters = _PARAMETERS.match(rest)
    if parameters is None:
        return None
    value = rest[parameters.end() :]
    rank, place = _PLACES[name]
    if name == "CONFERENCE":
        features = _features(parameters[1])
        if features and "VIDEO" not in features:
            return None
        rank, place = (rank, place) if features else (3, Place.TEXT)
    return rank, value, place


def _features(parameters: str) -> set[str]:
    named = [v for name, v in _PARAMETER.findall(parameters) if name.upper() == "FEATURE"]
    return {f.strip().upper() for value in named for f in value.replace('"', "").split(",")}


def _unescaped(value: str) -> str:
    if "\\\\" in value:
        return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)
    for written, meant in _ESCAPES.items() if "\\" in value else ():
        value = value.replace(written, meant)
    return value
