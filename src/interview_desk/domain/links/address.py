"""A web address taken apart the strict way: what is unusual in a host is refused, not repaired."""

import re
from functools import lru_cache
from typing import NamedTuple

# Userinfo, a backslash, a percent sign or another script before the path do not fit.
_ADDRESS = re.compile(
    r"([Hh][Tt][Tt][Pp][Ss]?)://([a-zA-Z0-9.-]{4,253})(?::([0-9]{1,5}))?(?=[/?#]|\Z)(.*)", re.DOTALL
)
_ODD_LABEL = re.compile(r"\A[.-]|\.\.|-\.|\.-|[.-]\Z|xn--")
_DOT_SEGMENT = re.compile(r"/(?:\.|%2e){1,2}(?:/|\Z)", re.IGNORECASE)
_HIGHEST_PORT = 65535


class Address(NamedTuple):
    """An absolute http(s) address; scheme and host are lower case, the rest is as written."""

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
    host = host.lower()
    if not _is_plain(host) or (port and not 0 < int(port) <= _HIGHEST_PORT) or _walks(rest):
        return None
    return Address(scheme.lower(), host, port, rest)


@lru_cache(maxsize=4096)
def _is_plain(host: str) -> bool:
    return "." in host and not _ODD_LABEL.search(host)


def _walks(rest: str) -> bool:
    """Dots or a backslash lead a browser to another page than the one that was checked."""
    if "/." not in rest and "/%2" not in rest and "\\" not in rest:
        return False
    path = re.split("[?#]", rest, maxsplit=1)[0]
    return "\\" in path or bool(_DOT_SEGMENT.search(path))
