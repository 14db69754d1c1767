"""Meetings on hosts of no service: programs that teams run themselves, and pages beside a link."""

import re
from collections.abc import Iterator

from interview_desk.domain.links.address import Address
from interview_desk.domain.links.catalogue import (
    COMPANION_PAGES,
    OWN_BIGBLUEBUTTON,
    OWN_JITSI,
    OWN_LYNC,
    OWN_NEXTCLOUD,
    OWN_NEXTCLOUD_ANYWHERE,
    OWN_PEXIP,
    PROJECT_SITES,
    Site,
)
from interview_desk.domain.links.forms import forms_of

# What every self-hosted form has in its path: a look at it spares most hosts the whole list.
_OWN_PATH = re.compile(r"/(?:b|rooms|webapp3?|apps/bbb|index\.php|call|[^/]+/meet)/", re.ASCII)


def own_service(address: Address) -> str | None:
    """Recognise a meeting program that a team runs itself, on a host that belongs to no service."""
    if address.scheme != "https" or address.host in PROJECT_SITES:
        return None
    first = address.host.partition(".")[0]
    if first in OWN_JITSI.hosts and _fit(OWN_JITSI.forms, address.rest):
        return "jitsi"
    if not _OWN_PATH.match(address.rest):
        return None
    return _own_by_path(address)


def _own_by_path(address: Address) -> str | None:
    labels = address.host.split(".")
    signatures = (
        ("bigbluebutton", OWN_BIGBLUEBUTTON, True),
        ("nextcloud-talk", OWN_NEXTCLOUD_ANYWHERE, True),
        ("nextcloud-talk", OWN_NEXTCLOUD.forms, OWN_NEXTCLOUD.hosts[0] in labels),
        ("pexip", OWN_PEXIP, True),
        ("skype-for-business", OWN_LYNC.forms, labels[0] in OWN_LYNC.hosts),
    )
    fitting = (slug for slug, forms, here in signatures if here and _fit(forms, address.rest))
    return next(fitting, None)


def is_companion_page(address: Address) -> bool:
    """Tell whether this is a help, chat or dial-in page that invites carry beside the link."""
    return any(_fit(site.forms, address.rest) for site in _companions(address.host))


def _companions(host: str) -> Iterator[Site]:
    for site in COMPANION_PAGES:
        if any(_covers(pattern, host) for pattern in site.hosts):
            yield site


def _covers(pattern: str, host: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


def _fit(forms: tuple[str, ...], rest: str) -> bool:
    return forms_of(forms).fit(rest)
