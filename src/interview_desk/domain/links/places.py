"""Which service a host belongs to, label by label, and whether an address on it is a join link."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

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
    SERVICES,
    Service,
    Site,
)
from interview_desk.domain.links.forms import Form, fits, takes_any_room
from interview_desk.domain.links.site_pages import SITE_LABELS

# What every self-hosted form has in its path: a look at it spares most hosts the whole list.
_OWN_PATH = re.compile(r"/(?:b|rooms|webapp3?|apps/bbb|index\.php|call|[^/]+/meet)/", re.ASCII)


class Owner(NamedTuple):
    """Everything the catalogue says about one host."""

    claims: tuple[tuple[Service, Form], ...]

    def service_of(self, rest: str) -> Service | None:
        """Name the service when what follows the host is one of its join links."""
        for service, form in self.claims:
            if form.fits(rest):
                return service
        return None


_Index = dict[str, list[tuple[Service, Site, str]]]


@lru_cache(maxsize=1)
def _index() -> tuple[_Index, _Index]:
    exact: _Index = {}
    under: _Index = {}
    for service in SERVICES:
        for site, pattern in ((s, host) for s in service.sites for host in s.hosts):
            first, star, parent = pattern.rpartition("*.")
            index = under if star else exact
            index.setdefault(parent, []).append((service, site, first.rstrip(".")))
    return exact, under


def _parents(host: str) -> Iterator[tuple[str, str]]:
    """Each cut between two labels: `a.b.c` is `a` under `b.c` and `a.b` under `c`."""
    labels = host.split(".")
    for cut in range(1, len(labels)):
        yield ".".join(labels[:cut]), ".".join(labels[cut:])


def _claims(host: str) -> Iterator[tuple[Service, tuple[str, ...]]]:
    exact, under = _index()
    for service, site, _ in exact.get(host, ()):
        yield service, site.forms
    for label, parent in _parents(host):
        for service, site, first in under.get(parent, ()):
            yield service, _forms_under(label, first, (service, site))


def _forms_under(label: str, first: str, found: tuple[Service, Site]) -> tuple[str, ...]:
    service, site = found
    own = label.split(".", maxsplit=1)[0]
    if own in service.not_hosts or (first and (own != first or label == first)):
        return ()
    if own in SITE_LABELS:
        return tuple(form for form in site.forms if not takes_any_room(form))
    return site.forms


@lru_cache(maxsize=4096)
def owner_of(host: str) -> Owner | None:
    """Say what the catalogue knows about a host; nothing for a host of none of the services."""
    claims = tuple(_claims(host))
    _, under = _index()
    if not claims and host not in under:
        return None
    return Owner(tuple((service, Form(f)) for service, forms in claims for f in forms))


def own_service(address: Address) -> str | None:
    """Recognise a meeting program that a team runs itself, on a host that belongs to no service."""
    if owner_of(address.host) or address.scheme != "https" or address.host in PROJECT_SITES:
        return None
    first = address.host.split(".")[0]
    if first in OWN_JITSI.hosts and _any_fits(OWN_JITSI.forms, address.rest):
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
    fitting = (slug for slug, forms, here in signatures if here and _any_fits(forms, address.rest))
    return next(fitting, None)


def is_companion_page(address: Address) -> bool:
    """Tell whether this is a help, chat or dial-in page that invites carry beside the link."""
    return any(_any_fits(site.forms, address.rest) for site in _companions(address.host))


def _companions(host: str) -> Iterator[Site]:
    for site in COMPANION_PAGES:
        if any(_covers(pattern, host) for pattern in site.hosts):
            yield site


def _covers(pattern: str, host: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


def _any_fits(forms: Iterable[str], rest: str) -> bool:
    return any(fits(form, rest) for form in forms)
