"""Whether a link may be opened from here."""

from collections.abc import Iterable

from interview_desk.domain.links.address import address_of
from interview_desk.domain.links.hosts import owner_of
from interview_desk.domain.links.tokens import unbroken


def refusal(url: str, allowed_hosts: Iterable[str] = ()) -> str | None:
    """Say in one sentence why a link must not be opened; nothing when it may be.

    It may be when it is the join link of a known service, or any https address on a host that
    somebody has seen and allowed (`allowed_hosts`, lower case).
    """
    if unbroken(url) != url:
        return "This link holds signs that no web address has."
    if not url.lower().startswith("https://"):
        return "Only secure web links (https) are opened."
    address = address_of(url)
    if address is None:
        return "This link hides where it leads."
    owner = owner_of(address.host)
    if owner and owner.service_of(address.rest):
        return None
    if address.host in set(allowed_hosts):
        return None
    return f"{address.host} is not a meeting service we know. Allow this host first."
