"""Links that open the meeting's own program, where they are verified, and the way back."""

import re

from interview_desk.domain.links.address import Address, address_of

_PWD = re.compile(r"[A-Za-z0-9._=-]+")
_NUMBER = re.compile(r"[0-9]{9,11}")
_ZOOM_ROOM = re.compile(
    r"/(?:j|wc/join)/([0-9]{9,11})/?(?:[?#]|\Z)|/wc/([0-9]{9,11})/(?:join|start)/?(?:[?#]|\Z)"
)
_TEAMS_PAGE = re.compile(r"/(?:l/meetup-join|meet)/")
# The sovereign clouds have desktop programs of their own that answer to other registrations.
_TEAMS_HOSTS = frozenset({"teams.microsoft.com", "teams.live.com", "teams.cloud.microsoft"})
_HUDDLE = re.compile(r"/(?:huddle|client)/(T[A-Za-z0-9]+)/(C[A-Za-z0-9]+)")
_RINGCENTRAL_ROOM = re.compile(r"/join/([A-Za-z0-9-]+)/?(?:[?#]|\Z)")
_TEAM = re.compile("T[A-Z0-9]+")
_CHANNEL = re.compile("C[A-Z0-9]+")

_NATIVE = re.compile(r"([a-z-]+):(//[^/?#]*)?(.*)", re.ASCII | re.IGNORECASE | re.DOTALL)


def _query(rest: str) -> dict[str, str] | None:
    """Read the parameters; nothing when one comes twice, because readers differ then."""
    pairs = [p.partition("=") for p in rest.partition("#")[0].partition("?")[2].split("&") if p]
    found = {name: value for name, _, value in pairs}
    return found if len(found) == len(pairs) else None


def _zoom_web(host: str, rest: str) -> str | None:
    path = rest.partition("?")[0]
    query = _query(rest)
    if (
        path.rstrip("/") != "/join"
        or query is None
        or not _NUMBER.fullmatch(query.get("confno", ""))
    ):
        return None
    password = query.get("pwd", "")
    if password and not _PWD.fullmatch(password):
        return None
    return f"https://{host}/j/{query['confno']}" + (f"?pwd={password}" if password else "")


def _teams_web(host: str, rest: str) -> str | None:
    return f"https://{host or 'teams.microsoft.com'}{rest}" if _TEAMS_PAGE.match(rest) else None


def _jitsi_web(host: str, rest: str) -> str | None:
    return f"https://{host}{rest}"


def _slack_web(host: str, rest: str) -> str | None:
    query = _query(rest) if host == "join-huddle" and rest.startswith(("?", "/?")) else None
    if query is None:
        return None
    team, channel = query.get("team", ""), query.get("id", "")
    if not (_TEAM.fullmatch(team) and _CHANNEL.fullmatch(channel)):
        return None
    return f"https://app.slack.com/huddle/{team}/{channel}"


_WEB_FORMS = {
    "zoommtg": ("zoom", _zoom_web),
    "zoomus": ("zoom", _zoom_web),
    "msteams": ("microsoft-teams", _teams_web),
    "jitsi-meet": ("jitsi", _jitsi_web),
    "slack": ("slack-huddle", _slack_web),
}


def web_form(native: str) -> tuple[str, Address] | None:
    """Name the service a program's link must belong to and the same meeting on the web."""
    found = _NATIVE.fullmatch(native)
    scheme, authority, rest = found.groups() if found else ("", None, "")
    service, write = _WEB_FORMS.get(scheme.lower(), ("", None))
    # Only Teams has a form without a host; an empty one is a mistake everywhere.
    if write is None or authority == "//" or (authority is None and service != "microsoft-teams"):
        return None
    address = address_of(write((authority or "")[2:], rest) or "")
    if address is None or (address.port and service != "jitsi"):
        return None
    return service, address


def _zoom_native(address: Address) -> str | None:
    found = _ZOOM_ROOM.match(address.rest)
    query = _query(address.rest)
    if found is None or query is None:
        return None
    password = query.get("pwd", "")
    if password and not _PWD.fullmatch(password):
        return None
    number = found[1] or found[2]
    ending = f"&pwd={password}" if password else ""
    return f"zoommtg://{address.host}/join?action=join&confno={number}{ending}"


def _teams_native(address: Address) -> str | None:
    if address.host not in _TEAMS_HOSTS or not _TEAMS_PAGE.match(address.rest):
        return None
    return f"msteams://{address.host}{address.rest}"


def _jitsi_native(address: Address) -> str | None:
    return "jitsi-meet" + address.url.removeprefix("https")


def _slack_native(address: Address) -> str | None:
    found = _HUDDLE.match(address.rest)
    return f"slack://join-huddle?team={found[1]}&id={found[2]}" if found else None


def _ringcentral_native(address: Address) -> str | None:
    found = _RINGCENTRAL_ROOM.match(address.rest)
    query = _query(address.rest)
    if found is None or query is None:
        return None
    password = query.get("pw", "")
    if password and not _PWD.fullmatch(password):
        return None
    return f"rcvdt://join/{found[1]}" + (f"?pw={password}" if password else "")


_NATIVE_FORMS = {
    "zoom": _zoom_native,
    "microsoft-teams": _teams_native,
    "jitsi": _jitsi_native,
    "slack-huddle": _slack_native,
    "ringcentral": _ringcentral_native,
}


def native_link(service: str, url: str) -> str | None:
    """Give the link that opens the service's program; nothing where none is verified."""
    write = _NATIVE_FORMS.get(service)
    address = address_of(url)
    return write(address) if write and address else None
