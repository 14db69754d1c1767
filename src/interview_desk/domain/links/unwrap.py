"""Links that mail and chat programs wrap around the real one, opened a few times at most."""

import base64
import binascii
import re
from collections.abc import Callable
from urllib.parse import unquote

from interview_desk.domain.links.address import Address, address_of
from interview_desk.domain.links.tokens import clipped

MOST_WRAPPERS = 5
"""More wrappers than this around one link are no accident."""

_SAFELINKS = ".safelinks.protection.outlook.com"
_DEFENSE = re.compile(r"/v3/__(.+?)__;([A-Za-z0-9_=-]*)", re.DOTALL)
_STARS = re.compile(r"\*\*.|\*", re.DOTALL)
_RUN_LENGTHS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
# None of these signs can be a part of another quoted one.
_COMMON = (("%3A", ":"), ("%2F", "/"), ("%3F", "?"), ("%3D", "="), ("%26", "&"))
_DEFENSE_V2 = str.maketrans("-_", "%/")


def _unquoted(text: str) -> str:
    """Decode percent signs once; at first only those of every address, which is quick."""
    for quoted, sign in _COMMON:
        text = text.replace(quoted, sign)
    return unquote(text) if "%" in text else text


def _path(rest: str) -> str:
    return rest.partition("#")[0].partition("?")[0]


def _parameters(rest: str, *names: str) -> list[str]:
    """Give the values of some parameters, all of the first name before any of the second."""
    query = rest.partition("#")[0].partition("?")[2].split("&")
    return [p[len(name) + 1 :] for name in names for p in query if p.startswith(name + "=")]


def _url(rest: str) -> str | None:
    for value in _parameters(rest, "url"):
        if value:
            return _unquoted(value)
    return None


def _google(rest: str) -> str | None:
    # A search carries what was searched for in the parameter that elsewhere is the target.
    targets = (_unquoted(value) for value in _parameters(rest, "q", "url"))
    return next((target for target in targets if address_of(clipped(target))), None)


def _defense_v2(rest: str) -> str | None:
    return next((_unquoted(v.translate(_DEFENSE_V2)) for v in _parameters(rest, "u")), None)


def _defense_v3(rest: str) -> str | None:
    found = _DEFENSE.match(rest)
    if found is None:
        return None
    try:
        saved = base64.urlsafe_b64decode(found[2] + "=" * (-len(found[2]) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return _with_saved(_unquoted(found[1]), saved)


def _with_saved(text: str, saved: str) -> str:
    """Put the signs back that were set aside: a star is one, two stars and a letter a run."""
    at = 0

    def take(found: re.Match[str]) -> str:
        nonlocal at
        star = found[0]
        count = 1 if star == "*" else _RUN_LENGTHS.find(star[2]) + 2
        piece = saved[at : at + count]
        at += count
        return piece or star

    return _STARS.sub(take, text)


def _reader(address: Address) -> Callable[[str], str | None] | None:
    host = address.host
    if host.endswith(_SAFELINKS):
        return _url
    if host not in _HOSTS:
        return None
    path = _path(address.rest)
    if host == "statics.teams.cdn.office.net":
        return _url if path.endswith("/atp-safelinks.html") else None
    return _READERS.get((host, path.rstrip("/"))) or _defense_reader(host, path)


def _defense_reader(host: str, path: str) -> Callable[[str], str | None] | None:
    return _defense_v3 if host == "urldefense.com" and path.startswith("/v3/") else None


_READERS: dict[tuple[str, str], Callable[[str], str | None]] = {
    ("www.google.com", "/url"): _google,
    ("urldefense.proofpoint.com", "/v2/url"): _defense_v2,
    ("slack-redir.net", "/link"): _url,
}

_HOSTS = {host for host, _ in _READERS} | {"urldefense.com", "statics.teams.cdn.office.net"}


def unwrapped(address: Address) -> Address | None:
    """Follow the wrappers on paper to where they lead; nothing when that is no web address."""
    current: Address | None = address
    for _ in range(MOST_WRAPPERS):
        if current is None or (read := _reader(current)) is None:
            return current
        inner = read(current.rest)
        current = address_of(clipped(inner)) if inner else None
    return current if current and _reader(current) is None else None
