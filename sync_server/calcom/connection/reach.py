"""Whether Cal.com can reach this server at all, and at which address."""

from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from sync_server.infra.parts import Parts

_HOSTED = ("api.cal.com", "api.cal.eu")
MISSING = (
    "Cal.com cannot call this server, because its public address is not set "
    "(INTERVIEW_DESK_PUBLIC_URL). Changes are fetched regularly instead."
)
PRIVATE = (
    "Cal.com cannot call a private address. Set INTERVIEW_DESK_PUBLIC_URL to an https address that "
    "can be reached from outside. Changes are fetched regularly instead."
)


class Reach(NamedTuple):
    """The address under which webhooks come in, or the sentence that says why none can."""

    url: str
    problem: str | None


def reach_of(parts: Parts) -> Reach:
    """How Cal.com reaches us.

    Hosted Cal.com takes public https addresses only; one of your own may be on the same computer.
    """
    stated = parts.settings.public_url
    if not is_hosted(parts.settings.calcom_base_url):
        return Reach(stated or parts.server_url, None)
    if stated is None:
        return Reach(parts.server_url, MISSING)
    return Reach(stated, PRIVATE if is_private(stated) else None)


def is_hosted(base_url: str) -> bool:
    """Whether this is Cal.com's own cloud."""
    return urlsplit(base_url).hostname in _HOSTED


def is_private(url: str) -> bool:
    """Whether hosted Cal.com refuses to call this address."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" or "." not in host or host.endswith((".local", ".internal", ".lan")):
        return True
    try:
        return not ip_address(host).is_global
    except ValueError:
        return False
