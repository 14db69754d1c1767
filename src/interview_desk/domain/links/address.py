"""A web address taken apart the strict way: what is unusual in a host is refused, not repaired."""

import re
from dataclasses import dataclass

# Labels of letters, digits and inner hyphens: userinfo, a backslash, a percent sign or another
# script before the path do not fit, nor more labels than the longest host has.
_LABEL = "[a-zA-Z0-9][a-zA-Z0-9-]*+(?<!-)"
HOST = rf"{_LABEL}(?>(?:\.{_LABEL}){{1,126}})"
"""What an expression lets pass as a host; `is_sound` has the last word."""

_ADDRESS = re.compile(
    rf"([Hh][Tt][Tt][Pp][Ss]?)://({HOST})(?::([0-9]{{1,5}}))?(?=[/?#]|\Z)(.*)", re.DOTALL
)
_SHORTEST_HOST = 4
_LONGEST_HOST = 253
_DOT_SEGMENT = re.compile(r"/(?:\.|%2e){1,2}(?:/|\Z)", re.IGNORECASE)
_HIGHEST_PORT = 65535


# Not frozen: that would cost as much as taking an address apart.
@dataclass(slots=True)
class Address:
    """An absolute http(s) address; scheme and host are lower case, the rest is as written.

    The scheme is empty where the text has none.
    """

    scheme: str
    host: str
    port: str
    rest: str

    @property
    def netloc(self) -> str:
        """Host and port, as a booking names the address of a team's own server."""
        return f"{self.host}:{self.port}" if self.port else self.host

    @property
    def url(self) -> str:
        """The address as one string, always over https."""
        # The port of plain http would not answer once the scheme is https.
        if not self.port or (self.scheme == "http" and self.port == "80"):
            return f"https://{self.host}{self.rest}"
        return f"https://{self.host}:{self.port}{self.rest}"


def address_of(text: str) -> Address | None:
    """Take an address apart; nothing where a part of it could mean another host elsewhere."""
    found = _ADDRESS.fullmatch(text)
    if found is None:
        return None
    scheme, host, port, rest = found.groups("")
    if port and not 0 < int(port) <= _HIGHEST_PORT:
        return None
    host = host.lower()
    return Address(scheme.lower(), host, port, rest) if is_sound(host, rest) else None


def is_sound(host: str, rest: str) -> bool:
    """Tell whether what fits the expressions leads where it seems to."""
    if "xn--" in host or not _SHORTEST_HOST <= len(host) <= _LONGEST_HOST:
        return False
    return not (("/." in rest or "/%2" in rest or "\\" in rest) and _walks(rest))


def _walks(rest: str) -> bool:
    """Dots or a backslash lead a browser to another page than the one that was checked."""
    path = re.split("[?#]", rest, maxsplit=1)[0]
    return "\\" in path or bool(_DOT_SEGMENT.search(path))
