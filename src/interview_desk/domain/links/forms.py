"""From the catalogue's notation to something that can say whether a path is a join link."""

import re
from collections.abc import Callable
from functools import cache, cached_property
from typing import Final

from interview_desk.domain.links.site_pages import SITE_PAGES

_SEGMENT = r"[^/?#\\]+"
_HEX = "[0-9a-fA-F]"
_LETTER = "[A-Za-z]"
_SLASH = "(?:%2[fF]|/)"
_UUID = f"{_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}}"

_SHAPES: Final = {
    "seg": _SEGMENT,
    # The only shape that captures: the room's name is compared with the site's own pages.
    "room": f"({_SEGMENT})",
    # Element keeps the rooms' own page at /room, with the room behind the sign.
    "call": rf"(?!room(?:[/?#]|\Z))({_SEGMENT})",
    "studio": "([a-z0-9]{8,13})",
    "more": rf"{_SEGMENT}(?:/{_SEGMENT})*",
    "id": "[A-Za-z0-9]+",
    "digits": "[0-9]+",
    "phone": "[1-9][0-9]{4,14}",
    "hex": f"{_HEX}+",
    "uuid": _UUID,
    "slug-uuid": rf"(?:[^/?#\\]+-)?{_UUID}",
    "3-4-3": f"{_LETTER}{{3}}-{_LETTER}{{4}}-{_LETTER}{{3}}",
    "4-4": "[A-Za-z0-9]{4}-[A-Za-z0-9]{4}",
    "8-capitals": "[A-Z]{8}",
    "greenlight2": "[a-z0-9]{3}(?:-[a-z0-9]{3}){2,3}",
    "greenlight3": "[a-z0-9]{3}(?:-[a-z0-9]{3}){3}",
    "spot": r"-?[0-9.]+,-?[0-9.]+",
    "value": "[^&#]+",
    # Channel meetings of Teams live in `tacv2` threads and name the message they hang on.
    "thread": rf"19(?:%3[aA]|:){_SEGMENT}?(?:%40|@)thread\.(?:v2|tacv2|skype)",
    # The launcher names the page it will open; only a join page makes it a join link.
    "teams-page": f"{_SLASH}_%23{_SLASH}(?:l{_SLASH}meetup-join|meet){_SLASH}[^&#]+",
}

_PLACEHOLDER = re.compile(r"\{([^}]+)\}")
_COUNT = re.compile(r"([0-9]+)(?:-([0-9]+))?d")
# A page of the site rather than a room: `close3.html`, `favicon.ico`.
_FILE = re.compile(
    r"\.(?:html?|php|aspx?|jsp?|css|json|xml|txt|ico|png|jpe?g|svg|gif|pdf)\Z", re.IGNORECASE
)


def _shape(name: str) -> str:
    count = _COUNT.fullmatch(name)
    if count is None:
        return _SHAPES[name]
    low, high = count.groups()
    return f"[0-9]{{{low},{high or low}}}"


def expression_of(template: str) -> str:
    """Write a part of a form as a regular expression."""
    pieces = _PLACEHOLDER.split(template)
    return "".join(_shape(p) if i % 2 else re.escape(p) for i, p in enumerate(pieces))


def _parameters(query: str) -> str:
    """Each parameter must be there, in any place among others."""
    wanted = filter(None, query.split("&"))
    return "".join(rf"(?=\?(?:[^#]*&)?{expression_of(p)}(?:[&#]|\Z))" for p in wanted)


def _fragment(fragment: str) -> str:
    if not fragment:
        return r"(?:\?[^#]*)?(?:#.*)?"
    if "=" in fragment:
        keys = (rf"(?=(?:.*&)?{expression_of(p)}(?:&|\Z))" for p in fragment.split("&"))
        return rf"(?:\?[^#]*)?#{''.join(keys)}.*"
    return rf"(?:\?[^#]*)?#{expression_of(fragment)}/?(?:[?&].*)?"


def _join_link(template: str) -> str:
    address, _, fragment = template.partition("#")
    path, _, query = address.partition("?")
    return expression_of(path.rstrip("/")) + "/?" + _parameters(query) + _fragment(fragment)


class Forms:
    """Some forms of join link, ready to be compared with what follows a host."""

    def __init__(self, templates: tuple[str, ...]) -> None:
        self._templates = templates

    @cached_property
    def _match(self) -> Callable[[str], re.Match[str] | None]:
        # Compiled when first needed: all of them are 40 ms that no start should pay for.
        return re.compile(
            "|".join(map(_join_link, self._templates)), re.ASCII | re.DOTALL
        ).fullmatch

    def fit(self, rest: str) -> bool:
        """Tell whether what follows the host is one of these, and no page of the site itself."""
        found = self._match(rest)
        if found is None or found.lastindex is None:
            return found is not None
        room = found[found.lastindex].lower()
        return room not in SITE_PAGES and not ("." in room and _FILE.search(room))


@cache
def forms_of(templates: tuple[str, ...]) -> Forms:
    """Give the one comparison that all sites with the same forms share."""
    return Forms(templates)


def takes_any_room(template: str) -> bool:
    """Tell whether the form is so open that the service's own pages would fit it too."""
    return "{room}" in template or template == "/"
