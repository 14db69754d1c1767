"""Which service a host belongs to, label by label, and what its join links look like."""

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from interview_desk.domain.links.catalogue import SERVICES, Service, Site
from interview_desk.domain.links.forms import Forms, forms_of, takes_any_room
from interview_desk.domain.links.site_pages import SITE_LABELS

_Said = tuple[Service, tuple[str, ...]]


class Owner(NamedTuple):
    """Everything the catalogue says about one host."""

    claims: tuple[tuple[Service, Forms], ...]

    def service_of(self, rest: str) -> Service | None:
        """Name the service when what follows the host is one of its join links."""
        for service, forms in self.claims:
            if forms.fit(rest):
                return service
        return None


class _Pattern(NamedTuple):
    """The hosts under a parent, or only those that begin with the `first` label."""

    service: Service
    site: Site
    first: str

    def forms_under(self, labels: str) -> tuple[str, ...]:
        own = labels.partition(".")[0]
        if own in self.service.not_hosts:
            return ()
        if self.first and (own != self.first or labels == self.first):
            return ()
        if own in SITE_LABELS:
            return tuple(form for form in self.site.forms if not takes_any_room(form))
        return self.site.forms


class _Index(NamedTuple):
    """The catalogue by host: an address is compared only with what is said about its own."""

    listed: dict[str, Owner]
    """The hosts that are spelled out, and the parents of others."""
    under: dict[str, list[_Pattern]]
    """What is said about the hosts under a parent."""
    customers: dict[str, Owner]
    """What that comes to for a host whose first label is just somebody's name."""
    telling: frozenset[str]
    """The labels that are not."""


@cache
def _index() -> _Index:
    listed: dict[str, list[_Said]] = {}
    under: dict[str, list[_Pattern]] = {}
    telling = set(SITE_LABELS)
    for service, site, host in _hosts():
        first, star, parent = host.rpartition("*.")
        said = listed.setdefault(parent, [])
        if star:
            under.setdefault(parent, []).append(_Pattern(service, site, first.rstrip(".")))
            telling.update(service.not_hosts, [first.rstrip(".")])
        else:
            said.append((service, site.forms))
    for host, said in listed.items():
        parent = _parent(host, under)
        said.extend(_said_under(host.removesuffix(f".{parent}"), under.get(parent, ())))
    customers = {parent: _owner(_said_under("", patterns)) for parent, patterns in under.items()}
    owners = {host: _owner(said) for host, said in listed.items()}
    return _Index(owners, under, customers, frozenset(telling))


def _hosts() -> Iterator[tuple[Service, Site, str]]:
    for service in SERVICES:
        for site in service.sites:
            yield from ((service, site, host) for host in site.hosts)


def _parent(host: str, known: Collection[str]) -> str:
    """Give the longest parent of a host that is known, or nothing."""
    parent = host.partition(".")[2]
    while parent and parent not in known:
        parent = parent.partition(".")[2]
    return parent


def _said_under(labels: str, patterns: Iterable[_Pattern]) -> Iterator[_Said]:
    return ((pattern.service, pattern.forms_under(labels)) for pattern in patterns)


def _owner(said: Iterable[_Said]) -> Owner:
    return Owner(tuple((service, forms_of(forms)) for service, forms in said if forms))


def owner_of(host: str) -> Owner | None:
    """Say what the catalogue knows about a host; nothing for a host of none of the services."""
    index = _index()
    if owner := index.listed.get(host):
        return owner
    parent = _parent(host, index.under)
    if not parent:
        return None
    if host.partition(".")[0] in index.telling:
        return _owner(_said_under(host.removesuffix(f".{parent}"), index.under[parent]))
    return index.customers[parent]
