"""A mail's text with invented values in its places, for whoever is writing it.

The server fills in the real ones, and knows more of the template language than this: `if` and
`for` are shown as they are written.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from interview_desk.domain.sequences.plan import Template
from interview_desk.domain.sequences.variables import VARIABLES

_PLACE = re.compile(r"\{\{\s*([A-Za-z_]\w*)([^{}]*)\}\}")
_TAG = re.compile(r"\{%.*?%\}")


class SampleMail(NamedTuple):
    """A subject and a text as an invented guest would read them."""

    subject: str
    text: str


def sampled(template: Template) -> SampleMail:
    """The mail with the catalogue's examples in its places."""
    return SampleMail(_filled(template.subject), _filled(template.text))


def mistakes_in(template: Template) -> Iterator[str]:
    """A sentence for every place that names no variable, and for brackets left open."""
    for part, text in (("Subject", template.subject), ("Text", template.text)):
        for found in _PLACE.finditer(text):
            if found[1] not in VARIABLES and not _TAG.search(text):
                yield f"{part}, there is no variable {found[1]}. Choose one from the list."
        bare = _TAG.sub("", _PLACE.sub("", text))
        if "{{" in bare or "}}" in bare or "{%" in bare or "%}" in bare:
            yield f"{part}, a bracket is left open: a place is written {{{{ guest_name }}}}."


def _filled(text: str) -> str:
    return _PLACE.sub(_example, text)


def _example(found: re.Match[str]) -> str:
    variable = VARIABLES.get(found[1])
    if variable is None:
        return found[0]
    example = variable.example
    return example if isinstance(example, str) else ", ".join(example)
