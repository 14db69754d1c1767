"""The fields of an iCalendar text that may name the meeting, the most telling first."""

import re
from typing import Final

from interview_desk.domain.links.fields import Field, Place

_LINE = re.compile(
    r"^(BEGIN|END|CONFERENCE|X-GOOGLE-CONFERENCE|X-MICROSOFT-SKYPETEAMSMEETINGURL|URL|LOCATION|DESCRIPTION|X-ALT-DESC)"
    r'((?:;[^:;="\n]+=(?:"[^"\n]*"|[^":;\n])*+)*+):(.*)$',
    re.MULTILINE | re.IGNORECASE,
)
_PARAMETER = re.compile(r';([^:;="]+)=((?:"[^"]*"|[^":;])*)')
_ESCAPED = re.compile(r"\\([nN,;:\\\"])")

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
    for line in _LINE.finditer(_unfolded(text)):
        name, value = line[1].upper(), line[3]
        if name == "BEGIN":
            component.append(value.strip().upper())
            event += 1 if component[-1] == "VEVENT" else 0
        elif name == "END":
            del component[-1:]
        elif not component or component[-1] not in _SKIPPED:
            found.extend((event, rank, field) for rank, field in _field(name, line[2], value))
    found.sort(key=lambda entry: entry[:2])
    return [field for _, _, field in found]


def _unfolded(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\n ", "").replace("\n\t", "")


def _field(name: str, parameters: str, value: str) -> list[tuple[int, Field]]:
    rank, place = _PLACES[name]
    if name == "CONFERENCE":
        features = _features(parameters)
        if features and "VIDEO" not in features:
            return []
        rank, place = (rank, place) if features else (3, Place.TEXT)
    return [(rank, Field(_unescaped(value), place))]


def _features(parameters: str) -> set[str]:
    named = [v for name, v in _PARAMETER.findall(parameters) if name.upper() == "FEATURE"]
    return {f.strip().upper() for value in named for f in value.replace('"', "").split(",")}


def _unescaped(value: str) -> str:
    if "\\" not in value:
        return value
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)
